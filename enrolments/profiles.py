"""What an agent says of themself: on the account (names, employer) and in the profile."""

from django.db import transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

from campus.accounts.enums import PUBLIC_EMPLOYERS
from campus.accounts.models import Organisation, User, domain_of
from catalogue.enums import Region, TimeZone
from enrolments.models import Profile

ZONES = {
    Region.GUADELOUPE: TimeZone.GUADELOUPE,
    Region.MARTINIQUE: TimeZone.MARTINIQUE,
    Region.GUYANE: TimeZone.CAYENNE,
    Region.LA_REUNION: TimeZone.REUNION,
    Region.MAYOTTE: TimeZone.MAYOTTE,
}
"""What time it is in the regions that do not live at that of Paris. « Autres outre-mer » has several: agents say."""

PROVED = """
    WITH RECURSIVE proved(id) AS (
        SELECT organisation_id FROM accounts_emaildomain WHERE organisation_id IS NOT NULL
        UNION
        SELECT below.id FROM accounts_organisation AS below JOIN proved ON below.parent_id = proved.id
    )
    SELECT id FROM proved
"""


def zone_of(region: str) -> TimeZone:
    return ZONES.get(region, TimeZone.PARIS)


def known_employer(agent: User) -> Organisation | None:
    """The employer that is not for `agent` to choose: given by their address, by ProConnect or by staff."""
    domain = domain_of(agent.email)
    if domain and domain.organisation:
        return domain.organisation
    chose = Profile.objects.filter(agent=agent, chose_employer=True).exists()
    return None if chose else agent.organisation


def employers_to_choose():
    """Public employers that an agent may say theirs: those which no address proves, nor any above them. A queryset.

    What is only said opens no session kept for an employer (rules.Terms.is_open).
    """
    public = Organisation.objects.filter(kind__in=PUBLIC_EMPLOYERS)
    return public.exclude(pk__in=RawSQL(PROVED, []))  # noqa: S611 (no value comes from outside)


def find_employer(words: str) -> Organisation | None:
    """The one employer to choose whose name or acronym is `words`, whatever the case; None without one, or with several."""
    found = employers_to_choose().filter(Q(name__iexact=words) | Q(acronym__iexact=words))[:2]
    return found[0] if len(found) == 1 else None


def employers_like(words: str, limit: int = 5) -> list[str]:
    """Names of employers to choose which hold `words`."""
    found = employers_to_choose().filter(Q(name__icontains=words) | Q(acronym__icontains=words))
    return list(found.values_list("name", flat=True)[:limit])


@transaction.atomic
def keep(*, agent: User, answers: dict) -> Profile:
    """Write what an agent answered: first_name, last_name, and any other field of Profile, or `organisation`.

    answers: cleaned data of ProfileForm. An employer that is known stays. Without a time zone, a new profile takes that
    of its region. Twice the same gives one profile.
    """
    answers = dict(answers)
    interests = answers.pop("interests", None)
    chosen = answers.pop("organisation", None)
    agent.first_name, agent.last_name = answers.pop("first_name"), answers.pop("last_name")
    known = known_employer(agent)
    agent.organisation = known or chosen or agent.organisation
    answers["chose_employer"] = known is None and agent.organisation is not None
    agent.save(update_fields=["first_name", "last_name", "organisation"])
    zone = {"time_zone": zone_of(answers.get("region", ""))}
    profile, _is_new = Profile.objects.update_or_create(
        agent=agent, defaults=answers, create_defaults={**zone, **answers}
    )
    if interests is not None:
        profile.interests.set(interests)
    return profile
