"""The licences of the demonstration: Pix and OpenClassrooms, in 2025 and this year, partly used, with requests that wait.

Written in bulk, without the transitions nor messages, as these would have left it: the database checks the counts all the same.
Once: nothing when there is a pool already.
"""

import datetime
import random
from dataclasses import dataclass
from itertools import count

from django.db import transaction
from django.utils import timezone

from campus.accounts.enums import PUBLIC_EMPLOYERS, OrganisationKind
from campus.accounts.models import Organisation, User
from enrolments.enums import LICENCE_HELD, LicenceAccess, LicenceMode, LicenceProvider, LicenceState
from enrolments.models import Allotment, Licence, LicenceCode, LicenceEvent, LicencePool

L = LicenceState
PEOPLE = 1_500
"""Invented agents who have licences and nothing else: nobody signs in as one of them in one click."""
FIRST_YEAR = 2025
CAMPAIGNS = ["Métiers de la donnée", "Managers du numérique", "Reconversion vers le développement"]
MOTIVATIONS = [
    "Je rejoins un pôle data en septembre et je veux consolider mes bases en Python.",
    "J'encadre une équipe produit et je souhaite comprendre le travail des développeurs.",
    "Je prépare une mobilité vers un poste de chargée de projet numérique.",
    "Notre service refond son portail : je veux suivre le parcours sur l'accessibilité.",
    "Je souhaite obtenir un titre professionnel de développeur d'ici deux ans.",
]
RESULTS = {LicenceProvider.PIX: "{} pix", LicenceProvider.OPENCLASSROOMS: "{} % du parcours"}


@dataclass
class Plan:
    """What there is of a provider in a year: licences sold and, of them, given; requests that wait; licences kept for the
    first three ministries."""

    provider: LicenceProvider
    seats: int
    given: int
    waiting: int
    kept: tuple[int, int, int]


def plans_of(year: int, this_year: int) -> list[Plan]:
    pix, other = LicenceProvider.PIX, LicenceProvider.OPENCLASSROOMS
    if year < this_year:
        return [Plan(pix, 20_000, 1_400, 0, (2_000, 1_500, 800)), Plan(other, 600, 600, 0, (30, 25, 20))]
    return [Plan(pix, 20_000, 900, 0, (2_000, 1_500, 800)), Plan(other, 600, 585, 70, (30, 25, 20))]


@transaction.atomic
def load(first_agent: str) -> int:
    """Write the pools and what was given of them; return how many licences. `first_agent`: the address of who has something
    of each, but of this year's Pix, to try."""
    employers = list(Organisation.objects.filter(kind__in=PUBLIC_EMPLOYERS).order_by("pk"))
    me = User.objects.filter(email=first_agent, is_demo=True).first()
    if not employers or me is None or LicencePool.objects.exists():
        return 0
    draw = random.Random(6)  # noqa: S311 (always the same demonstration)
    people, this_year = _people(employers), timezone.localdate().year
    for year in sorted({FIRST_YEAR, this_year}):
        for plan in plans_of(year, this_year):
            is_to_try = year == this_year and plan.provider == LicenceProvider.PIX
            _write(_new_pool(plan, year), plan, people if is_to_try else [me, *people], draw)
    return Licence.objects.count()


def _people(employers: list[Organisation]) -> list[User]:
    """Named as the agents of the demonstration are, otherwise combined."""
    names = list(User.objects.filter(is_demo=True).order_by("pk").values_list("first_name", "last_name"))
    return User.objects.bulk_create(
        User(
            email=f"licence{number:04}@exemple.gouv.fr",
            first_name=names[number % len(names)][0],
            last_name=names[number * 7 % len(names)][1],
            organisation=employers[number % len(employers)],
            password="!",  # noqa: S106 (none)
        )
        for number in range(1, PEOPLE + 1)
    )


def _new_pool(plan: Plan, year: int) -> LicencePool:
    is_pix = plan.provider == LicenceProvider.PIX
    pool = LicencePool.objects.create(
        provider=plan.provider,
        year=year,
        seats=plan.seats,
        summary=(
            "Évaluer, développer et certifier ses compétences numériques."
            if is_pix
            else "Suivre à son rythme des cours et des parcours vers les métiers du numérique."
        ),
        conditions=(
            "Tout agent public, titulaire ou contractuel, quel que soit son employeur."
            if is_pix
            else "Agents de l'État et de ses opérateurs qui ont un projet professionnel dans le numérique.\n"
            "Il faut pouvoir y consacrer deux heures par semaine."
        ),
        is_for_known_employers=not is_pix,
        mode=LicenceMode.DIRECT if is_pix else LicenceMode.ON_REQUEST,
        campaigns="" if is_pix else "\n".join(CAMPAIGNS),
        access=LicenceAccess.CAMPAIGN if is_pix else LicenceAccess.CODES,
        campaign_code=f"CAMPUS{year}" if is_pix else "",
        start_url="https://pix.exemple.fr/campagnes" if is_pix else "https://openclassrooms.exemple.fr/activer",
        opens_at=_instant(year, 1, 1, 0),
        closes_at=_instant(year, 12, 31, 23),
    )
    ministries = Organisation.objects.filter(kind=OrganisationKind.MINISTRY).order_by("pk")[: len(plan.kept)]
    Allotment.objects.bulk_create(
        Allotment(pool=pool, organisation=ministry, seats=seats)
        for ministry, seats in zip(ministries, plan.kept, strict=False)
    )
    if not is_pix:
        LicenceCode.objects.bulk_create(
            LicenceCode(pool=pool, value=f"https://openclassrooms.exemple.fr/activer/{year}-{number:04}")
            for number in range(1, plan.seats + 1)
        )
    return pool


def _instant(year: int, month: int, day: int, hour: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime(year, month, day, hour))


def _write(pool: LicencePool, plan: Plan, people: list[User], draw: random.Random) -> None:
    """Licences given through the year, the latest not activated yet; then the requests of the last weeks."""
    codes, left = iter(pool.codes.order_by("pk")), {each.organisation_id: each for each in pool.allotments.all()}
    rooms = {organisation: allotment.seats for organisation, allotment in left.items()}
    common, now = pool.seats - sum(rooms.values()), timezone.now()
    end = min(now, pool.closes_at - datetime.timedelta(days=20))
    span, licences, events = (end - pool.opens_at) / plan.given, [], []
    askers = iter(people)
    for number in count():
        agent = next(askers, None)
        if agent is None or number == plan.given:
            break
        given_at = pool.opens_at + span * (number + draw.random())
        state = L.GIVEN if now - given_at < datetime.timedelta(days=15) else _state_of(draw)
        licence = _licence(pool, agent, given_at, state, draw)
        if licence.state in LICENCE_HELD:
            if rooms.get(agent.organisation_id, 0) > 0:
                rooms[agent.organisation_id] -= 1
                licence.allotment = left[agent.organisation_id]
            elif common > 0:
                common -= 1
            else:
                continue
        licence.code = next(codes, None)
        licences.append(licence)
    for number, agent in enumerate(askers):
        if number == plan.waiting:
            break
        licences.append(_request(pool, agent, now - datetime.timedelta(hours=12 * (plan.waiting - number)), draw))
    Licence.objects.bulk_create(licences)
    for licence in licences:
        events += _events(licence)
    LicenceEvent.objects.bulk_create(events)


def _state_of(draw: random.Random) -> LicenceState:
    return draw.choices([L.ACTIVATED, L.DONE, L.TAKEN_BACK], [55, 40, 5])[0]


def _request(pool: LicencePool, agent: User, at: datetime.datetime, draw: random.Random) -> Licence:
    return Licence(
        pool=pool,
        agent=agent,
        state=L.REQUESTED,
        queued_at=at,
        campaign=draw.choice(CAMPAIGNS),
        motivation=draw.choice(MOTIVATIONS),
    )


def _licence(
    pool: LicencePool, agent: User, given_at: datetime.datetime, state: LicenceState, draw: random.Random
) -> Licence:
    day = datetime.timedelta(days=1)
    licence = Licence(
        pool=pool,
        agent=agent,
        state=state,
        queued_at=given_at if pool.is_direct else given_at - 9 * day,
        given_at=given_at,
        valid_until=timezone.localdate(given_at) + pool.validity_days * day,
    )
    if not pool.is_direct:
        licence.campaign, licence.motivation = draw.choice(CAMPAIGNS), draw.choice(MOTIVATIONS)
    if state in {L.ACTIVATED, L.DONE}:
        licence.activated_at = given_at + draw.randint(1, 13) * day
    if state == L.DONE:
        licence.finished_at = min(licence.activated_at + draw.randint(1, 90) * day, timezone.now())
        licence.result = RESULTS[pool.provider].format(draw.randint(40, 100) * (8 if pool.is_direct else 1))
        licence.shares_results = draw.random() < 0.4
    if state in {L.GIVEN, L.ACTIVATED} and licence.valid_until < timezone.localdate():
        licence.state = L.EXPIRED
    return licence


def _events(licence: Licence) -> list[LicenceEvent]:
    day = datetime.timedelta(days=1)
    dated = [
        (L.REQUESTED, None if licence.pool.is_direct else licence.queued_at),
        (L.GIVEN, licence.given_at),
        (L.ACTIVATED, licence.activated_at),
        (L.DONE, licence.finished_at),
        (L.TAKEN_BACK, licence.given_at + 30 * day if licence.state == L.TAKEN_BACK else None),
        (L.EXPIRED, licence.given_at + licence.pool.validity_days * day if licence.state == L.EXPIRED else None),
    ]
    events, before = [], ""
    for state, at in dated:
        if at is not None:
            events.append(LicenceEvent(licence=licence, from_state=before, to_state=state, happened_at=at))
            before = state
    return events
