import datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue.models import Skill
from tests.catalogue.conftest import domain, new_module, new_session, organisation, published_module  # noqa: F401
from tests.enrolments.conftest import new_agent  # noqa: F401
from trainers import transitions
from trainers.enums import DECISIONS, ApplicationState, TrainerState
from trainers.models import Application, Assignment, Call, Rate, Trainer

DAY = datetime.timedelta(days=1)
S = ApplicationState


@pytest.fixture
def skill(db):
    return Skill.objects.create(slug="design", name="Design")


@pytest.fixture
def employer(db):
    return Organisation.objects.create(name="Ministère des Essais", acronym="MEssais", kind="ministere")


@pytest.fixture
def new_call(db):
    """A function that creates a published call, open for a month, with two criteria."""

    def create(title="Former à la donnée", **fields):
        now = timezone.now()
        call = Call.objects.create(
            **{
                "title": title,
                "summary": "…",
                "text": "…",
                "is_published": True,
                "opens_at": now - DAY,
                "closes_at": now + 30 * DAY,
                **fields,
            }
        )
        call.criteria.create(name="Pédagogie", weight=2, position=1)
        call.criteria.create(name="Expertise", weight=1, position=2)
        return call

    return create


@pytest.fixture
def new_application(new_call, new_agent, employer, domain, skill):  # noqa: F811
    """A function that creates a complete application in a state, of a new agent, with a training already held."""

    def create(state=S.DRAFT, **fields):
        now = timezone.now()
        applicant = fields.pop("applicant", None) or new_agent(
            first_name="Camille", last_name="Lenoir", organisation=employer
        )
        application = Application.objects.create(
            **{
                "applicant": applicant,
                "call": fields.pop("call", None) or new_call(),
                "state": state,
                "submitted_at": None if state == S.DRAFT else now,
                "decided_at": now if state in DECISIONS else None,
                "organisation": employer,
                "service": "Bureau des essais",
                "job_title": "Analyste",
                "motivation": "Transmettre.",
                "experience": "Dix ans de données.",
                "wish": "externe",
                "side_activity": "sans-objet",
                "is_recruited_to_teach": False,
                "weekdays": [1, 2],
                "regions": ["bretagne"],
                "hours_a_month": 8,
                **fields,
            }
        )
        application.skills.create(skill=skill, level="expert")
        application.contributions.create(
            kind="existante",
            title="Lire un tableau",
            domain=domain,
            audience="les gestionnaires",
            level="debutant",
            duration_minutes=210,
            modalities=["presentiel"],
            objectives=["Lire"],
            past_runs="En 2025, pour vingt collègues.",
        )
        return application

    return create


@pytest.fixture
def new_staff(new_agent):  # noqa: F811
    """A function that creates somebody of the team with permissions of the app: all those of who handles, by default."""

    def create(*codenames, **fields):
        user = new_agent(is_staff=True, **fields)
        names = codenames or ("manage_applications", "decide_application", "see_identity")
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        return user

    return create


@pytest.fixture
def staff(new_staff):
    return new_staff()


@pytest.fixture
def new_reviewer(new_staff):
    """A function that creates a reviewer of a call, who may do nothing else."""

    def create(call, **fields):
        user = new_staff("view_application", **fields)
        call.reviewers.add(user)
        return user

    return create


@pytest.fixture
def new_trainer(new_agent):  # noqa: F811
    """A function that creates an active trainer, external by default."""

    def create(state=TrainerState.ACTIVE, **fields):
        return Trainer.objects.create(
            **{
                "user": fields.pop("user", None) or new_agent(first_name="Maïwenn", last_name="Le Goff"),
                "kind": "externe",
                "state": state,
                **fields,
            }
        )

    return create


@pytest.fixture
def rates(db):
    """The first rates, also in tests whose transactions are kept, which begin with empty tables."""
    write_first_rates()


def write_first_rates():
    for kind, teaching, preparation in [
        ("initiation", 25_00, 25_00),
        ("approfondissement", 105_00, 105_00),
        ("expertise", 150_00, 120_00),
    ]:
        cents = {"cents_per_hour": teaching, "preparation_cents_per_hour": preparation}
        Rate.objects.get_or_create(kind=kind, defaults={**cents, "valid_from": "2011-08-30"})


@pytest.fixture
def new_assignment(new_trainer, new_session):  # noqa: F811
    """A function that creates an assignment in a state, whatever the rules."""

    def create(state="proposee", **fields):
        now = timezone.now()
        return Assignment.objects.create(
            **{
                "trainer": fields.pop("trainer", None) or new_trainer(),
                "session": fields.pop("session", None) or new_session(),
                "state": state,
                "teaching_minutes": 180,
                "answer_due_at": now + 7 * DAY,
                "answered_at": now if state in ("acceptee", "declinee") else None,
                **fields,
            }
        )

    return create


@pytest.fixture
def applied(new_application, staff):
    """An application under review, and who handles it."""
    return SimpleNamespace(application=new_application(S.IN_REVIEW), staff=staff)


@pytest.fixture
def begun(client, new_call, new_agent, employer, domain):  # noqa: F811
    """A draft with nothing in it, whose applicant is signed in."""
    agent = new_agent(organisation=employer)
    client.force_login(agent)
    return transitions.start(applicant=agent, call=new_call())


@pytest.fixture
def mine(client, new_application):
    """A function that creates a complete application, a draft by default, whose applicant is signed in."""

    def create(state=S.DRAFT, **fields):
        application = new_application(state, **fields)
        client.force_login(application.applicant)
        return application

    return create
