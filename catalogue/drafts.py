"""What begins elsewhere than in the catalogue: drafts of modules and programmes, for its team to finish and publish."""

from campus.accounts.models import Organisation
from catalogue.enums import Access, Language, Level, Pace, TrainingKind
from catalogue.models import Domain, Module, Programme, Skill

TO_WRITE = "À rédiger."
"""What a draft says where somebody has yet to write."""


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
    languages: list[str] | None = None,
    providers: list[Organisation] | None = None,
    access_url: str = "",
) -> Module:
    """Create a module in draft, followed in sessions of the campus, or at `access_url`. What is not known says « À rédiger. ».

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
        languages=languages or [Language.FRENCH],
        access=Access.EXTERNAL if access_url else Access.CAMPUS,
        access_url=access_url,
    )
    module.providers.set(providers or [])
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


def written(text: str) -> str:
    """`text`; "" while it still says « À rédiger. »."""
    return "" if text.strip() == TO_WRITE else text


def unwritten_in(item: Module | Programme, *names: str) -> list[str]:
    """Those of these fields that still say « À rédiger. », as their labels; [] once all are written."""
    return [str(item._meta.get_field(name).verbose_name) for name in names if not written(getattr(item, name))]
