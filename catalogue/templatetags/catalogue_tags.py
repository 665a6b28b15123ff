from functools import lru_cache

import nh3
from django import template
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

register = template.Library()

TAGS = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "br", "blockquote", "code", "pre", "hr"}
_parser = MarkdownIt("commonmark", {"html": False})


@register.filter
@lru_cache(maxsize=2048)
def markdown(text: str) -> SafeString:
    """Render Markdown to HTML cleaned of all that staff should not put in a page: scripts, styles, images, h1 and h2."""
    return SafeString(nh3.clean(_parser.render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener"))
