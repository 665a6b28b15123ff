"""« Mes licences »: what an agent is told before asking, and what they do with what they have."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from campus.accounts.enums import Role
from campus.accounts.models import Membership, Organisation
from enrolments.enums import LicenceState
from enrolments.models import Allotment, Licence, LicenceCode
from enrolments.transitions import licence as transitions
from enrolments.transitions.licence import ask

pytestmark = pytest.mark.django_db
L = LicenceState
LIST = reverse("enrolments:licences")


def ask_path(pool):
    return reverse("enrolments:licence_ask", args=[pool.pk])


def path(verb, licence):
    return reverse(f"enrolments:licence_{verb}", args=[licence.pk])


@pytest.fixture
def agent(client, new_agent):
    agent = new_agent()
    client.force_login(agent)
    return agent


def test_from_the_home_of_the_space_a_licence_is_two_clicks_away(client, agent, new_pool):
    pool = new_pool(seats=2_000)
    assert f'href="{LIST}"' in client.get(reverse("enrolments:home")).text
    page = client.get(LIST).text
    assert "Tout agent public." in page and "2 000 licences" in page.replace("\xa0", " ").replace("\u202f", " ")
    assert "CAMPUS1" not in page

    page = client.post(ask_path(pool), follow=True).text

    assert "est attribuée" in page and "CAMPUS1" in page and "Obtenir ma licence" not in page
    assert Licence.objects.get().state == L.GIVEN
    assert f"Activez votre licence {pool}" in client.get(reverse("enrolments:home")).text


def test_when_none_is_left_one_is_told_so_and_enters_the_line(client, agent, new_agent, new_pool):
    pool = new_pool(seats=1)
    for _ in range(2):
        ask(agent=new_agent(), pool=pool, by=None)
    page = client.get(LIST).text
    assert "Aucune pour l'instant" in page and "Entrer dans la file" in page and "<dd>1</dd>" in page

    assert "Rang 2" in client.post(ask_path(pool), follow=True).text


def test_where_staff_choose_nothing_says_that_the_first_is_served(client, agent, new_agent, new_pool):
    pool = new_pool(seats=1, mode="sur-demande")
    transitions.give(licence=ask(agent=new_agent(), pool=pool, by=None, motivation="Un projet"), by=agent)

    page = client.get(LIST).text

    assert "Aucune pour l'instant" in page and "première personne" not in page and "choisit parmi" in page


def test_what_is_left_counts_the_allotment_of_one_s_employers_alone(client, new_agent, new_pool):
    ministry = Organisation.objects.create(name="Ministère des essais", kind="ministere")
    below = Organisation.objects.create(name="Direction", kind="ministere", parent=ministry)
    pool = new_pool(seats=30)
    Allotment.objects.create(pool=pool, organisation=ministry, seats=20)

    for agent, left in [(new_agent(organisation=below), 30), (new_agent(), 10)]:
        client.force_login(agent)
        assert f"<dd>{left} licences</dd>" in client.get(LIST).text


def test_a_choice_wants_a_motivation_and_keeps_what_was_typed(client, agent, new_pool):
    pool = new_pool(mode="sur-demande", campaigns="Métiers de la donnée\nManagers")

    answer = client.post(ask_path(pool), {"motivation": "Passer data analyst", "campaign": ""})
    assert answer.status_code == 422 and "Choisissez une campagne" in answer.text
    assert "Passer data analyst" in answer.text

    client.post(ask_path(pool), {"motivation": "Passer data analyst", "campaign": "Managers"})
    licence = Licence.objects.get()
    assert (licence.state, licence.campaign, licence.motivation) == (L.REQUESTED, "Managers", "Passer data analyst")
    assert "vous répondra par courriel" in client.get(LIST).text
    assert "Vous avez déjà une licence" in client.get(ask_path(pool)).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"opens_at": timezone.now() + datetime.timedelta(days=3)}, "Les demandes ouvrent le"),
        ({"closes_at": timezone.now() - datetime.timedelta(days=3)}, "Les demandes sont closes depuis"),
        ({"is_for_known_employers": True}, "rien n&#x27;établit le vôtre"),
    ],
)
def test_who_may_not_ask_is_told_why_before_and_after(client, agent, new_pool, fields, told):
    pool = new_pool(**fields)

    assert told in client.get(LIST).text and "Obtenir ma licence" not in client.get(LIST).text
    answer = client.post(ask_path(pool))
    assert answer.status_code == 422 and told in answer.text and not Licence.objects.exists()
    assert "<title>Erreur : " in answer.text and "Erreur : " not in client.get(ask_path(pool)).text


def test_a_pool_of_another_year_is_not_there(client, agent, new_pool):
    pool = new_pool(year=2024)

    assert str(pool) not in client.get(LIST).text
    assert "ne propose plus cette licence" in client.post(ask_path(pool), follow=True).text
    assert not Licence.objects.exists()


def test_one_activates_finishes_shares_or_not_and_the_result_is_seen_by_oneself(client, agent, new_pool):
    licence = ask(agent=agent, pool=new_pool(), by=agent)

    client.post(path("activate", licence))
    assert "n'est vu que de vous" in client.get(LIST).text
    Licence.objects.filter(pk=licence.pk).update(result="512 pix")
    client.post(path("share", licence), {"is_shared": "oui"})
    assert "Vous partagez votre résultat avec" in client.get(LIST).text
    client.post(path("share", licence), {"is_shared": "non"})
    client.post(path("share", licence), {"is_shared": "peut-être"})
    page = client.post(path("finish", licence), follow=True).text

    licence.refresh_from_db()
    assert licence.state == L.DONE and not licence.shares_results and "512 pix" in page


def test_giving_back_is_confirmed_first_and_passes_on(client, agent, new_agent, new_pool):
    pool = new_pool(seats=1)
    mine, theirs = ask(agent=agent, pool=pool, by=agent), ask(agent=new_agent(), pool=pool, by=None)
    page = client.get(path("leave", mine)).text
    assert "Elle ira à quelqu'un d'autre." in page and "code" not in page.partition("<h1>")[2].partition("</form>")[0]

    page = client.post(path("leave", mine), follow=True).text

    assert "Vous avez rendu votre licence" in page and Licence.objects.get(pk=theirs.pk).state == L.GIVEN
    assert client.get(path("leave", mine), follow=True).status_code == 200
    assert ">Rendue<" in page and ">Reprise<" not in page
    assert "n&#x27;est plus attribuée" in client.post(path("activate", mine), follow=True).text


def test_why_a_request_was_turned_down_is_read_there(client, agent, new_pool):
    licence = ask(agent=agent, pool=new_pool(mode="sur-demande"), by=agent, motivation="Un projet")
    transitions.refuse(licence=licence, by=None, reason="Projet trop lointain")

    assert "Motif : Projet trop lointain" in client.get(LIST).text


def test_one_s_own_code_or_link_is_shown_and_no_other(client, agent, new_agent, new_pool):
    pool = new_pool(access="codes", campaign_code="")
    LicenceCode.objects.bulk_create(
        LicenceCode(pool=pool, value=f"https://fournisseur.example/l/{name}") for name in ("moi", "autre")
    )
    ask(agent=agent, pool=pool, by=agent)
    ask(agent=new_agent(), pool=pool, by=None)

    page = client.get(LIST).text
    assert 'href="https://fournisseur.example/l/moi"' in page and "/autre" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_pools_and_licences(
    client, agent, new_pool, count, organisation, django_assert_num_queries
):
    year = timezone.localdate().year
    for number in range(count):
        pool = new_pool(year=year - 1 - number, access="codes", campaign_code="")
        code = LicenceCode.objects.create(pool=pool, value="A")
        licence = Licence(agent=agent, pool=pool, code=code, given_at=timezone.now(), valid_until="2030-01-01")
        licence.state = L.GIVEN
        licence.save()
    for provider in ["pix", "openclassrooms"][:count]:
        Allotment.objects.create(pool=new_pool(provider=provider), organisation=organisation, seats=1)

    with django_assert_num_queries(7):
        assert client.get(LIST).text.count("Votre code") == count


@pytest.mark.parametrize("verb", ["activate", "finish", "share", "leave", "ask"])
def test_who_may_do_what(client, new_agent, new_pool, organisation, verb):
    """Rights on each address: nobody signed in, others (of the team, RH or référent of the employer), a newcomer."""
    pool, agent = new_pool(), new_agent(organisation=organisation)
    others = [new_agent(is_staff=True, is_superuser=True), *(new_agent(organisation=organisation) for _ in Role)]
    for other, role in zip(others[1:], Role, strict=True):
        Membership.objects.create(user=other, organisation=organisation, role=role)
    licence = ask(agent=agent, pool=pool, by=agent)
    address = ask_path(new_pool(provider="openclassrooms")) if verb == "ask" else path(verb, licence)
    answer = {"is_shared": "oui"}

    assert client.post(address, answer).url.startswith(reverse("accounts:sign_in"))
    assert client.get(LIST).url.startswith(reverse("accounts:sign_in"))
    for other in others:
        client.force_login(other)
        assert client.post(address, answer).status_code == (302 if verb == "ask" else 404)
    client.force_login(new_agent(has_profile=False))
    if verb == "ask":
        assert client.post(address).url.startswith(reverse("enrolments:profile"))
    client.force_login(agent)
    response = client.post(address, answer)
    assert response.url == LIST and {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


@pytest.mark.parametrize("verb", ["activate", "finish", "share", "leave"])
def test_an_old_tab_leads_back_to_the_licences(client, agent, new_pool, verb):
    """Signed out meanwhile, one comes back to the address of a button; or what it was about is there no more."""
    licence = ask(agent=agent, pool=new_pool(), by=agent)
    address = path(verb, licence)
    client.logout()
    assert address in client.post(address).url
    client.force_login(agent)

    page = client.get(address, follow=True)
    assert page.status_code == 200 and ("cliquez de nouveau" in page.text) == (verb != "leave")
    assert Licence.objects.get().state == L.GIVEN
    licence.delete()
    assert "existe plus" in client.post(address, follow=True).text


def test_giving_back_twice_is_told_once_done_and_what_was_taken_is_not_thanked_for(client, agent, new_pool):
    mine, taken = (ask(agent=agent, pool=new_pool(provider=name), by=agent) for name in ("pix", "openclassrooms"))
    transitions.take_back(licence=taken, by=None, reason="Départ")
    for _ in range(2):
        assert "Vous avez rendu votre licence" in client.post(path("leave", mine), follow=True).text
    assert "plus de licence" in client.post(path("leave", taken), follow=True).text


def test_a_request_withdrawn_twice_is_told_withdrawn(client, agent, new_pool):
    licence = ask(agent=agent, pool=new_pool(mode="sur-demande"), by=agent, motivation="Un projet")
    for _ in range(2):
        assert "est retirée" in client.post(path("leave", licence), follow=True).text
