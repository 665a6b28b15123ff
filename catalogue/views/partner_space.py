"""« Espace partenaire »: which ones, the first page of each, its presentation and its référents."""

from pathlib import PurePath

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from campus.accounts.models import Membership
from campus.personal import posted, private
from campus.refusal import Refused
from catalogue import partner_referents, partner_revisions, versions
from catalogue.enums import RevisionState
from catalogue.models import PartnerRevision
from catalogue.partner_access import for_partner_referents, partners_of
from catalogue.partner_forms import InviteForm, PresentationForm
from catalogue.partner_tasks import awaited_by, tasks_of
from catalogue.validators import LOGO_TYPES
from catalogue.views.space_forms import status_of, try_to

PAGE_SIZE = 20


@private
@login_required
def spaces(request):
    """The space of who is a référent of one partner; the list for several; for others, whom it is for (403)."""
    page = Paginator(partners_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    if page.paginator.count == 1:
        return redirect("catalogue:partner_space", page[0].organisation.slug)
    status = 200 if page.paginator.count else 403
    return render(request, "catalogue/space/list.html", {"page_obj": page}, status=status)


@for_partner_referents
def space(request, partner):
    """What there is to do, and what staff have to answer."""
    context = {"partner": partner, "tasks": tasks_of(partner), "awaited": awaited_by(partner)}
    return render(request, "catalogue/space/home.html", context)


@for_partner_referents
def presentation(request, partner):
    """Propose what the public page says; what became of the last proposal."""
    latest = partner.revisions.exclude(state=RevisionState.WITHDRAWN).select_related("proposed_by").first()
    pending = latest if latest and latest.state == RevisionState.PROPOSED else None
    said = partner_revisions.said_in(partner, pending)
    form = PresentationForm(
        posted(request),
        request.FILES or None,
        initial={name: said[name] for name in ("summary", "presentation", "removes_logo")},
        version=versions.version_of(said),
    )

    def propose(**words):
        partner_revisions.propose(partner=partner, by=request.user, version=form.version, **words)

    if request.method == "POST" and try_to(propose, form):
        messages.success(request, "Votre présentation est transmise : l'équipe du campus la relit avant de la publier.")
        return redirect("catalogue:partner_presentation", partner.organisation.slug)
    context = {"partner": partner, "form": form, "latest": latest, "pending": pending}
    return render(request, "catalogue/space/presentation.html", context, status=status_of(form))


@for_partner_referents
@require_POST
def presentation_withdraw(request, partner):
    revision = get_object_or_404(partner.revisions.pending())
    try:
        partner_revisions.withdraw(revision=revision, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Votre proposition est retirée. La page publique n'a pas changé.")
    return redirect("catalogue:partner_presentation", partner.organisation.slug)


@private
@login_required
def revision_logo(request, pk):
    """A logo that is proposed, for the référents and for staff who review it; never as anything but an image."""
    revisions = PartnerRevision.objects.exclude(logo="")
    if not request.user.has_perm("catalogue.view_partnerrevision"):
        revisions = revisions.filter(partner__in=partners_of(request.user))
    logo = get_object_or_404(revisions, pk=pk).logo
    content_type = LOGO_TYPES.get(PurePath(logo.name).suffix.lower())
    if content_type is None or not logo.storage.exists(logo.name):
        raise Http404
    return FileResponse(logo.open(), content_type=content_type)


@for_partner_referents
def referents(request, partner):
    """Who acts for the partner; invite somebody."""
    form = InviteForm(posted(request))

    def invite(email):
        partner_referents.invite(partner=partner, email=email, by=request.user)

    if request.method == "POST" and try_to(invite, form):
        messages.success(request, f"Une invitation est envoyée à {form.cleaned_data['email']}.")
        return redirect("catalogue:partner_referents", partner.organisation.slug)
    page = Paginator(partner_referents.referents_of(partner), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"partner": partner, "form": form, "page_obj": page}
    return render(request, "catalogue/space/referents.html", context, status=status_of(form))


@for_partner_referents
def referent_remove(request, partner, pk):
    """Ask before a role is taken away, one's own above all."""
    membership = _referent_of(partner, pk)
    if membership is None:
        messages.info(request, "Cette personne est déjà retirée des référents.")
        return redirect("catalogue:partner_referents", partner.organisation.slug)
    is_oneself = membership.user_id == request.user.pk
    if request.method != "POST":
        context = {"partner": partner, "membership": membership, "is_oneself": is_oneself}
        return render(request, "catalogue/space/referent_remove.html", context)
    try:
        partner_referents.remove(partner=partner, membership=membership)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if is_oneself:
            messages.success(request, f"{partner} : vous n'êtes plus référent.")
            return redirect("enrolments:home")
        messages.success(request, f"{partner} : {membership.user} n'est plus référent.")
    return redirect("catalogue:partner_referents", partner.organisation.slug)


def _referent_of(partner, pk) -> Membership | None:
    """None once it is removed, which an old page does not know. Raises Http404 for another partner's, or another role."""
    membership = partner_referents.referents_of(partner).filter(pk=pk).first()
    if membership is None and Membership.objects.filter(pk=pk).exists():
        raise Http404
    return membership
