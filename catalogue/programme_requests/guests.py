"""Who is invited to a private session by their address."""

import re
from collections.abc import Iterable

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from campus.accounts.models import User
from campus.refusal import Refused
from catalogue.enums import SessionState
from catalogue.importing.encodings import encoding_of
from catalogue.importing.sheets import EMAIL_NAMES, is_workbook, plain, read_sheet, told_to_sender
from catalogue.models import Session, SessionGuest
from catalogue.programme_requests import emails

EMAIL = SessionGuest._meta.get_field("email")
MOST = 2_000
"""Addresses at once."""
MAX_MB = 1
SEPARATORS = re.compile(r"[;,\t]")


class GuestsRefused(Refused):
    """A session to which nobody is invited."""


def read(text: str) -> list[str]:
    """The addresses of a text, in lower case, once each: one a line, or several between commas, semicolons or tabs.

    A first line that names the column (EMAIL_NAMES) is left out. Raises ValidationError with a sentence for each bad line.
    """
    return _checked(
        (number, word)
        for number, line in enumerate(text.splitlines(), start=1)
        for word in SEPARATORS.split(line)
        if number > 1 or plain(word) not in EMAIL_NAMES
    )


def read_file(file: UploadedFile) -> list[str]:
    """The addresses of a workbook, or of a CSV file whose first line names the columns, the others left out; or of a text as
    `read` takes it. Raises ValidationError as `read`, and for what cannot be read."""
    if is_workbook(file):
        return _checked(_cells(file))
    if file.size > MAX_MB * 1024 * 1024:
        raise ValidationError(f"Ce fichier pèse plus de {MAX_MB} Mo : envoyez-le en plusieurs parties.")
    with told_to_sender():
        text = file.read().decode(encoding_of(file))
    file.seek(0)
    return _checked(_cells(file)) if _names_its_columns(text) else read(text)


def _names_its_columns(text: str) -> bool:
    first = text[:1_000].partition("\n")[0]
    return any(plain(word) in EMAIL_NAMES for word in SEPARATORS.split(first))


def _cells(file: UploadedFile) -> Iterable[tuple[int, str]]:
    """Lines without an address are told, unlike those of a text: somebody is named there."""
    sought, labels = {"email": EMAIL_NAMES}, ["Adresse électronique"]
    for line, values in read_sheet(file, max_mb=MAX_MB, sought=sought, labels=labels):
        yield line, values["email"].strip() or "(vide)"


def _checked(words: Iterable[tuple[int, str]]) -> list[str]:
    addresses, faults = {}, []
    for number, word in words:
        address = word.strip(" \"'<>\ufeff").lower()
        if not address:
            continue
        try:
            EMAIL.run_validators(address)  # its form, and its length
        except ValidationError:
            faults.append(f"Ligne {number} : « {address[:80]} » n'est pas une adresse électronique.")
        else:
            addresses[address] = None
    if len(addresses) > MOST:
        faults.append(f"{intcomma(len(addresses))} adresses : {intcomma(MOST)} au plus en une fois.")
    if faults:
        raise ValidationError(faults)
    if not addresses:
        raise ValidationError("Donnez au moins une adresse.")
    return list(addresses)


@transaction.atomic
def invite(*, session: Session, addresses: list[str], by: User) -> int:
    """Let these addresses (as `read` gives them) enrol in a private session, and tell those who were not invited yet.

    Returns how many are new. Raises GuestsRefused for a session of a module, without dates, cancelled or over.
    """
    session = (
        Session.objects.select_for_update(of=("self",), no_key=True).select_related("programme").get(pk=session.pk)
    )
    if not session.is_private:
        raise GuestsRefused("On n'invite qu'aux sessions d'un programme sur-mesure.")
    if session.starts_at is None:
        raise GuestsRefused("Cette session n'a pas encore de dates : donnez-lui ses créneaux, puis invitez.")
    if session.state in {SessionState.CANCELLED, SessionState.FINISHED}:
        raise GuestsRefused(f"On n'invite plus à cette session : {session.state.label.lower()}.")
    known = set(session.guests.filter(email__in=addresses).values_list("email", flat=True))
    new = [SessionGuest(session=session, email=email, invited_by=by) for email in addresses if email not in known]
    is_for_employers = session.restricted_to.exists()
    for guest in SessionGuest.objects.bulk_create(new):
        emails.invite(session, guest.email, f"session guest {guest.pk}", is_for_employers=is_for_employers)
    return len(new)
