"""« Mes promotions » in « Mon espace »: what a student agrees to show to their school."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from campus.personal import private
from enrolments import cohorts
from enrolments.models import CohortMember


@private
@login_required
def my_cohorts(request):
    """Without a profile too: the invitation leads here."""
    mine = CohortMember.objects.filter(user=request.user).select_related(
        "cohort__organisation", "cohort__studies__cursus__partner__organisation"
    )
    memberships = mine.order_by("cohort__archived_at", "-cohort__year", "cohort__name")
    return render(request, "enrolments/my_cohorts.html", {"memberships": memberships})


def _mine(request, pk) -> CohortMember:
    """Raises Http404 for another's."""
    return get_object_or_404(CohortMember.objects.select_related("cohort__organisation"), pk=pk, user=request.user)


@private
@login_required
@require_POST
def my_cohort_accept(request, pk):
    member = _mine(request, pk)
    cohorts.accept(member=member)
    messages.success(request, f"Vous êtes dans la promotion « {member.cohort} ». Vous pouvez la quitter à tout moment.")
    return redirect("enrolments:my_cohorts")


@private
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_cohort_leave(request, pk):
    """Asked first, then done; a refusal is the same."""
    member = _mine(request, pk)
    if request.method != "POST":
        return render(request, "enrolments/my_cohort_leave.html", {"member": member})
    cohorts.leave(member=member)
    done = "Vous avez quitté" if member.accepted_at else "Vous avez refusé"
    messages.success(request, f"{done} la promotion « {member.cohort} ». Vos inscriptions restent les vôtres.")
    return redirect("enrolments:my_cohorts")


@private
@login_required
@require_POST
def my_cohort_agree(request, pk):
    member = _mine(request, pk)
    shows = request.POST.get("shows") == "oui"
    cohorts.agree(member=member, shows=shows)
    told = (
        "Votre école voit maintenant ce que vous suivez." if shows else "Votre école ne voit plus ce que vous suivez."
    )
    messages.success(request, told)
    return redirect("enrolments:my_cohorts")
