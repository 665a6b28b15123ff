"""The contributions of an application: their list, one more, one less."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render

from campus.personal import UNPROCESSABLE, posted, private
from trainers import drafts, rules, steps
from trainers.forms.contributions import NewContributionForm
from trainers.transitions import TransitionRefused
from trainers.views.common import mine, to_follow_up


@private
@login_required
def contributions(request, reference):
    """The list; a POST adds an empty contribution of a kind and leads to its form."""
    application = mine(request, reference)
    if not application.is_editable:
        return to_follow_up(request, application)
    form, status = NewContributionForm(posted(request)), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                added = drafts.add_contribution(application=application, kind=form.cleaned_data["kind"])
            except TransitionRefused as refusal:
                form.add_error(refusal.argument, str(refusal))
            else:
                return redirect("trainers:application_contribution", reference, added.pk)
    context = {
        "application": application,
        "form": form,
        "contributions": [
            {"contribution": each, "missing": list(rules.missing_from_contribution(each).values())}
            for each in application.contributions.select_related("domain")
        ],
        "step": steps.CONTRIBUTIONS,
        "steps": steps.navigation(application, steps.CONTRIBUTIONS),
        "next_url": steps.after(steps.CONTRIBUTIONS).route,
    }
    return render(request, "trainers/applications/contributions.html", context, status=status)


@private
@login_required
def remove(request, reference, pk):
    """Ask, then take a contribution out."""
    application = mine(request, reference)
    found = get_object_or_404(application.contributions.select_related("application"), pk=pk)
    if not application.is_editable:
        return to_follow_up(request, application)
    if request.method == "POST":
        try:
            drafts.remove_contribution(contribution=found)
        except TransitionRefused as refusal:
            return to_follow_up(request, application, str(refusal))
        messages.success(request, f"« {found} » n'est plus dans votre candidature.")
        return redirect("trainers:application_contributions", reference)
    context = {"application": application, "contribution": found, "has_files": found.attachments.exists()}
    return render(request, "trainers/applications/contribution_remove.html", context)
