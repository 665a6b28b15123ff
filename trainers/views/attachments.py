"""The files of an application: sent, taken out, given back to who may read them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from campus import uploads
from campus.personal import UNPROCESSABLE, private
from trainers import anonymity, drafts, steps
from trainers.forms.attachments import AttachmentForm
from trainers.models import Application, Attachment
from trainers.models.attachment import MAX_FILES
from trainers.transitions import TransitionRefused
from trainers.views.common import mine, to_follow_up


@private
@login_required
def attachments(request, reference):
    application = mine(request, reference)
    if not application.is_editable:
        return to_follow_up(request, application)
    form, status = AttachmentForm(application=application), 200
    if request.method == "POST":
        form, status = AttachmentForm(request.POST, request.FILES, application=application), UNPROCESSABLE
        if form.is_valid():
            try:
                added = drafts.attach(
                    application=application, by=request.user, checked=form.checked, **form.cleaned_data
                )
            except TransitionRefused as refusal:
                form.add_error(refusal.argument, str(refusal))
            else:
                messages.success(request, f"« {added.name} » est joint à votre candidature.")
                return redirect("trainers:application_attachments", reference)
    files = list(application.attachments.select_related("contribution"))
    context = {
        "application": application,
        "form": form,
        "files": files,
        "max_files": MAX_FILES,
        "is_full": len(files) >= MAX_FILES,
        "step": steps.ATTACHMENTS,
        "steps": steps.navigation(application, steps.ATTACHMENTS),
    }
    return render(request, "trainers/applications/attachments.html", context, status=status)


@private
@login_required
@require_POST
def remove(request, reference, pk):
    application = mine(request, reference)
    found = get_object_or_404(application.attachments.select_related("application"), pk=pk)
    try:
        drafts.detach(attachment=found)
    except TransitionRefused as refusal:
        return to_follow_up(request, application, str(refusal))
    messages.success(request, f"« {found.name} » n'est plus joint à votre candidature.")
    return redirect("trainers:application_attachments", reference)


@private
@login_required
def download(request, reference, pk):
    """A file, for the applicant and for who reviews or handles the application; anybody else gets a 404.

    Under anonymised reading its name is a neutral one.
    """
    user = request.user
    readable = Q(application__in=Application.objects.made_by(user)) | Q(pk__in=Attachment.objects.visible_to(user))
    files = Attachment.objects.filter(readable, application__reference=reference).select_related("application__call")
    found = get_object_or_404(files, pk=pk)
    return uploads.attachment(found.file, name=anonymity.file_name(found, user), content_type=found.content_type)
