"""« Donner mon avis » on a session that one has followed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from campus.personal import UNPROCESSABLE, posted, private
from enrolments import feedback
from enrolments.feedback_form import FeedbackForm
from enrolments.models import Enrolment


@private
@login_required
def give(request, pk):
    """A form for as long as feedback is taken; then, what was said. A 404 for who did not come, and before the end."""
    mine = Enrolment.objects.filter(agent=request.user).select_related(
        "session__module", "session__programme", "feedback"
    )
    enrolment = get_object_or_404(mine, pk=pk)
    if enrolment.feedback_until is None:
        raise Http404
    given = getattr(enrolment, "feedback", None)
    initial = {name: getattr(given, name) for name in FeedbackForm.base_fields} if given else None
    form, status = FeedbackForm(posted(request), initial=initial), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                feedback.give(enrolment=enrolment, **form.cleaned_data)
            except feedback.FeedbackRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "Merci : votre avis est enregistré.")
                return redirect("enrolments:history")
    context = {"enrolment": enrolment, "given": given, "form": form}
    return render(request, "enrolments/feedback.html", context, status=status)
