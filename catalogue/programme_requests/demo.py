"""The requests of the demonstration, from demo.yaml: each is led to its state by the transitions. A second call adds nothing."""

import datetime
from pathlib import Path

import yaml
from django.db import transaction
from django.utils import timezone

from campus.accounts.models import Organisation, User
from catalogue.enums import Modality, ProgrammeRequestState
from catalogue.models import Domain, ProgrammeRequest, Session
from catalogue.programme_requests import guests, transitions

FILE = Path(__file__).parent / "demo.yaml"
STAFF = "equipe@exemple.gouv.fr"
S = ProgrammeRequestState
ORDER = [S.RECEIVED, S.ANALYSIS, S.PROPOSAL, S.ACCEPTED, S.DESIGN, S.ROLLOUT, S.DONE]
DAY = datetime.timedelta(days=1)


def load() -> int:
    """Write the requests that are absent, and a private session to come for the one that is rolled out. Returns how many."""
    staff = User.objects.filter(email=STAFF, is_demo=True).first()
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["demandes"]
    people = User.objects.filter(is_demo=True).in_bulk(field_name="email")
    if staff is None or not Domain.objects.exists():
        return 0
    written = 0
    for row in rows:
        asked = ProgrammeRequest.objects.filter(title=row["objet"], requester__is_demo=True).first()
        if asked is None:
            _write(row, people[row["demandeur"]], staff)
            written += 1
        elif asked.state == S.ROLLOUT:
            _open_session(asked, row, staff)
    return written


@transaction.atomic
def _write(row, requester, staff) -> None:
    asked = transitions.start(requester=requester)
    answers = {
        "title": row["objet"],
        "role": row["fonction"],
        "organisation": (organisation := Organisation.objects.get(external_id=row["organisation"])),
        "organisation_name": organisation.name,
        "need": row["besoin"],
        "audience": row["public"],
        "headcount": row["agents"],
        "domains": Domain.objects.filter(slug__in=row["domaines"]),
        "modality": row.get("modalite", ""),
        "budget_euros": row.get("budget"),
        "financing": row["financement"],
        "contact_name": str(requester),
        "contact_email": requester.email,
    }
    transitions.save_draft(programme_request=asked, answers=answers)
    transitions.submit(programme_request=asked, by=requester)
    _lead(asked, row, staff)
    _say(asked, row, staff)
    _date_back(asked, row["jours"], staff if row.get("suivie") else None)


def _lead(asked, row, staff) -> None:
    """To its state, one move after the other."""
    state = S(row["etat"])
    moves = {
        S.ANALYSIS: lambda: transitions.start_analysis(programme_request=asked, by=staff),
        S.PROPOSAL: lambda: transitions.propose(programme_request=asked, by=staff, text=row["proposition"]),
        S.ACCEPTED: lambda: transitions.accept(programme_request=asked, by=staff),
        S.DESIGN: lambda: transitions.start_design(programme_request=asked, by=staff),
        S.ROLLOUT: lambda: _roll_out(asked, row, staff),
        S.DONE: lambda: transitions.finish(
            programme_request=asked,
            by=staff,
            agents_trained=row["agents_formes"],
            satisfaction_percent=row["satisfaction"],
        ),
    }
    if state == S.CLOSED:
        transitions.close(programme_request=asked, by=staff, reason=row["motif"])
        return
    for step in ORDER[1 : ORDER.index(state) + 1]:
        moves[step]()
    if row.get("accord"):
        transitions.answer_publication(programme_request=asked, by=asked.requester, agrees=True)


def _roll_out(asked, row, staff) -> None:
    asked.refresh_from_db()
    if S(row["etat"]) == S.ROLLOUT:
        _open_session(asked, row, staff)
    else:
        _new_session(asked, timezone.now() - 60 * DAY)
    transitions.start_rollout(programme_request=asked, by=staff)


def _open_session(asked, row, staff) -> None:
    """One to come, unless there is: agents of the administration and of the list enrol in it."""
    if asked.programme.sessions.not_cancelled().upcoming().exists():
        return
    session = _new_session(asked, timezone.now() + 35 * DAY)
    session.restricted_to.add(asked.organisation)
    if row.get("invites"):
        guests.invite(session=session, addresses=row["invites"], by=staff)


def _new_session(asked, day) -> Session:
    """Two mornings, a week apart."""
    start = timezone.localtime(day).replace(hour=9, minute=30, second=0, microsecond=0)
    session = Session.objects.create(
        programme=asked.programme,
        organiser=Organisation.objects.get(external_id="dinum"),
        modality=Modality.ONLINE,
        seats=20,
        online_url="https://visio.exemple.gouv.fr/sur-mesure",
        enrolment_opens_at=start - 60 * DAY,
        enrolment_closes_at=start - 3 * DAY,
    )
    for morning in (start, start + 7 * DAY):
        session.slots.create(starts_at=morning, ends_at=morning + datetime.timedelta(hours=3))
    session.refresh_from_db()
    return session


def _say(asked, row, staff) -> None:
    for message in row.get("messages", []):
        for who, text in message.items():
            by = staff if who == "dinum" else asked.requester
            transitions.write(programme_request=asked, by=by, text=text)


def _date_back(asked, days: int, owner) -> None:
    """As if it had arrived so many days ago, and all that followed since."""
    arrived = timezone.now() - days * DAY
    ProgrammeRequest.objects.filter(pk=asked.pk).update(
        submitted_at=arrived,
        owner=owner,
        proposal_on=(arrived + 30 * DAY).date(),
        design_on=(arrived + 90 * DAY).date(),
        rollout_on=(arrived + 140 * DAY).date(),
        review_on=(arrived + 240 * DAY).date(),
    )
    events = list(asked.events.all())
    for rank, event in enumerate(events):  # the draft and its sending, on that day
        event.happened_at = arrived + max(rank - 1, 0) * days * DAY / len(events)
    asked.events.model.objects.bulk_update(events, ["happened_at"])
    ProgrammeRequest.objects.filter(pk=asked.pk).update(state_changed_at=events[-1].happened_at)
    messages = list(asked.thread.all())
    for rank, message in enumerate(messages, start=1):
        message.written_at = arrived + rank * days * DAY / (len(messages) + 1)
    asked.thread.model.objects.bulk_update(messages, ["written_at"])
