"""« Je suis cette formation », « je l'ai terminée », and the proof."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from campus import uploads
from campus.personal import UNPROCESSABLE, private
from enrolments import follows
from enrolments.follow_form import FinishForm
from enrolments.models import ExternalFollow
from enrolments.views.common import PAGE_SIZE, from_our_pages, with_profile


@private
@login_required
@with_profile
def follow_list(request):
    mine = ExternalFollow.objects.filter(agent=request.user).select_related("module")
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "enrolments/follows.html", {"page_obj": page})


@private
@from_our_pages
@login_required
@with_profile
def follow(request, slug):
    """One click from the page of the module; who had to sign in first finds the button here."""
    module = get_object_or_404(follows.modules_to_follow(), slug=slug)
    if request.method == "POST":
        follows.follow(agent=request.user, module=module)
        messages.success(request, f"« {module.title} » est dans vos formations suivies ailleurs.")
        return redirect("enrolments:follows")
    return render(request, "enrolments/follow_ask.html", {"module": module})


@private
@login_required
def finish(request, pk):
    found = _mine(request, pk)
    form, status = FinishForm(initial={"finished_on": found.finished_on or timezone.localdate()}), 200
    if request.method == "POST":
        form = FinishForm(request.POST, request.FILES)
        if form.is_valid():
            answers = form.cleaned_data
            follows.finish(follow=found, on=answers["finished_on"], proof=answers["proof"], proof_name=form.proof_name)
            messages.success(request, f"« {found.module.title} » est terminée : bravo.")
            return redirect("enrolments:follows")
        status = UNPROCESSABLE
    return render(request, "enrolments/follow_finish.html", {"follow": found, "form": form}, status=status)


@private
@login_required
@require_POST
def forget(request, pk):
    found = _mine(request, pk)
    follows.forget(follow=found)
    messages.success(request, f"« {found.module.title} » n'est plus dans vos formations suivies ailleurs.")
    return redirect("enrolments:follows")


@private
@login_required
def proof(request, pk):
    """The file, for its owner and for staff who may read follows. Always saved, never shown: it comes from outside."""
    theirs = ExternalFollow.objects.exclude(proof="")
    if not request.user.has_perm("enrolments.view_externalfollow"):
        theirs = theirs.filter(agent=request.user)
    found = get_object_or_404(theirs, pk=pk)
    name = found.proof_name
    return uploads.attachment(found.proof, name=name, content_type=uploads.content_type_of(name))


def _mine(request, pk) -> ExternalFollow:
    return get_object_or_404(ExternalFollow.objects.select_related("module"), pk=pk, agent=request.user)
