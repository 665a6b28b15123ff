"""Whose account a person whom ProConnect vouches for enters, and who gets a new one."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import Organisation, ProConnectIdentity, User, domain_of, employer_of
from campus.accounts.proconnect import Person
from campus.accounts.sign_in import SignInRefused

NOT_AGENTS = {"prestataire", "partenaire"}
"""Words of `belonging_population` for who works beside public agents without being one."""


class Why(StrEnum):
    """Why somebody whom ProConnect knows does not come in."""

    EMPLOYER = "employeur"  # neither the SIRET nor the address is that of a public employer
    POPULATION = "population"  # their employer says that they are not an agent
    MAILBOX = "adresse"  # the address is that of an account, and must be proved by a code first


@dataclass
class Entry:
    """`user`, or `why` not."""

    user: User | None = None
    why: Why | None = None


@transaction.atomic
def enter(person: Person) -> Entry:
    """The account of `person`, found or opened, brought up to date. Raises SignInRefused when it is closed.

    Their `sub` decides. It is another at each identity provider, so who changes ministry is then known by e-mail
    address: see `_may_link`.
    """
    identity = ProConnectIdentity.objects.select_related("user").filter(sub=person.sub).first()
    user = identity.user if identity else User.objects.filter(email=person.email).first()
    if user is None:
        why = _why_not(person)
        if why:
            return Entry(why=why)
        user = User.objects.get_or_create(email=person.email)[0]
    elif not user.is_active:
        raise SignInRefused("Ce compte est fermé : écrivez-nous si c'est une erreur.", is_over=True)
    elif identity is None and not _may_link(user, person):
        return Entry(why=Why.MAILBOX)
    link(user, person)
    return Entry(user=user)


@transaction.atomic
def link(user: User, person: Person) -> None:
    """Note that `person` is `user`, whom they signed in as; learn from it what the account lacks.

    The employer follows the SIRET when it is not that of the last time: what the agent has corrected since stays.
    """
    identity, is_new = ProConnectIdentity.objects.get_or_create(sub=person.sub, defaults={"user": user})
    if is_new or identity.siret != person.siret:
        user.organisation = employer_of(person.siret) or user.organisation
    user.organisation = user.organisation or _employer_by_address(person)
    user.first_name = user.first_name or person.first_name
    user.last_name = user.last_name or person.last_name
    if not User.objects.filter(email=person.email).exists():
        user.email = person.email  # the agent has another address: messages go there
    user.save(update_fields=["organisation", "first_name", "last_name", "email"])
    identity.idp_id, identity.siret, identity.used_at = person.idp_id, person.siret, timezone.now()
    identity.save(update_fields=["idp_id", "siret", "used_at"])


def _may_link(user: User, person: Person) -> bool:
    """Whether the e-mail address alone says that `person` is `user`, whom this `sub` is not known for.

    It does because identity providers of ProConnect answer for the addresses of their own agents, and what they say
    reaches us signed (campus/accounts/proconnect.py). It does not, and a code sent to the mailbox is asked for:
    - for the campus's staff, whose powers must not hang on the weakest of some hundreds of directories;
    - when the provider that spoke for this account before says another `sub`: within one provider it does not change,
      so the address was given to somebody else, or nothing proves that it was not.
    """
    has_powers = user.is_staff or user.is_superuser
    return not has_powers and not user.proconnect_identities.filter(idp_id=person.idp_id).exists()


def _why_not(person: Person) -> Why | None:
    if NOT_AGENTS & set(person.population.replace(",", " ").split()):
        return Why.POPULATION
    if employer_of(person.siret) is None and domain_of(person.email) is None:
        return Why.EMPLOYER
    return None


def _employer_by_address(person: Person) -> Organisation | None:
    domain = domain_of(person.email)
    return domain.organisation if domain else None
