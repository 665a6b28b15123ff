from functools import lru_cache

import nh3
from django import template
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from catalogue import wording

register = template.Library()

TAGS = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "br", "blockquote", "code", "pre", "hr"}
_parser = MarkdownIt("commonmark", {"html": False})


@register.filter
@lru_cache(maxsize=2048)
def markdown(text: str) -> SafeString:
    """Render Markdown to HTML cleaned of all that staff should not put in a page: scripts, styles, images, h1 and h2."""
    return SafeString(nh3.clean(_parser.render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener"))


@register.filter
def duration(training) -> str:
    """The duration of a training annotated with `total_minutes`, in words."""
    return wording.duration_in_words(training.total_minutes, training.duration_label)


@register.filter
def minutes(value: int | None) -> str:
    """A number of minutes, in words."""
    return wording.duration_in_words(value)


@register.filter
def when(session) -> str:
    """The dates of a session in the time of its place, in words; "" while it has no slot."""
    if session.starts_at is None:
        return ""
    zone = wording.zone_in_words(session.time_zone)
    dates = wording.dates_in_words(session.starts_at, session.ends_at, session.zone)
    return f"{dates} ({zone})" if zone else dates
