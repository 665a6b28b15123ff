"""What an applicant writes while an application may be changed: a draft, or one for which staff asked more.

Each function locks the application, so that nothing is written once it is handed in, and returns what it wrote. All raise
TransitionRefused when it may no longer be changed.
"""

from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from campus.uploads import Checked
from trainers.models import Application, Attachment, Contribution
from trainers.models.attachment import MAX_FILES
from trainers.transitions import TransitionRefused

MAX_CONTRIBUTIONS = 10


@transaction.atomic
def save(*, application: Application, form_of: Callable):
    """Store what is valid in a step; return its form. form_of: from the locked application, the DraftForm of what was typed."""
    application = _lock(application)
    form = form_of(application)
    form.is_valid()
    form.store()
    return form


@transaction.atomic
def add_contribution(*, application: Application, kind: str) -> Contribution:
    """An empty contribution, to fill in."""
    application = _lock(application)
    count = application.contributions.count()
    if count >= MAX_CONTRIBUTIONS:
        raise TransitionRefused(f"Une candidature compte {MAX_CONTRIBUTIONS} contributions au plus.", "kind")
    return application.contributions.create(kind=kind, position=count + 1)


@transaction.atomic
def remove_contribution(*, contribution: Contribution) -> None:
    """Its files stay, for the whole application."""
    _lock(contribution.application)
    contribution.delete()


@transaction.atomic
def attach(
    *, application: Application, by, file: UploadedFile, checked: Checked, kind: str, contribution: Contribution | None
) -> Attachment:
    """Store a file. checked: what campus.uploads.check says of it."""
    application = _lock(application)
    if application.attachments.count() >= MAX_FILES:
        raise TransitionRefused(f"Une candidature compte {MAX_FILES} fichiers au plus : retirez-en un d'abord.", "file")
    return application.attachments.create(
        kind=kind,
        contribution=contribution,
        file=file,
        name=checked.name,
        content_type=checked.file_type.content_type,
        size=file.size,
        uploaded_by=by,
    )


@transaction.atomic
def detach(*, attachment: Attachment) -> None:
    _lock(attachment.application)
    attachment.delete()


def _lock(application: Application) -> Application:
    locked = (
        Application.objects.select_for_update(of=("self",)).select_related("call", "applicant").get(pk=application.pk)
    )
    if not locked.is_editable:
        raise TransitionRefused("Votre candidature est déposée : elle ne se modifie plus.")
    locked.save(update_fields=["updated_at"])
    return locked
