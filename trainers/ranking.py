"""Who could teach a session, the best placed first, and why. As many queries whatever the number of trainers."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils import timezone

from catalogue.enums import Level, Modality, Region
from catalogue.models import Module, Session
from trainers.enums import AssignmentState, AvailabilityKind, Weekday
from trainers.models import AssignedSlot, Assignment, Availability, Trainer, TrainerSkill
from trainers.wording import hours_in_words

# What each reason is worth. The module first; then the skills; where; when; how much they do already.
MODULE, SKILLS, REGION, AVAILABLE, WEEKDAYS, ROOM = 40, 25, 15, 15, 5, 5
REMOTE_ONLY_ELSEWHERE, BUSY, OTHER_WEEKDAYS, OVERLOAD, A_SESSION, DECLINED = -15, -40, -5, -20, -5, -30
LEVELS = {Level.NOVICE: 1, Level.BEGINNER: 2, Level.INTERMEDIATE: 3, Level.EXPERT: 4}


@dataclass
class Candidate:
    trainer: Trainer
    score: int = 0
    reasons: list[tuple[str, int]] = field(default_factory=list)
    """In words, with what each adds or takes away."""
    refusal: str = ""
    """Why they cannot be asked now; "" when they can."""

    def add(self, points: int, reason: str) -> None:
        self.score += points
        self.reasons.append((reason, points))


def candidates_for(session: Session) -> list[Candidate]:
    """The active trainers, those who may be asked first, then by score. `session` must have slots."""
    known = _Known(session)
    candidates = [known.candidate(trainer) for trainer in known.trainers]
    return sorted(candidates, key=lambda each: (bool(each.refusal), -each.score))


class _Known:
    """All that is read, at once, to compare trainers for a session."""

    def __init__(self, session: Session):
        self.session = session
        slots = list(session.slots.all())
        self.days = sorted({timezone.localtime(slot.starts_at, session.zone).date() for slot in slots})
        self.minutes = sum(int((slot.ends_at - slot.starts_at).total_seconds()) // 60 for slot in slots)
        if session.module_id:
            modules = Module.objects.filter(pk=session.module_id)
        else:
            modules = Module.objects.filter(programmes=session.programme_id)
        self.module_skills = dict(modules.filter(skills__isnull=False).values_list("skills", "skills__name"))
        mastered = Trainer.modules.through.objects.filter(trainer=OuterRef("pk"), module__in=modules.values("pk"))
        self.trainers = (
            Trainer.objects.active()
            .annotate(masters=Exists(mastered))
            .select_related("user__organisation")
            .order_by("user__last_name", "user__first_name", "pk")
        )
        self.skills = _by_trainer(TrainerSkill.objects.filter(skill__in=self.module_skills))
        self.availabilities = _by_trainer(
            Availability.objects.filter(starts_on__lte=self.days[-1], ends_on__gte=self.days[0])
        )
        self.states = dict(session.assignments.order_by("proposed_at", "pk").values_list("trainer", "state"))
        self.loads = {row["trainer"]: row for row in self._loads()}
        at_once = Q()
        for slot in slots:
            at_once |= Q(period__overlap=(slot.starts_at, slot.ends_at))
        taken = AssignedSlot.objects.filter(at_once).exclude(assignment__session=session)
        self.clashes = {
            slot.trainer_id: slot.assignment.session
            for slot in taken.select_related("assignment__session__module", "assignment__session__programme")
        }

    def _loads(self):
        """What each has accepted, or is asked, in the month that the session begins."""
        first = self.days[0].replace(day=1)
        following = (first + datetime.timedelta(days=31)).replace(day=1)
        start, end = (
            timezone.make_aware(datetime.datetime.combine(day, datetime.time())) for day in (first, following)
        )
        return (
            Assignment.objects.live()
            .exclude(session=self.session)
            .filter(session__starts_at__gte=start, session__starts_at__lt=end)
            .order_by()
            .values("trainer")
            .annotate(count=Count("pk"), minutes=Sum(F("preparation_minutes") + F("teaching_minutes")))
        )

    def candidate(self, trainer: Trainer) -> Candidate:
        candidate = Candidate(trainer)
        self._weigh_knowledge(candidate)
        self._weigh_place(candidate)
        self._weigh_dates(candidate)
        self._weigh_load(candidate)
        self._weigh_answers(candidate)
        return candidate

    def _weigh_knowledge(self, candidate):
        if candidate.trainer.masters:
            candidate.add(MODULE, "Maîtrise le module")
        skills = self.skills[candidate.trainer.pk]
        if skills:
            level = sum(LEVELS[Level(skill.level)] for skill in skills)
            names = [f"{self.module_skills[each.skill_id]} ({each.get_level_display().lower()})" for each in skills]
            points = SKILLS * level // (len(self.module_skills) * LEVELS[Level.EXPERT])
            candidate.add(points, f"Compétences : {', '.join(sorted(names))}")

    def _weigh_place(self, candidate):
        trainer = candidate.trainer
        if self.session.modality == Modality.ONLINE:
            if trainer.can_teach_remotely:
                candidate.add(REGION, "Peut former à distance")
            else:
                candidate.add(REMOTE_ONLY_ELSEWHERE, "Ne forme pas à distance")
        elif self.session.place:
            region = Region(self.session.place.region)
            if region in trainer.regions:
                candidate.add(REGION, f"Se déplace : {region.label}")
            else:
                candidate.add(0, f"Ne dit pas se déplacer : {region.label}")

    def _weigh_dates(self, candidate):
        said = self.availabilities[candidate.trainer.pk]
        busy = [
            each for each in said if each.kind == AvailabilityKind.BUSY and any(_covers(each, d) for d in self.days)
        ]
        free = [each for each in said if each.kind == AvailabilityKind.FREE]
        if busy:
            candidate.add(BUSY, f"{busy[0]}{f' ({busy[0].note})' if busy[0].note else ''}")
        elif all(any(_covers(each, day) for each in free) for day in self.days):
            candidate.add(AVAILABLE, "Se dit disponible à ces dates")
        usual = candidate.trainer.weekdays
        others = {day.isoweekday() for day in self.days} - set(usual)
        if usual and others:
            names = ", ".join(
                Weekday(day).label.lower() if day in Weekday.values else "week-end" for day in sorted(others)
            )
            candidate.add(OTHER_WEEKDAYS, f"Hors de ses jours habituels : {names}")
        elif usual:
            candidate.add(WEEKDAYS, "Ses jours habituels")

    def _weigh_load(self, candidate):
        load = self.loads.get(candidate.trainer.pk, {"count": 0, "minutes": 0})
        room = candidate.trainer.hours_a_month
        if room is not None:
            said = f"{hours_in_words(load['minutes'])} prises sur {room}\u00a0h ce mois-là"
            if load["minutes"] + self.minutes > room * 60:
                candidate.add(OVERLOAD, f"Trop chargé : {said}, {hours_in_words(self.minutes)} pour cette session")
            else:
                candidate.add(ROOM, f"A du temps : {said}")
        if load["count"]:
            plural = "s" if load["count"] > 1 else ""
            candidate.add(A_SESSION * load["count"], f"{load['count']} autre{plural} session{plural} ce mois-là")

    def _weigh_answers(self, candidate):
        state = self.states.get(candidate.trainer.pk)
        clash = self.clashes.get(candidate.trainer.pk)
        if state == AssignmentState.PROPOSED:
            candidate.refusal = "Sa réponse est attendue"
        elif state == AssignmentState.ACCEPTED:
            candidate.refusal = "A accepté cette session"
        elif clash:
            candidate.refusal = f"Anime déjà « {clash.subject} » à ce moment"
        elif state == AssignmentState.DECLINED:
            candidate.add(DECLINED, "A décliné cette session")
        elif state == AssignmentState.WITHDRAWN:
            candidate.add(DECLINED, "Cette session lui a été retirée, ou est restée sans réponse")


def _by_trainer(rows) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.trainer_id].append(row)
    return found


def _covers(availability: Availability, day: datetime.date) -> bool:
    return availability.starts_on <= day <= availability.ends_on
