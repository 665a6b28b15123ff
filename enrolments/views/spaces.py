"""The spaces of those who act for an organisation: a school's référents, an employer's HR correspondents."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404

from campus.accounts.enums import Role
from campus.accounts.memberships import organisations_of
from campus.personal import private


def for_school_referents(view):
    """A view of « Espace partenaire », called with the Organisation; anybody but its référents gets a 404.

    Floors below have for_partner_referents, which wants a Partner and hands it over.
    """
    return _for(Role.REFERENT, view)


def for_hr(view):
    """A view of « Espace employeur », called with the employer; anybody but its HR correspondents gets a 404."""
    return _for(Role.HR, view)


def _for(role, view):
    @private
    @login_required
    @wraps(view)
    def wrapped(request, slug, *args, **kwargs):
        organisation = get_object_or_404(organisations_of(request.user, role), slug=slug)
        return view(request, organisation, *args, **kwargs)

    return wrapped


def asked(request) -> str:
    """What is searched for in a list."""
    return (request.POST or request.GET).get("q", "").replace("\x00", "").strip()[:100]
