"""Trainings kept at hand: on the account of who is signed in, else in the session of the browser."""

from collections.abc import Sequence

from django.db.models import OuterRef, Subquery

from campus.accounts.models import User
from campus.refusal import Refused
from catalogue.models import Session, Training
from enrolments.models import Favourite

KEY = "favourites"
"""Ids of trainings in an anonymous session, the latest first."""
ANONYMOUS_LIMIT = 100


class FavouriteRefused(Refused):
    """A training that cannot be kept."""


def ids_of(request) -> list[int]:
    """Ids of the trainings kept by who asks, the latest first."""
    if request.user.is_authenticated:
        return list(Favourite.objects.filter(agent=request.user).values_list("training", flat=True))
    return list(request.session.get(KEY, []))


def described(ids: Sequence[int]) -> list[Training]:
    """The trainings that have these ids, in the same order, each with `next_starts_at`: its next session. One query."""
    coming = Session.objects.not_cancelled().upcoming().filter(module=OuterRef("pk"))
    trainings = Training.objects.select_related("domain").annotate(
        next_starts_at=Subquery(coming.values("starts_at")[:1])
    )
    found = trainings.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def add(request, training: Training) -> None:
    """Keep `training`; nothing when it is kept already. Raises FavouriteRefused when an anonymous session is full."""
    if request.user.is_authenticated:
        merge(request.user, [training.pk])
        return
    ids = request.session.get(KEY, [])
    if training.pk in ids:
        return
    if len(ids) >= ANONYMOUS_LIMIT:
        raise FavouriteRefused(
            f"Vous gardez déjà {ANONYMOUS_LIMIT} formations : connectez-vous pour en garder davantage, ou retirez-en."
        )
    request.session[KEY] = [training.pk, *ids]


def remove(request, training: Training) -> None:
    """Keep `training` no more."""
    if request.user.is_authenticated:
        Favourite.objects.filter(agent=request.user, training=training).delete()
    elif training.pk in (ids := request.session.get(KEY, [])):
        request.session[KEY] = [pk for pk in ids if pk != training.pk]


def merge(agent: User, training_ids: Sequence[int]) -> None:
    """Give `agent` these trainings as favourites, those that still exist and that they lack. The latest come first."""
    existing = set(Training.objects.filter(pk__in=training_ids).values_list("pk", flat=True))
    Favourite.objects.bulk_create(
        [Favourite(agent=agent, training_id=pk) for pk in reversed(training_ids) if pk in existing],
        ignore_conflicts=True,
    )


def merge_session(sender, request, user, **kwargs) -> None:
    """What the browser kept before signing in goes to the account."""
    if ids := request.session.pop(KEY, None):
        merge(user, ids)
