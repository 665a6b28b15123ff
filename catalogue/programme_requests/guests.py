"""Who is invited to a private session by their address."""

import re

from django.core.exceptions import ValidationError
from django.db import transaction

from campus.accounts.models import User
from campus.refusal import Refused
from catalogue.enums import SessionState
from catalogue.models import Session, SessionGuest
from catalogue.programme_requests import emails

EMAIL = SessionGuest._meta.get_field("email")
MOST = 2_000
"""Addresses at once."""
HEADERS = {"adresse", "adresses", "adresse électronique", "courriel", "courriels", "e-mail", "email", "mail", "mél"}
SEPARATORS = re.compile(r"[;,\t]")


class GuestsRefused(Refused):
    """A session to which nobody is invited."""


def read(text: str) -> list[str]:
    """The addresses of a text, in lower case, once each: one a line, or several between commas, semicolons or tabs.

    A first line that names the column (HEADERS) is left out. Raises ValidationError with a sentence for
    each bad line.
    """
    addresses, faults = {}, []
    for number, line in enumerate(text.splitlines(), start=1):
        for word in filter(None, (word.strip(" \"'<>\ufeff").lower() for word in SEPARATORS.split(line))):
            if number == 1 and word in HEADERS:
                continue
            try:
                EMAIL.run_validators(word)  # its form, and its length
            except ValidationError:
                faults.append(f"Ligne {number} : « {word[:80]} » n'est pas une adresse électronique.")
            else:
                addresses[word] = None
    if len(addresses) > MOST:
        faults.append(f"{len(addresses)} adresses : {MOST} au plus en une fois.")
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
    for guest in SessionGuest.objects.bulk_create(new):
        emails.invite(session, guest.email, f"session guest {guest.pk}")
    return len(new)
