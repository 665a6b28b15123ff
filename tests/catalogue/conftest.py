from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from campus.accounts.enums import Role
from campus.accounts.models import Organisation, User
from campus.kept import forget, kept
from campus.pages import spaces
from catalogue.enums import WITH_PROGRAMME, ProgrammeRequestState
from catalogue.models import Domain, Module, Parcours, Partner, Programme, ProgrammeRequest, Session


@pytest.fixture
def domain():
    return Domain.objects.create(name="Data", description="…", pictogram="digital/coding", valid_from="2023-12-18")


@pytest.fixture
def new_module(domain):
    """A function that creates a valid draft module; keyword arguments replace its fields."""

    def create(title="Lire une donnée", **fields):
        return Module.objects.create(
            **{
                "title": title,
                "kind": "atelier",
                "domain": domain,
                "summary": "Une matinée.",
                "description": "…",
                "objectives": ["Lire"],
                "level": "debutant",
                "modalities": ["en-ligne"],
                "pace": "horaire-fixe",
                "duration_minutes": 210,
                "languages": ["fr"],
                "access": "campus",
                **fields,
            }
        )

    return create


@pytest.fixture
def organisation():
    return Organisation.objects.create(
        name="Direction interministérielle du numérique", acronym="Dinum", kind="ministere"
    )


@pytest.fixture
def published_module(new_module):
    return new_module("Lire une donnée", state="publie", published_on="2026-01-05")


@pytest.fixture
def new_session(published_module, organisation):
    """A function that creates an online session of a published module, open for enrolment; it starts `in_days` from now."""

    def create(in_days=30, **fields):
        start = (timezone.now() + timedelta(days=in_days)).replace(hour=9, minute=0, second=0, microsecond=0)
        session = Session.objects.create(
            **{
                "module": published_module,
                "organiser": organisation,
                "modality": "en-ligne",
                "seats": 10,
                "online_url": "https://visio.exemple.fr/secret",
                "enrolment_opens_at": start - timedelta(days=90),
                "enrolment_closes_at": start - timedelta(days=1),
                **fields,
            }
        )
        session.slots.create(starts_at=start, ends_at=start + timedelta(hours=3))
        session.refresh_from_db()
        return session

    return create


@pytest.fixture
def new_parcours(domain):
    """A function that creates a published parcours of these modules; keyword arguments replace its fields."""

    def create(title="Devenir analyste", modules=(), **fields):
        parcours = Parcours.objects.create(
            **{
                "title": title,
                "domain": domain,
                "summary": "Un chemin.",
                "description": "…",
                "objectives": ["Analyser"],
                "level": "intermediaire",
                "modalities": ["en-ligne", "presentiel"],
                "pace": "mixte",
                "languages": ["fr"],
                "state": "publie",
                "published_on": "2026-01-05",
                **fields,
            }
        )
        for position, module in enumerate(modules, start=1):
            parcours.steps.create(module=module, position=position)
        return parcours

    return create


@pytest.fixture
def new_programme(domain, organisation):
    """A function that creates a published programme."""

    def create(title="Former les inspecteurs", **fields):
        programme = Programme.objects.create(
            **{
                "title": title,
                "beneficiary": organisation,
                "summary": "Pour tous les inspecteurs.",
                "need": "Le **besoin**.",
                "design": "La conception.",
                "years": [2025],
                "agents_trained": 120,
                "state": "publie",
                "published_on": "2025-01-05",
                **fields,
            }
        )
        programme.domains.add(domain)
        return programme

    return create


@pytest.fixture
def new_partner():
    """A function that creates a visible partner."""

    def create(name="École nationale de la magistrature", **fields):
        organisation = Organisation.objects.create(name=name, kind="ecole-service-public")
        return Partner.objects.create(
            **{
                "organisation": organisation,
                "summary": "Forme.",
                "presentation": "Une **école**.",
                "since": 2024,
                **fields,
            }
        )

    return create


@pytest.fixture
def new_person(db):
    """A function that creates an account; `permissions`: codenames, for a member of staff."""
    count = iter(range(1, 10_000))

    def create(*permissions, **fields):
        if permissions:
            fields["is_staff"] = True
        person = User.objects.create_user(f"personne{next(count):04}@exemple.gouv.fr", **fields)
        person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        return person

    return create


@pytest.fixture
def new_referent():
    """A function that creates somebody who is a référent of these partners."""

    def create(*partners, email="referent@ecole.example"):
        user = User.objects.create_user(email, first_name="Noé", last_name="Référent")
        for partner in partners:
            user.memberships.create(organisation=partner.organisation, role=Role.REFERENT)
        key = spaces.key_of(next(space for space in spaces.SPACES if space.slug == "partenaire"))
        forget(key)
        kept(key, lambda: Counter(User.objects.filter(memberships__role=Role.REFERENT).values_list("pk", flat=True)))
        return user

    return create


@pytest.fixture
def new_request(new_person, new_programme, organisation, domain):
    """A function that creates a request in a state, with its programme when the state has one; complete unless told otherwise."""

    def create(state=ProgrammeRequestState.RECEIVED, **fields):
        has_programme = state in WITH_PROGRAMME and "programme" not in fields
        if has_programme:
            fields["programme"] = new_programme(state="brouillon", published_on=None)
        if state != ProgrammeRequestState.DRAFT:
            fields.setdefault("submitted_at", timezone.now() - timedelta(days=4))
        asked = ProgrammeRequest.objects.create(
            **{
                "requester": fields.pop("requester", None) or new_person(),
                "state": state,
                "title": "Former nos inspecteurs",
                "role": "rh",
                "organisation_name": organisation.name,
                "organisation": organisation,
                "need": "Lire les données de leurs contrôles.",
                "audience": "Inspecteurs",
                "headcount": 40,
                "financing": "a-etudier",
                "contact_name": "Camille Durand",
                "contact_email": "camille.durand@exemple.gouv.fr",
                **fields,
            }
        )
        asked.domains.add(domain)
        return asked

    return create


@pytest.fixture
def staff():
    return User.objects.create_user("equipe@exemple.gouv.fr", is_staff=True, is_superuser=True)


@pytest.fixture
def new_cursus():
    """A function that creates a public cursus of a partner, with these trainings in its first level of two."""

    def create(partner, name="Formation initiale", trainings=(), **fields):
        cursus = partner.cursus.create(name=name, **{"year": 2026, "is_public": True, **fields})
        first = cursus.levels.create(name="1re année", position=1)
        cursus.levels.create(name="2e année", position=2)
        for position, training in enumerate(trainings, start=1):
            first.places.create(training=training, position=position)
        return cursus

    return create


@pytest.fixture
def new_proposal(domain):
    """A function that creates a draft proposal of a partner."""

    def create(partner, title="Lire une preuve numérique", **fields):
        return partner.proposals.create(
            **{
                "title": title,
                "domain": domain,
                "summary": "Une journée.",
                "description": "Ce que vaut une trace.",
                "objectives": ["Lire une trace"],
                "level": "debutant",
                "modalities": ["presentiel"],
                "languages": ["fr"],
                **fields,
            }
        )

    return create
