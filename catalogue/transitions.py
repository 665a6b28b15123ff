"""Changes of state of what the catalogue publishes, one function each, and the merger of domains."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from campus.refusal import Refused
from catalogue import drafts
from catalogue.enums import PUBLICATION_MOVES, ProgrammeRequestState, PublicationState, SessionState
from catalogue.models import Domain, Programme, ProgrammeRequest, PublicationEvent, Session, Step, Training
from catalogue.programme_requests import emails

after_cancellation = []
"""What floors above do when a session is cancelled: functions of (session=, by=), called in the same transaction."""


class TransitionRefused(Refused):
    """A move that the rules forbid."""


def submit_for_review(*, item, by, reason=""):
    """Hand a draft Training or Programme over for review. Raises TransitionRefused."""
    return _move(item, PublicationState.IN_REVIEW, by, reason)


def publish(*, item, by, reason=""):
    """Put a Training or Programme online. Raises TransitionRefused, also for a parcours without a published step, and for a
    programme that is not written, or whose request is not done or has no agreement to a public page (issue 6).
    Who asked for the programme is told where its page is."""
    return _move(item, PublicationState.PUBLISHED, by, reason)


def archive(*, item, by, reason=""):
    """Take a published Training or Programme offline. Raises TransitionRefused.

    Refused too for the last published module of a published parcours, here and in back_to_draft.
    """
    return _move(item, PublicationState.ARCHIVED, by, reason)


def back_to_draft(*, item, by, reason=""):
    """Take a Training or Programme back to work on it. Raises TransitionRefused."""
    return _move(item, PublicationState.DRAFT, by, reason)


@transaction.atomic
def _move(item, to_state, by, reason):
    """Lock the row, check the table and the rules, write the state with its dates, log the move."""
    model = Programme if isinstance(item, Programme) else Training
    request = None
    if model is Programme:
        # Before its programme, as all that happens to a request does (catalogue.programme_requests).
        request = ProgrammeRequest.objects.select_for_update(of=("self",)).filter(programme=item.pk).first()
    item = model.objects.select_for_update(of=("self",)).get(pk=item.pk)
    from_state = PublicationState(item.state)
    if to_state not in PUBLICATION_MOVES[from_state]:
        raise TransitionRefused(
            f"« {item} » est à l'état « {from_state.label} » et ne peut pas passer à « {to_state.label} »."
        )
    if to_state == PublicationState.PUBLISHED and model is Training and item.is_parcours:
        _check_parcours_has_published_step(item)
    if to_state == PublicationState.PUBLISHED and model is Programme:
        _check_is_written(item)
        _check_request_allows_a_page(item, request)
    if from_state == PublicationState.PUBLISHED and model is Training and not item.is_parcours:
        _check_leaves_no_parcours_empty(item)
    today = timezone.localdate()
    item.state = to_state
    item.archived_on = today if to_state == PublicationState.ARCHIVED else None
    if to_state == PublicationState.PUBLISHED and item.published_on is None:
        item.published_on = today
    item.save(update_fields=["state", "published_on", "archived_on", "updated_at"])
    subject = {"programme": item} if model is Programme else {"training": item}
    PublicationEvent.objects.create(**subject, from_state=from_state, to_state=to_state, happened_by=by, reason=reason)
    if to_state == PublicationState.PUBLISHED and request:
        emails.tell_online(request, item)
    return item


def log_first_states(*, items, by, reason):
    """Log Trainings or Programmes that an import has just created in another state than draft, all of one model."""
    PublicationEvent.objects.bulk_create(
        PublicationEvent(
            **({"programme": item} if isinstance(item, Programme) else {"training": item}),
            from_state=PublicationState.DRAFT,
            to_state=item.state,
            happened_by=by,
            reason=reason,
        )
        for item in items
        if item.state != PublicationState.DRAFT
    )


def _check_parcours_has_published_step(training):
    """Locks the modules of the parcours: one that is archived meanwhile is counted as it then is."""
    modules = Training.objects.filter(parcours_steps__parcours=training.pk).order_by("pk")
    if not any(module.is_published for module in modules.select_for_update(of=("self",), no_key=True)):
        raise TransitionRefused(f"« {training} » n'a aucune étape publiée : publiez d'abord ses modules.")


def _check_is_written(programme):
    if unwritten := drafts.unwritten_in(programme, "summary", "design"):
        names = " et ".join(f"« {name} »" for name in unwritten)
        raise TransitionRefused(f"« {programme} » reste à rédiger : écrivez {names}, puis publiez.")


def _check_request_allows_a_page(programme, request):
    """Programmes told by an import or written by staff have no request: nobody is to be asked.

    The page tells what was done and for how many: it comes at the end.
    """
    if request and not request.agrees_to_publish:
        raise TransitionRefused(
            f"« {programme} » est né de la demande {request.reference}, et l'administration n'a pas donné son accord pour "
            "une page publique : demandez-le-lui."
        )
    if request and request.state != ProgrammeRequestState.DONE:
        raise TransitionRefused(
            f"« {programme} » est né de la demande {request.reference}, à l'état « {request.get_state_display()} » : sa page "
            "se publie une fois la demande terminée, avec ses chiffres."
        )


def _check_leaves_no_parcours_empty(module):
    """Locks the published parcours that contain `module`: two modules that leave at once are counted one by one."""
    parcours = Training.objects.published().filter(steps__module=module.pk).order_by("pk")
    containing = list(parcours.select_for_update(of=("self",)))
    others = Step.objects.filter(parcours__in=containing, module__state=PublicationState.PUBLISHED).exclude(
        module=module.pk
    )
    kept = set(others.values_list("parcours_id", flat=True))
    emptied = [f"« {training} »" for training in containing if training.pk not in kept]
    if emptied:
        raise TransitionRefused(
            f"« {module} » est le dernier module publié de {', '.join(emptied)} : publiez-y un autre module, ou "
            "dépubliez d'abord le parcours."
        )


@transaction.atomic
def cancel_session(*, session: Session, by, reason: str) -> Session:
    """Cancel a session that is not over. Raises TransitionRefused, also when `reason` is empty."""
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.state in {SessionState.CANCELLED, SessionState.FINISHED}:
        raise TransitionRefused(f"« {session} » est déjà à l'état « {session.state.label} ».")
    if not reason.strip():
        raise TransitionRefused("Dites pourquoi la session est annulée : les inscrits le liront.", "reason")
    session.cancelled_at, session.cancelled_by, session.cancel_reason = timezone.now(), by, reason.strip()
    session.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "updated_at"])
    for follow in after_cancellation:
        follow(session=session, by=by)
    return session


@transaction.atomic
def merge_domain(*, source: Domain, into: Domain, on: datetime.date) -> Domain:
    """Close `source` on a date and move its trainings to `into`; old links then lead there.

    Sessions that started before that date keep the domain they ran under, so that past figures do not move; so do
    programmes, which are told as they were. Raises TransitionRefused when `source` is merged already or begins after
    that date, and when `into` is `source` itself, is merged or is not in force on that date.
    """
    both = Domain.objects.select_for_update(of=("self",)).filter(pk__in=[source.pk, into.pk]).order_by("pk")
    locked = {domain.pk: domain for domain in both}
    if len(locked) < 2:
        raise TransitionRefused("Un domaine ne peut pas être fusionné dans lui-même.", "into")
    source, into = locked[source.pk], locked[into.pk]
    _check_domains_can_merge(source, into, on)
    source.valid_until, source.merged_into = on, into
    source.save(update_fields=["valid_until", "merged_into"])
    Training.objects.filter(domain=source).update(domain=into, updated_at=timezone.now())
    for training in source.secondary_trainings.exclude(domain=into):
        training.other_domains.add(into)
    into.secondary_trainings.remove(*into.secondary_trainings.filter(domain=into))
    source.secondary_trainings.clear()
    not_begun = Q(starts_at__isnull=True) | Q(starts_at__date__gte=on)
    Session.objects.filter(not_begun, domain=source).update(domain=into)
    return source


def _check_domains_can_merge(source, into, on):
    """Raises TransitionRefused; a domain that is merged leads elsewhere: into it, links could turn in circles."""
    if source.merged_into_id:
        raise TransitionRefused(f"« {source} » est déjà fusionné dans « {source.merged_into} ».")
    if on > timezone.localdate():
        raise TransitionRefused(
            "Une fusion prend effet aussitôt : revenez ce jour-là, ou donnez une date passée.", "on"
        )
    if on < source.valid_from:
        raise TransitionRefused(f"« {source} » n'est valable qu'à partir du {date_format(source.valid_from)}.", "on")
    if into.merged_into_id or not Domain.objects.in_force(on).filter(pk=into.pk).exists():
        raise TransitionRefused(f"« {into} » n'est pas en vigueur à cette date.", "into")
