"""The page of a superior, reached by a signed link: no account, one question."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from campus.personal import UNPROCESSABLE, posted, private
from catalogue import wording
from enrolments import rules, transitions
from enrolments.forms import AgreementForm
from enrolments.transitions.agreements import agreement_of


@private
def agreement(request, token):
    """What is asked, and the answer once it is given. A link that is not ours, or whose request is gone, is a 404."""
    asked = agreement_of(token)
    if asked is None:
        raise Http404
    form, status = AgreementForm(posted(request)), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                transitions.answer_agreement(agreement=asked, **form.cleaned_data)
            except transitions.EnrolmentRefused as refusal:
                form.add_error(refusal.argument, str(refusal))
            else:
                messages.success(request, "Votre réponse est enregistrée. La personne en est prévenue.")
                return redirect("enrolments:agreement", token)
    session = asked.enrolment.session
    context = {
        "agreement": asked,
        "session": session,
        "agent": asked.enrolment.agent,
        "is_open": asked.is_awaited and asked.enrolment.state == "demandee",
        "form": form,
        "ends": wording.instant_in_words(asked.expires_at),
        "half_days": rules.Terms(session, asked.enrolment.agent).half_days,
    }
    return render(request, "enrolments/agreement.html", context, status=status)
