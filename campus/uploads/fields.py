"""The field of a form that takes one file."""

from collections.abc import Iterable

from django import forms

from campus.uploads.types import FileType


class UploadField(forms.FileField):
    """accepted: what the browser proposes; `campus.uploads.check` then says what the file is."""

    default_error_messages = {
        "required": "Choisissez un fichier.",
        "empty": "Ce fichier est vide : choisissez-en un autre.",
        "invalid": "Ce fichier n'est pas arrivé : choisissez-le de nouveau.",
    }

    def __init__(self, *, accepted: Iterable[FileType], **kwargs):
        extensions = ",".join(each for kind in accepted for each in kind.extensions)
        widget = forms.FileInput(attrs={"class": "fr-upload", "accept": extensions})
        super().__init__(widget=widget, **kwargs)
