"""The accounts of trainers, reviewers and applicants, and the trainers themselves."""

from django.contrib.auth.models import Group, Permission

from campus.accounts.models import Organisation, User
from trainers.demo_data.reading import DAY, Named
from trainers.demo_data.working_time import in_turn
from trainers.enums import ONBOARDING_STEPS, AvailabilityKind, TrainerKind, TrainerState
from trainers.models import Availability, OnboardingTick, Reviewer, Trainer, TrainerEvent, TrainerSkill

T = TrainerState
REVIEWERS = "Instruction des candidatures"
REVIEWER_MAY = ["view_application"]
"""What they read and write of it follows from the call that they review (trainers.querysets)."""


def account_of(email: str, row: dict, organisation: Organisation, **fields) -> User:
    """The demo account of an invented person; the one of campus/accounts/demo/people.yaml when it is there already."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(email=email, first_name=row["prenom"], last_name=row["nom"], is_demo=True)
        user.set_unusable_password()
    user.organisation = organisation
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def create_reviewers(rows: list[dict]) -> list[User]:
    """Who reviews applications: they see those of their calls, and no other page of the admin."""
    group, _created = Group.objects.get_or_create(name=REVIEWERS)
    group.permissions.set(Permission.objects.filter(content_type__app_label="trainers", codename__in=REVIEWER_MAY))
    employer, users = Named().organisations["dinum"], []
    for row in rows:
        user = account_of(row["email"], row, employer, is_staff=True)
        user.groups.add(group)
        Reviewer.objects.create(user=user, service=row["service"], load_limit=row["charge"])
        users.append(user)
    return users


def create_trainers(rows: list[dict], staff: User, now) -> list[Trainer]:
    """The trainers of formateurs.yaml, in its order, with their histories."""
    named, trainers = Named(), []
    for rank, row in enumerate(rows, start=1):
        user = account_of(f"formateur{rank:03}@exemple.gouv.fr", row, named.organisations[row["employeur"]])
        arrived_at = now - (620 - 7 * rank) * DAY
        shown = row.get("annuaire")
        trainers.append(
            Trainer(
                user=user,
                kind=row["statut"],
                state=row.get("etat", T.ACTIVE),
                regions=row["regions"],
                weekdays=row["jours"],
                languages=row.get("langues", ["fr"]),
                hours_a_month=row.get("heures"),
                can_teach_remotely=rank % 9 != 0,
                biography=row.get("presentation", ""),
                is_listed=shown is not None,
                listed_fields=shown or [],
                listing_agreed_at=arrived_at + 30 * DAY if shown else None,
                created_at=arrived_at,
            )
        )
    Trainer.objects.bulk_create(trainers)
    links = Trainer.modules.through
    links.objects.bulk_create(
        links(trainer_id=trainer.pk, module_id=named.modules[name].pk)
        for trainer, row in zip(trainers, rows, strict=True)
        for name in row["modules"]
    )
    add_skills([(trainer, row["competences"]) for trainer, row in zip(trainers, rows, strict=True)], named)
    events, ticks = [], []
    for trainer, row in zip(trainers, rows, strict=True):
        events += events_of(trainer, staff, row.get("motif", ""), now)
        ticks += ticks_of(trainer, ONBOARDING_STEPS[TrainerKind(trainer.kind)], staff)
    TrainerEvent.objects.bulk_create(events)
    OnboardingTick.objects.bulk_create(ticks)
    Availability.objects.bulk_create(_availabilities([each for each in trainers if each.state == T.ACTIVE], now.date()))
    return trainers


def add_skills(pairs: list[tuple[Trainer, dict]], named: Named) -> None:
    TrainerSkill.objects.bulk_create(
        TrainerSkill(trainer=trainer, skill=named.skills[slug], level=level)
        for trainer, skills in pairs
        for slug, level in skills.items()
    )


def events_of(trainer: Trainer, staff: User, reason: str, now) -> list[TrainerEvent]:
    """What led a trainer to its state, some weeks apart."""
    path = {
        T.ONBOARDING: [T.ONBOARDING],
        T.ACTIVE: [T.ONBOARDING, T.ACTIVE],
        T.FORMER: [T.ONBOARDING, T.ACTIVE, T.FORMER],
    }[T(trainer.state)]
    instants = [trainer.created_at, trainer.created_at + 25 * DAY, now - 40 * DAY]
    instants = in_turn(instants[: len(path)], f"trainer {trainer.pk}")
    return [
        TrainerEvent(
            trainer=trainer,
            from_state=before or "",
            to_state=after,
            happened_at=instant,
            happened_by=staff,
            reason=reason if after == T.FORMER else "",
        )
        for before, after, instant in zip([None, *path], path, instants, strict=False)
    ]


def ticks_of(trainer: Trainer, steps: list, staff: User) -> list[OnboardingTick]:
    instants = [trainer.created_at + (5 + 4 * rank) * DAY for rank in range(len(steps))]
    return [
        OnboardingTick(trainer=trainer, step=step, ticked_at=instant, ticked_by=staff)
        for step, instant in zip(steps, in_turn(instants, f"ticks {trainer.pk}"), strict=True)
    ]


def _availabilities(trainers: list[Trainer], today) -> list[Availability]:
    """One trainer in two says when they are free, one in five when they are not."""
    said = []
    for rank, trainer in enumerate(trainers):
        if rank % 2 == 0:
            dates = {"starts_on": today + 10 * DAY, "ends_on": today + (40 + rank) * DAY}
            said.append(Availability(trainer=trainer, kind=AvailabilityKind.FREE, **dates))
        if rank % 5 == 0:
            start = today + (100 + rank) * DAY
            dates = {"starts_on": start, "ends_on": start + 11 * DAY}
            said.append(Availability(trainer=trainer, kind=AvailabilityKind.BUSY, note="Congés", **dates))
    return said
