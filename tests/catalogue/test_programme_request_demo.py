"""The requests of the demonstration cover the states; one has a private session to come."""

import pytest
from django.core.management import call_command

from campus.accounts.models import User
from catalogue.models import Programme, ProgrammeRequest, Session
from catalogue.programme_requests import demo

pytestmark = pytest.mark.django_db


def test_requests_cover_the_states_and_loading_again_adds_nothing(capsys):
    call_command("load_demo", verbosity=0)
    call_command("load_demo_programme_requests")

    assert set(ProgrammeRequest.objects.values_list("state", flat=True)) == {
        "recue", "analyse", "proposition", "conception", "deploiement", "terminee", "sans-suite",
    }  # fmt: skip
    assert Programme.objects.published().count() == 10
    agent = User.objects.get(email="agent001@exemple.gouv.fr")
    (private,) = Session.objects.inviting(agent.email, []).upcoming()
    assert private.programme.request.state == "deploiement"
    capsys.readouterr()
    call_command("load_demo_programme_requests")
    assert "déjà à jour" in capsys.readouterr().out

    private.slots.all().delete()  # weeks have passed
    demo.load()
    assert Session.objects.inviting(agent.email, []).upcoming().count() == 1


def test_without_a_catalogue_nothing_is_written():
    assert demo.load() == 0
