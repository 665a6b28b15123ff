"""The applications of candidatures-1.yaml and candidatures-2.yaml, each with the history that led to its state."""

import datetime
from dataclasses import dataclass, field

from campus.accounts.models import User
from trainers.demo_data import files, people, writing
from trainers.demo_data.reading import DAY, Named
from trainers.demo_data.working_time import after, in_turn
from trainers.emails import decision as emails
from trainers.enums import DECISIONS, TO_HANDLE, ApplicationState, TrainerState
from trainers.models import (
    Application,
    ApplicationEvent,
    ApplicationSkill,
    Call,
    Conflict,
    Contribution,
    OnboardingTick,
    Trainer,
    TrainerEvent,
)
from trainers.transitions import draft_module_of, open_follow_up

S = ApplicationState
REVIEWED = [S.DRAFT, S.SUBMITTED, S.ADMISSIBLE, S.IN_REVIEW]
ACCEPTED = [*REVIEWED, S.ADVISED, S.ACCEPTED]
PATHS = {
    S.DRAFT: [S.DRAFT],
    S.SUBMITTED: REVIEWED[:2],
    S.ADMISSIBLE: REVIEWED[:3],
    S.INADMISSIBLE: [S.DRAFT, S.SUBMITTED, S.INADMISSIBLE],
    S.IN_REVIEW: REVIEWED,
    S.MORE_ASKED: [*REVIEWED, S.MORE_ASKED],
    S.INTERVIEW: [*REVIEWED, S.INTERVIEW],
    S.ADVISED: [*REVIEWED, S.ADVISED],
    S.ACCEPTED: ACCEPTED,
    S.POOL: [*REVIEWED, S.ADVISED, S.POOL],
    S.REFUSED: [*REVIEWED, S.ADVISED, S.REFUSED],
    S.WITHDRAWN: [*REVIEWED[:3], S.WITHDRAWN],
    S.ONBOARDING: [*ACCEPTED, S.ONBOARDING],
    S.ACTIVE: [*ACCEPTED, S.ONBOARDING, S.ACTIVE],
}
"""What leads to each state."""
BY_APPLICANT = {S.DRAFT, S.SUBMITTED, S.WITHDRAWN}
KEPT = {S.ACCEPTED, S.ONBOARDING, S.ACTIVE}


@dataclass
class Case:
    """An application of the files, and what is written about it."""

    application: Application
    row: dict
    able: list[User]
    """Who may review it, in turn: whoever has no conflict."""
    trainer: Trainer | None
    """Who applied, when they have long been one."""
    events: dict[str, ApplicationEvent] = field(default_factory=dict)
    """Its history, by state."""


def create_applications(
    rows: list[dict], calls: dict[str, Call], reviewers: list[User], trainers: list[Trainer], staff: User, now
) -> int:
    """Write them all; return how many."""
    named, cases, rank = Named(), [], 0
    for number, row in enumerate(rows):
        trainer = trainers[row["compte"] - 1] if "compte" in row else None
        if trainer is None:
            rank += 1
            employer = named.organisations[row["employeur"]]
            applicant = people.account_of(f"candidat{rank:03}@exemple.gouv.fr", row, employer)
        else:
            applicant, row = trainer.user, row | _known_of(trainer)
        able = [each for index, each in enumerate(reviewers, start=1) if index != row.get("conflit")]
        able = able[number % len(able) :] + able[: number % len(able)]
        application = _application(row, applicant, calls[row["appel"]], able[0], number, now)
        cases.append(Case(application, row, able, trainer))
    Application.objects.bulk_create(case.application for case in cases)
    Conflict.objects.bulk_create(
        Conflict(
            reviewer=reviewers[case.row["conflit"] - 1],
            applicant=case.application.applicant,
            reason="Anciens collègues.",
            declared_by=staff,
        )
        for case in cases
        if "conflit" in case.row
    )
    ApplicationSkill.objects.bulk_create(
        ApplicationSkill(application=case.application, skill=named.skills[slug], level=level)
        for case in cases
        for slug, level in case.row.get("competences", {}).items()
    )
    Contribution.objects.bulk_create(
        _contribution(case.application, each, position, named)
        for case in cases
        for position, each in enumerate(case.row["contributions"], start=1)
    )
    for case in cases:
        case.events = {event.to_state: event for event in _events(case, now)}
    ApplicationEvent.objects.bulk_create(event for case in cases for event in case.events.values())
    writing.write_about(cases)
    for case in cases:
        _decide(case, staff)
        _welcome(case, staff, named, now)
    files.create_files([case.application for case in cases])
    return len(cases)


def _known_of(trainer: Trainer) -> dict:
    """What the application of who became a trainer said, as the trainer has it now."""
    return {
        "souhait": trainer.kind,
        "cumul": "autorise",
        "competences": {each.skill.slug: each.level for each in trainer.skills.select_related("skill")},
        "regions": trainer.regions,
        "jours": trainer.weekdays,
        "heures": trainer.hours_a_month,
    }


def _instants(row: dict, call: Call, now) -> list[datetime.datetime]:
    """When each state of its path was reached, at hours when people work: the draft some days before the submission, the rest
    up to some days ago.
    """
    path = PATHS[S(row["etat"])]
    submitted_at = now - row["il_y_a"] * DAY
    if len(path) == 1:
        return in_turn([submitted_at], row["motivation"])
    following = len(path) - 2
    step = row["il_y_a"] * DAY * 0.85 / max(following, 1)
    instants = [submitted_at - 3 * DAY, *(submitted_at + step * number for number in range(following + 1))]
    instants = in_turn(instants, row["motivation"])
    instants[1] = max(instants[1], after(call.opens_at, 1))
    return instants


def _application(row, applicant, call, follower, number, now) -> Application:
    state, instants = S(row["etat"]), _instants(row, call, now)
    is_submitted = state != S.DRAFT
    is_followed = (is_submitted and state not in {S.SUBMITTED, S.WITHDRAWN}) or (
        state == S.SUBMITTED and number % 2 == 0
    )
    usual = {S.SUBMITTED: call.admissibility_days, S.ADVISED: call.decision_days}.get(state, call.review_days)
    path = PATHS[state]
    return Application(
        applicant=applicant,
        call=call,
        state=state,
        state_changed_at=instants[-1],
        organisation=applicant.organisation,
        service=row.get("service", ""),
        job_title=row.get("fonction", ""),
        motivation=row["motivation"],
        experience=row["experience"],
        wish=row.get("souhait", ""),
        side_activity=row.get("cumul", ""),
        is_recruited_to_teach=False if is_submitted else None,
        weekdays=row.get("jours", []),
        regions=row.get("regions", []),
        languages=["fr"],
        can_teach_remotely=number % 3 != 0,
        hours_a_month=row.get("heures"),
        assigned_to=follower if is_followed else None,
        assigned_at=after(instants[1], 1) if is_followed else None,
        due_on=(instants[-1] + usual * DAY).date() if state in TO_HANDLE else None,
        more_due_on=(now + 9 * DAY).date() if state == S.MORE_ASKED else None,
        submitted_at=instants[1] if is_submitted else None,
        decided_at=next((at for each, at in zip(path, instants, strict=True) if each in DECISIONS), None),
        created_at=instants[0],
    )


def _contribution(application, said, position, named) -> Contribution:
    is_decided = application.state in KEPT or application.state in DECISIONS
    return Contribution(
        application=application,
        kind=said["type"],
        position=position,
        title=said["titre"],
        domain=named.domains[said["domaine"]],
        audience=said.get("public", ""),
        level=said.get("niveau", ""),
        duration_minutes=said.get("duree"),
        modalities=said.get("modalites", []),
        objectives=said.get("objectifs", []),
        past_runs=said.get("eu_lieu", ""),
        feedback=said.get("retours", ""),
        need=said.get("besoin", ""),
        sketch=said.get("esquisse", ""),
        existing_work=said.get("existe", ""),
        help_kinds=said.get("aides", []),
        help_wanted=said.get("precisions", ""),
        is_kept=application.state in KEPT if is_decided else None,
    )


def _events(case: Case, now) -> list[ApplicationEvent]:
    path = PATHS[S(case.application.state)]
    return [
        ApplicationEvent(
            application=case.application,
            from_state=before,
            to_state=after,
            happened_at=instant,
            happened_by=case.application.applicant if after in BY_APPLICANT else case.able[0],
            reason_code=case.row.get("motif", "") if after == path[-1] else "",
        )
        for before, after, instant in zip(
            ["", *path], path, _instants(case.row, case.application.call, now), strict=False
        )
    ]


def _decide(case: Case, staff) -> None:
    """The mail of its decision: gone, or for staff to read and send."""
    event = next((event for state, event in case.events.items() if state in DECISIONS), None)
    if event is None:
        return
    mail = emails.prepare(case.application, event)
    mail.prepared_at, mail.prepared_by = event.happened_at, staff
    if case.row["courriel"] == "parti":
        mail.scheduled_at, mail.scheduled_by, mail.sent_at = (
            after(event.happened_at, 1),
            staff,
            after(event.happened_at, 2),
        )
    mail.save()


def _welcome(case: Case, staff, named, now) -> None:
    """What an acceptance that was told has led to: a trainer, draft modules, follow-ups."""
    application, trainer = case.application, case.trainer
    if application.state not in {S.ONBOARDING, S.ACTIVE}:
        return
    if trainer is None:
        trainer = Trainer.objects.create(
            user=application.applicant,
            application=application,
            kind=application.wish,
            state=TrainerState.ONBOARDING,
            regions=application.regions,
            languages=application.languages,
            weekdays=application.weekdays,
            can_teach_remotely=application.can_teach_remotely,
            hours_a_month=application.hours_a_month,
            created_at=application.state_changed_at,
        )
        people.add_skills([(trainer, case.row["competences"])], named)
        TrainerEvent.objects.bulk_create(people.events_of(trainer, staff, "", now))
        OnboardingTick.objects.bulk_create(people.ticks_of(trainer, case.row["faites"], staff))
    else:
        Trainer.objects.filter(pk=trainer.pk).update(application=application)
    for contribution in application.contributions.all():
        if contribution.kind == "existante":
            draft_module_of(contribution=contribution, by=staff)
        else:
            open_follow_up(contribution=contribution, referent=application.assigned_to)
