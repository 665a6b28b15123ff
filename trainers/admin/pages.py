"""The pages of one application: reading it, doing something with it, downloading its files."""

import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from campus import uploads
from campus.refusal import Refused
from trainers import anonymity, permissions, transitions
from trainers.admin.acts import Act, acts_for, may_review
from trainers.admin.reading import reading_of
from trainers.models import Application, Attachment


def context_of(model_admin, request, application: Application, title: str, **context) -> dict:
    """What every page of an application needs. Titles and breadcrumbs name it by its reference alone."""
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "application": application,
        **context,
    }


@require_safe
def _detail(request, model_admin, application):
    user = request.user
    reading = reading_of(application, user)
    if permissions.can_manage(user) and not reading.is_anonymised:
        transitions.mark_read(application=application, by_applicant=False)
    context = context_of(
        model_admin,
        request,
        application,
        str(application),
        reading=reading,
        acts=[
            (act.title, reverse(f"admin:{act.url_name}", args=[application.pk])) for act in acts_for(user, application)
        ],
        may_review=may_review(user, application)
        and not application.reviews.filter(reviewer=user, submitted_at__isnull=False).exists(),
        sees_identity=permissions.can_manage(user) and permissions.can_see_identity(user),
        to_reread=len(anonymity.texts_to_reread(application)) if application.call.is_anonymised else 0,
    )
    return render(request, "admin/trainers/application/detail.html", context)


def detail(model_admin, request, application):
    """All that is needed to decide."""
    return _detail(request, model_admin, application)


def act(model_admin, request, application, act: Act):
    """The page of an act: its form, then what became of it. What was typed stays when it is refused."""
    if not act.is_for(request.user, application):
        raise PermissionDenied
    if request.method != "POST" and application.state not in act.from_states:
        messages.warning(request, f"« {act.title} » ne va pas avec l'état « {application.get_state_display()} ».")
        return redirect(reverse("admin:trainers_application_change", args=[application.pk]))
    seen = request.POST.get("seen", application.state)
    form = act.form_class(
        request.POST if request.method == "POST" else None, application=application, reader=request.user
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            with transaction.atomic():
                apply(act, application, seen, request.user, data)
                model_admin.log_change(request, application, act.done)
        except Refused as refusal:
            form.add_error(refusal.argument if refusal.argument in form.fields else None, str(refusal))
        else:
            model_admin.message_user(request, f"« {application} » : {act.done.lower()}.", messages.SUCCESS)
            return model_admin.back_to(request, application)
    context = context_of(
        model_admin, request, application, act.title, form=form, help_text=act.help_text, seen=seen, submit=act.title
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "admin/trainers/application/act.html", context, status=status)


def apply(act: Act, application: Application, seen: str, by, data: dict):
    """Do `act` on `application` as its page has shown it, in the state `seen`. Raises Refused."""
    if seen not in act.from_states:
        raise Refused(f"« {act.title} » ne va pas avec l'état « {application.get_state_display()} ».")
    shown = copy.copy(application)
    shown.state = seen  # transitions compare it with what is stored, under lock
    return act.apply(application=shown, by=by, **data)


def download(model_admin, request, application, file: int):
    """A file of the application, as an attachment, to who may read it."""
    attachment = Attachment.objects.visible_to(request.user).filter(application=application, pk=file).first()
    if attachment is None:
        raise Http404
    name = anonymity.file_name(attachment, request.user)
    return uploads.attachment(attachment.file, name=name, content_type=attachment.content_type)
