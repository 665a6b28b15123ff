"""What « Mon espace » says is expected of an applicant or a trainer."""

import pytest
from django.utils import timezone

from tests.trainers.conftest import DAY
from tests.trainers.pages import text_of
from trainers.enums import ApplicationState

pytestmark = pytest.mark.django_db
HOME = "/mon-espace/"
S = ApplicationState


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (S.DRAFT, "Vous n'avez pas encore déposé votre candidature à « Former à la donnée »"),
        (
            S.MORE_ASKED,
            "Un complément est attendu pour votre candidature à « Former à la donnée », au plus tard le 1er mars",
        ),
        (S.INTERVIEW, "Un entretien vous est proposé pour votre candidature à « Former à la donnée »"),
    ],
)
def test_who_applies_finds_what_is_expected_of_them(client, mine, state, words):
    application = mine(state, more_due_on="2027-03-01" if state == S.MORE_ASKED else None)

    page = text_of(client.get(HOME))

    assert words in page and f'href="{application.get_absolute_url()}"' in page


def test_nothing_is_expected_once_the_application_is_read_nor_of_a_draft_too_late(client, mine, new_call):
    application = mine(S.IN_REVIEW)
    now = timezone.now()
    closed = new_call("Former trop tard", opens_at=now - 20 * DAY, closes_at=now - DAY)
    mine(applicant=application.applicant, call=closed)

    assert "<h2>À faire</h2>" not in text_of(client.get(HOME))


def test_a_trainer_finds_that_sessions_are_proposed(client, new_trainer, new_assignment):
    proposed = new_assignment()
    new_assignment("acceptee", trainer=proposed.trainer)
    new_assignment()
    client.force_login(proposed.trainer.user)

    page = text_of(client.get(HOME))

    assert "Une session à animer vous est proposée" in page and 'href="/espace-formateur/"' in page
