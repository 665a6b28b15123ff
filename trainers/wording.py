"""Hours and amounts as a person says them, in French."""

import datetime

from django.utils import timezone

from catalogue.wording import NBSP, day_in_words, instant_in_words


def hours_in_words(minutes: int) -> str:
    """Whole minutes as hours, never as days: "3 h 30", "45 min", "0 h"."""
    hours, rest = divmod(minutes, 60)
    if rest and not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02}" if rest else f"{hours}{NBSP}h"


def rates_in_words(hours) -> str:
    """The rates of an assignment or of a line of hours: "150,00 € (préparation : 120,00 €)"; one when they are the same; "" for
    who is not paid."""
    if hours.rate_cents is None:
        return ""
    said = euros_in_words(hours.rate_cents)
    if hours.preparation_rate_cents in (None, hours.rate_cents):
        return said
    return f"{said} (préparation : {euros_in_words(hours.preparation_rate_cents)})"


def euros_in_words(cents: int) -> str:
    """Whole cents as euros: "1 102,50 €"."""
    euros, rest = divmod(cents, 100)
    return f"{euros:,}".replace(",", NBSP) + f",{rest:02}{NBSP}€"


def deadline_in_words(instant: datetime.datetime) -> str:
    """Until when, in Paris: "avant le 1er mars 2027 à 9 h 30", "jusqu'au 1er mars 2027 inclus" when it is the end of that day."""
    local = timezone.localtime(instant)
    if local.time() == datetime.time():
        return f"jusqu'au {day_in_words(local.date() - datetime.timedelta(days=1), 'j F Y')} inclus"
    return f"avant le {instant_in_words(instant)}"
