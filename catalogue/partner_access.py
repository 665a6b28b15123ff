"""Who enters « Espace partenaire »: the référents of a partner, and nobody else; staff have the admin."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from campus.accounts.enums import Role
from campus.accounts.memberships import organisations_of
from campus.accounts.models import Membership
from campus.personal import private
from catalogue.models import Partner


def partners_of(user):
    """The partners that `user` is a référent of, with their organisations, in alphabetical order."""
    mine = Partner.objects.filter(organisation__in=organisations_of(user, Role.REFERENT))
    return mine.select_related("organisation").in_alphabetical_order()


def referents_of_partners() -> QuerySet:
    """The primary keys of those whom `partners_of` gives some, as often as there are."""
    return Membership.objects.filter(role=Role.REFERENT, organisation__partner__isnull=False).values_list(
        "user", flat=True
    )


def for_partner_referents(view):
    """A view of « Espace partenaire », whose address has the `slug` of an organisation.

    Called with (request, partner, …) for a référent of that partner; it does not exist (404) for anybody else signed in.
    """

    @private
    @login_required
    @wraps(view)
    def wrapped(request, slug, *args, **kwargs):
        partner = get_object_or_404(partners_of(request.user), organisation__slug=slug)
        return view(request, partner, *args, **kwargs)

    return wrapped
