"""Trainings that partners propose to the catalogue: written, submitted, reviewed. Each function locks the proposal."""

from django.db import transaction

from catalogue import partner_emails, versions
from catalogue.drafts import create_draft_module
from catalogue.enums import PROPOSAL_MOVES, ProposalState
from catalogue.models import Partner, Proposal
from catalogue.transitions import TransitionRefused

WRITTEN = [
    "title", "domain", "summary", "description", "objectives", "level", "modalities", "duration_minutes", "languages",
    "access_url",
]  # fmt: skip
"""What référents write."""


def begin(*, partner: Partner, by, **fields) -> Proposal:
    """A draft that its partner alone sees."""
    return partner.proposals.create(written_by=by, **fields)


@transaction.atomic
def change(*, proposal: Proposal, by, version: str = "", **fields) -> Proposal:
    """Write `fields`. `version`: of `said_in`, as the page showed it.

    Raises versions.Outdated, and TransitionRefused when staff review it, or have decided.
    """
    proposal = _lock(proposal)
    if not proposal.is_writable:
        raise TransitionRefused(
            f"Cette proposition est à l'état « {proposal.get_state_display()} » : elle ne change plus."
        )
    saved = said_in(proposal)
    versions.check(version, saved=saved, wanted={**saved, **fields}, by=proposal.written_by)
    proposal.written_by = by
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=[*fields, "written_by", "updated_at"])
    return proposal


def said_in(proposal: Proposal) -> dict:
    """What its page lets change, by name of field."""
    return {name: getattr(proposal, name) for name in WRITTEN}


@transaction.atomic
def delete(*, proposal: Proposal) -> None:
    """Raises TransitionRefused for what staff have seen: its history stays."""
    proposal = _lock(proposal)
    if proposal.state != ProposalState.DRAFT or proposal.events.exists():
        raise TransitionRefused("L'équipe du campus a déjà reçu cette proposition : elle ne s'efface plus.")
    proposal.delete()


@transaction.atomic
def submit(*, proposal: Proposal, by) -> Proposal:
    """Hand it to staff, and tell them. Raises TransitionRefused."""
    event = _move(proposal, ProposalState.SUBMITTED, by)
    partner_emails.tell_of_proposal(event)
    return event.proposal


@transaction.atomic
def take_back(*, proposal: Proposal, by) -> Proposal:
    """Work again on what staff have not answered. Raises TransitionRefused."""
    return _move(proposal, ProposalState.DRAFT, by).proposal


@transaction.atomic
def send_back(*, proposal: Proposal, by, comment: str) -> Proposal:
    """Ask the référents to change it as `comment` says. Raises TransitionRefused, also without a comment."""
    return _review(proposal, ProposalState.SENT_BACK, by, comment)


@transaction.atomic
def refuse(*, proposal: Proposal, by, comment: str) -> Proposal:
    """Say no, and why. Raises TransitionRefused, also without a comment."""
    return _review(proposal, ProposalState.REFUSED, by, comment)


@transaction.atomic
def accept(*, proposal: Proposal, by, comment: str = "") -> Proposal:
    """Begin the module that staff will finish and publish; tell the référents. Raises TransitionRefused."""
    locked = _lock(proposal)
    _check(locked, ProposalState.ACCEPTED)
    locked.module = create_draft_module(
        title=locked.title,
        domain=locked.domain,
        summary=locked.summary,
        description=locked.description,
        objectives=locked.objectives,
        level=locked.level,
        modalities=locked.modalities,
        duration_minutes=locked.duration_minutes,
        languages=locked.languages,
        providers=[locked.partner.organisation],
        access_url=locked.access_url,
    )
    event = _write(locked, ProposalState.ACCEPTED, by, comment.strip())
    partner_emails.tell_of_review(event)
    return locked


def _review(proposal, to_state, by, comment):
    if not comment.strip():
        raise TransitionRefused("Dites pourquoi : les référents le liront.", "comment")
    event = _move(proposal, to_state, by, comment.strip())
    partner_emails.tell_of_review(event)
    return event.proposal


def _move(proposal, to_state, by, comment=""):
    proposal = _lock(proposal)
    _check(proposal, to_state)
    return _write(proposal, to_state, by, comment)


def _lock(proposal) -> Proposal:
    proposals = Proposal.objects.select_related("partner__organisation", "domain")
    return proposals.select_for_update(of=("self",)).get(pk=proposal.pk)


def _check(proposal, to_state):
    from_state = ProposalState(proposal.state)
    if to_state == from_state:  # from an old page, or clicked twice
        done = "un brouillon" if to_state == ProposalState.DRAFT else to_state.label.lower()
        raise TransitionRefused(f"« {proposal} » est déjà {done}.")
    if to_state not in PROPOSAL_MOVES[from_state]:
        raise TransitionRefused(
            f"« {proposal} » est à l'état « {from_state.label} » et ne peut pas passer à « {to_state.label} »."
        )


def _write(proposal, to_state, by, comment):
    """The state of a locked proposal, and its history. Returns the ProposalEvent."""
    from_state, proposal.state = proposal.state, to_state
    proposal.save(update_fields=["state", "module", "updated_at"])
    return proposal.events.create(from_state=from_state, to_state=to_state, happened_by=by, comment=comment)
