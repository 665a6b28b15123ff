"""What the personal pages of applicants and trainers share, beside campus.personal."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render

from campus.personal import private
from trainers.models import Application, Trainer

CONFLICT = 409


def for_trainers(view):
    """A view of « Espace formateur »: called with the trainer who is signed in. Others are told whom it is for (403)."""

    @private
    @login_required
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        trainer = Trainer.objects.select_related("user").filter(user=request.user).first()
        if trainer is None:
            return render(request, "trainers/not_a_trainer.html", status=403)
        return view(request, trainer, *args, **kwargs)

    return wrapped


def mine(request, reference) -> Application:
    """The application of who asks. Raises Http404 for anybody else's, staff included: theirs is the admin."""
    applications = Application.objects.made_by(request.user).select_related(
        "call", "applicant__organisation", "organisation"
    )
    return get_object_or_404(applications, reference=reference)


def to_follow_up(request, application, text=""):
    """Where one is sent from a page that no longer makes sense."""
    if text:
        messages.warning(request, text)
    return redirect("trainers:application_detail", application.reference)
