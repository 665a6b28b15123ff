from django import template

from catalogue import wording
from trainers import navigation
from trainers import wording as own_wording

register = template.Library()


@register.inclusion_tag("trainers/menu.html", takes_context=True)
def trainer_menu(context):
    """The menu of « Espace formateur »."""
    return {"entries": navigation.menu(context["request"].path)}


@register.filter
def day(date) -> str:
    """A date in words: « 1er mars 2027 »."""
    return wording.day_in_words(date, "j F Y")


@register.filter
def instant_day(instant) -> str:
    """The day of an instant, in Paris."""
    return wording.instant_day_in_words(instant)


@register.filter
def hours(minutes: int | None) -> str:
    """Minutes as hours: « 3 h 30 »."""
    return own_wording.hours_in_words(minutes or 0)


@register.filter
def euros(cents: int | None) -> str:
    """Cents as euros: « 105,00 € »."""
    return own_wording.euros_in_words(cents or 0)
