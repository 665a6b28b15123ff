"""What the page of an application shows, the same shape whether it is read with identity or without."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from catalogue import wording
from catalogue.enums import Language, Modality, Region
from trainers import permissions
from trainers.anonymity import CONTRIBUTION_TEXTS, TEXTS, anonymised, masked
from trainers.enums import HelpKind, Weekday
from trainers.models import Application, Attachment, Contribution, DecisionMail, FollowUp, Note, Review, ThreadMessage
from trainers.scoring import Summary, summary_of, weighted_mean

ABOUT_WORK = ["service", "job_title", "wish", "side_activity", "is_recruited_to_teach"]


@dataclass
class Part:
    """A contribution."""

    title: str
    kind: str
    facts: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    links: list[tuple[str, str]] = field(default_factory=list)
    """(What, address): what became of it."""


@dataclass
class GivenReview:
    author: str
    mean: float | None
    recommendation: str
    scores: list[tuple[str, int]]
    comment: str
    comment_for_applicant: str
    submitted_at: object
    is_set_aside: bool


@dataclass
class Reading:
    """Labels in French, ready to show; without identity when `is_anonymised`."""

    is_anonymised: bool
    facts: list[tuple[str, str]]
    skills: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    contributions: list[Part]
    files: list[tuple[int, str]]
    """(Primary key, name)."""
    history: list[tuple[str, str, str, str]]
    """(Instant, state, who, why)."""
    others: list[Application] = field(default_factory=list)
    """Of the same person, and as visible."""
    notes: list[Note] = field(default_factory=list)
    thread: list[ThreadMessage] = field(default_factory=list)
    mails: list[DecisionMail] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)
    reviews: list[GivenReview] = field(default_factory=list)
    summary: Summary | None = None
    """None while `user` may not know what the others think."""


def reading_of(application: Application, user) -> Reading:
    """All that `user`, to whom `application` is visible, may read of it."""
    is_anonymised = permissions.reads_anonymised(user, application)
    reading = _without_identity(application) if is_anonymised else _whole(application, user)
    given = Review.objects.visible_to(user).filter(application=application, submitted_at__isnull=False)
    given = list(given.select_related("reviewer").prefetch_related("scores__criterion"))
    reading.reviews = [_review(application, review, is_anonymised) for review in given]
    if permissions.can_manage(user) or any(each.reviewer_id == user.pk for each in given):
        reading.summary = summary_of(application)
    return reading


def _whole(application, user) -> Reading:
    applicant = application.applicant
    facts = [
        ("Personne", str(applicant)),
        ("Adresse électronique", applicant.email),
        ("Employeur", str(application.organisation or "")),
        *[(_label(application, name), _said(application, name)) for name in ABOUT_WORK],
        *_availability(application),
    ]
    attachments = Attachment.objects.visible_to(user).filter(application=application)
    return Reading(
        is_anonymised=False,
        facts=_filled(facts),
        skills=[(each.skill.name, each.get_level_display()) for each in application.skills.select_related("skill")],
        texts=_filled([(_label(application, name), getattr(application, name)) for name in TEXTS]),
        contributions=[_part(each, user) for each in application.contributions.select_related("domain", "module")],
        files=[(each.pk, f"{each.name} ({each.get_kind_display()})") for each in attachments],
        history=[
            (
                _instant(event.happened_at),
                event.get_to_state_display(),
                str(event.happened_by or "—"),
                " : ".join(filter(None, [event.get_reason_code_display(), event.reason])),
            )
            for event in application.events.select_related("happened_by")
        ],
        others=list(
            Application.objects.visible_to(user)
            .filter(applicant=applicant)
            .exclude(pk=application.pk)
            .select_related("call")
        ),
        notes=list(Note.objects.visible_to(user).filter(application=application).select_related("author")),
        thread=list(ThreadMessage.objects.visible_to(user).filter(application=application).select_related("author")),
        mails=list(DecisionMail.objects.visible_to(user).filter(application=application)),
        follow_ups=list(
            FollowUp.objects.visible_to(user)
            .filter(contribution__application=application)
            .select_related("contribution", "referent")
        ),
    )


def _without_identity(application) -> Reading:
    read = anonymised(application)
    return Reading(
        is_anonymised=True,
        facts=_filled([("Souhait", read.wish), *_availability(read)]),
        skills=read.skills,
        texts=[(_label(application, name), text) for name, text in read.texts.items()],
        contributions=[
            Part(
                title=part.title,
                kind=part.kind,
                facts=_filled(
                    [
                        ("Domaine", part.domain),
                        ("Niveau", part.level),
                        ("Durée", _duration(part.duration_minutes)),
                        ("Modalités", _labels(Modality, part.modalities)),
                        ("Objectifs", " ; ".join(part.objectives)),
                        ("Aide souhaitée", _labels(HelpKind, part.help_kinds)),
                    ]
                ),
                texts=[(_label(Contribution, name), text) for name, text in part.texts.items() if name != "title"],
            )
            for part in read.contributions
        ],
        files=read.files,
        history=[(day, state, who, "") for day, state, who in read.history],
    )


def _part(contribution, user) -> Part:
    return Part(
        title=str(contribution),
        kind=contribution.get_kind_display(),
        facts=_filled(
            [
                ("Réponse", {True: "retenue", False: "non retenue"}.get(contribution.is_kept, "")),
                ("Domaine", str(contribution.domain or "")),
                ("Niveau", contribution.get_level_display()),
                ("Durée", _duration(contribution.duration_minutes)),
                ("Modalités", _labels(Modality, contribution.modalities)),
                ("Objectifs", " ; ".join(contribution.objectives)),
                ("Aide souhaitée", _labels(HelpKind, contribution.help_kinds)),
            ]
        ),
        texts=_filled(
            [
                (_label(Contribution, name), getattr(contribution, name))
                for name in CONTRIBUTION_TEXTS
                if name != "title"
            ]
        ),
        links=_outcomes(contribution, user),
    )


def _outcomes(contribution, user) -> list[tuple[str, str]]:
    """A link to the module that it became."""
    if contribution.module is None or not user.has_perm("catalogue.view_module"):
        return []
    state = contribution.module.get_state_display().lower()
    address = reverse("admin:catalogue_module_change", args=[contribution.module_id])
    return [(f"Ouvrir le module ({state})", address)]


def _review(application, review, is_anonymised) -> GivenReview:
    comments = [review.comment, review.comment_for_applicant]
    if is_anonymised:  # who wrote them may have known who applies
        comments = [masked(application, text) for text in comments]
    return GivenReview(
        author=str(review.reviewer),
        mean=weighted_mean(review.scores.all()),
        recommendation=review.get_recommendation_display(),
        scores=[(score.criterion.name, score.value) for score in review.scores.all()],
        comment=comments[0],
        comment_for_applicant=comments[1],
        submitted_at=review.submitted_at,
        is_set_aside=review.set_aside_at is not None,
    )


def _availability(read) -> list[tuple[str, str]]:
    remote = {True: "oui", False: "non"}.get(read.can_teach_remotely, "")
    return [
        ("Jours possibles", _labels(Weekday, read.weekdays)),
        ("Régions", _labels(Region, read.regions)),
        ("À distance", remote),
        ("Langues", _labels(Language, read.languages)),
        ("Heures par mois", str(read.hours_a_month or "")),
    ]


def _said(item, name) -> str:
    value = getattr(item, name)
    if isinstance(value, bool):
        return "oui" if value else "non"
    display = getattr(item, f"get_{name}_display", None)
    return str(display() if display else value or "")


def _label(model, name) -> str:
    return capfirst(model._meta.get_field(name).verbose_name)


def _labels(choices, values) -> str:
    return ", ".join(choices(value).label for value in values)


def _filled(pairs) -> list[tuple[str, str]]:
    return [(label, value) for label, value in pairs if value]


def _duration(minutes) -> str:
    return wording.duration_in_words(minutes) if minutes else ""


def _instant(instant) -> str:
    return f"{timezone.localtime(instant):%d/%m/%Y %H:%M}"
