"""What waits for the référents of a partner, on the first page of their space."""

from typing import NamedTuple

from django.urls import reverse

from catalogue.enums import ProposalState, RevisionState
from catalogue.models import Partner

SHOWN = 10
"""Tasks of a kind, the latest first."""


class Task(NamedTuple):
    text: str
    action: str
    """What the link says."""
    url: str


sources = []
"""What floors above add: functions of (partner=) that return a list of Task."""


def tasks_of(partner: Partner) -> list[Task]:
    """Those of the catalogue, then those of the floors above."""
    tasks = [*_of_presentation(partner), *_of_proposals(partner), *_of_cursus(partner)]
    return tasks + [task for source in sources for task in source(partner=partner)]


def awaited_by(partner: Partner) -> list[tuple[str, str]]:
    """What staff have to answer: (sentence, address)."""
    slug = partner.organisation.slug
    awaited = []
    if partner.revisions.pending().exists():
        awaited.append(("Votre présentation est en relecture.", reverse("catalogue:partner_presentation", args=[slug])))
    for proposal in partner.proposals.to_review()[:SHOWN]:
        url = reverse("catalogue:proposal_detail", args=[slug, proposal.pk])
        awaited.append((f"« {proposal} » est en relecture.", url))
    return awaited


def _of_presentation(partner):
    """Nothing of what staff have to answer; a refusal, as long as nothing else was proposed."""
    latest = partner.revisions.first()
    if latest and latest.state == RevisionState.REFUSED:
        url = reverse("catalogue:partner_presentation", args=[partner.organisation.slug])
        yield Task("Votre présentation a été refusée : l'équipe du campus dit pourquoi.", "La reprendre", url)


def _of_proposals(partner):
    words = {
        ProposalState.SENT_BACK: ("L'équipe du campus demande de revoir « {} ».", "Revoir la proposition"),
        ProposalState.DRAFT: ("« {} » est un brouillon, que vous seuls voyez.", "Le relire et le soumettre"),
    }
    for proposal in partner.proposals.filter(state__in=words)[:SHOWN]:
        text, action = words[ProposalState(proposal.state)]
        url = reverse("catalogue:proposal_detail", args=[partner.organisation.slug, proposal.pk])
        yield Task(text.format(proposal.title), action, url)


def _of_cursus(partner):
    slug = partner.organisation.slug
    cursus = list(partner.cursus.with_training_count().order_by("training_count")[:SHOWN])
    if not cursus:
        text = "Dites où le numérique a sa place dans vos cursus."
        yield Task(text, "Décrire un cursus", reverse("catalogue:cursus_create", args=[slug]))
    for each in cursus:
        if not each.training_count:
            url = reverse("catalogue:cursus_add", args=[slug, each.pk])
            yield Task(f"Le cursus « {each} » n'a encore aucune formation.", "Y placer une formation", url)
