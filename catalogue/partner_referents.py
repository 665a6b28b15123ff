"""Who acts for a partner: référents invite each other, and leave one at least."""

from django.db import transaction

from campus.accounts import memberships
from campus.accounts.enums import Role
from campus.accounts.limits import allows
from campus.accounts.models import Membership
from campus.refusal import Refused
from catalogue.models import Partner


class ReferentRefused(Refused):
    """Somebody who cannot be removed."""


def referents_of(partner: Partner):
    """Memberships of the référents of a partner, with their people, the first come first."""
    mine = Membership.objects.filter(organisation=partner.organisation_id, role=Role.REFERENT)
    return mine.select_related("user").order_by("invited_at", "pk")


def invite(*, partner: Partner, email: str, by) -> Membership:
    """Raises campus.accounts.memberships.InvitationRefused, also beyond so many an hour: the campus writes to whoever
    is invited."""
    if not allows("invitation_referent", by.email):
        raise memberships.InvitationRefused("Vous avez invité beaucoup de monde : réessayez dans une heure.", "email")
    return memberships.invite(email=email, organisation=partner.organisation, role=Role.REFERENT, by=by)


@transaction.atomic
def remove(*, partner: Partner, membership: Membership) -> None:
    """Take the role away. Raises ReferentRefused for the last one; two who leave at once wait for each other."""
    Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    if not referents_of(partner).exclude(pk=membership.pk).exists():
        raise ReferentRefused("Un partenaire garde un référent au moins : invitez d'abord quelqu'un d'autre.")
    memberships.remove(membership=membership)
