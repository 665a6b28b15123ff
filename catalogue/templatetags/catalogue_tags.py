from functools import lru_cache
from urllib.parse import quote, urlsplit

import nh3
from django import template
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from campus.side_menu import side_menu
from catalogue import drafts, linked_data, partner_navigation, wording

register = template.Library()

TAGS = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "br", "blockquote", "code", "pre", "hr"}
_parser = MarkdownIt("commonmark", {"html": False})


@register.inclusion_tag("components/side_menu.html", takes_context=True)
def partner_menu(context, organisation):
    """The menu of « Espace partenaire » for a partner."""
    return side_menu(context, organisation.short_name, partner_navigation.ENTRIES, [organisation.slug])


@register.filter
@lru_cache(maxsize=2048)
def markdown(text: str) -> SafeString:
    """Render Markdown to HTML cleaned of all that staff should not put in a page: scripts, styles, images, h1 and h2."""
    return SafeString(nh3.clean(_parser.render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener"))


register.filter("written", drafts.written)
register.filter("whom_private", wording.whom_private_in_words)


@register.filter
def duration(training) -> str:
    """The duration of a training in words; a parcours must be annotated with `total_minutes`."""
    minutes = training.total_minutes if training.is_parcours else training.duration_minutes
    return wording.duration_in_words(minutes, training.duration_label)


@register.filter
def minutes(value: int | None) -> str:
    """A number of minutes, in words."""
    return wording.duration_in_words(value)


@register.filter
def modalities(values: list[str]) -> str:
    return wording.modalities_in_words(values)


@register.filter
def languages(values: list[str]) -> str:
    return wording.languages_in_words(values)


@register.filter
def instant(value) -> str:
    """An instant in words, in Paris."""
    return wording.instant_in_words(value)


@register.filter
def day(value, form: str) -> str:
    """A date in Django's letters, the first of the month said « 1er »."""
    return wording.day_in_words(value, form)


@register.filter
def session_dates(session) -> str:
    """When a session is, in the time of its place."""
    return wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone)


@register.filter
def json_ld(data: dict) -> SafeString:
    """Data for machines, from catalogue.linked_data, as an element of the head."""
    return linked_data.script(data)


@register.filter
def price(cents: int | None) -> str:
    return wording.price_in_words(cents)


@register.filter
def host(url: str) -> str:
    """Where a link leads, before one follows it: the host of a web address, the address of a mailto: link."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == "mailto" else (parts.hostname or "").removeprefix("www.")


@register.simple_tag
def mail_link(address: str, *subject: str) -> str:
    """A mailto: link whose message has for subject the words put together."""
    return f"mailto:{address}?subject={quote(''.join(subject))}"


@register.simple_tag
def share_link(title: str, url: str) -> str:
    """A mailto: link without addressee, which tells of a page of the campus."""
    return f"mailto:?subject={quote(title)}&body={quote(f'{title}, sur le Campus du numérique public : {url}')}"
