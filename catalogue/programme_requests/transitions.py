"""The life of a request for a sur-mesure programme, one function a move.

Each locks the request, checks the table and the rules, writes the state with its event and queues its messages, in one
transaction. All raise TransitionRefused. The request is locked before its programme, here as in catalogue.transitions.
"""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from campus.accounts.models import Organisation, User
from campus.threads import check_rate
from campus.uploads import Checked
from catalogue import wording
from catalogue.drafts import create_draft_programme
from catalogue.enums import PROGRAMME_REQUEST_MOVES, ProgrammeRequestState
from catalogue.models import (
    ProgrammeRequest,
    ProgrammeRequestDocument,
    ProgrammeRequestEvent,
    ProgrammeRequestMessage,
    ProgrammeRequestNote,
)
from catalogue.models.programme_request import MAX_DOCUMENTS
from catalogue.programme_requests import emails
from catalogue.transitions import TransitionRefused

S = ProgrammeRequestState
DOUBLE_CLICK_SECONDS = 600


# --- Who asks ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def start(*, requester: User) -> ProgrammeRequest:
    """The draft of `requester`: the one begun already, or a new one that knows what their account says."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=requester.pk)  # against two clicks
    if draft := ProgrammeRequest.objects.made_by(requester).filter(state=S.DRAFT).first():
        return draft
    draft = ProgrammeRequest(
        requester=requester,
        organisation=requester.organisation,
        organisation_name=requester.organisation.name if requester.organisation else "",
        contact_name=requester.get_full_name(),
        contact_email=requester.email,
    )
    move(draft, S.DRAFT, requester)
    return draft


@transaction.atomic
def save_draft(*, programme_request: ProgrammeRequest, answers: dict) -> ProgrammeRequest:
    """Store what was typed in a draft. answers: cleaned data of RequestForm.

    The organisation follows the name that was typed: what is accepted is for its agents (`organisation_named`).
    """
    answers = dict(answers)
    domains = answers.pop("domains")
    locked = _lock(programme_request)
    if not locked.is_draft:
        raise TransitionRefused(
            "Votre demande est envoyée : elle ne se modifie plus. Écrivez-nous sur sa page de suivi."
        )
    answers["organisation"] = organisation_named(answers["organisation_name"], requester=locked.requester)
    for name, value in answers.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*answers, "updated_at"])
    locked.domains.set(domains)
    return locked


def organisation_named(name: str, *, requester: User) -> Organisation | None:
    """The organisation that somebody means: their own, or the one of this name. None otherwise: staff choose it."""
    own, name = requester.organisation, name.strip()
    if own and name.casefold() in {own.name.casefold(), own.acronym.casefold()}:
        return own
    return Organisation.objects.filter(name__iexact=name).first()


@transaction.atomic
def submit(*, programme_request: ProgrammeRequest, by: User) -> ProgrammeRequest:
    """Send a draft to the campus, once: the same request when it is sent already."""
    locked = _lock(programme_request)
    if not locked.is_draft:
        return locked  # a double click
    if missing := missing_from(locked):
        names = ", ".join(missing)
        raise TransitionRefused(f"Il manque : {names}.")
    move(locked, S.RECEIVED, by, submitted_at=timezone.now())
    emails.tell_submitted(locked)
    emails.tell_staff(locked, "submitted", f"programme request {locked.pk} submitted")
    return locked


def missing_from(programme_request: ProgrammeRequest) -> list[str]:
    """The names of what is to be filled in before it is sent, as the form labels them; [] when all is there."""
    fields = [programme_request._meta.get_field(name) for name in ProgrammeRequest.REQUIRED]
    return [
        str(field.verbose_name)
        for field in fields
        if not (programme_request.domains.exists() if field.many_to_many else getattr(programme_request, field.name))
    ]


@transaction.atomic
def discard(*, programme_request: ProgrammeRequest) -> None:
    """Delete a draft that is given up."""
    locked = _lock(programme_request)
    if not locked.is_draft:
        raise TransitionRefused("Cette demande est envoyée : retirez-la depuis sa page de suivi.")
    locked.delete()


@transaction.atomic
def withdraw(*, programme_request: ProgrammeRequest, by: User, reason: str = "") -> ProgrammeRequest:
    """Take a request back, before it is accepted."""
    locked = _lock(programme_request)
    if not locked.can_withdraw:
        raise TransitionRefused("Cette demande ne se retire plus ici : écrivez-nous sur sa page de suivi.")
    move(locked, S.CLOSED, by, f"Retirée par qui l'a faite. {reason.strip()}".strip())
    event = locked.events.last()
    emails.tell_staff(locked, "withdrawn", f"programme request event {event.pk} staff")
    return locked


@transaction.atomic
def answer_publication(*, programme_request: ProgrammeRequest, by: User, agrees: bool) -> ProgrammeRequest:
    """Say whether the programme may have a public page. Once it is online, a « non » tells staff, who archive it (issue 6)."""
    locked = _lock(programme_request)
    if not locked.is_asked_to_publish:
        raise TransitionRefused("La question d'une page publique se pose une fois le programme en déploiement.")
    takes_back = bool(locked.agrees_to_publish) and not agrees
    locked.agrees_to_publish, locked.publication_answered_at = agrees, timezone.now()
    locked.save(update_fields=["agrees_to_publish", "publication_answered_at", "updated_at"])
    locked.programme.refresh_from_db(fields=["state"])  # whoever publishes it has locked the request before
    if takes_back and locked.programme.is_published:
        key = f"programme request {locked.pk} to take offline {locked.publication_answered_at.isoformat()}"
        emails.tell_staff(locked, "offline", key)
    return locked


# --- Staff ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def start_analysis(*, programme_request: ProgrammeRequest, by: User) -> ProgrammeRequest:
    """Begin to study a request, or take its proposal up again."""
    return _tell_move(_lock(programme_request), S.ANALYSIS, by)


@transaction.atomic
def propose(*, programme_request: ProgrammeRequest, by: User, text: str) -> ProgrammeRequest:
    """Make a proposal, whose text joins the thread."""
    locked = _lock(programme_request)
    move(locked, S.PROPOSAL, by)
    message = _write(locked, by, text, is_from_requester=False)
    emails.tell_moved(locked, text=message.text)
    return locked


@transaction.atomic
def accept(*, programme_request: ProgrammeRequest, by: User) -> ProgrammeRequest:
    """Note that both sides agree: a draft Programme is born, for the team of the catalogue to write."""
    locked = _lock(programme_request)
    if locked.organisation is None:
        raise TransitionRefused(
            f"Dites d'abord pour quelle organisation : « {locked.organisation_name} » n'en désigne aucune avec certitude. "
            "Choisissez-la dans la demande, rubrique « Programme »."
        )
    if S.ACCEPTED not in PROGRAMME_REQUEST_MOVES[locked.state]:
        raise _refusal(locked, S.ACCEPTED)
    programme = create_draft_programme(
        title=locked.title,
        beneficiary=locked.organisation,
        need=locked.need,
        domains=list(locked.domains.all()),
        year=(locked.wanted_from or timezone.localdate()).year,
    )
    return _tell_move(locked, S.ACCEPTED, by, programme=programme)


@transaction.atomic
def start_design(*, programme_request: ProgrammeRequest, by: User) -> ProgrammeRequest:
    return _tell_move(_lock(programme_request), S.DESIGN, by)


@transaction.atomic
def start_rollout(*, programme_request: ProgrammeRequest, by: User) -> ProgrammeRequest:
    """Begin the sessions. Refused while the programme has none: they are what is rolled out."""
    locked = _lock(programme_request)
    if locked.programme and not locked.programme.sessions.not_cancelled().exists():
        raise TransitionRefused("Créez d'abord une session privée du programme.")
    return _tell_move(locked, S.ROLLOUT, by)


@transaction.atomic
def finish(
    *, programme_request: ProgrammeRequest, by: User, agents_trained: int, satisfaction_percent: int | None
) -> ProgrammeRequest:
    """End a programme with its figures. Refused while sessions are to come."""
    locked = _lock(programme_request)
    _check_no_session_to_come(locked)
    figures = {"agents_trained": agents_trained, "satisfaction_percent": satisfaction_percent}
    _tell_move(locked, S.DONE, by, **figures)
    locked.programme.agents_trained = agents_trained
    locked.programme.save(update_fields=["agents_trained", "updated_at"])
    return locked


@transaction.atomic
def close(*, programme_request: ProgrammeRequest, by: User, reason: str) -> ProgrammeRequest:
    """Give a request up. Refused without a reason, which who asked reads, and while sessions are to come."""
    locked = _lock(programme_request)
    if not reason.strip():
        raise TransitionRefused("Dites pourquoi : l'administration le lira.", "reason")
    _check_no_session_to_come(locked)
    return _tell_move(locked, S.CLOSED, by, reason.strip())


# --- Both -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(*, programme_request: ProgrammeRequest, by: User, text: str) -> ProgrammeRequestMessage:
    """Write to the other side; it is told by e-mail. Who asked is one side, anybody else is Dinum.

    Who asked writes so many messages an hour (campus.threads.check_rate).
    """
    locked = _lock(programme_request)
    message = _write(locked, by, text, is_from_requester=by.pk == locked.requester_id)
    if message.is_from_requester:
        check_rate(by, TransitionRefused)
        emails.tell_staff(locked, "message", f"programme request message {message.pk}")
    else:
        emails.tell_message(locked, message)
    return message


@transaction.atomic
def attach(
    *, programme_request: ProgrammeRequest, by: User, file: UploadedFile, checked: Checked
) -> ProgrammeRequestDocument:
    """Add a document, that both sides read. checked: what campus.uploads.check says of it."""
    locked = _lock(programme_request)
    if locked.is_draft:
        raise TransitionRefused("Envoyez d'abord votre demande : les documents s'ajoutent ensuite.", "file")
    if locked.documents.count() >= MAX_DOCUMENTS:
        raise TransitionRefused(f"Une demande compte {MAX_DOCUMENTS} documents au plus : regroupez-les.", "file")
    document = locked.documents.create(
        is_from_requester=by.pk == locked.requester_id,
        file=file,
        name=checked.name,
        content_type=checked.file_type.content_type,
        size=file.size,
        uploaded_by=by,
    )
    if document.is_from_requester:
        emails.tell_staff(locked, "document", f"programme request document {document.pk}")
    else:
        emails.tell_document(locked, document)
    return document


@transaction.atomic
def note(*, programme_request: ProgrammeRequest, by: User, text: str) -> ProgrammeRequestNote:
    """A word to colleagues."""
    locked = _lock(programme_request)
    text = _worded(locked.notes, by, text)
    return locked.notes.create(author=by, text=text)


def _write(locked, by, text, *, is_from_requester) -> ProgrammeRequestMessage:
    if locked.is_draft:
        raise TransitionRefused("Cette demande n'est pas envoyée.", "text")
    text = _worded(locked.thread, by, text)
    return locked.thread.create(author=by, is_from_requester=is_from_requester, text=text)


def _worded(written, by, text) -> str:
    """`text`, refused when it is empty or what the same person has just written: a double click."""
    text = text.strip()
    if not text:
        raise TransitionRefused("Écrivez votre message.", "text")
    last = written.filter(author=by).last()
    if last and last.text == text and (timezone.now() - last.written_at).total_seconds() < DOUBLE_CLICK_SECONDS:
        raise TransitionRefused("Vous venez d'écrire la même chose : c'est déjà enregistré.", "text")
    return text


# --- What every move does ---------------------------------------------------------------------------------------------


def _lock(programme_request: ProgrammeRequest) -> ProgrammeRequest:
    requests = ProgrammeRequest.objects.select_for_update(of=("self",))
    return requests.select_related("requester", "organisation", "owner", "programme").get(pk=programme_request.pk)


def _check_no_session_to_come(locked) -> None:
    if locked.programme and locked.programme.sessions.not_cancelled().filter(ends_at__gt=timezone.now()).exists():
        raise TransitionRefused("Des sessions du programme sont encore à venir : attendez leur fin, ou annulez-les.")


def _tell_move(locked, to_state, by, reason="", **fields) -> ProgrammeRequest:
    move(locked, to_state, by, reason, **fields)
    emails.tell_moved(locked, text=reason)
    return locked


def move(item: ProgrammeRequest, to_state, by, reason: str = "", **fields) -> ProgrammeRequestEvent:
    """Write a move: the only place that assigns a state. Locked by the caller. fields: what changes with the state."""
    from_state = item.state or None
    if to_state not in PROGRAMME_REQUEST_MOVES[from_state]:
        raise _refusal(item, to_state)
    item.state, item.state_changed_at = to_state, timezone.now()
    for name, value in fields.items():
        setattr(item, name, value)
    item.save()
    return item.events.create(from_state=from_state or "", to_state=to_state, happened_by=by, reason=reason[:1000])


def _refusal(item, to_state) -> TransitionRefused:
    """Two colleagues who do the same are told who came first."""
    label = S(to_state).label
    if not item.state:
        return TransitionRefused(f"Une demande ne commence pas à l'état « {label} ».")
    if item.state != to_state:
        return TransitionRefused(
            f"La demande est à l'état « {item.get_state_display()} » : elle ne peut pas passer à « {label} »."
        )
    event = item.events.select_related("happened_by").last()
    who = f", par {event.happened_by}" if event and event.happened_by else ""
    since = wording.instant_in_words(item.state_changed_at)
    return TransitionRefused(f"Déjà fait : la demande est à l'état « {label} » depuis le {since}{who}.")
