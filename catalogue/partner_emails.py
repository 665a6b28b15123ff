"""What the staff of the campus and the référents of a partner tell each other. Each once, in the transaction of what it tells."""

from django.conf import settings

from campus.accounts.enums import Role
from campus.accounts.models import User
from campus.mailing import outbox
from catalogue.models import Partner, PartnerRevision, ProposalEvent


def tell_of_revision(revision: PartnerRevision) -> None:
    """To staff, that it is proposed."""
    _tell_staff("revision_proposed", f"partner revision {revision.pk}", {"revision": revision})


def tell_of_answer(revision: PartnerRevision) -> None:
    """To the référents, that it is accepted or refused."""
    _tell_referents(
        revision.partner, "revision_answered", f"partner revision {revision.pk} answered", {"revision": revision}
    )


def tell_of_proposal(event: ProposalEvent) -> None:
    """To staff, that it is submitted."""
    _tell_staff("proposal_submitted", f"proposal event {event.pk}", {"event": event, "proposal": event.proposal})


def tell_of_review(event: ProposalEvent) -> None:
    """To the référents, what staff decided."""
    context = {"event": event, "proposal": event.proposal}
    _tell_referents(event.proposal.partner, "proposal_reviewed", f"proposal event {event.pk}", context)


def _tell_staff(template, key, context):
    outbox.write(key=key, to=settings.CONTACT_EMAIL, template=f"catalogue/emails/{template}", context=context)


def _tell_referents(partner: Partner, template, key, context):
    referents = User.objects.filter(
        memberships__organisation=partner.organisation_id, memberships__role=Role.REFERENT, is_active=True
    )
    for referent in referents.order_by("pk"):
        outbox.write(
            key=f"{key} {referent.pk}",
            to=referent.email,
            template=f"catalogue/emails/{template}",
            context={"partner": partner, **context},
        )
