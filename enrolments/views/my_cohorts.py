"""« Mes promotions » in « Mon espace »: what a student agrees to show to their school."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from campus.personal import private
from enrolments import cohorts
from enrolments.models import CohortMember
from enrolments.views.common import for_owner


@private
@login_required
def my_cohorts(request):
    """Without a profile too: the invitation leads here."""
    mine = CohortMember.objects.filter(user=request.user).select_related(
        "cohort__organisation", "cohort__studies__cursus__partner__organisation"
    )
    memberships = mine.order_by("cohort__archived_at", "-cohort__year", "cohort__name")
    return render(request, "enrolments/my_cohorts.html", {"memberships": memberships})


for_member = for_owner(
    CohortMember.objects.select_related("cohort__organisation"),
    owner="user_id",
    gone="Vous n'êtes plus dans cette promotion.",
    back="enrolments:my_cohorts",
)


@for_member
@require_POST
def my_cohort_accept(request, member):
    cohorts.accept(member=member)
    messages.success(request, f"Vous êtes dans la promotion « {member.cohort} ». Vous pouvez la quitter à tout moment.")
    return redirect("enrolments:my_cohorts")


@for_member
@require_http_methods(["GET", "HEAD", "POST"])
def my_cohort_leave(request, member):
    """Asked first, then done; a refusal is the same."""
    if request.method != "POST":
        return render(request, "enrolments/confirm.html", _leaving(member))
    cohorts.leave(member=member)
    done = "Vous avez quitté" if member.accepted_at else "Vous avez refusé"
    messages.success(request, f"{done} la promotion « {member.cohort} ». Vos inscriptions restent les vôtres.")
    return redirect("enrolments:my_cohorts")


def _leaving(member) -> dict:
    """What the page that asks says."""
    if member.accepted_at:
        title, button = "Quitter cette promotion ?", "Quitter la promotion"
        text = (
            "Votre école ne pourra plus vous inscrire à des sessions ni compter ce que vous suivez, et vous ne prendrez plus "
            "les places qu'elle réserve. Vos inscriptions restent les vôtres : désistez-vous de celles que vous ne voulez plus."
        )
    else:
        title, button = "Refuser cette promotion ?", "Refuser l'invitation"
        text = "L'école ne pourra pas vous inscrire à des sessions, et votre nom sort de sa liste."
    return {
        "template": "enrolments/space.html",
        "title": title,
        "about": f"{member.cohort}, {member.cohort.organisation}",
        "text": text,
        "button": button,
        "back": reverse("enrolments:my_cohorts"),
        "back_label": "Revenir à mes promotions",
    }


@for_member
@require_POST
def my_cohort_agree(request, member):
    shows = request.POST.get("shows") == "oui"
    cohorts.agree(member=member, shows=shows)
    told = (
        "Votre école voit maintenant ce que vous suivez." if shows else "Votre école ne voit plus ce que vous suivez."
    )
    messages.success(request, told)
    return redirect("enrolments:my_cohorts")
