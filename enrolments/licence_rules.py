"""Who may have a licence of which pool, and which licence, said in sentences. Transitions call these under the pool's lock."""

from typing import NamedTuple

from django.db.models import F, Max, Q
from django.utils import timezone

from campus.accounts.hierarchy import organisations_above, organisations_below
from campus.accounts.models import User
from catalogue import wording
from enrolments.enums import LICENCE_HELD, LicenceAccess, LicenceState
from enrolments.models import Allotment, Licence, LicenceCode, LicencePool


class Room(NamedTuple):
    """Where a licence is taken from: an allotment, or what is common to all (None); and its code, in a pool that has some."""

    allotment: Allotment | None
    code: LicenceCode | None


class Terms(NamedTuple):
    """What an agent is told of a pool before asking."""

    pool: LicencePool
    mine: Licence | None
    """What they have in it already, or asked for."""
    refusal: str
    left: int
    """Licences that they could have, if nobody were before them."""
    waiting: int


def terms_for(agent: User) -> list[Terms]:
    """The pools of the year as `agent` is told of them; as many queries whatever their number."""
    pools = list(LicencePool.objects.of_this_year().with_counts())
    mine = {licence.pool_id: licence for licence in _kept(Licence.objects.filter(agent=agent, pool__in=pools))}
    employers = proved_employers_of(agent)
    allotted = dict.fromkeys([pool.pk for pool in pools], 0)
    for allotment in Allotment.objects.filter(pool__in=pools, organisation__in=employers):
        allotted[allotment.pool_id] += allotment.left
    return [
        Terms(
            pool=pool,
            mine=mine.get(pool.pk),
            refusal="" if pool.pk in mine else _refusal(pool, employers),
            left=_within_codes(pool, pool.common_left + allotted[pool.pk]),
            waiting=pool.asked_count,
        )
        for pool in pools
    ]


def _kept(licences):
    """Those that keep their agent from having another of the pool."""
    return licences.filter(state__in=[LicenceState.REQUESTED, *LICENCE_HELD])


def _within_codes(pool: LicencePool, left: int) -> int:
    return min(left, pool.codes_left) if pool.access == LicenceAccess.CODES else left


def kept_one(pool: LicencePool, agent: User) -> Licence | None:
    """What `agent` has in the pool, had until its last day, or asks for: it is the only one."""
    return _kept(Licence.objects.filter(agent=agent, pool=pool)).first()


def refusal_for(pool: LicencePool, agent: User) -> str:
    """Why `agent` may not ask for a licence of the pool; "" when they may. Having one already is no refusal."""
    return _refusal(pool, proved_employers_of(agent) if pool.is_for_known_employers else [])


def _refusal(pool: LicencePool, employers: list[int]) -> str:
    if pool.is_over or pool.closes_at <= timezone.now():
        return f"Les demandes sont closes depuis le {wording.instant_day_in_words(pool.closes_at)}."
    if not pool.is_open:
        return f"Les demandes ouvrent le {wording.instant_day_in_words(pool.opens_at)}."
    if pool.is_for_known_employers and not employers:
        return (
            "Cette licence est réservée aux agents dont l'employeur public est établi par leur adresse ou par "
            "ProConnect, et rien n'établit le vôtre. Une erreur ? Écrivez au campus."
        )
    return ""


def room_for(pool: LicencePool, agent: User) -> Room | None:
    """A licence for `agent`: of the nearest of their employers that has some left, else common; None when there is none."""
    allotment = _allotment_for(pool, agent)
    if allotment is None and pool.common_left <= 0:
        return None
    code = None
    if pool.access == LicenceAccess.CODES:
        code = _next_code(pool)
        if code is None:
            return None
    return Room(allotment, code)


def _allotment_for(pool: LicencePool, agent: User) -> Allotment | None:
    employers = proved_employers_of(agent) if pool.allotted else []
    open_ones = pool.allotments.select_for_update(no_key=True).filter(organisation__in=employers, given__lt=F("seats"))
    return min(open_ones, key=lambda allotment: employers.index(allotment.organisation_id), default=None)


def _next_code(pool: LicencePool) -> LicenceCode | None:
    """Codes are given in their order, each once: those up to the last one given need not be read again."""
    last = pool.licences.aggregate(last=Max("code"))["last"] or 0
    return pool.codes.filter(pk__gt=last).order_by("pk").first()


def line_of(pool: LicencePool):
    """Who waits for a licence that there is, in their order; nobody when there is none. A queryset."""
    line = Licence.objects.in_line().filter(pool=pool, agent__is_active=True).select_related("agent__profile")
    if pool.common_left > 0:
        return line
    open_ones = [allotment.organisation_id for allotment in pool.allotments.all() if allotment.left > 0]
    if not open_ones:
        return line.none()
    is_proved = Q(agent__profile=None) | Q(agent__profile__chose_employer=False)
    return line.filter(is_proved, agent__organisation__in=organisations_below(open_ones))


def proved_employers_of(agent: User) -> list[int]:
    """The ids of the employer of `agent` and of those above it, the nearest first; none when the agent alone says it
    (issue 4)."""
    profile = getattr(agent, "profile", None)
    if agent.organisation_id is None or (profile and profile.chose_employer):
        return []
    return organisations_above(agent.organisation_id)
