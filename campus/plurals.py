"""French plurals in templates: zero is singular (« 0 élève »), as is 1.5. Loaded in all of them (settings: builtins)."""

from django import template
from django.template import defaultfilters

register = template.Library()
PLURAL_FROM = 2


@register.filter(is_safe=False)
def pluralize(count: float | str | list, forms: str = "s") -> str:
    """Django's filter, by the French rule. count: a number, or what has a length; forms: as Django reads them, « al,aux »."""
    try:
        number = float(count)
    except (TypeError, ValueError):
        try:
            number = len(count)
        except TypeError:
            return ""
    return defaultfilters.pluralize(2 if abs(number) >= PLURAL_FROM else 1, forms)
