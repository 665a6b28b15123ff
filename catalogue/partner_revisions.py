"""The page of a partner, as its référents propose it and staff accept it. Partner, then revision, are locked in this order."""

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from catalogue import partner_emails, versions
from catalogue.enums import REVISION_MOVES, RevisionState
from catalogue.models import Partner, PartnerRevision
from catalogue.transitions import TransitionRefused


@transaction.atomic
def propose(
    *,
    partner: Partner,
    by,
    summary: str,
    presentation: str,
    logo: File | None = None,
    removes_logo: bool = False,
    version: str = "",
) -> PartnerRevision:
    """Ask staff to change the page of `partner`; tell them. What was still waiting is withdrawn, its new logo is kept.

    `version`: of `said_in`, as the page showed it. Raises versions.Outdated, and TransitionRefused when nothing would change.
    """
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    pending = partner.revisions.pending().first()
    saved = said_in(partner, pending)
    wanted = {**saved, "summary": summary, "presentation": presentation, "removes_logo": removes_logo}
    versions.check(version, saved=saved, wanted=wanted, by=pending.proposed_by if pending else None)
    if pending and not logo and wanted == saved:
        return pending  # a double click
    logo = logo or (pending.logo if pending and not removes_logo else None)
    says_the_same = (summary, presentation) == (partner.summary, partner.presentation)
    if says_the_same and not logo and not (removes_logo and partner.logo):
        raise TransitionRefused("Rien ne change : votre page dit déjà cela.")
    if pending:
        _close(pending, RevisionState.WITHDRAWN, by)
    revision = partner.revisions.create(
        summary=summary, presentation=presentation, logo=logo or "", removes_logo=removes_logo, proposed_by=by
    )
    partner_emails.tell_of_revision(revision)
    return revision


def said_in(partner: Partner, pending: PartnerRevision | None) -> dict:
    """What the page of a référent shows, by name of field: what waits for its answer, else what is public."""
    said = pending or partner
    return {
        "summary": said.summary,
        "presentation": said.presentation,
        "removes_logo": bool(pending and pending.removes_logo),
        "logo": (said.logo or partner.logo).name or "",
    }


@transaction.atomic
def accept(*, revision: PartnerRevision, by) -> PartnerRevision:
    """Make the page say what is proposed; tell the référents. Raises TransitionRefused."""
    revision = _close(_lock(revision), RevisionState.ACCEPTED, by)
    partner = revision.partner
    partner.summary, partner.presentation = revision.summary, revision.presentation
    if revision.logo or revision.removes_logo:
        partner.logo = revision.logo.name
    partner.save(update_fields=["summary", "presentation", "logo"])
    partner_emails.tell_of_answer(revision)
    return revision


@transaction.atomic
def refuse(*, revision: PartnerRevision, by, reason: str) -> PartnerRevision:
    """Leave the page as it is; tell the référents why. Raises TransitionRefused, also when `reason` is empty."""
    if not reason.strip():
        raise TransitionRefused("Dites pourquoi : les référents le liront.", "reason")
    revision = _close(_lock(revision), RevisionState.REFUSED, by, reason.strip())
    partner_emails.tell_of_answer(revision)
    return revision


@transaction.atomic
def withdraw(*, revision: PartnerRevision, by) -> PartnerRevision:
    """Give up what staff have not answered. Raises TransitionRefused."""
    return _close(_lock(revision), RevisionState.WITHDRAWN, by)


def _lock(revision) -> PartnerRevision:
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=revision.partner_id)
    return partner.revisions.get(pk=revision.pk)


def _close(revision, to_state, by, reason="") -> PartnerRevision:
    """Of a partner that is locked: check the table, write the state with its date and author."""
    from_state = RevisionState(revision.state)
    if to_state not in REVISION_MOVES[from_state]:
        raise TransitionRefused(f"Cette présentation est déjà à l'état « {from_state.label} ».")
    revision.state, revision.reason = to_state, reason
    revision.answered_at, revision.answered_by = timezone.now(), by
    revision.save(update_fields=["state", "reason", "answered_at", "answered_by"])
    return revision
