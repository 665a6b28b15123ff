"""The page of a module and the page of a parcours."""

import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import Organisation, User
from catalogue.models import Audience, Domain, Metier, Prerequisite, Skill

pytestmark = pytest.mark.django_db

PUBLISHED = {"state": "publie", "published_on": "2026-01-05"}


def read(client, training):
    """The text of a training's page as a person reads it, on one line."""
    response = client.get(training.get_absolute_url())
    assert response.status_code == 200
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2].partition("</main>")[0]))
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def complete_module(new_module, domain):
    module = new_module(
        "Protéger l'essentiel",
        contents="- Premier temps",
        prerequisites_text="Savoir lire.",
        is_open_to_non_agents=True,
        certification="Badge numérique",
        accessibility_notes="Sous-titres.",
        price_cents=125_050,
        languages=["fr", "en"],
        **PUBLISHED,
    )
    module.other_domains.add(Domain.objects.create(name="Design", description="…", valid_from="2023-12-18"))
    module.audiences.add(Audience.objects.create(slug="tous", name="Tous les agents"))
    module.metiers.add(Metier.objects.create(slug="rssi", name="RSSI", family="Sécurité"))
    module.skills.add(Skill.objects.create(slug="hygiene", name="Hygiène numérique"))
    module.restricted_to.add(Organisation.objects.create(name="Ministère d'essai", kind="ministere"))
    return module


def test_a_module_says_all_a_person_needs_to_decide(client, complete_module):
    text = read(client, complete_module)

    for words in [
        "Protéger l'essentiel",
        "Une matinée.",
        "La formation en quelques mots",
        "Les objectifs Lire",
        "Le programme Premier temps",
        "Publics : Tous les agents",
        "Métiers : RSSI",
        "Réservé aux agents de : Ministère d'essai",
        "Ouvert aussi à qui n'est pas agent public",
        "Prérequis Savoir lire.",
        "Durée 3 h 30",
        "Modalités En ligne, à horaires fixes",
        "Langues Français, anglais",
        "Prix 1 250,50 €",
        "Domaines Data Design",
        "Certification Badge numérique",
        "Compétences Hygiène numérique",
        "Accessibilité Sous-titres.",
    ]:
        assert words in text


def test_a_bare_module_leaves_out_what_it_does_not_have(client, published_module):
    text = read(client, published_module)

    assert "Gratuit pour les agents publics" in text
    assert "Réservé aux agents publics, quel que soit leur employeur" in text
    for heading in ["Le programme", "Prérequis", "Accessibilité", "Certification", "Organisme", "Les parcours qui"]:
        assert heading not in text


def test_a_provider_leads_to_its_page_when_it_is_a_partner(client, published_module, new_partner, organisation):
    visible, hidden = new_partner(), new_partner("Cachée", is_visible=False)
    published_module.providers.add(visible.organisation, hidden.organisation, organisation)

    text = client.get(published_module.get_absolute_url()).text

    assert f'href="{visible.get_absolute_url()}"' in text
    assert "Cachée" in text and f'href="{hidden.get_absolute_url()}"' not in text
    assert "Direction interministérielle du numérique" in text


def test_published_prerequisites_are_linked_with_their_force(client, published_module, new_module):
    for title, kind, fields in [
        ("Recommandée", "recommande", PUBLISHED),
        ("Exigée", "obligatoire", PUBLISHED),
        ("Brouillon", "obligatoire", {}),
    ]:
        Prerequisite.objects.create(module=published_module, requires=new_module(title, **fields), kind=kind)

    text = read(client, published_module)

    assert "Prérequis Obligatoire : Exigée Recommandé : Recommandée" in text
    assert "Brouillon" not in text


def test_published_parcours_that_contain_a_module_are_named(client, published_module, new_parcours):
    new_parcours("Parcours ouvert", modules=[published_module])
    new_parcours("Parcours caché", modules=[published_module], state="brouillon", published_on=None)

    text = read(client, published_module)

    assert "Parcours ouvert" in text and "Parcours caché" not in text


# How one enrols


def test_one_enrols_here_in_an_open_session(client, new_session, published_module):
    session = new_session()

    page = client.get(published_module.get_absolute_url()).text

    assert "L'inscription se fait ici" in page
    assert f'href="/sessions/{session.pk}/inscription/"' in page


def test_one_reads_from_when_one_enrols_when_no_enrolment_is_open_yet(client, new_session, published_module):
    for in_days, opens_at in [(200, "2090-03-01T10:00Z"), (300, "2090-02-01T10:00Z")]:
        new_session(in_days=in_days, enrolment_opens_at=opens_at, enrolment_closes_at="2090-04-01T10:00Z")

    page = client.get(published_module.get_absolute_url()).text

    assert "Choisir une session" not in page
    assert "pour l'une des sessions à venir. Inscriptions à partir du 1er février 2090." in page


def test_one_reads_that_the_enrolments_are_over(client, new_session, published_module):
    new_session(enrolment_closes_at=timezone.now())

    page = client.get(published_module.get_absolute_url()).text

    assert "Choisir une session" not in page and "Les inscriptions aux sessions à venir sont closes." in page


def test_without_session_one_may_be_told_of_the_next_one(client, published_module):
    page = client.get(published_module.get_absolute_url()).text

    assert "Aucune session n'est programmée" in page
    assert reverse("enrolments:alert_ask", args=[published_module.slug]) in page


@pytest.mark.parametrize(
    ("access", "access_url", "words", "link"),
    [
        (
            "externe",
            "https://www.fun-mooc.fr/cours/1",
            "Vous quittez le campus : l'inscription se fait sur le site fun-mooc.fr. S'inscrire chez Dinum",
            'target="_blank" rel="noopener external" href="https://www.fun-mooc.fr/cours/1"',
        ),
        (
            "externe",
            "mailto:former@exemple.fr?subject=Cours",
            "l'inscription se fait par courriel, à l'adresse former@exemple.fr. S'inscrire chez Dinum",
            'href="mailto:former@exemple.fr?subject=Cours"',
        ),
        ("demande", "", "écrivez au campus", "?subject=Demande%20de%20formation"),
        ("demande", "mailto:former@exemple.fr", "par courriel, à l'adresse former@exemple.fr", "mailto:former@"),
        (
            "demande",
            "https://exemple.fr/demande",
            "Vous quittez le campus : la demande se fait sur le site exemple.fr",
            'target="_blank" rel="noopener external" href="https://exemple.fr/demande"',
        ),
    ],
)
def test_where_one_enrols_is_said_before_the_link(
    client, published_module, organisation, access, access_url, words, link
):
    published_module.access, published_module.access_url = access, access_url
    published_module.save()
    published_module.providers.add(organisation)

    assert words in read(client, published_module)
    assert link in client.get(published_module.get_absolute_url()).text


def test_nobody_enrols_by_mail_in_the_session_of_an_external_module(client, new_session, published_module):
    new_session()
    published_module.access, published_module.access_url = "externe", "https://exemple.fr"
    published_module.save()

    page = client.get(published_module.get_absolute_url()).text

    assert "Les prochaines sessions" in page and "subject=Inscription" not in page


# Sessions


def test_the_next_five_sessions_are_shown_with_place_and_seats(client, new_session, published_module, organisation):
    cancelled = {"cancelled_at": timezone.now(), "cancel_reason": "Grève"}
    for seats, fields in [(31, {}), (32, {"seats_taken": 32}), (33, {}), (34, {}), (35, {}), (36, {}), (37, cancelled)]:
        new_session(in_days=seats, seats=seats, **fields)
    new_session(in_days=-10, seats=38)
    reserved = new_session(in_days=20, seats=30, audience_note="Débutants")
    reserved.restricted_to.add(organisation)

    text = read(client, published_module)

    assert re.findall(r" sur (\d\d)\.", text) == ["30", "31", "32", "33", "34"]
    assert "30 places libres sur 30." in text and "Plus de place libre sur 32." in text
    assert "Réservée à : Débutants" in text
    assert "Réservée aux agents de : Direction interministérielle du numérique" in text


def test_the_online_link_is_never_shown(client, new_session, new_parcours, published_module):
    new_session()
    parcours = new_parcours(modules=[published_module])

    for training in [published_module, parcours]:
        response = client.get(training.get_absolute_url())
        assert "Inscriptions ouvertes" in response.text and "visio.exemple.fr" not in response.text


# Parcours


def test_a_parcours_shows_its_path_by_stage(client, new_parcours, new_module):
    parcours = new_parcours()
    for position, (title, stage, is_required, fields) in enumerate(
        [
            ("Lire", "Découvrir", True, PUBLISHED),
            ("Compter", "Découvrir", False, PUBLISHED),
            ("Brouillon", "Découvrir", True, {}),
            ("Publier", "Pratiquer", True, PUBLISHED),
        ]
    ):
        module = new_module(title, **fields)
        parcours.steps.create(module=module, position=position, stage=stage, is_required=is_required)

    text = read(client, parcours)

    assert "Durée 1 jour (7 h)" in text and "Étapes 3 modules" in text
    assert "Découvrir Lire Atelier, 3 h 30, obligatoire Compter Atelier, 3 h 30, facultatif Pratiquer Publier" in text
    assert "Brouillon" not in text
    assert "l'inscription se fait sur la page de chaque module" in text


def test_a_parcours_shows_the_next_sessions_of_its_modules(client, new_parcours, new_session, published_module):
    new_session()
    parcours = new_parcours(modules=[published_module])

    text = client.get(parcours.get_absolute_url()).text

    assert "Les prochaines sessions de ses modules" in text
    assert text.count(f'href="{published_module.get_absolute_url()}"') == 2


def test_a_parcours_without_published_module_says_so(client, new_parcours):
    text = read(client, new_parcours())

    assert "ne sont pas encore publiés" in text and "Durée Selon les modules" in text


# Who sees what


@pytest.mark.parametrize("staff", [True, False])
def test_staff_alone_preview_what_is_not_published(client, new_module, new_parcours, staff):
    client.force_login(User.objects.create_user(email="agent@exemple.gouv.fr", is_staff=staff))
    drafts = [new_module(), new_parcours(state="brouillon", published_on=None)]

    for draft in drafts:
        response = client.get(draft.get_absolute_url())
        assert response.status_code == (200 if staff else 404)
        assert ("Aperçu : Brouillon" in response.text) == staff


def test_a_module_is_not_at_the_address_of_a_parcours(client, published_module, new_parcours):
    parcours = new_parcours()

    assert client.get(f"/catalogue/parcours/{published_module.slug}/").status_code == 404
    assert client.get(f"/catalogue/modules/{parcours.slug}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_four_queries_each(
    client, count, published_module, new_module, new_parcours, new_session, django_assert_num_queries
):
    parcours = new_parcours("Premier", modules=[published_module])
    for number in range(count):
        module = new_module(f"Module {number}", **PUBLISHED)
        parcours.steps.create(module=module, position=number + 10)
        Prerequisite.objects.create(module=published_module, requires=module)
        new_parcours(f"Parcours {number}", modules=[published_module])
        session = new_session(in_days=20 + number)
        for organisation in [Organisation.objects.create(name=f"Organisation {number}", kind="autre")]:
            session.restricted_to.add(organisation)
            published_module.providers.add(organisation)

    for training in [published_module, parcours]:
        with django_assert_num_queries(4):
            client.get(training.get_absolute_url())
