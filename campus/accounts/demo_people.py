"""The invented people of the demonstration: created by `load_demo_people`, entered without a password while CAMPUS_DEMO is on."""

from functools import cache
from pathlib import Path

import yaml

from campus.accounts.enums import PUBLIC_EMPLOYERS
from campus.accounts.models import EmailDomain, Organisation, User

PEOPLE_FILE = Path(__file__).parent / "demo" / "people.yaml"
AGENT_COUNT = 300


def read_people() -> list[dict]:
    """Return the people of people.yaml: dicts with email, prenom, nom, role, presentation."""
    return _read()["personnes"]


def create_people() -> int:
    """Create the demo accounts, and the domains of their addresses, that do not exist yet; return how many accounts."""
    read = _read()
    EmailDomain.objects.bulk_create([EmailDomain(name=name) for name in read["domaines"]], ignore_conflicts=True)
    accounts = {
        person["email"]: User(
            email=person["email"],
            first_name=person["prenom"],
            last_name=person["nom"],
            is_staff="oui" in (person.get("administration"), person.get("equipe")),
            is_superuser=person.get("administration") == "oui",
        )
        for person in read["personnes"]
    }
    for number in range(1, AGENT_COUNT + 1):
        email = f"agent{number:03}@exemple.gouv.fr"
        first_name, last_name = _name(number, read["prenoms"], read["noms"])
        accounts.setdefault(email, User(email=email, first_name=first_name, last_name=last_name))
    existing = set(User.objects.filter(email__in=accounts).values_list("email", flat=True))
    new = [user for email, user in accounts.items() if email not in existing]
    for user in new:
        user.is_demo = True
        user.set_unusable_password()
    User.objects.bulk_create(new)
    return len(new)


def give_employers() -> int:
    """Name the employers of the domains that have one, and spread the demo agents who have none over the public employers
    that exist; return how many agents got one."""
    for domain, name in _read()["domaines"].items():
        employer = Organisation.objects.filter(name=name).first() if name else None
        EmailDomain.objects.filter(name=domain, organisation=None).update(organisation=employer)
    employers = list(Organisation.objects.filter(kind__in=PUBLIC_EMPLOYERS).order_by("pk"))
    agents = list(User.objects.filter(is_demo=True, email__startswith="agent", organisation=None).order_by("email"))
    if not employers:
        return 0
    for rank, agent in enumerate(agents):
        agent.organisation = employers[rank % len(employers)]
    User.objects.bulk_update(agents, ["organisation"])
    return len(agents)


def invented_name(number: int) -> tuple[str, str]:
    """A first and a last name, always the same for the same number."""
    read = _read()
    return _name(number, read["prenoms"], read["noms"])


@cache
def _read() -> dict:
    return yaml.safe_load(PEOPLE_FILE.read_text(encoding="utf-8"))


def _name(number: int, first_names: list[str], last_names: list[str]) -> tuple[str, str]:
    """The invented name of an agent, always the same; neighbours in number have nothing in common."""
    return first_names[number * 7 % len(first_names)], last_names[number * 11 // 3 % len(last_names)]
