from django import template

from campus.side_menu import side_menu
from catalogue import wording
from catalogue.enums import Region
from trainers import navigation
from trainers import wording as own_wording
from trainers.enums import HelpKind, Weekday

register = template.Library()


@register.inclusion_tag("components/side_menu.html", takes_context=True)
def trainer_menu(context):
    """The menu of « Espace formateur »."""
    return side_menu(context, "Espace formateur", navigation.ENTRIES)


@register.filter
def day(date) -> str:
    """A date in words: « 1er mars 2027 »."""
    return wording.day_in_words(date, "j F Y")


@register.filter
def instant_day(instant) -> str:
    """The day of an instant, in Paris."""
    return wording.instant_day_in_words(instant)


@register.filter
def deadline(instant) -> str:
    """Until when: « jusqu'au 1er mars 2027 inclus »."""
    return own_wording.deadline_in_words(instant)


@register.filter
def hours(minutes: int | None) -> str:
    """Minutes as hours: « 3 h 30 »."""
    return own_wording.hours_in_words(minutes or 0)


@register.filter
def euros(cents: int | None) -> str:
    """Cents as euros: « 105,00 € »."""
    return own_wording.euros_in_words(cents or 0)


@register.filter
def rates(hours) -> str:
    """What an hour of an assignment, or of a line of hours, is paid; "" for who is not paid."""
    return own_wording.rates_in_words(hours)


@register.filter
def weekdays(values: list[int]) -> str:
    """Weekday values, in order: "lundi, mardi"."""
    return ", ".join(Weekday(value).label.lower() for value in sorted(values))


@register.filter
def regions(values: list[str]) -> str:
    return ", ".join(Region(value).label for value in values)


@register.filter
def help_kinds(values: list[str]) -> str:
    return ", ".join(HelpKind(value).label.lower() for value in values)


@register.filter
def weight(size: int) -> str:
    """A number of bytes, as one says it: "230 ko", "1,4 Mo"."""
    if size < 1_000_000:
        return f"{max(round(size / 1000), 1)}{wording.NBSP}ko"
    return f"{size / 1_000_000:.1f}{wording.NBSP}Mo".replace(".", ",")
