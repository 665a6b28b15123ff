"""The spaces that people enter once signed in, in one place: the header and the side menus show those of each.

An app of a lower floor adds its space here, with who may enter it; the side menu of its pages is campus.side_menu.side_menu.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.urls import reverse

from campus.accounts.enums import Role
from campus.accounts.models import Membership
from campus.kept import kept
from catalogue.partner_access import referents_of_partners
from trainers.models import Application, Trainer


class Space(NamedTuple):
    slug: str
    label: str
    route: str
    """The name of its first page."""
    members: Callable[[], Iterable[int]] | None = None
    """Primary keys of those who have it, as often as they have one, read once a minute for everybody; None when everybody
    has it."""
    icon: str = ""
    """In the header; "" when only the side menus show it."""
    switch: str = ""
    """In the side menu of who has several of them, the link to them all."""


class Link(NamedTuple):
    label: str
    url: str
    icon: str
    switch: str
    """As in Space; "" for who has one."""


SPACES = [
    Space(
        "partenaire",
        "Espace partenaire",
        "catalogue:partner_spaces",
        referents_of_partners,
        "fr-icon-building-line",
        "Changer d'espace partenaire",
    ),
    Space(
        "formateur",
        "Espace formateur",
        "trainers:space",
        lambda: Trainer.objects.values_list("user", flat=True),
        "fr-icon-team-line",
    ),
    Space(
        "candidatures",
        "Mes candidatures de formateur",
        "trainers:application_list",
        lambda: Application.objects.values_list("applicant", flat=True).distinct(),
    ),
    Space(
        "employeur",
        "Espace employeur",
        "enrolments:employer_home",
        lambda: Membership.objects.filter(role=Role.HR).values_list("user", flat=True),
        "fr-icon-community-line",
        "Changer d'espace employeur",
    ),
    Space("agent", "Mon espace", "enrolments:home", icon="fr-icon-account-circle-line"),
]


def spaces_of(user) -> list[Link]:
    """The spaces of `user`, who is signed in; who has just been given one sees it within a minute."""
    counted = [(space, _count(user, space)) for space in SPACES]
    return [
        Link(space.label, reverse(space.route), space.icon, space.switch if count > 1 else "")
        for space, count in counted
        if count
    ]


def key_of(space: Space) -> str:
    """Under which its members are kept."""
    return f"space-{space.slug}"


def _count(user, space) -> int:
    """How many of this space `user` has."""
    return 1 if space.members is None else kept(key_of(space), lambda: Counter(space.members()))[user.pk]
