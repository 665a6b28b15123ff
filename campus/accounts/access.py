"""Requests of access by public agents whose employer is not known yet, and the answers of staff."""

import datetime

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import AccessRequest, AccessRequestState, Organisation, User
from campus.mailing import outbox
from campus.mailing.worker import every_round
from campus.refusal import Refused

KEPT_DAYS = 365


class AnswerRefused(Refused):
    """A request that cannot be answered so."""


def ask(*, request: AccessRequest) -> None:
    """Save a request that was just filled in; nothing when one waits for the same address."""
    with transaction.atomic():
        AccessRequest.objects.bulk_create([request], ignore_conflicts=True)


@transaction.atomic
def accept(*, request: AccessRequest, organisation: Organisation, by: User) -> User:
    """Open an account for who asks, in `organisation`; tell them. Raises AnswerRefused when it was answered already."""
    request = _locked(request)
    user, _is_new = User.objects.get_or_create(
        email=request.email, defaults={"first_name": request.first_name, "last_name": request.last_name}
    )
    user.organisation = organisation
    user.save(update_fields=["organisation"])
    return _answer(request, AccessRequestState.ACCEPTED, by, "", user)


@transaction.atomic
def refuse(*, request: AccessRequest, reason: str, by: User) -> None:
    """Say no, with a reason that they read. Raises AnswerRefused when it was answered already."""
    request = _locked(request)
    if not reason.strip():
        raise AnswerRefused("Dites pourquoi : la personne le lira.", "reason")
    _answer(request, AccessRequestState.REFUSED, by, reason.strip(), None)


def _locked(request: AccessRequest) -> AccessRequest:
    request = AccessRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != AccessRequestState.WAITING:
        raise AnswerRefused(f"« {request} » a déjà sa réponse : {request.get_state_display().lower()}.")
    return request


def _answer(request, state, by, answer, user):
    request.state, request.answered_at, request.answered_by, request.answer = state, timezone.now(), by, answer
    request.save()
    outbox.write(
        key=f"access {request.pk} {state}",
        to=request.email,
        template=f"accounts/emails/access_{'accepted' if user else 'refused'}",
        context={"request": request},
    )
    return user


@every_round
def forget_old_requests() -> None:
    old = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    AccessRequest.objects.filter(answered_at__lt=old).delete()
