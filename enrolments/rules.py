"""Who may enrol in which session, said in sentences. `conflict_of` and `refusal_for` read; transitions call them under lock."""

import datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue import wording
from catalogue.enums import Access, SessionState
from catalogue.models import Session, Slot
from enrolments.models import Enrolment


def refusal_for(session: Session, agent) -> str:
    """Why `agent` may not ask for a seat in `session`; "" when they may. Being in it already is no refusal."""
    if session.module is None or not session.module.is_published or session.module.access != Access.CAMPUS:
        return "On ne s'inscrit pas ici à cette session : sa page dit comment faire."
    match session.state:
        case SessionState.CANCELLED:
            return "Cette session est annulée."
        case SessionState.SCHEDULED:
            return f"Les inscriptions ouvrent le {wording.instant_day_in_words(session.enrolment_opens_at)}."
        case SessionState.CLOSED | SessionState.FINISHED:
            return "Les inscriptions à cette session sont closes."
    if not is_open_to(session, agent):
        return "Cette session est réservée aux agents d'autres employeurs."
    conflict = conflict_of(session, agent)
    return f"Vous avez déjà « {conflict} » : désistez-vous d'abord, ou choisissez d'autres dates." if conflict else ""


def is_open_to(session: Session, agent) -> bool:
    """Whether the employer of `agent`, or one above it, is among those that the session and its module are kept for."""
    employers = _lineage(agent.organisation_id)
    for kept_for in (session.restricted_to, session.module.restricted_to):
        ids = set(kept_for.values_list("pk", flat=True))
        if ids and not ids & employers:
            return False
    return True


def _lineage(organisation_id) -> set[int]:
    employers = set()
    while organisation_id and organisation_id not in employers:
        employers.add(organisation_id)
        organisation_id = Organisation.objects.filter(pk=organisation_id).values_list("parent", flat=True).first()
    return employers


def conflict_of(session: Session, agent) -> Session | None:
    """Another session of the agent, to come: of the same module, or at the same time."""
    others = Session.objects.not_cancelled().filter(
        pk__in=Enrolment.objects.live().filter(agent=agent).exclude(session=session).values("session"),
        ends_at__gt=timezone.now(),
    )
    mine = Slot.objects.filter(session=session)
    at_once = Slot.objects.filter(session=OuterRef("pk")).filter(
        Exists(mine.filter(starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")))
    )
    same_module = others.filter(module=session.module_id)
    at_same_time = others.filter(Exists(at_once))
    return (same_module | at_same_time).select_related("module", "programme").order_by(F("starts_at")).first()


def withdrawal_deadline(session: Session) -> datetime.datetime:
    """Until when one leaves without saying why."""
    return session.starts_at - datetime.timedelta(days=settings.WITHDRAWAL_DAYS)


def offer_end(session: Session, now: datetime.datetime) -> datetime.datetime:
    """Until when a seat offered now may be accepted: never beyond the start of the session."""
    return min(now + datetime.timedelta(hours=settings.OFFER_HOURS), session.starts_at)
