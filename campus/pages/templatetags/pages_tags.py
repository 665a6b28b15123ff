from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def pictogram_url(name: str) -> str:
    """Address of a pictogram of the DSFR ("digital/coding"), or "" when there is none: staff type these names."""
    try:
        return static(f"dsfr/artwork/pictograms/{name}.svg")
    except ValueError:
        return ""


@register.simple_tag(takes_context=True)
def canonical_url(context) -> str:
    """The one whole address of this page: its path, and its number when it is a further page of a list.

    "" on error pages, which are drawn without the request.
    """
    request = context.get("request")
    if request is None:
        return ""
    page = context.get("page_obj")
    query = f"?page={page.number}" if page is not None and page.number > 1 else ""
    return request.build_absolute_uri(request.path) + query


@register.simple_block_tag
def kept(content: SafeString) -> SafeString:
    """What a block draws, kept to be said twice: {% kept as name %}{% block title %}…{% endblock %}{% endkept %}."""
    return content


@register.filter
def described(element: SafeString) -> SafeString:
    """The `<meta name="description">` of a page, said again for whoever shares the page; "" when there is none."""
    return SafeString(element + element.replace('name="description"', 'property="og:description"'))
