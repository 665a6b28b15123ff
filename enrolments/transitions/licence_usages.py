"""What a provider's file says, noted for many licences at once: the same moves as one by one, a write a batch."""

import datetime
from typing import NamedTuple

from campus.accounts.models import User
from enrolments.enums import LICENCE_HELD, LicenceState
from enrolments.models import Licence, LicenceEvent, LicencePool
from enrolments.transitions.licence_base import check

L = LicenceState
PROVIDER_SAYS = "Selon le fournisseur"
OUTCOMES = {L.ACTIVATED: "activées", L.DONE: "terminées"}


class Usage(NamedTuple):
    """A line of a file: the licence of a code, or else of an address, is in `state` since `at`."""

    place: str
    code: str
    email: str
    state: LicenceState
    at: datetime.datetime
    result: str


def note_usages(*, pool: LicencePool, usages: list[Usage], by: User | None) -> list[str]:
    """Move the licences of a few hundred usages; what became of each: « activées », « terminées », « inchangées »,
    « inconnues », « rendues ou reprises » (a licence that its agent has no more). The pool is locked by the caller.

    No message leaves: agents know what they have done.
    """
    by_code, by_email = _licences_of(pool, usages)
    events: list[LicenceEvent] = []
    changed: dict[int, Licence] = {}
    outcomes = []
    for usage in usages:
        licence = by_code.get(usage.code) or by_email.get(usage.email)
        if licence is None:
            outcomes.append("inconnues")
        elif licence.state not in LICENCE_HELD:
            outcomes.append("rendues ou reprises")
        else:
            moves = _moves(licence, usage)
            for state in moves:
                events.append(_go(licence, state, usage, by))
            if moves or (usage.result and usage.result != licence.result):
                licence.result = usage.result or licence.result
                changed[licence.pk] = licence
            outcomes.append(OUTCOMES[moves[-1]] if moves else "inchangées")
    Licence.objects.bulk_update(changed.values(), ["state", "activated_at", "finished_at", "result"])
    LicenceEvent.objects.bulk_create(events)
    return outcomes


def _licences_of(pool: LicencePool, usages: list[Usage]) -> tuple[dict[str, Licence], dict[str, Licence]]:
    """By code and by address, one object a licence; the one that an agent has goes before those that they had."""
    licences = pool.licences.exclude(given_at=None).select_for_update(of=("self",)).select_related("agent", "code")
    by_code, by_email, seen = {}, {}, {}
    for licence in licences.filter(code__value__in=[usage.code for usage in usages if usage.code]):
        by_code[licence.code.value] = seen.setdefault(licence.pk, licence)
    for licence in licences.filter(agent__email__in=[usage.email for usage in usages if usage.email]).order_by("pk"):
        known = by_email.get(licence.agent.email)
        if known is None or licence.state in LICENCE_HELD:
            by_email[licence.agent.email] = seen.setdefault(licence.pk, licence)
    return by_code, by_email


def _moves(licence: Licence, usage: Usage) -> list[LicenceState]:
    """The states to go through, in order."""
    path = [L.GIVEN, L.ACTIVATED, L.DONE]
    if licence.state not in path:
        return []
    return path[path.index(L(licence.state)) + 1 : path.index(usage.state) + 1]


def _go(licence: Licence, state: LicenceState, usage: Usage, by) -> LicenceEvent:
    from_state = check(licence, state)
    licence.state = state
    if state == L.ACTIVATED:
        licence.activated_at = usage.at
    else:
        licence.finished_at = usage.at
    return LicenceEvent(licence=licence, from_state=from_state, to_state=state, happened_by=by, reason=PROVIDER_SAYS)
