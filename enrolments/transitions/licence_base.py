"""What every move of a licence does: lock the pool, then the licence; check; write the state with its event; queue the message;
all in the caller's transaction. The triggers of migration 0009 then move the counters, which the database checks."""

import datetime

from django.utils import timezone

from campus.refusal import Refused
from enrolments import licence_rules
from enrolments.emails import licence as emails
from enrolments.enums import LICENCE_HELD, LICENCE_MOVES, LicenceState
from enrolments.models import Licence, LicenceEvent, LicencePool
from enrolments.transitions.base import wait_briefly

L = LicenceState
A_ROUND = 100
"""Licences given at once at most: meanwhile, who asks waits for the pool."""


STANDS = {
    L.REQUESTED: "Cette demande n'a pas encore de licence.",
    L.GIVEN: "Cette demande a déjà sa licence ; pour la lui retirer, reprenez-la.",
    L.ACTIVATED: "Cette demande a déjà sa licence, activée ; pour la lui retirer, reprenez-la.",
    L.DONE: "Cette licence est terminée : elle ne change plus de mains.",
    L.EXPIRED: "Cette licence a expiré : elle ne change plus.",
    L.TAKEN_BACK: "Cette licence n'est plus attribuée : elle a été rendue ou reprise.",
    L.REFUSED: "Cette demande a été refusée.",
    L.WITHDRAWN: "Cette demande a été retirée.",
}
"""Why a licence does not go on from each state as somebody asks; to staff, or to an agent whose page is old."""


class LicenceRefused(Refused):
    """A move that the rules forbid."""


def lock(pool_id: int) -> LicencePool:
    """The pool as it is now; foreign keys to it may still be written meanwhile."""
    wait_briefly()
    return LicencePool.objects.select_for_update(no_key=True).get(pk=pool_id)


def lock_both(licence: Licence) -> Licence:
    """The licence as it is now, its pool locked before it."""
    pool = lock(licence.pool_id)
    licence = (
        Licence.objects.select_for_update(of=("self",)).select_related("agent__profile", "code").get(pk=licence.pk)
    )
    licence.pool = pool
    return licence


def give_on(pool: LicencePool) -> bool:
    """Give the free licences to the first who wait, under the pool's lock. False when some are left to give, for the next
    round of the worker."""
    served = 0
    while served < A_ROUND and pool.left > 0 and not pool.is_over:
        # Once more after each pass: where an allotment, or the rest in common, ran out on the way, what is left is for others
        # further down the line.
        before = served
        for licence in list(licence_rules.line_of(pool)[: min(A_ROUND - served, pool.left)]):
            licence.pool = pool
            if room := licence_rules.room_for(pool, licence.agent):
                hand_over(licence, room, None)
                served += 1
            elif pool.common_left > 0:
                return True  # for lack of codes: nobody after has any either
        if served == before:
            return True
    return served < A_ROUND


def hand_over(licence: Licence, room: licence_rules.Room, by) -> Licence:
    """Give the licence that `room` holds."""
    now = timezone.now()
    return move(
        licence,
        L.GIVEN,
        by,
        allotment=room.allotment,
        code=room.code,
        given_at=now,
        valid_until=timezone.localdate(now) + datetime.timedelta(days=licence.pool.validity_days),
    )


def move(licence: Licence, to_state: LicenceState, by, reason: str = "", **fields) -> Licence:
    """Write a move, with what else it changes, and tell the agent. The pool is locked by the caller."""
    event = write(licence, to_state, by, reason, **fields)
    emails.tell(licence, event)
    return licence


def write(licence: Licence, to_state: LicenceState, by, reason: str = "", **fields) -> LicenceEvent:
    """Write a move, without its message: with `licence_usages`, the only place that assigns a state."""
    from_state = check(licence, to_state)
    licence.state = to_state
    for name, value in fields.items():
        setattr(licence, name, value)
    licence.save()
    if (from_state in LICENCE_HELD) != (to_state in LICENCE_HELD):
        licence.pool.refresh_from_db(fields=["given", "common_given"])
    return log(licence, from_state or "", by, reason)


def check(licence: Licence, to_state: LicenceState) -> LicenceState | None:
    """The state of the licence (None: it is new). Raises LicenceRefused when it may not go to `to_state`."""
    from_state = L(licence.state) if licence.state else None
    if to_state not in LICENCE_MOVES[from_state]:
        raise LicenceRefused(STANDS[from_state] if from_state else "Cette licence n'est pas encore demandée.")
    return from_state


def log(licence: Licence, from_state: str, by, reason: str) -> LicenceEvent:
    """Note what happened to a licence that has its new state already."""
    return LicenceEvent.objects.create(
        licence=licence, from_state=from_state, to_state=licence.state, happened_by=by, reason=reason
    )
