"""« Devenir formateur » and the calls: open, to come, closed, and the personal link that passes a closed one."""

import datetime

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from tests.trainers.pages import text_of
from trainers.models import AccessLink, Application

pytestmark = pytest.mark.django_db
BECOME = reverse("trainers:become")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def closed(new_call):
    now = timezone.now()
    return new_call("Former au design", opens_at=now - 30 * DAY, closes_at=now - DAY)


@pytest.fixture
def agent(client, new_agent):
    agent = new_agent()
    client.force_login(agent)
    return agent


def link_to(call, agent, **fields):
    return AccessLink.objects.create(call=call, email=agent.email, expires_at=timezone.now() + DAY, **fields)


def test_the_page_says_which_calls_are_open_to_come_or_over(client, new_call, closed):
    now = timezone.now()
    new_call("Former à la donnée")
    new_call("Former au fil de l'eau", is_permanent=True, closes_at=None)
    new_call("Former à l'IA", opens_at=now + 10 * DAY)
    new_call("Secret", is_published=False)

    page = text_of(client.get(BECOME))

    opened, coming = page.index("Les appels ouverts"), page.index(">À venir<")
    over = page.index(">Clos<")
    assert opened < page.index("Former à la donnée") < page.index("Former au fil de l'eau") < coming
    assert coming < page.index("Former à l'IA") < over < page.index("Former au design")
    assert "Secret" not in page and "Questions fréquentes" in page


def test_the_page_adds_up_the_skills_of_open_calls(client, new_call, closed, skill):
    new_call("Un").skills.create(skill=skill, target=3)
    new_call("Deux").skills.create(skill=skill, target=4)
    closed.skills.create(skill=skill, target=50)

    assert "7 personnes" in text_of(client.get(BECOME))


def test_only_trainers_who_agreed_to_it_are_quoted(client, new_trainer, new_agent):
    agreed = {"is_listed": True, "listing_agreed_at": timezone.now()}
    new_trainer(
        user=new_agent(first_name="Ada"), biography="J'aime transmettre.", listed_fields=["presentation"], **agreed
    )
    new_trainer(user=new_agent(first_name="Bob"), biography="Chut.", listed_fields=["regions"], **agreed)
    new_trainer(user=new_agent(first_name="Cy"), biography="Motus.")

    page = text_of(client.get(BECOME))

    assert "J'aime transmettre." in page and "Ada" in page
    assert "Chut." not in page and "Motus." not in page


def test_without_an_open_call_the_page_says_when_the_next_opens(client, new_call):
    new_call("Former à l'IA", opens_at=timezone.now() + 10 * DAY)

    page = text_of(client.get(BECOME))

    assert "Aucun appel n'est ouvert en ce moment. Le prochain" in page and "#appels" not in page


def test_a_call_says_all_one_needs_to_answer(client, new_call, skill, domain):
    call = new_call(text="Un **appel**.")
    call.skills.create(skill=skill, target=3)
    call.domains.add(domain)

    page = text_of(client.get(call.get_absolute_url()))

    for words in ("<strong>appel</strong>", "Design", "3 personnes", "Data", "Pédagogie", "55 jours", "Candidater"):
        assert words in page


def test_a_closed_call_says_so_and_when_the_next_opens(client, closed, new_call):
    coming = new_call("Former à l'IA", opens_at=timezone.now() + 10 * DAY)

    page = text_of(client.get(closed.get_absolute_url()))

    assert "Cet appel est clos depuis le" in page and f'href="{coming.get_absolute_url()}"' in page
    assert reverse("trainers:application_start", args=[closed.slug]) not in page


def test_a_call_to_come_says_when_it_opens(client, new_call):
    call = new_call(opens_at=timezone.now() + 10 * DAY)

    assert "Cet appel ouvre le" in text_of(client.get(call.get_absolute_url()))


def test_a_changed_address_still_leads_to_the_call(client, new_call):
    call = new_call()
    former = call.get_absolute_url()
    call.slug = "donnee"
    call.save()

    assert client.get(former).url == call.get_absolute_url()


def test_who_is_not_signed_in_comes_back_to_the_call_with_their_link(client, closed, new_agent):
    link = link_to(closed, new_agent())
    start = f"{reverse('trainers:application_start', args=[closed.slug])}?acces={link.token}"

    assert f'href="{start}"' in client.get(link.get_absolute_url()).text
    assert client.get(start).url == f"{reverse('accounts:sign_in')}?next={start.replace('?acces=', '%3Facces%3D')}"


def test_a_link_lets_one_person_answer_a_closed_call(client, agent, closed):
    start = reverse("trainers:application_start", args=[closed.slug])
    link = link_to(closed, agent)

    assert "est clos" in text_of(client.post(start)) and not Application.objects.exists()
    response = client.post(f"{start}?acces={link.token}")

    application = Application.objects.get()
    assert response.url == reverse("trainers:application_profile", args=[application.reference])
    assert application.access_link == link


def test_the_link_of_somebody_else_opens_nothing(client, agent, closed, new_agent):
    link = link_to(closed, new_agent())

    refused = client.post(f"{reverse('trainers:application_start', args=[closed.slug])}?acces={link.token}")

    assert refused.status_code == 422 and "est clos" in text_of(refused) and not Application.objects.exists()
    assert "<title>Erreur : " in refused.text


def test_a_call_that_is_not_published_is_for_staff_and_for_who_has_a_link(client, new_call, new_agent, staff):
    call = new_call(is_published=False)
    agent = new_agent()
    link = link_to(call, agent)
    start = reverse("trainers:application_start", args=[call.slug])

    assert client.get(call.get_absolute_url()).status_code == 404
    assert client.get(link.get_absolute_url()).url.startswith(reverse("accounts:sign_in"))
    client.force_login(new_agent())
    assert client.get(link.get_absolute_url()).status_code == 404 and client.get(start).status_code == 404
    client.force_login(agent)
    assert client.get(link.get_absolute_url()).status_code == 200
    assert client.get(f"{start}?acces={link.token}").status_code == 200
    client.force_login(staff)
    assert "Pas en ligne" in client.get(call.get_absolute_url()).text


def test_the_home_page_and_the_menu_lead_here(client):
    page = client.get("/").text

    assert page.count(f'href="{BECOME}"') == 2


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_what_is_shown(client, new_call, new_trainer, skill, count, django_assert_num_queries):
    now = timezone.now()
    for number in range(count):
        new_call(f"Ouvert {number}").skills.create(skill=skill, target=1)
        new_call(f"À venir {number}", opens_at=now + DAY)
        new_call(f"Clos {number}", opens_at=now - 3 * DAY, closes_at=now - DAY)
        new_trainer(biography="…", is_listed=True, listing_agreed_at=now, listed_fields=["presentation", "employeur"])

    with django_assert_num_queries(5):
        client.get(BECOME)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_a_call(client, new_call, django_assert_num_queries, count):
    call = new_call()
    for number in range(count):
        skill_model = call.skills.model._meta.get_field("skill").related_model
        call.skills.create(skill=skill_model.objects.create(slug=f"s{number}", name=f"S{number}"), target=1)
        call.criteria.create(name=f"Critère {number}")

    with django_assert_num_queries(4):
        client.get(call.get_absolute_url())


def test_staff_are_told_the_address_of_a_link_once_it_is_made(client, closed, new_staff):
    client.force_login(new_staff("add_accesslink", "view_accesslink", "view_call"))
    answers = {"call": closed.pk, "email": "invitee@exemple.gouv.fr"}
    until = {"expires_at_0": "01/12/2035", "expires_at_1": "12:00"}

    page = client.post(reverse("admin:trainers_accesslink_add"), answers | until, follow=True)

    assert f"L'adresse à envoyer à invitee@exemple.gouv.fr : {settings.SITE_URL}" in text_of(page)
    assert AccessLink.objects.get().get_absolute_url() in text_of(page)
