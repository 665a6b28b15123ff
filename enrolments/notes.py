"""A message from staff to all who hold a seat in a session."""

import datetime

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from campus.mailing import outbox
from campus.refusal import Refused
from catalogue.models import Session
from enrolments.announcements import periods_of
from enrolments.emails.moves import context_of
from enrolments.enums import EnrolmentState
from enrolments.models import SessionNote
from enrolments.transitions.base import lock


@transaction.atomic
def write_to_all(*, session: Session, subject: str, text: str, by: User) -> SessionNote:
    """Queue a message for each who is enrolled, once; keep what was written. Raises Refused when nobody is.

    The same words sent again within the hour are a double click: the note that there is.
    """
    session = lock(session)
    just_now = timezone.now() - datetime.timedelta(hours=1)
    if twin := session.notes.filter(subject=subject, text=text, sent_at__gte=just_now).first():
        return twin
    told = [EnrolmentState.ENROLLED, EnrolmentState.PRESENT, EnrolmentState.ABSENT]
    enrolments = list(session.enrolments.filter(state__in=told).select_related("agent__profile").order_by("pk"))
    if not enrolments:
        raise Refused(f"« {session} » n'a pas d'inscrits : personne à qui écrire.")
    note = SessionNote.objects.create(
        session=session, subject=subject, text=text, sent_by=by, recipients=len(enrolments)
    )
    periods = periods_of(session)
    for enrolment in enrolments:
        enrolment.session = session
        outbox.write_data(
            key=f"session note {note.pk} enrolment {enrolment.pk}",
            to=enrolment.agent.email,
            template="enrolments/emails/note",
            context=context_of(enrolment, periods) | {"subject_line": subject, "text": text},
        )
    return note
