"""« Devenir formateur »: what it is, and the calls."""

from django.contrib.auth.views import redirect_to_login
from django.db.models import Sum
from django.http import Http404
from django.shortcuts import render

from catalogue.views.lookup import find_by_slug
from trainers.enums import LIVE, CallState, DirectoryField
from trainers.following import told_state
from trainers.models import AccessLink, Application, Call, CallSkill, Trainer
from trainers.rules import refusal_of_call

CLOSED_SHOWN = 5
QUOTED = 3


def become(request):
    """Why, who, how; the calls that are open, come, or are over; the skills sought; what trainers say."""
    calls = Call.objects.published()
    open_calls = list(calls.open())
    sought = CallSkill.objects.filter(call__in=open_calls).values("skill__name").annotate(wanted=Sum("target"))
    quoted = Trainer.objects.listed().filter(listed_fields__contains=[DirectoryField.BIOGRAPHY]).exclude(biography="")
    context = {
        "open_calls": open_calls,
        "upcoming_calls": list(calls.upcoming()),
        "closed_calls": list(calls.closed()[:CLOSED_SHOWN]),
        "sought": list(sought.order_by("-wanted", "skill__name")),
        "trainers": list(quoted.select_related("user", "user__organisation").order_by("-listing_agreed_at")[:QUOTED]),
    }
    return render(request, "trainers/calls/become.html", context)


def call_detail(request, slug):
    """A call, whatever its state; one that is not published only for staff, and for who has a link to it."""
    call, redirection = find_by_slug(Call.objects.all(), slug, kind=Call.past_slug_kind)
    if redirection:
        return redirection
    link = access_link_of(request, call)
    if not call.is_published and not request.user.is_staff:
        if link and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if link is None or not link.lets_in(request.user):
            raise Http404
    context = {
        "call": call,
        "skills": list(call.skills.select_related("skill")),
        "domains": list(call.domains.in_force()),
        "criteria": list(call.criteria.all()),
        "link": link,
        **answering(request, call, link),
    }
    return render(request, "trainers/calls/call_detail.html", context)


def access_link_of(request, call) -> AccessLink | None:
    """The personal link that one came with. It opens nothing by itself: AccessLink.lets_in."""
    token = request.GET.get("acces", "")
    return AccessLink.objects.filter(call=call, token=token).first() if token else None


def answering(request, call, link) -> dict:
    """How one may answer a call: the application that one has begun, why one may not, when the next call opens."""
    user = request.user
    existing, refusal = None, ""
    if user.is_authenticated:
        theirs = Application.objects.made_by(user).filter(call=call).prefetch_related("events", "decision_mails")
        # By the state that is told: that one may apply again would tell a refusal before its mail.
        existing = next((each for each in theirs if told_state(each) in LIVE), None)
        refusal = refusal_of_call(call, user, link)
    elif link is None:
        refusal = refusal_of_call(call, None)
    coming = Call.objects.published().upcoming().first() if call.state == CallState.CLOSED else None
    return {"existing": existing, "refusal": refusal, "coming": coming}
