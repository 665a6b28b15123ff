"""Who acts for an organisation: invited by e-mail, whatever their address; removed at once."""

from django.db import transaction
from django.db.models import QuerySet

from campus.accounts.enums import Role
from campus.accounts.models import Membership, Organisation, User
from campus.mailing import outbox
from campus.refusal import Refused


class InvitationRefused(Refused):
    """Somebody who cannot be invited so."""


def check(*, email: str, organisation: Organisation, role: str) -> None:
    """Raise InvitationRefused when the person of `email` cannot be given `role` in `organisation`."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        return
    if not user.is_active:
        # Whoever invites is not told that an account exists, nor that it is closed.
        raise InvitationRefused("Cette adresse ne peut pas être invitée. Écrivez à l'équipe du campus.", "email")
    if Membership.objects.filter(user=user, organisation=organisation, role=role).exists():
        raise InvitationRefused(f"{user} a déjà ce rôle.", "email")


@transaction.atomic
def invite(*, email: str, organisation: Organisation, role: str, by: User | None) -> Membership:
    """Give `role` in `organisation` to the person of `email`, whose account is opened when there is none; write to them.

    Raises InvitationRefused (`check`).
    """
    check(email=email, organisation=organisation, role=role)
    user, _is_new = User.objects.get_or_create(email=email.strip().lower(), defaults={"organisation": organisation})
    membership, is_first = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, defaults={"invited_by": by}
    )
    if is_first:
        outbox.write(
            key=f"membership {membership.pk}",
            to=user.email,
            template="accounts/emails/membership",
            context={"membership": membership},
        )
    return membership


def remove(*, membership: Membership) -> None:
    """Take the role away; the account and what was done with it stay."""
    Membership.objects.filter(pk=membership.pk).delete()


def organisations_of(user: User, role: Role) -> QuerySet:
    """The organisations that `user` acts for in `role`, by name."""
    return Organisation.objects.filter(memberships__user=user, memberships__role=role).order_by("name")
