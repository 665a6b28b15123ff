"""What is read of an application under anonymised reading. Every list, search, history, export and mail for a reviewer goes
through `anonymised`: nothing else of the application may be shown to them (permissions.reads_anonymised)."""

import hashlib
import re
from dataclasses import dataclass

from django.utils import timezone

from trainers import permissions
from trainers.models import Application, Attachment, Contribution

MASK = "[masqué]"
TO_REREAD = "[en cours de relecture par l'équipe]"
"""Where a text has changed since staff have rewritten it: neither what it says now nor what it said is safe to show."""
APPLICANT = "La personne qui candidate"
CAMPUS = "Le campus"
TEXTS = ["motivation", "experience"]
CONTRIBUTION_TEXTS = [
    "title",
    "audience",
    "materials",
    "past_runs",
    "feedback",
    "need",
    "sketch",
    "existing_work",
    "help_wanted",
]
OBJECTIVES = "objectives"
"""A text too once staff rewrite it, an objective a line."""
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+|https?://\S+|www\.\S+|(?:\+33|0)[ .]?[1-9](?:[ .-]?\d{2}){4}")


@dataclass
class AnonymousContribution:
    kind: str
    domain: str
    level: str
    duration_minutes: int | None
    modalities: list[str]
    objectives: list[str]
    help_kinds: list[str]
    texts: dict[str, str]
    """CONTRIBUTION_TEXTS that are not empty, masked."""

    @property
    def title(self) -> str:
        return self.texts.get("title", self.kind)


@dataclass
class AnonymousReading:
    """Labels in French, ready to show. It holds no object that would lead to the applicant."""

    pk: int
    reference: str
    call: str
    state: str
    submitted_on: str
    wish: str
    weekdays: list[int]
    regions: list[str]
    languages: list[str]
    can_teach_remotely: bool | None
    hours_a_month: int | None
    skills: list[tuple[str, str]]
    """(Skill, level)."""
    texts: dict[str, str]
    """TEXTS that are not empty, masked."""
    contributions: list[AnonymousContribution]
    files: list[tuple[int, str]]
    """(Primary key of the Attachment, neutral name), only those free of identity."""
    history: list[tuple[str, str, str]]
    """(Day, state, who: APPLICANT or CAMPUS), without the texts of the reasons."""


def anonymised(application: Application) -> AnonymousReading:
    """The only things that a reviewer reads of `application` under anonymised reading.

    Names, addresses, employer and service are masked in texts; a text that staff have rewritten (`redact`) replaces its own.
    """
    words = _words_of(application)
    return AnonymousReading(
        pk=application.pk,
        reference=application.reference,
        call=application.call.title,
        state=application.get_state_display(),
        submitted_on=_day(application.submitted_at),
        wish=application.get_wish_display(),
        weekdays=list(application.weekdays),
        regions=list(application.regions),
        languages=list(application.languages),
        can_teach_remotely=application.can_teach_remotely,
        hours_a_month=application.hours_a_month,
        skills=[(each.skill.name, each.get_level_display()) for each in application.skills.select_related("skill")],
        texts=_texts(application, application, TEXTS, words),
        contributions=[
            _contribution(application, each, words) for each in application.contributions.select_related("domain")
        ],
        files=[
            (each.pk, neutral_name(each, rank))
            for rank, each in enumerate(application.attachments.all(), start=1)
            if each.is_identity_free
        ],
        history=[
            (
                _day(event.happened_at),
                event.get_to_state_display(),
                APPLICANT if event.happened_by_id == application.applicant_id else CAMPUS,
            )
            for event in application.events.all()
        ],
    )


def key_of(holder: Application | Contribution, name: str) -> str:
    """How `redactions` calls the field `name` of an application or of one of its contributions."""
    return name if isinstance(holder, Application) else f"contribution {holder.pk} {name}"


def redact(application: Application, holder: Application | Contribution, name: str, text: str) -> None:
    """Have reviewers read `text` instead of a field of `holder`, as long as it says what it says now. An empty text undoes it."""
    key = key_of(holder, name)
    if text.strip():
        application.redactions[key] = text.strip()
        application.redacted_from[key] = _digest(getattr(holder, name))
    else:
        application.redactions.pop(key, None)
        application.redacted_from.pop(key, None)
    application.save(update_fields=["redactions", "redacted_from", "updated_at"])


def is_to_reread(application: Application, holder: Application | Contribution, name: str) -> bool:
    """Whether the applicant has changed a text since staff have rewritten it."""
    key = key_of(holder, name)
    known = application.redacted_from.get(key)
    return key in application.redactions and known is not None and known != _digest(getattr(holder, name))


def texts_to_reread(application: Application) -> list[str]:
    """The keys of the rewritten texts that staff must read again. No query without any rewritten text."""
    if not application.redactions:
        return []
    texts = [(application, name) for name in TEXTS]
    for contribution in application.contributions.all():
        texts += [(contribution, name) for name in [*CONTRIBUTION_TEXTS, OBJECTIVES]]
    return [key_of(holder, name) for holder, name in texts if is_to_reread(application, holder, name)]


def mask(text: str, words: list[str]) -> str:
    """`text` without addresses, telephone numbers nor any of `words`, whatever their case."""
    text = ADDRESS.sub(MASK, text)
    for word in sorted(set(words), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", MASK, text, flags=re.IGNORECASE)
    return text


def masked(application: Application, text: str) -> str:
    """`text`, that somebody wrote on `application`, without what names its applicant."""
    return mask(text, _words_of(application))


def neutral_name(attachment: Attachment, rank: int) -> str:
    """What a file is called where its own name could tell whose it is."""
    return f"Pièce {rank} ({attachment.get_kind_display()}, {attachment.get_content_type_display()})"


def file_name(attachment: Attachment, user) -> str:
    """What a file is called for `user` who saves it: its own name or, where that could tell whose it is, a neutral one."""
    application = attachment.application
    if application.applicant_id == user.pk or not permissions.reads_anonymised(user, application):
        return attachment.name
    rank = list(application.attachments.values_list("pk", flat=True)).index(attachment.pk) + 1
    ending = attachment.get_content_type_display().lower()
    return f"{application.reference} - {neutral_name(attachment, rank)}.{ending}"


def shown_title(contribution: Contribution, user) -> str:
    """The title of a contribution as `user` may read it."""
    application = contribution.application
    if not permissions.reads_anonymised(user, application):
        return str(contribution)
    return _rewritten(application, contribution, "title") or masked(application, str(contribution))


def _words_of(application: Application) -> list[str]:
    applicant, organisation = application.applicant, application.organisation
    words = [applicant.first_name, applicant.last_name, applicant.email.partition("@")[0], application.service]
    words += re.split(r"[\s-]+", f"{applicant.first_name} {applicant.last_name}")
    while organisation:
        words += [organisation.name, organisation.acronym]
        organisation = organisation.parent
    return [word.strip() for word in words if len(word.strip()) > 1]


def _digest(value: str | list[str]) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def _rewritten(application, holder, name) -> str:
    """What is read instead of a text; empty when masking is enough."""
    if is_to_reread(application, holder, name):
        return TO_REREAD if getattr(holder, name) else ""
    return application.redactions.get(key_of(holder, name), "")


def _texts(application, holder, names, words) -> dict[str, str]:
    texts = {}
    for name in names:
        text = _rewritten(application, holder, name) or mask(getattr(holder, name), words)
        if text:
            texts[name] = text
    return texts


def _contribution(application: Application, contribution: Contribution, words) -> AnonymousContribution:
    return AnonymousContribution(
        kind=contribution.get_kind_display(),
        domain=contribution.domain.name if contribution.domain else "",
        level=contribution.get_level_display(),
        duration_minutes=contribution.duration_minutes,
        modalities=list(contribution.modalities),
        objectives=_objectives(application, contribution, words),
        help_kinds=list(contribution.help_kinds),
        texts=_texts(application, contribution, CONTRIBUTION_TEXTS, words),
    )


def _objectives(application, contribution, words) -> list[str]:
    rewritten = _rewritten(application, contribution, OBJECTIVES)
    return rewritten.splitlines() if rewritten else [mask(objective, words) for objective in contribution.objectives]


def _day(instant) -> str:
    return f"{timezone.localtime(instant):%d/%m/%Y}" if instant else ""
