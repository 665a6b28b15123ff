"""The invented people of the demonstration: created by `load_demo_people`, entered without a password while CAMPUS_DEMO is on."""

from pathlib import Path

import yaml

from campus.accounts.models import EmailDomain, User

PEOPLE_FILE = Path(__file__).parent / "demo" / "people.yaml"
AGENT_COUNT = 300


def read_people() -> list[dict]:
    """Return the people of people.yaml: dicts with email, prenom, nom, role, presentation."""
    return yaml.safe_load(PEOPLE_FILE.read_text(encoding="utf-8"))["personnes"]


def create_people() -> int:
    """Create the demo accounts, and the domains of their addresses, that do not exist yet; return how many accounts."""
    domains = yaml.safe_load(PEOPLE_FILE.read_text(encoding="utf-8"))["domaines"]
    EmailDomain.objects.bulk_create([EmailDomain(name=name) for name in domains], ignore_conflicts=True)
    accounts = {
        person["email"]: User(
            email=person["email"],
            first_name=person["prenom"],
            last_name=person["nom"],
            is_staff=person.get("administration") == "oui",
            is_superuser=person.get("administration") == "oui",
        )
        for person in read_people()
    }
    for number in range(1, AGENT_COUNT + 1):
        email = f"agent{number:03}@exemple.gouv.fr"
        accounts.setdefault(email, User(email=email, first_name="Agent", last_name=f"{number:03}"))
    existing = set(User.objects.filter(email__in=accounts).values_list("email", flat=True))
    new = [user for email, user in accounts.items() if email not in existing]
    for user in new:
        user.is_demo = True
        user.set_unusable_password()
    User.objects.bulk_create(new)
    return len(new)
