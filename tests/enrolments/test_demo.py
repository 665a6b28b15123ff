"""The agents of the demonstration: all have a profile, and the first has something on each page of « Mon espace »."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from campus.accounts.models import User
from campus.mailing.models import Message
from campus.side_menu import menu
from enrolments import demo, navigation
from enrolments.enums import LicenceState
from enrolments.models import (
    Cohort,
    CohortMember,
    Enrolment,
    Favourite,
    Feedback,
    InternalPriority,
    Licence,
    LicencePool,
    Profile,
    SeatQuota,
)

pytestmark = pytest.mark.django_db
COUNTED = [Enrolment, Favourite, Profile, Message, Licence, Cohort, CohortMember, SeatQuota, InternalPriority, Feedback]


@pytest.fixture
def demonstration(db, settings):
    settings.RESERVED_PERCENT = 50  # as it is served
    call_command("load_demo", verbosity=0)
    call_command("load_demo_enrolments")


def test_the_first_agent_has_something_everywhere_and_loading_again_changes_nothing(demonstration, client, capsys):
    agent = User.objects.get(email=demo.FIRST_AGENT)
    states = set(agent.enrolments.values_list("state", flat=True))
    before = [model.objects.count() for model in COUNTED]
    assert {"inscrite", "en-attente", "proposee", "presente"} == states
    assert Profile.objects.count() == User.objects.filter(is_demo=True).count() > 300

    capsys.readouterr()
    call_command("load_demo_enrolments")

    assert "déjà à jour" in capsys.readouterr().out
    assert [model.objects.count() for model in COUNTED] == before
    assert Cohort.objects.count() == 4 and SeatQuota.objects.in_force().filter(used__gt=0).count() == 4
    assert CohortMember.objects.filter(agreed_to_show_progress_at__isnull=False).count() > 4
    client.force_login(User.objects.get(email="rh@exemple.gouv.fr"))
    figures = client.get(reverse("enrolments:employer_home"), follow=True).text
    assert "<dt>Heures suivies</dt><dd>non chiffré</dd>" not in figures and " %</td>" in figures
    client.force_login(agent)
    assert set(Licence.objects.values_list("state", flat=True)) >= set(LicenceState) - {"refusee", "retiree"}
    seats = set(LicencePool.objects.filter(year=2025).values_list("provider", "seats"))
    assert seats == {("pix", 20_000), ("openclassrooms", 600)}
    assert "Obtenir ma licence Pix" in client.get(reverse("enrolments:licences")).text
    home = client.get(reverse("enrolments:home")).text
    assert "avez-vous pensé de cette session" in home
    assert "Une place vous est proposée" in home and "Rang 3" in home and "Sessions ouvertes" in home
    for entry in menu(navigation.ENTRIES, "/"):
        page = client.get(entry.url).text
        assert "Aucun favori" not in page and "Aucune alerte" not in page and "Rien pour l'instant" not in page
        assert "Aucune licence pour l'instant" not in page


def test_an_offer_that_is_over_is_followed_by_another(demonstration):
    agent = User.objects.get(email=demo.FIRST_AGENT)
    agent.enrolments.filter(state="proposee").update(state="expiree", offer_expires_at=None)

    demo.load()

    assert agent.enrolments.filter(state="proposee").count() == 1


def test_without_a_catalogue_only_profiles_are_written(db):
    call_command("load_demo_people", verbosity=0)

    assert demo.load()["profils"] > 300 and not Enrolment.objects.exists()
