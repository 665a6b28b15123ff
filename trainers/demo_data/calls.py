from django.utils import timezone

from trainers.demo_data.reading import DAY, Named
from trainers.models import Call, CallSkill, Criterion


def create_calls(said: dict, reviewers: list, now) -> dict[str, Call]:
    """The calls of appels.yaml with their criteria, by name; `reviewers` review them all."""
    named, calls = Named(), {}
    for row in said["appels"]:
        closes_at = _at(now + row["clot_dans"] * DAY, 18) if "clot_dans" in row else None
        if "clot_il_y_a" in row:
            closes_at = _at(now - row["clot_il_y_a"] * DAY, 18)
        call = calls[row["id"]] = Call.objects.create(
            slug=row["id"],
            title=row["titre"],
            summary=row["resume"],
            text=row["texte"],
            is_published=True,
            is_permanent=closes_at is None,
            is_anonymised=row.get("anonyme") == "oui",
            opens_at=_at(now - row["ouvre_il_y_a"] * DAY, 0),
            closes_at=closes_at,
            created_at=now - (row["ouvre_il_y_a"] + 10) * DAY,
        )
        call.domains.set(named.domains[slug] for slug in row["domaines"])
        call.reviewers.set(reviewers)
        CallSkill.objects.bulk_create(
            CallSkill(call=call, skill=named.skills[slug], target=target) for slug, target in row["competences"].items()
        )
        Criterion.objects.bulk_create(
            Criterion(call=call, name=each["nom"], help_text=each["aide"], weight=each["poids"], position=position)
            for position, each in enumerate(said["criteres"], start=1)
        )
    return calls


def _at(instant, hour: int):
    """That day, on the hour, in Paris."""
    return timezone.localtime(instant).replace(hour=hour, minute=0, second=0, microsecond=0)


def renew(said: dict, now) -> int:
    """Have the calls that should be open close later, when they have closed meanwhile. Returns how many did."""
    closed = {row["id"]: row for row in said["appels"] if "clot_dans" in row}
    calls = Call.objects.filter(slug__in=closed).closed(now)
    for call in calls:
        call.closes_at = now + closed[call.slug]["clot_dans"] * DAY
        call.save()
    return len(calls)
