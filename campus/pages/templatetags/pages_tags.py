from django import template
from django.templatetags.static import static

register = template.Library()


@register.simple_tag
def pictogram_url(name: str) -> str:
    """Address of a pictogram of the DSFR ("digital/coding"), or "" when there is none: staff type these names."""
    try:
        return static(f"dsfr/artwork/pictograms/{name}.svg")
    except ValueError:
        return ""
