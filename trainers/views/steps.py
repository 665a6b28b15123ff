"""The steps of an application that are one form each: shown, saved by the button, saved by the script."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from campus.personal import UNPROCESSABLE, private
from catalogue.wording import time_in_words
from trainers import drafts, steps
from trainers.forms.contributions import FORMS
from trainers.transitions import TransitionRefused
from trainers.views.common import CONFLICT, mine, to_follow_up

REPLACED = (
    "Cette page a aussi été enregistrée ailleurs (autre onglet ou autre appareil) depuis que vous l'avez ouverte : "
    "ce que vous venez d'écrire l'a remplacé."
)


@private
@login_required
def step(request, reference, step):
    """One of profile, skills, availability."""

    def form_of(application, data=None):
        return step.form(data, instance=application)

    template = f"trainers/applications/{step.slug}.html"
    return _edit(request, mine(request, reference), form_of, step, template, steps.after(step))


@private
@login_required
def contribution(request, reference, pk):
    application = mine(request, reference)
    found = get_object_or_404(application.contributions, pk=pk)

    def form_of(application, data=None):
        return FORMS[found.kind](data, instance=get_object_or_404(application.contributions, pk=pk))

    template = "trainers/applications/contribution.html"
    return _edit(request, application, form_of, steps.CONTRIBUTIONS, template, steps.CONTRIBUTIONS, contribution=found)


def _edit(request, application, form_of, step, template, following_step, **context):
    """Show or save a form of an application. The script that saves as one types posts the same form, and asks for JSON."""
    by_script = request.method == "POST" and not request.accepts("text/html")
    if not application.is_editable:
        return _closed(request, application, "Votre candidature est déposée : elle ne se modifie plus.", by_script)
    form, status = form_of(application), 200
    if request.method == "POST":
        try:
            form = drafts.save(application=application, form_of=partial(form_of, data=request.POST))
        except TransitionRefused as refusal:
            return _closed(request, application, str(refusal), by_script)
        if by_script:
            return _told_to_the_script(form, form_of(mine(request, application.reference)))
        if form.replaces_another:
            messages.warning(request, REPLACED)
        if form.is_valid():
            messages.success(request, f"Enregistré à {_now()}.")
            there = reverse(following_step.route, args=[application.reference])
            return redirect(there if "next" in request.POST else request.path)
        status = UNPROCESSABLE
    context |= {
        "application": application,
        "form": form,
        "step": step,
        "steps": steps.navigation(application, step),
    }
    return render(request, template, context, status=status)


def _closed(request, application, text, by_script):
    if by_script:
        return JsonResponse({"message": text}, status=CONFLICT)
    return to_follow_up(request, application, text)


def _told_to_the_script(form, fresh):
    """What the page then says, and what its next save has seen."""
    wrong = [
        f"{form.fields[name].label} ({' '.join(errors)})" for name, errors in form.errors.items() if name in form.fields
    ]
    message = f"Enregistré à {_now()}" + (f", sauf : {' ; '.join(wrong)}" if wrong else ".")
    if form.replaces_another:
        message += f" {REPLACED}"
    return JsonResponse({"message": message, "seen": fresh.stored}, status=UNPROCESSABLE if wrong else 200)


def _now() -> str:
    return time_in_words(timezone.localtime())
