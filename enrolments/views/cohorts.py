"""« Promotions » in « Espace partenaire »: opened, filled, invited, followed."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from campus.personal import UNPROCESSABLE, posted
from enrolments import cohorts
from enrolments.cohort_forms import CohortForm
from enrolments.cohort_progress import agreed_members, enrolments_of, invitations_of
from enrolments.figures import FEWEST, figures_by, figures_of
from enrolments.models import Cohort, CohortMember
from enrolments.views.common import PAGE_SIZE
from enrolments.views.spaces import asked, for_school_referents

MEMBERS_SHOWN = 50
TRAININGS_SHOWN = 20


def cohort_of(organisation, pk) -> Cohort:
    """A promotion of this school. Raises Http404 for another's."""
    return get_object_or_404(organisation.cohorts.select_related("organisation", "studies__cursus__partner"), pk=pk)


def to_cohort(cohort, name="cohort_detail"):
    return redirect(f"enrolments:{name}", cohort.organisation.slug, cohort.pk)


def for_current_cohorts(view):
    """A view for the référents of a school, called with (request, organisation, cohort, …). An archived promotion, in an old
    tab, leads to where it is reopened."""

    @for_school_referents
    @wraps(view)
    def wrapped(request, organisation, pk, *args, **kwargs):
        cohort = cohort_of(organisation, pk)
        if cohort.archived_at:
            messages.error(request, cohorts.ARCHIVED)
            return to_cohort(cohort)
        return view(request, organisation, cohort, *args, **kwargs)

    return wrapped


@for_school_referents
def cohort_list(request, organisation):
    """The current ones first, the latest years first."""
    counted = organisation.cohorts.select_related("studies__cursus").annotate(
        member_count=Coalesce(F("forgotten_count"), 0) + Count("members")
    )
    current_first = counted.order_by(F("archived_at").asc(nulls_first=True), "-year", "name", "pk")
    page = Paginator(current_first, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "enrolments/cohorts/list.html", {"organisation": organisation, "page_obj": page})


@for_school_referents
def cohort_add(request, organisation):
    return _form(request, organisation, Cohort(year=timezone.localdate().year))


@for_school_referents
def cohort_edit(request, organisation, pk):
    return _form(request, organisation, cohort_of(organisation, pk))


def _form(request, organisation, cohort):
    form, status = CohortForm(posted(request), instance=cohort, organisation=organisation), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            is_new = cohort.pk is None
            try:
                cohorts.save_cohort(cohort=form.instance, organisation=organisation, by=request.user)
            except cohorts.CohortRefused as refusal:
                form.add_error(refusal.argument, str(refusal))
            else:
                messages.success(request, "La promotion est enregistrée.")
                return to_cohort(cohort, "cohort_import" if is_new else "cohort_detail")
    context = {"organisation": organisation, "cohort": cohort, "form": form}
    return render(request, "enrolments/cohorts/form.html", context, status=status)


@for_school_referents
def cohort_detail(request, organisation, pk):
    """Its students as the school named them, and what one may do."""
    cohort, query = cohort_of(organisation, pk), asked(request)
    members = cohort.members.with_words(query)
    context = {
        "organisation": organisation,
        "cohort": cohort,
        "query": query,
        "page_obj": Paginator(members, MEMBERS_SHOWN).get_page(request.GET.get("page")),
        "invitations": invitations_of(cohort),
    }
    return render(request, "enrolments/cohorts/detail.html", context)


@for_school_referents
def cohort_progress(request, organisation, pk):
    """Together, never of fewer than five; then by name, those who agreed."""
    cohort = cohort_of(organisation, pk)
    enrolments = enrolments_of(cohort)
    context = {
        "organisation": organisation,
        "cohort": cohort,
        "fewest": FEWEST,
        "figures": figures_of(enrolments),
        "by_training": figures_by(enrolments, "session__module__title", TRAININGS_SHOWN),
        "page_obj": Paginator(agreed_members(cohort), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "enrolments/cohorts/progress.html", context)


def _confirm(request, cohort, title, text, button):
    context = {
        "organisation": cohort.organisation,
        "template": "enrolments/cohorts/space.html",
        "title": title,
        "about": cohort,
        "text": text,
        "button": button,
        "back": reverse("enrolments:cohort_detail", args=[cohort.organisation.slug, cohort.pk]),
        "back_label": "Revenir à la promotion",
    }
    return render(request, "enrolments/confirm.html", context)


@for_school_referents
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_archive(request, organisation, pk):
    cohort = cohort_of(organisation, pk)
    if request.method != "POST":
        text = (
            "Ses élèves ne prendront plus de places réservées. Vous pourrez la rouvrir ; "
            f"{settings.COHORT_NAMES_KEPT_DAYS} jours après l'archivage, les noms de ses élèves s'effacent pour toujours."
        )
        return _confirm(request, cohort, "Archiver cette promotion ?", text, "Archiver")
    try:
        cohorts.archive(cohort=cohort)
    except cohorts.CohortRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"« {cohort} » est archivée : ses élèves ne prennent plus de places réservées.")
    return to_cohort(cohort)


@for_school_referents
@require_POST
def cohort_reopen(request, organisation, pk):
    cohort = cohort_of(organisation, pk)
    cohorts.reopen(cohort=cohort)
    messages.success(request, f"« {cohort} » est rouverte.")
    return to_cohort(cohort)


@for_school_referents
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_invite(request, organisation, pk):
    """Asked first: nothing calls messages back."""
    cohort = cohort_of(organisation, pk)
    if request.method != "POST":
        left = cohort.members.to_invite().count()
        title = f"Inviter {left} élèves ?" if left > 1 else f"Inviter {left} élève ?"
        text = (
            "Chacun reçoit un courriel de votre part, qui dit comment se connecter et, s'il le faut, comment accepter."
        )
        return _confirm(request, cohort, title, text, "Envoyer les invitations")
    try:
        count = cohorts.ask_invitations(cohort=cohort)
    except cohorts.CohortRefused as refusal:
        messages.error(request, str(refusal))
    else:
        told = f"{intcomma(count)} invitation{'s partent' if count > 1 else ' part'} par courriel dans les minutes qui viennent."
        messages.success(request, told if count else "Tous les élèves ont déjà été invités.")
    return to_cohort(cohort)


@for_school_referents
@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request, organisation, pk, member_pk):
    cohort = cohort_of(organisation, pk)
    member = CohortMember.objects.filter(pk=member_pk).first()
    if member is None:
        messages.info(request, "Cet élève n'est plus dans la promotion.")
        return to_cohort(cohort)
    if member.cohort_id != cohort.pk:
        raise Http404
    if request.method != "POST":
        text = (
            f"{member} ne prendra plus les places réservées à votre école. "
            "Son compte et ses inscriptions restent les siens."
        )
        return _confirm(request, cohort, f"Retirer {member} de la promotion ?", text, "Retirer")
    cohorts.remove_member(member=member)
    messages.success(request, f"{member} n'est plus dans la promotion. Ses inscriptions restent les siennes.")
    return to_cohort(cohort)
