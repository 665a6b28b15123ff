"""The spaces that people enter once signed in, in one place: the header and the side menus show those of each.

An app of a lower floor adds its space here, with who may enter it; the side menu of its pages is campus.side_menu.side_menu.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.urls import reverse

from campus.accounts.enums import Role
from campus.accounts.models import Membership
from campus.kept import kept
from trainers.models import Application, Trainer


class Space(NamedTuple):
    slug: str
    label: str
    route: str
    """The name of its first page."""
    members: Callable[[], Iterable[int]] | None = None
    """Primary keys of those who have it, read once a minute for everybody; None when everybody has it."""
    icon: str = ""
    """In the header; "" when only the side menus show it."""


class Link(NamedTuple):
    label: str
    url: str
    icon: str


SPACES = [
    Space(
        "partenaire",
        "Espace partenaire",
        "catalogue:partner_spaces",
        lambda: Membership.objects.filter(role=Role.REFERENT).values_list("user", flat=True),
        "fr-icon-building-line",
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
        lambda: Membership.objects.filter(role=Role.HR).values_list("user", flat=True).distinct(),
        "fr-icon-community-line",
    ),
    Space("agent", "Mon espace", "enrolments:home", icon="fr-icon-account-circle-line"),
]


def spaces_of(user) -> list[Link]:
    """The spaces of `user`, who is signed in; who has just been given one sees it within a minute."""
    return [Link(space.label, reverse(space.route), space.icon) for space in SPACES if _has(user, space)]


def key_of(space: Space) -> str:
    """Under which its members are kept."""
    return f"space-{space.slug}"


def _has(user, space) -> bool:
    return space.members is None or user.pk in kept(key_of(space), lambda: frozenset(space.members()))
