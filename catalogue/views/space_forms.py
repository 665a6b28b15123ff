"""How a page of « Espace partenaire » answers a form whose words a service may refuse."""

from django.db import transaction

from campus.personal import UNPROCESSABLE
from campus.refusal import Refused
from catalogue.versions import Outdated


def try_to(write, form) -> bool:
    """Call `write(**form.cleaned_data)` when the form is valid; False, with the reasons in the form, when it is not done."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            write(**form.cleaned_data)
    except Outdated as outdated:
        form.tell(outdated)
        return False
    except Refused as refusal:
        form.add_error(refusal.argument if refusal.argument in form.fields else None, str(refusal))
        return False
    return True


def status_of(form) -> int:
    return UNPROCESSABLE if form.is_bound else 200
