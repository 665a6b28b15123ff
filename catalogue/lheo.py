"""The catalogue in LHÉO 2.3, the language in which French training offers are exchanged (décret n° 2015-742).

http://lheo.gouv.fr/2.3/ gives its elements, their order and their sizes. An element that we know nothing of is left out
even where LHÉO asks for it: an invented number would be taken for a true one (docs/machines.md lists them).
"""

import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue import wording
from catalogue.enums import Access, Modality, Pace, PrerequisiteKind, SessionState, TrainingKind
from catalogue.linked_data import CAMPUS
from catalogue.models import Place, Prerequisite, Session, Step, Training
from catalogue.sorting import plain
from catalogue.xml_text import printable

NAMESPACE = "http://lheo.gouv.fr/2.3"
CHUNK = 500
TEXT, SHORT_TEXT, TITLE, LINE = 3000, 250, 255, 50
"""Sizes of LHÉO, in characters."""

# Keys of the dictionaries of LHÉO.
NO, YES = "0", "1"
ON_SITE, MIXED, ONLINE = "0", "1", "2"
FIXED_DATES, AT_ANY_TIME = "0", "1"
WITHOUT_LEVEL = "1"
REQUIRED, OPTIONAL = "1", "2"
RECRUITING, NOT_RECRUITING = "1", "2"
IN_GROUP, INDIVIDUAL, MODULAR, MIXED_PATH = "1", "2", "3", "4"
PATHS = {Pace.SCHEDULED: IN_GROUP, Pace.SELF_PACED: INDIVIDUAL, Pace.MIXED: MIXED_PATH}
TEACHING = {Modality.ON_SITE: ON_SITE, Modality.HYBRID: MIXED, Modality.ONLINE: ONLINE}
UNKNOWN_START, UNKNOWN_END = "00000000", "99999999"

CAMPUS_ADDRESS = ("20 avenue de Ségur", "75007", "Paris")


def lheo_lines(origin: str) -> Iterator[str]:
    """Yield the text of the file, a training at a time; `origin` (https://…) makes addresses whole."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<lheo xmlns="{NAMESPACE}">\n<offres>\n'
    for training in _trainings():
        yield tostring(_formation(training, origin), encoding="unicode") + "\n"
    yield "</offres>\n</lheo>\n"


def _trainings() -> Iterator[Training]:
    """What is published, by chunks: a number of queries a chunk that does not depend on its rows."""
    published = Training.objects.published()
    sessions = Session.objects.not_cancelled().upcoming().select_related("place").defer("online_url")
    steps = Step.objects.filter(module__in=published).select_related("module").order_by("position")
    required = Prerequisite.objects.filter(kind=PrerequisiteKind.REQUIRED, requires__in=published)
    return (
        published.with_total_minutes()
        .select_related("domain")
        .prefetch_related(
            "audiences", "providers", "restricted_to", Prefetch("sessions", sessions, "next_sessions"),
            Prefetch("steps", steps, "public_steps"),
            Prefetch("prerequisites", required.select_related("requires"), "public_prerequisites"),
        )
        .order_by("title_key", "pk")
        .iterator(chunk_size=CHUNK)
    )  # fmt: skip


def _formation(training: Training, origin: str) -> Element:
    formation = Element("formation", numero=training.slug, datemaj=_day(training.updated_at))
    domain = SubElement(SubElement(formation, "domaine-formation"), "extras", info="domaine-du-campus")
    _add(domain, "extra", training.domain.name, info=training.domain.slug)
    objectives = "\n".join(training.objectives)
    _add(formation, "intitule-formation", training.title, TITLE)
    _add(formation, "objectif-formation", objectives or training.summary)
    _add(formation, "resultats-attendus", training.certification or objectives or training.summary)
    _add(formation, "contenu-formation", training.contents or training.description or training.summary)
    _add(formation, "certifiante", YES if training.kind == TrainingKind.CERTIFICATION else NO)
    _contact(SubElement(formation, "contact-formation"), origin)
    _add(formation, "parcours-de-formation", MODULAR if training.is_parcours else PATHS[training.pace])
    _add(formation, "code-niveau-entree", WITHOUT_LEVEL)
    _add(SubElement(formation, "url-formation"), "urlweb", origin + training.get_absolute_url())
    first, *others = sorted(training.providers.all(), key=lambda provider: plain(provider.name)) or [None]
    for place, sessions in _by_place(training.next_sessions) or [(None, [])]:
        _action(formation, training, place, sessions, others)
    _responsible(SubElement(formation, "organisme-formation-responsable"), first, origin)
    _add(formation, "identifiant-module", training.slug)
    if training.public_steps:
        parts = SubElement(formation, "sous-modules")
        for step in training.public_steps:
            part = SubElement(parts, "sous-module")
            _add(part, "reference-module", step.module.slug)
            _add(part, "type-module", REQUIRED if step.is_required else OPTIONAL)
    if training.public_prerequisites:
        needed = SubElement(formation, "modules-prerequis")
        for prerequisite in training.public_prerequisites:
            _add(needed, "reference-module", prerequisite.requires.slug)
    return formation


def _by_place(sessions: Iterable[Session]) -> list[tuple[Place | None, list[Session]]]:
    """Sessions held alike: an action of LHÉO has one way to be taught, at one place."""

    def how(session):
        return session.place_id or 0, session.modality

    groups = [list(group) for _how, group in groupby(sorted(sessions, key=how), key=how)]
    return [(group[0].place, group) for group in groups]


def _action(
    formation: Element,
    training: Training,
    place: Place | None,
    sessions: list[Session],
    teachers: list[Organisation],
) -> None:
    action = SubElement(formation, "action")
    _add(action, "rythme-formation", training.get_pace_display())
    _add(action, "info-public-vise", ", ".join(audience.name for audience in training.audiences.all()), SHORT_TEXT)
    _add(action, "niveau-entree-obligatoire", NO)
    _add(action, "modalites-alternance", "aucune")
    _add(
        action, "modalites-enseignement", TEACHING[sessions[0].modality] if sessions else _teaching(training.modalities)
    )
    _add(action, "conditions-specifiques", "\n".join(_conditions(training)) or "aucune")
    _add(action, "prise-en-charge-frais-possible", NO if training.price_cents else YES)
    if place:
        where = SubElement(SubElement(action, "lieu-de-formation"), "coordonnees")
        _add(where, "nom", place.name, LINE)
        _address(where, place.address, place.postcode, place.city)
    at_any_time = not sessions and training.pace == Pace.SELF_PACED
    _add(action, "modalites-entrees-sorties", AT_ANY_TIME if at_any_time else FIXED_DATES)
    if training.access_url.startswith("http"):
        _add(SubElement(action, "url-action"), "urlweb", training.access_url, 400)
    for session in sessions:
        _session(SubElement(action, "session", numero=str(session.pk)), session, training)
    if not sessions:
        _period(SubElement(action, "session"), UNKNOWN_START, UNKNOWN_END)
    access = filter(None, [training.accessibility_notes, place.access_notes if place else ""])
    _add(action, "acces-handicapes", " ".join(access), SHORT_TEXT)
    for language in training.languages[:5]:
        _add(action, "langue-formation", language)
    _add(action, "prix-total-TTC", f"{(training.price_cents or 0) / 100:.2f}")
    _add(action, "duree-indicative", wording.duration_in_words(training.total_minutes, training.duration_label), 150)
    if training.total_minutes:
        _add(action, "nombre-heures-total", str(math.ceil(training.total_minutes / 60)))
    for teacher in teachers:
        element = SubElement(action, "organisme-formateur")
        if teacher.siret:
            _add(SubElement(element, "SIRET-formateur"), "SIRET", teacher.siret)
        _add(element, "raison-sociale-formateur", teacher.name, SHORT_TEXT)


def _session(element: Element, session: Session, training: Training) -> None:
    _period(element, _day(session.starts_at, session), _day(session.ends_at, session))
    if training.access == Access.CAMPUS:
        _address(SubElement(element, "adresse-inscription"), *CAMPUS_ADDRESS)
    _period(
        SubElement(element, "periode-inscription"),
        _day(session.enrolment_opens_at, session),
        _day(session.enrolment_closes_at, session),
    )
    _add(element, "etat-recrutement", RECRUITING if session.state == SessionState.OPEN else NOT_RECRUITING)


def _responsible(element: Element, provider: Organisation | None, origin: str) -> None:
    """The first of the providers; the campus itself when the training names none."""
    name = provider.name if provider else CAMPUS
    if provider and provider.siret:
        _add(SubElement(element, "SIRET-organisme-formation"), "SIRET", provider.siret)
    _add(element, "nom-organisme", name, SHORT_TEXT)
    _add(element, "raison-sociale", name, SHORT_TEXT)
    where = SubElement(SubElement(element, "coordonnees-organisme"), "coordonnees")
    if provider is None:
        _address(where, *CAMPUS_ADDRESS)
    url = provider.url if provider else f"{origin}/"
    if url:
        _add(SubElement(where, "web"), "urlweb", url, 400)
    _contact(SubElement(element, "contact-organisme"), origin)


def _contact(element: Element, origin: str) -> None:
    """The campus answers for every training of its catalogue."""
    contact = SubElement(element, "coordonnees")
    _add(contact, "nom", CAMPUS, LINE)
    _add(contact, "courriel", settings.CONTACT_EMAIL)
    _add(SubElement(contact, "web"), "urlweb", f"{origin}/")


def _address(element: Element, street: str, postcode: str, city: str) -> None:
    address = SubElement(element, "adresse")
    for line in wrap(printable(street), LINE)[:4]:
        _add(address, "ligne", line)
    _add(address, "codepostal", postcode)
    _add(address, "ville", city)


def _conditions(training: Training) -> Iterator[str]:
    if training.prerequisites_text:
        yield training.prerequisites_text
    employers = [employer.name for employer in training.restricted_to.all()]
    if employers:
        yield f"Réservé aux agents de : {', '.join(employers)}."
    elif not training.is_open_to_non_agents:
        yield "Réservé aux agents publics."


def _teaching(modalities: list[str]) -> str:
    """How all of them together are taught: one alone says it, several make a mix."""
    return TEACHING[modalities[0]] if len(modalities) == 1 else MIXED


def _period(element: Element, start: str, end: str) -> None:
    period = SubElement(element, "periode")
    _add(period, "debut", start)
    _add(period, "fin", end)


def _day(instant, session: Session | None = None) -> str:
    """AAAAMMJJ, in the time of the place of a session."""
    return f"{timezone.localtime(instant, session.zone if session else None):%Y%m%d}"


def _add(parent: Element, tag: str, text: str, size: int = TEXT, **attributes: str) -> None:
    """Add an element that holds a text, cut at `size` characters; no text, no element."""
    text = printable(text).strip()
    if text:
        SubElement(parent, tag, attributes).text = text if len(text) <= size else f"{text[: size - 1]}…"
