"""Trainings that a partner proposes to the catalogue, in its space."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from campus.personal import posted
from campus.refusal import Refused
from catalogue import proposals as service
from catalogue import versions
from catalogue.enums import ProposalState
from catalogue.partner_access import for_partner_referents
from catalogue.partner_forms import ProposalForm
from catalogue.views.space_forms import status_of, try_to

PAGE_SIZE = 20


@for_partner_referents
def proposal_list(request, partner):
    page = Paginator(partner.proposals.select_related("module"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "catalogue/space/proposal_list.html", {"partner": partner, "page_obj": page})


@for_partner_referents
def proposal_create(request, partner):
    form, made = ProposalForm(posted(request)), []

    def begin(**fields):
        made.append(service.begin(partner=partner, by=request.user, **fields))

    if request.method == "POST" and try_to(begin, form):
        messages.success(request, "Votre brouillon est enregistré. Relisez-le, puis soumettez-le.")
        return redirect("catalogue:proposal_detail", partner.organisation.slug, made[0].pk)
    return _form(request, partner, form, "Proposer une formation")


@for_partner_referents
def proposal_change(request, partner, pk):
    proposal = get_object_or_404(partner.proposals.select_related("domain"), pk=pk)
    if not proposal.is_writable:
        messages.error(request, "Cette proposition ne peut plus être modifiée.")
        return redirect("catalogue:proposal_detail", partner.organisation.slug, pk)
    version = versions.version_of(service.said_in(proposal))
    form = ProposalForm(posted(request), instance=proposal, version=version)

    def change(**fields):
        service.change(proposal=proposal, by=request.user, version=form.version, **fields)

    if request.method == "POST" and try_to(change, form):
        messages.success(request, "Vos changements sont enregistrés.")
        return redirect("catalogue:proposal_detail", partner.organisation.slug, pk)
    return _form(request, partner, form, "Modifier la proposition")


def _form(request, partner, form, title):
    context = {"partner": partner, "form": form, "title": title}
    return render(request, "catalogue/space/proposal_form.html", context, status=status_of(form))


@for_partner_referents
def proposal_detail(request, partner, pk):
    """What is proposed, where it is, what staff said."""
    proposal = get_object_or_404(partner.proposals.select_related("domain", "module"), pk=pk)
    events = list(proposal.events.all())
    context = {
        "partner": partner,
        "proposal": proposal,
        "events": events,
        "is_deletable": proposal.state == ProposalState.DRAFT and not events,
    }
    return render(request, "catalogue/space/proposal_detail.html", context)


@for_partner_referents
@require_POST
def proposal_submit(request, partner, pk):
    done = "Votre proposition est soumise : l'équipe du campus vous répondra par courriel."
    return _move(request, partner, pk, service.submit, done)


@for_partner_referents
@require_POST
def proposal_take_back(request, partner, pk):
    return _move(request, partner, pk, service.take_back, "Votre proposition est de nouveau un brouillon.")


def _move(request, partner, pk, transition, done):
    proposal = get_object_or_404(partner.proposals, pk=pk)
    try:
        transition(proposal=proposal, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("catalogue:proposal_detail", partner.organisation.slug, pk)


@for_partner_referents
@require_POST
def proposal_delete(request, partner, pk):
    proposal = get_object_or_404(partner.proposals, pk=pk)
    try:
        service.delete(proposal=proposal)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("catalogue:proposal_detail", partner.organisation.slug, pk)
    messages.success(request, "Le brouillon est effacé.")
    return redirect("catalogue:proposal_list", partner.organisation.slug)
