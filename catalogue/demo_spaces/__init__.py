"""The spaces of partners in the demonstration, after its catalogue: référents, cursus, what waits for staff."""

from collections import Counter
from pathlib import Path

import yaml
from django.db import transaction

from campus.accounts.enums import Role
from campus.accounts.models import Membership, User
from catalogue import cursus, partner_revisions, proposals
from catalogue.enums import Language, Modality
from catalogue.models import Cursus, Domain, Partner, Programme, Training

FILE = Path(__file__).with_name("espaces.yaml")


@transaction.atomic
def load() -> Counter:
    """Write all, once. Returns how many of what; nothing when it is there already."""
    if Cursus.objects.exists():
        return Counter()
    said, written = yaml.safe_load(FILE.read_text(encoding="utf-8")), Counter()
    for person in said["personnes"]:
        _person(**person)
    for space in said["espaces"]:
        partner = Partner.objects.select_related("organisation").get(organisation__external_id=space["id"])
        referents = [User.objects.get(email=email) for email in space["referents"]]
        for user in referents:
            # Not `memberships.invite`, which would write to people who do not exist.
            Membership.objects.get_or_create(user=user, organisation=partner.organisation, role=Role.REFERENT)
        for each in space["cursus"]:
            _write_cursus(partner, each)
        if words := space.get("presentation"):
            partner_revisions.propose(
                partner=partner, by=referents[0], summary=words["resume"], presentation=words["texte"]
            )
        for each in space.get("propositions", []):
            _write_proposal(partner, referents[0], each)
        written += Counter(
            {
                "espaces": 1,
                "cursus": len(space["cursus"]),
                "présentations proposées": "presentation" in space,
                "formations proposées": len(space.get("propositions", [])),
            }
        )
    for each in said["international"]:
        _say_languages(**each)
    return written


def _person(email, prenom, nom):
    user, is_new = User.objects.get_or_create(
        email=email, defaults={"first_name": prenom, "last_name": nom, "is_demo": True}
    )
    if is_new:
        user.set_unusable_password()
        user.save()


def _write_cursus(partner, said):
    names = [level["nom"] for level in said["niveaux"]]
    made = cursus.write(
        cursus=Cursus(
            partner=partner,
            name=said["nom"],
            year=said["annee"],
            description=said.get("resume", ""),
            is_public=True,
        ),
        levels=names,
    )
    levels = {level.name: level for level in made.levels.all()}
    for level in said["niveaux"]:
        for place in level.get("formations", []):
            training = Training.objects.published().get(external_id=place["id"])
            cursus.add_training(level=levels[level["nom"]], training=training, note=place.get("precision", ""))


def _write_proposal(partner, referent, said):
    proposal = proposals.begin(
        partner=partner,
        by=referent,
        title=said["titre"],
        domain=Domain.objects.get(slug=said["domaine"]),
        summary=said["resume"],
        description=said["description"],
        objectives=said["objectifs"],
        level=said["niveau"],
        modalities=[Modality.ON_SITE],
        duration_minutes=said.get("minutes"),
        languages=[Language.FRENCH],
    )
    if said.get("soumise"):
        proposals.submit(proposal=proposal, by=referent)


def _say_languages(id, langues, programmes=()):
    partner = Partner.objects.get(organisation__external_id=id)
    partner.languages = langues
    partner.save(update_fields=["languages"])
    partner.shared_programmes.add(*Programme.objects.filter(external_id__in=programmes))
