"""An application as a whole: begun, read again, handed in, followed, taken back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from campus.personal import UNPROCESSABLE, posted, private
from campus.threads import MessageForm
from catalogue.views.lookup import find_by_slug
from trainers import following, rules, steps, transitions
from trainers.enums import ApplicationState
from trainers.forms.following import MoreForm, WithdrawForm
from trainers.models import Application, Call
from trainers.transitions import TransitionRefused
from trainers.views.calls import access_link_of, answering
from trainers.views.common import mine, to_follow_up

PAGE_SIZE = 20
S = ApplicationState


@private
@login_required
def start(request, slug):
    """What to know before one begins, then the draft; the one begun already on a second click."""
    call, redirection = find_by_slug(Call.objects.all(), slug, kind=Call.past_slug_kind)
    if redirection:
        return redirection
    link = access_link_of(request, call)
    if not call.is_published and not (link and link.lets_in(request.user)):
        raise Http404
    context, status = {"call": call, **answering(request, call, link)}, 200
    if request.method == "POST" and context["existing"]:
        return redirect(context["existing"])
    if request.method == "POST":
        try:
            application = transitions.start(applicant=request.user, call=call, access_link=link)
        except TransitionRefused as refusal:
            context |= {"refusal": str(refusal), "is_refused": True}
            status = UNPROCESSABLE
        else:
            return redirect(steps.PROFILE.route, application.reference)
    return render(request, "trainers/applications/start.html", context, status=status)


@private
@login_required
def application_list(request):
    applications = (
        Application.objects.made_by(request.user).select_related("call").prefetch_related("events", "decision_mails")
    )
    page = Paginator(applications.order_by("-created_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [{"application": each, "following": following.following_of(each)} for each in page]
    return render(request, "trainers/applications/list.html", {"page_obj": page, "rows": rows})


@private
@login_required
def application_detail(request, reference):
    """The follow-up; what Dinum wrote is then read."""
    application = mine(request, reference)
    page = _follow_up_page(request, application, MessageForm())
    transitions.mark_read(application=application, by_applicant=True)
    return page


def _follow_up_page(request, application, form, status=200):
    followed = following.following_of(application)
    context = {
        "application": application,
        "followed": followed,
        "stage_count": len(following.STAGES),
        "missing": steps.missing_from(application) if application.is_editable else [],
        "thread": list(application.thread.all()),
        "contributions": list(
            application.contributions.select_related("domain", "module", "follow_up").prefetch_related(
                "follow_up__steps"
            )
        ),
        "files": list(application.attachments.all()),
        "form": form,
    }
    return render(request, "trainers/applications/detail.html", context, status=status)


@private
@login_required
@require_POST
def answer(request, reference):
    """A message in the thread."""
    application = mine(request, reference)
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            transitions.answer(application=application, by=request.user, text=form.cleaned_data["text"])
        except TransitionRefused as refusal:
            form.add_error(refusal.argument, following.said(refusal, application))
        else:
            messages.success(request, "Votre message est envoyé.")
            return redirect(application)
    return _follow_up_page(request, application, form, UNPROCESSABLE)


@private
@login_required
def preview(request, reference):
    """All that is written, what is missing, then the hand-in: of a draft, or of what staff asked more."""
    application = mine(request, reference)
    if not application.is_editable:
        return to_follow_up(request, application)
    form, refusal, status = MoreForm(posted(request)), "", 200
    if request.method == "POST" and form.is_valid():
        try:
            _hand_in(application, request.user, form.cleaned_data["text"])
        except TransitionRefused as refused:
            if not mine(request, reference).is_editable:  # a double click: it is done
                return to_follow_up(request, application)
            refusal = str(refused)
        else:
            messages.success(request, DONE[application.state])
            return redirect(application)
    if request.method == "POST":
        status = UNPROCESSABLE
    missing = steps.missing_from(application)
    context = {
        "application": application,
        "form": form,
        "refusal": refusal or _refusal_of(application),
        "is_refused": status == UNPROCESSABLE,
        "missing": missing,
        "skills": list(application.skills.select_related("skill")),
        "contributions": list(application.contributions.select_related("domain")),
        "files": list(application.attachments.all()),
        "step": steps.PREVIEW,
        "steps": steps.navigation(application, steps.PREVIEW, missing),
    }
    return render(request, "trainers/applications/preview.html", context, status=status)


DONE = {
    S.DRAFT: "Votre candidature est déposée. Une confirmation part par courriel.",
    S.MORE_ASKED: "Votre réponse est envoyée : l'étude de votre candidature reprend.",
}


def _hand_in(application, by, text):
    if application.state == S.MORE_ASKED:
        return transitions.send_more(application=application, by=by, text=text)
    return transitions.submit(application=application, by=by)


def _refusal_of(application) -> str:
    """Why a draft may not be handed in now; what was asked more may, even after the call has closed."""
    if application.state != S.DRAFT:
        return ""
    return rules.refusal_of_call(application.call, application.applicant, application.access_link)


@private
@login_required
def withdraw(request, reference):
    """Ask, then take the application back."""
    application = mine(request, reference)
    if not following.following_of(application).can_withdraw:
        return to_follow_up(request, application)
    form, status = WithdrawForm(posted(request)), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                transitions.withdraw(application=application, by=request.user, **form.cleaned_data)
            except TransitionRefused as refusal:
                form.add_error(refusal.argument, following.said(refusal, application))
            else:
                messages.success(request, "Votre candidature est retirée.")
                return redirect("trainers:application_list")
    context = {"application": application, "form": form}
    return render(request, "trainers/applications/withdraw.html", context, status=status)
