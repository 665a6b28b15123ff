"""An application from its first step to its hand-in, as the applicant sees it."""

import datetime
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campus.mailing.models import Message
from catalogue.models import Skill
from tests.trainers.pages import at, text_of
from trainers import transitions
from trainers.enums import ApplicationState
from trainers.models import Application

pytestmark = pytest.mark.django_db
S = ApplicationState
LIST = reverse("trainers:application_list")
SCRIPT = {"Accept": "application/json"}


# --- Beginning --------------------------------------------------------------------------------------------------------


def test_one_begins_from_the_call_once_signed_in(client, new_call, new_agent):
    call = new_call()
    start = reverse("trainers:application_start", args=[call.slug])
    assert client.get(start).url == f"{reverse('accounts:sign_in')}?next={start}"

    client.force_login(new_agent())
    assert "Commencer ma candidature" in client.get(start).text and not Application.objects.exists()
    first, double_click = client.post(start), client.post(start)

    application = Application.objects.get()
    assert first.url == at("application_profile", application) and double_click.url == application.get_absolute_url()
    assert "Vous avez déjà une candidature" in text_of(client.get(start))
    assert "Ouvrir ma candidature" in text_of(client.get(call.get_absolute_url()))


def test_the_steps_are_shown_with_what_each_lacks(client, begun):
    page = text_of(client.get(at("application_profile", begun)))

    assert "1. Profil" in page and "6 à compléter" in page and "6. Relecture et dépôt" in page


# --- Saving -----------------------------------------------------------------------------------------------------------


def test_a_step_is_saved_however_little_it_says(client, begun):
    response = client.post(at("application_profile", begun), {"service": "Bureau des données"})

    assert response.url == at("application_profile", begun)
    assert "Enregistré à " in text_of(client.get(response.url))
    begun.refresh_from_db()
    assert begun.service == "Bureau des données" and begun.motivation == "" and begun.state == S.DRAFT


def test_saving_and_going_on_leads_to_the_next_step(client, begun):
    following = ["application_profile", "application_skills", "application_availability", "application_contributions"]

    for here, there in pairwise(following):
        assert client.post(at(here, begun), {"next": "oui"}).url == at(there, begun)


def test_what_is_wrong_is_told_at_its_field_and_the_rest_is_kept(client, begun):
    page = client.post(at("application_availability", begun), {"hours_a_month": "900", "weekdays": ["1", "3"]})

    assert page.status_code == 422 and "Le reste est enregistré" in page.text
    assert 'id="id_hours_a_month_error"' in page.text and 'value="900"' in page.text
    begun.refresh_from_db()
    assert begun.weekdays == [1, 3] and begun.hours_a_month is None


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ("application_profile", {"motivation": "x" * 3001}),
        ("application_profile", {"wish": "ailleurs"}),
        ("application_profile", {"is_recruited_to_teach": "peut-être"}),
        ("application_profile", {"service": "a\x00b"}),
        ("application_skills", {"experience": "x" * 5001}),
        ("application_skills", {"skill_0": "99999", "other_level_0": "expert"}),
        ("application_availability", {"weekdays": ["7"]}),
        ("application_availability", {"weekdays": ["lundi"]}),
        ("application_availability", {"regions": ["atlantide"]}),
        ("application_availability", {"hours_a_month": "0"}),
        ("application_availability", {"hours_a_month": "huit"}),
        ("application_availability", {"languages": ["xx"]}),
    ],
)
def test_junk_is_refused_and_nothing_of_it_is_kept(client, begun, skill, step, wrong):
    assert client.post(at(step, begun), wrong).status_code == 422

    (name,) = [name for name in wrong if "level" not in name]
    begun.refresh_from_db()
    assert not getattr(begun, name, None) and not begun.skills.exists()


def test_who_was_recruited_to_teach_is_not_paid(client, begun):
    Application.objects.filter(pk=begun.pk).update(wish="interne")

    page = client.post(at("application_profile", begun), {"wish": "interne", "is_recruited_to_teach": "True"})

    assert page.status_code == 422 and "rémunéré à titre accessoire" in text_of(page)
    begun.refresh_from_db()
    assert begun.is_recruited_to_teach is True and begun.wish == ""


def test_skills_are_those_of_the_call_then_others(client, begun, skill):
    data, git, free = [Skill.objects.create(slug=name, name=name.title()) for name in ("data", "git", "libre")]
    begun.call.skills.create(skill=skill, target=5)
    begun.skills.create(skill=free, level="expert")
    path = at("application_skills", begun)

    page = text_of(client.get(path))
    assert "Design : votre niveau" in page and f'<option value="{free.pk}" selected' in page
    typed = {"experience": "Dix ans.", f"level_{skill.pk}": "expert", "skill_0": data.pk, "other_level_0": "debutant"}
    client.post(path, {**typed, "skill_1": git.pk, "other_level_1": "novice"})

    assert set(begun.skills.values_list("skill__slug", "level")) == {
        ("design", "expert"),
        ("data", "debutant"),
        ("git", "novice"),
    }
    begun.refresh_from_db()
    assert begun.experience == "Dix ans."


def test_half_a_skill_is_told_and_the_others_are_kept(client, begun, skill):
    data = Skill.objects.create(slug="data", name="Data")
    typed = {"skill_0": skill.pk, "other_level_0": "expert", "skill_1": data.pk, "other_level_1": ""}

    page = client.post(at("application_skills", begun), typed)

    assert page.status_code == 422 and "Choisissez un niveau" in page.text
    assert list(begun.skills.values_list("skill__slug", flat=True)) == ["design"]


def test_the_same_skill_twice_is_told(client, begun, skill):
    Skill.objects.create(slug="data", name="Data")
    typed = {"skill_0": skill.pk, "other_level_0": "expert", "skill_1": skill.pk, "other_level_1": "novice"}

    page = client.post(at("application_skills", begun), typed)

    assert page.status_code == 422 and "déjà plus haut" in text_of(page)
    assert begun.skills.get().level == "expert"


# --- By the script, in two tabs -------------------------------------------------------------------------------------------


def test_the_script_saves_the_same_form_and_is_told_when(client, begun):
    response = client.post(at("application_profile", begun), {"service": "Bureau"}, headers=SCRIPT)

    assert response.status_code == 200 and response.json()["message"].startswith("Enregistré à ")
    begun.refresh_from_db()
    assert begun.service == "Bureau"


def test_the_script_is_told_what_is_not_saved(client, begun):
    response = client.post(
        at("application_availability", begun), {"hours_a_month": "900", "weekdays": ["2"]}, headers=SCRIPT
    )

    assert response.status_code == 422 and "sauf : Combien d'heures par mois" in response.json()["message"]
    begun.refresh_from_db()
    assert begun.weekdays == [2]


def test_of_two_tabs_the_last_one_wins_and_says_so(client, begun):
    path = at("application_profile", begun)
    seen = client.get(path).context["form"].initial["seen"]

    first = client.post(path, {"service": "Bureau", "seen": seen}, headers=SCRIPT).json()
    again = client.post(path, {"service": "Bureau central", "seen": first["seen"]}, headers=SCRIPT).json()
    other = client.post(path, {"service": "Autre bureau", "seen": seen}, follow=True)

    assert "ailleurs" not in first["message"] + again["message"]
    assert "a aussi été enregistrée ailleurs" in text_of(other)
    begun.refresh_from_db()
    assert begun.service == "Autre bureau"


def test_the_same_answers_from_two_tabs_disturb_nobody(client, begun):
    path = at("application_profile", begun)
    seen = client.get(path).context["form"].initial["seen"]

    client.post(path, {"service": "Bureau", "seen": seen})
    second = client.post(path, {"service": "Bureau", "seen": seen}, follow=True)

    assert "ailleurs" not in text_of(second)


def test_a_draft_handed_in_from_another_tab_is_closed_here(client, mine):
    application = mine()
    transitions.submit(application=application, by=application.applicant)

    by_script = client.post(at("application_profile", application), {"service": "X"}, headers=SCRIPT)
    by_hand = client.post(at("application_profile", application), {"service": "X"}, follow=True)

    assert by_script.status_code == 409 and "ne se modifie plus" in by_script.json()["message"]
    assert by_hand.redirect_chain[-1][0] == application.get_absolute_url() and "ne se modifie plus" in by_hand.text
    application.refresh_from_db()
    assert application.service == "Bureau des essais"


# --- Handing in -------------------------------------------------------------------------------------------------------


def test_the_preview_links_to_each_thing_that_is_missing(client, begun):
    added = begun.contributions.create(kind="existante", title="Lire")

    page = text_of(client.get(at("application_preview", begun)))

    for place in (
        f"{at('application_profile', begun)}#id_service",
        f"{at('application_profile', begun)}#id_wish_0",
        f"{at('application_skills', begun)}#skills",
        f"{at('application_availability', begun)}#id_weekdays_0",
        f"{at('application_contribution', begun, added.pk)}#id_objectives",
        f"{at('application_contribution', begun, added.pk)}#id_modalities_0",
    ):
        assert f'href="{place}"' in page
        path, _hash, anchor = place.partition("#")
        assert f'id="{anchor}"' in client.get(path).text


def test_without_an_employer_the_profile_says_what_to_do(client, begun):
    type(begun.applicant).objects.filter(pk=begun.applicant_id).update(organisation=None)

    page = text_of(client.get(at("application_profile", begun)))

    assert "ne dit pas qui vous emploie" in page and 'id="organisation"' in page
    assert f'href="/mon-espace/profil/?next={at("application_profile", begun)}"' in page


def test_an_incomplete_draft_is_not_handed_in(client, begun):
    page = client.post(at("application_preview", begun))

    assert page.status_code == 422 and "Il manque : votre service" in text_of(page) and "<title>Erreur : " in page.text
    begun.refresh_from_db()
    assert begun.state == S.DRAFT


def test_a_complete_draft_is_read_again_then_handed_in_once(client, mine):
    application = mine()
    path = at("application_preview", application)

    page = text_of(client.get(path))
    for words in (
        "Transmettre.",
        "Dix ans de données.",
        "Design, expert",
        "lundi, mardi",
        "Bretagne",
        "Lire un tableau",
    ):
        assert words in page
    assert "Il manque" not in page
    first, second = client.post(path), client.post(path)

    assert first.url == second.url == application.get_absolute_url()
    application.refresh_from_db()
    assert application.state == S.SUBMITTED and application.events.filter(to_state=S.SUBMITTED).count() == 1
    assert Message.objects.filter(key__contains="submitted").count() == 1
    assert "Votre candidature est déposée" in text_of(client.get(first.url))


def test_a_draft_of_a_closed_call_says_why_it_waits(client, mine):
    application = mine()
    type(application.call).objects.filter(pk=application.call_id).update(
        closes_at=timezone.now() - datetime.timedelta(minutes=1)
    )

    page = text_of(client.get(at("application_preview", application)))
    assert "est clos depuis" in page and "Erreur : " not in page
    assert client.post(at("application_preview", application)).status_code == 422


def test_what_staff_ask_more_is_written_then_sent(client, mine, staff):
    application = mine(S.IN_REVIEW)
    due = timezone.localdate() + datetime.timedelta(days=7)
    transitions.ask_more(application=application, by=staff, text="Quels supports ?", due_on=due)

    followed = text_of(client.get(application.get_absolute_url()))
    assert (
        "Ce que nous attendons de vous" in followed
        and "Quels supports ?" in followed
        and "Modifier ma candidature" in followed
    )
    assert client.post(at("application_profile", application), {"service": "Autre", "next": "oui"}).status_code == 302
    application.refresh_from_db()
    typed = dict.fromkeys(["job_title", "motivation"], "…") | {
        "service": "Autre",
        "wish": "externe",
        "side_activity": "autorise",
        "is_recruited_to_teach": "False",
    }
    client.post(at("application_profile", application), typed)
    sent = client.post(at("application_preview", application), {"text": "Les voici."}, follow=True)

    assert "reprend" in text_of(sent) and "Les voici." in text_of(sent)
    application.refresh_from_db()
    assert application.state == S.IN_REVIEW and application.service == "Autre"


# --- Queries ----------------------------------------------------------------------------------------------------------


COSTS = {
    "application_profile": 7,
    "application_skills": 10,
    "application_availability": 6,
    "application_contributions": 7,
    "application_attachments": 8,
    "application_preview": 9,
    "application_detail": 12,
}


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_what_an_application_holds(client, mine, count, domain):
    application = mine()
    application.contributions.all().delete()
    application.skills.all().delete()
    for number in range(count):
        added = application.contributions.create(kind="idee", domain=domain)
        skill = Skill.objects.create(slug=f"s{number}", name=f"S{number}")
        application.skills.create(skill=skill, level="expert")
        application.call.skills.create(skill=skill)
        application.attachments.create(
            contribution=added, kind="cv", file="x", name="x.pdf", content_type="application/pdf", size=1
        )
    costs = {}
    for name in COSTS:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at(name, application)).status_code == 200
        costs[name] = len(queries)

    assert costs == COSTS


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_applications(
    client, mine, new_application, new_call, count, django_assert_num_queries
):
    first = mine(S.SUBMITTED)
    for number in range(1, count):
        new_application(applicant=first.applicant, call=new_call(f"Appel {number}"))

    with django_assert_num_queries(6):
        page = client.get(LIST).text

    assert page.count("Référence") == count


@pytest.mark.parametrize("name", ["application_detail", "application_profile", "application_preview"])
def test_personal_pages_are_kept_by_nobody(client, mine, name):
    application = mine()

    for path in (LIST, at(name, application)):
        assert client.get(path)["Cache-Control"] == "private, no-store"
