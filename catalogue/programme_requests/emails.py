"""What who asks for a programme is told, and staff of what they write. Each once, in the transaction of what it tells."""

from django.conf import settings

from campus.mailing import outbox
from catalogue import drafts, wording
from catalogue.enums import ProgrammeRequestState
from catalogue.models import Programme, ProgrammeRequest, ProgrammeRequestDocument, ProgrammeRequestMessage, Session

S = ProgrammeRequestState
NEWS = {
    S.ANALYSIS: "Nous étudions votre besoin, et reviendrons vers vous pour en parler.",
    S.PROPOSAL: "Nous vous faisons une proposition : lisez-la, et répondez-nous sur la page de votre demande.",
    S.ACCEPTED: "Votre programme est accepté : nous passons à sa conception avec vous.",
    S.DESIGN: "La conception de votre programme commence.",
    S.ROLLOUT: "Votre programme se déploie : ses sessions sont ouvertes aux agents que vous nous avez dits. "
    "Sur la page de votre demande, dites-nous aussi s'il peut avoir une page publique.",
    S.DONE: "Votre programme est terminé. Ses chiffres sont sur la page de votre demande. Merci de l'avoir mené avec nous.",
    S.CLOSED: "Votre demande est classée sans suite.",
}
"""What a move means for who asked."""


def tell_submitted(programme_request: ProgrammeRequest) -> None:
    _tell(programme_request, "submitted", f"programme request {programme_request.pk} submitted")


def tell_moved(programme_request: ProgrammeRequest, *, text: str = "") -> None:
    """text: what staff wrote with the move."""
    event = programme_request.events.last()
    news = NEWS[programme_request.state]
    _tell(programme_request, "moved", f"programme request event {event.pk}", news=news, text=text)


def tell_message(programme_request: ProgrammeRequest, message: ProgrammeRequestMessage) -> None:
    _tell(programme_request, "message", f"programme request message {message.pk}", text=message.text)


def tell_document(programme_request: ProgrammeRequest, document: ProgrammeRequestDocument) -> None:
    _tell(programme_request, "document", f"programme request document {document.pk}", document=document)


def tell_online(programme_request: ProgrammeRequest, programme: Programme) -> None:
    """Once, however often its page comes and goes."""
    page = settings.SITE_URL + programme.get_absolute_url()
    _tell(programme_request, "online", f"programme request {programme_request.pk} online", page=page)


def tell_staff(programme_request: ProgrammeRequest, what: str, key: str) -> None:
    """Whoever follows the request, the whole team when nobody does. what: "submitted", "withdrawn", "message", "document",
    "offline" (a page that is to be)."""
    outbox.write(
        key=f"{key} staff",
        to=programme_request.owner.email if programme_request.owner else settings.CONTACT_EMAIL,
        template="catalogue/emails/programme_request_staff",
        context={"asked": programme_request, "what": what},
    )


def invite(session: Session, email: str, key: str, *, is_for_employers: bool) -> None:
    """Tell somebody that a private session is open to them; is_for_employers: also to all agents of some."""
    outbox.write(
        key=key,
        to=email,
        template="catalogue/emails/session_invitation",
        context={
            "session": session,
            "dates": wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone),
            "closes": wording.instant_in_words(session.enrolment_closes_at),
            "summary": drafts.written(session.programme.summary),
            "whom": wording.whom_private_in_words(is_for_employers),
            "url": settings.SITE_URL + session.page_url,
        },
    )


def _tell(programme_request, template, key, **context) -> None:
    outbox.write(
        key=key,
        to=programme_request.requester.email,
        template=f"catalogue/emails/programme_request_{template}",
        context={
            "asked": programme_request,
            "url": settings.SITE_URL + programme_request.get_absolute_url(),
            **context,
        },
    )
