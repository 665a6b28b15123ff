"""From the call to the hand-in in a real browser: without JavaScript, then with the script that saves as one types."""

import re

import pytest
from playwright.sync_api import expect

from campus.accounts.models import EmailDomain
from tests.browsing import both_looks, deliver, elsewhere, problems_of
from tests.files import pdf
from trainers import transitions
from trainers.models import Application, Attachment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = re.compile(r"Enregistré à \d{1,2}\sh")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def call(new_call, skill, domain, employer):
    EmailDomain.objects.create(name="essais.gouv.fr", organisation=employer)
    call = new_call(title="Former au design", text="Un appel.")
    call.skills.create(skill=skill, target=4)
    call.domains.add(domain)
    return call


def sign_in(page, mailoutbox, address="camille@essais.gouv.fr"):
    page.get_by_label("Votre adresse électronique professionnelle").fill(address)
    page.get_by_role("button", name="Recevoir un code").click()
    deliver()
    page.get_by_label("Code reçu").fill(re.search(r"\d{3} \d{3}", mailoutbox[-1].subject).group())
    page.get_by_role("button", name="Me connecter").click()


def write_profile(page):
    page.get_by_label("Votre service").fill("Bureau du design")
    page.get_by_label("Votre fonction").fill("Designer")
    page.get_by_label("Pourquoi voulez-vous former").fill("Transmettre.")
    page.get_by_text("Externe, d'intérêt général").click()
    page.get_by_text("Sans objet : je le ferai").click()
    page.locator("label[for=id_is_recruited_to_teach_1]").click()


def test_one_applies_without_javascript(call, live_server, browser, mailoutbox):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    page = context.new_page()

    def go_on():
        page.get_by_role("button", name="Enregistrer et continuer").click()

    page.goto(live_server.url)
    page.get_by_role("link", name="Devenir formateur").last.click()
    page.get_by_role("link", name="Candidater").first.click()
    page.get_by_role("link", name="Candidater").click()
    sign_in(page, mailoutbox)
    page.get_by_role("button", name="Commencer ma candidature").click()

    page.get_by_label("Votre service").fill("Bureau")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("main")).to_contain_text(NOW)
    write_profile(page)
    go_on()
    page.get_by_label("Votre expérience").fill("Dix ans.")
    page.get_by_label("Design : votre niveau").select_option("Expert")
    go_on()
    page.get_by_text("Mardi").click()
    page.get_by_label("Combien d'heures par mois").fill("8")
    page.locator("label[for=id_can_teach_remotely_0]").click()
    go_on()
    page.get_by_text("Une formation déjà réalisée").click()
    page.get_by_role("button", name="Ajouter et la décrire").click()
    page.get_by_label("Titre").fill("Mener un entretien")
    go_on()
    expect(page.locator("main")).to_contain_text("Il manque : le domaine")
    page.get_by_role("link", name="Continuer").click()
    page.get_by_label("Nature du document").select_option("CV")
    page.get_by_label("Fichier").set_input_files({"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"MZ"})
    page.get_by_role("button", name="Joindre ce fichier").click()
    expect(page.locator("main")).to_contain_text("Ce format n'est pas accepté")
    page.get_by_label("Fichier").set_input_files({"name": "cv.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    page.get_by_role("button", name="Joindre ce fichier").click()
    expect(page.locator("main")).to_contain_text("« cv.pdf » est joint")
    page.get_by_role("link", name="Continuer").click()

    page.get_by_role("button", name="Déposer ma candidature").click()
    expect(page.locator("main")).to_contain_text("Il manque")
    page.get_by_role("link", name="la durée").click()
    page.get_by_label("Domaine").select_option("Data")
    page.get_by_label("Pour quel public").fill("Les équipes produit")
    page.get_by_label("Niveau", exact=True).select_option("Débutant")
    page.get_by_label("Durée").fill("3 h 30")
    page.get_by_text("Présentiel").click()
    page.get_by_label("Objectifs").fill("Écouter\nRelancer")
    page.get_by_label("Quand et pour qui").fill("En 2025, vingt collègues.")
    go_on()
    page.get_by_role("link", name="6. Relecture et dépôt").click()
    page.get_by_role("button", name="Déposer ma candidature").click()

    expect(page.locator("main")).to_contain_text("Votre candidature est déposée")
    expect(page.locator("main")).to_contain_text("Étape 2 sur 5")
    application = elsewhere(Application.objects.get)
    assert application.state == "deposee" and elsewhere(Attachment.objects.count) == 1
    page.get_by_role("link", name="Retirer ma candidature").click()
    page.get_by_role("button", name="Retirer ma candidature").click()
    expect(page.locator("main")).to_contain_text("Votre candidature est retirée")


def test_the_script_saves_as_one_types_and_another_device_goes_on(call, live_server, browser, mailoutbox):
    page = browser.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}{call.get_absolute_url()}candidater/")
    sign_in(page, mailoutbox)
    page.get_by_role("button", name="Commencer ma candidature").click()

    write_profile(page)
    expect(page.get_by_role("status").filter(has_text="Enregistré")).to_have_text(NOW)
    page.get_by_label("Votre service").fill("Bureau central")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator("h2").first).to_have_text("Compétences")
    assert "autre appareil) depuis" not in page.inner_text("main") and faults == []

    other = browser.new_context(viewport={"width": 320, "height": 900}).new_page()
    other.goto(page.url.replace("competences", "profil"))
    sign_in(other, mailoutbox)
    expect(other.get_by_label("Votre service")).to_have_value("Bureau central")
    page.go_back()
    page.reload()
    other.get_by_label("Votre fonction").fill("Designer de service")
    expect(other.locator("[data-saved]")).to_have_text(NOW)
    page.get_by_label("Votre fonction").fill("Autre chose")
    expect(page.locator("[data-saved]")).to_contain_text("a aussi été enregistrée ailleurs")

    page.goto(page.url.replace("profil", "disponibilites"))
    page.get_by_text("Mardi").click()
    page.get_by_label("Combien d'heures par mois").fill("900")
    expect(page.locator("[data-saved]")).to_contain_text("sauf : Combien d'heures par mois")
    application = elsewhere(Application.objects.get)
    assert application.weekdays == [2] and application.job_title == "Autre chose"


@pytest.fixture
def begun(call, new_application, new_agent, employer):
    """A draft, an application for which staff asked more, of the same person, and a contribution of the draft."""
    agent = new_agent(organisation=employer, is_demo=True)
    asked = new_application("complement", applicant=agent)
    asked.thread.create(is_from_applicant=False, text="Quels supports ?")
    asked.attachments.create(kind="cv", file="x", name="cv.pdf", content_type="application/pdf", size=1)
    draft = transitions.start(applicant=agent, call=call)
    return draft, asked, draft.contributions.create(kind="existante", title="Lire")


@both_looks
def test_the_pages_are_accessible(begun, live_server, browser, client, width, scheme):
    draft, asked, added = begun
    elsewhere(lambda: client.force_login(draft.applicant))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page, problems = context.new_page(), []
    of_draft, of_asked = draft.get_absolute_url(), asked.get_absolute_url()
    steps = ["", "profil/", "competences/", "disponibilites/", "contributions/", "pieces/", "relecture/", "retirer/"]
    paths = [
        "/devenir-formateur/",
        "/devenir-formateur/candidatures/",
        draft.call.get_absolute_url(),
        f"{draft.call.get_absolute_url()}candidater/",
        *(of_draft + step for step in steps),
        f"{of_draft}contributions/{added.pk}/",
        f"{of_draft}contributions/{added.pk}/retirer/",
        of_asked,
        f"{of_asked}relecture/",
    ]
    for path in paths:
        assert page.goto(live_server.url + path).status == 200
        problems += problems_of(page)
    page.goto(f"{live_server.url}{of_draft}disponibilites/")
    page.get_by_label("Combien d'heures par mois").fill("900")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".fr-message--error")).to_be_visible()
    problems += problems_of(page)

    assert problems == []
