"""Asking for a seat, answering an offer, leaving."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from campus.personal import UNPROCESSABLE, posted, private
from campus.prepared import read_row
from catalogue.agenda import entries_of, private_entry
from catalogue.models import Module, Session
from enrolments import rules, transitions
from enrolments.enums import LIVE, EnrolmentState
from enrolments.forms import EnrolForm, WithdrawForm
from enrolments.models import Enrolment
from enrolments.record import prerequisites_of
from enrolments.views.common import with_profile

DONE = {
    EnrolmentState.ENROLLED: "Votre place est réservée. Une confirmation part par courriel.",
    EnrolmentState.WAITING: "Vous êtes en liste d'attente. Un courriel vous préviendra si une place se libère.",
    EnrolmentState.OFFERED: "Une place vous est proposée : acceptez-la ci-dessous.",
    EnrolmentState.REQUESTED: "Votre demande est enregistrée. La réponse vous viendra par courriel.",
}


@private
@login_required
@with_profile
def enrol(request, pk):
    """What one should know before asking for a seat, then the seat."""
    session = _session_to_enrol_in(pk)
    terms = rules.Terms(session, request.user)
    if not terms.may_see:
        raise Http404
    superior = {"superior_email": request.user.profile.superior_email}
    form = EnrolForm(posted(request), initial=superior, session=session, terms=terms)
    if request.method != "POST":
        refusal = "" if terms.mine else terms.refusal
        return _enrol_page(request, session, terms, form, refusal)
    if not (form.is_valid() or terms.mine):
        return _enrol_page(request, session, terms, form, status=UNPROCESSABLE)
    try:
        enrolment = transitions.enrol(agent=request.user, session=session, by=request.user, **form.asked())
    except transitions.EnrolmentRefused as reason:
        if is_answer := reason.argument in form.fields:
            form.add_error(reason.argument, str(reason))
        refusal = "" if is_answer else str(reason)
        return _enrol_page(request, session, terms, form, refusal, UNPROCESSABLE)
    messages.success(request, DONE[enrolment.state])
    return redirect("enrolments:home")


def _session_to_enrol_in(pk: int) -> Session:
    """One that has dates, of a published module, or private, in two prepared statements: a stampede asks for nothing else.

    404 otherwise. Who may know of a private one: Terms.may_see.
    """
    session = read_row(Session, id=pk)
    if session is None or session.starts_at is None:
        raise Http404
    if not session.is_private:
        session.module = read_row(Module, id=session.module_id)
        if session.module is None or not session.module.is_published:
            raise Http404
    return session


def _enrol_page(request, session, terms, form, refusal="", status=200):
    context = {
        "session": session,
        "entry": private_entry(session) if session.is_private else entries_of([session.pk])[0],
        "terms": terms,
        "offer_hours": settings.OFFER_HOURS,
        "prerequisites": prerequisites_of(session.module, request.user) if session.module else [],
        "refusal": refusal,
        "is_refused": status == UNPROCESSABLE,
        "form": form,
    }
    return render(request, "enrolments/enrol.html", context, status=status)


@private
@login_required
@require_POST
def accept(request, pk):
    enrolment = get_object_or_404(Enrolment, pk=pk, agent=request.user)
    try:
        transitions.accept(enrolment=enrolment, by=request.user)
    except transitions.EnrolmentRefused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, DONE[EnrolmentState.ENROLLED])
    return redirect("enrolments:home")


@private
@login_required
def withdraw(request, pk):
    """Leave a seat, refuse an offer, leave a waiting list."""
    mine = Enrolment.objects.select_related("session__module", "session__programme")
    enrolment = get_object_or_404(mine, pk=pk, agent=request.user)
    if enrolment.state not in LIVE:
        messages.info(request, f"Vous n'avez plus d'inscription à « {enrolment.session.subject} ».")
        return redirect("enrolments:home")
    form, status = WithdrawForm(posted(request)), 200
    if request.method == "POST":
        if form.is_valid():
            try:
                transitions.withdraw(enrolment=enrolment, by=request.user, reason=form.cleaned_data["reason"])
            except transitions.EnrolmentRefused as reason:
                form.add_error(reason.argument, str(reason))
            else:
                messages.success(request, "Votre désistement est enregistré.")
                return redirect("enrolments:home")
        status = UNPROCESSABLE
    context = {
        "enrolment": enrolment,
        "form": form,
        "wants_reason": rules.wants_reason(enrolment),
        "deadline": rules.Terms(enrolment.session, request.user).deadline,
    }
    return render(request, "enrolments/withdraw.html", context, status=status)
