"""What begins elsewhere than in the catalogue: drafts of modules and programmes, for its team to finish and publish."""

from campus.accounts.models import Organisation
from catalogue.enums import Access, Language, Level, Pace, TrainingKind
from catalogue.models import Domain, Module, Programme, Skill

TO_WRITE = "À rédiger."


def create_draft_module(
    *,
    title: str,
    domain: Domain,
    summary: str = "",
    description: str = "",
    objectives: list[str] | None = None,
    level: Level = Level.BEGINNER,
    modalities: list[str],
    duration_minutes: int | None = None,
    skills: list[Skill] | None = None,
) -> Module:
    """Create a module in draft, followed in sessions of the campus. What is not known says « À rédiger. ».

    A domain that is no longer in force gives way to the one it was merged into. Returns the saved Module.
    """
    while domain.merged_into:
        domain = domain.merged_into
    module = Module.objects.create(
        kind=TrainingKind.TRAINING,
        title=title,
        domain=domain,
        summary=(summary or TO_WRITE)[:300],
        description=description or TO_WRITE,
        objectives=objectives or [TO_WRITE],
        level=level,
        modalities=modalities,
        pace=Pace.SCHEDULED,
        duration_minutes=duration_minutes,
        duration_label="" if duration_minutes else "À préciser",
        languages=[Language.FRENCH],
        access=Access.CAMPUS,
    )
    module.skills.set(skills or [])
    return module


def create_draft_programme(
    *, title: str, beneficiary: Organisation, need: str, domains: list[Domain], year: int
) -> Programme:
    """Create a programme in draft from what an administration asked. What is not known says « À rédiger. »."""
    programme = Programme.objects.create(
        title=title, beneficiary=beneficiary, summary=TO_WRITE, need=need, design=TO_WRITE, years=[year]
    )
    programme.domains.set(domains)
    return programme
