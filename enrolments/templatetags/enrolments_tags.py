from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import number_format

from campus.side_menu import side_menu
from catalogue import wording
from catalogue.enums import Modality
from catalogue.models import Session
from enrolments import local_time, navigation
from enrolments.figures import HIDDEN, Figures, half_up

register = template.Library()


@register.inclusion_tag("components/side_menu.html", takes_context=True)
def space_menu(context):
    """The menu of « Mon espace »."""
    return side_menu(context, "Mon espace", navigation.entries_for(context["request"].user))


@register.inclusion_tag("components/side_menu.html", takes_context=True)
def employer_menu(context, organisation):
    """The menu of « Espace employeur »."""
    return side_menu(context, "Espace employeur", navigation.EMPLOYER_ENTRIES, [organisation.slug])


@register.filter
def all_hidden(rows: list[Figures]) -> bool:
    """Whether a table of figures would only say that nothing is told."""
    return all(row.is_hidden for row in rows)


@register.filter
def shown(figure: int | None) -> str:
    """A figure about people, or that there are too few of them."""
    return HIDDEN if figure is None else intcomma(figure)


@register.filter
def shown_mean(figure: float | None) -> str:
    """A mean about people, with one decimal, or that there are too few of them."""
    return HIDDEN if figure is None else number_format(half_up(figure, 1), 1)


@register.filter
def shown_share(figure: int | None) -> str:
    """A share of people, in hundredths, or that there are too few of them."""
    return HIDDEN if figure is None else f"{figure} %"


@register.filter
def where(session: Session) -> str:
    """How a session is held, and in which city: « Présentiel, Rennes »."""
    return ", ".join([session.get_modality_display(), *([session.place.city] if session.place else [])])


@register.filter
def hours_at(session: Session, time_zone: str) -> str:
    """When an online session is for who lives at `time_zone`; "" when its own hours say it."""
    if session.modality != Modality.ONLINE:
        return ""
    return local_time.hours_elsewhere(session.starts_at, session.ends_at, session.time_zone, time_zone)


@register.filter
def day(instant) -> str:
    """The day of an instant in words, in Paris."""
    return wording.instant_day_in_words(instant)


@register.filter
def in_words(date) -> str:
    """A date in words: "1er mars 2027"."""
    return wording.day_in_words(date, "j F Y")
