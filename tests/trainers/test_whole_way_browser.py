"""From volunteer to trainer in a real browser, from the call to a first session: the « Done when » of issue 5."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from campus.accounts.models import EmailDomain
from campus.kept import forget_all
from catalogue.models import Module
from enrolments.models import Enrolment
from tests.browsing import deliver, elsewhere
from tests.files import pdf
from trainers import tasks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "Mener un entretien"


@pytest.fixture
def people(live_server, new_call, new_staff, new_reviewer, skill, domain, employer, new_session, settings, tmp_path):
    """The cookies of who reviews, decides, and finds trainers; the applicant signs in with a code."""
    settings.MEDIA_ROOT, settings.DECISION_UNDO_MINUTES = tmp_path, 5
    EmailDomain.objects.create(name="essais.gouv.fr", organisation=employer)
    call = new_call(title="Former au design")
    call.skills.create(skill=skill, target=4)
    staff = new_staff(first_name="Sacha", last_name="Rey")
    staff.user_permissions.add(
        *Permission.objects.filter(
            Q(content_type__app_label="trainers", content_type__model__in=["trainer", "assignment"])
            | Q(content_type__app_label="catalogue", content_type__model="module")
        )
    )

    def cookie(user):
        client = Client()  # one each: signing somebody else in ends a session
        client.force_login(user)
        return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    return {
        "staff": cookie(staff),
        "first": cookie(new_reviewer(call, first_name="Nour", last_name="Aït")),
        "second": cookie(new_reviewer(call, first_name="Paul", last_name="Vey")),
    }


# The cookies first: once the browser is there, this thread may not use the database.
@pytest.fixture
def page_of(people, browser, live_server):
    """A function that opens a page for somebody: one of `people`, or the applicant."""

    def open_page(who):
        context = browser.new_context(base_url=live_server.url, locale="fr-FR")
        context.set_default_timeout(10_000)
        if who in people:
            context.add_cookies([people[who]])
        return context.new_page()

    return open_page


def says(page, text):
    expect(page.locator("#content, main").first).to_contain_text(text)


def apply(page, mailoutbox):
    """Apply with a training already held and a file."""

    def go_on():
        page.get_by_role("button", name="Enregistrer et continuer").click()

    page.goto("/devenir-formateur/")
    page.get_by_role("link", name="Candidater").click()
    page.get_by_role("link", name="Candidater").click()
    page.get_by_label("Votre adresse électronique professionnelle").fill("camille.lenoir@essais.gouv.fr")
    page.get_by_role("button", name="Recevoir un code").click()
    deliver()
    page.get_by_label("Code reçu").fill(re.search(r"\d{3} \d{3}", mailoutbox[-1].subject).group())
    page.get_by_role("button", name="Me connecter").click()
    page.get_by_role("button", name="Commencer ma candidature").click()
    page.get_by_label("Votre service").fill("Bureau du design")
    page.get_by_label("Votre fonction").fill("Designer")
    page.get_by_label("Pourquoi voulez-vous former").fill("Transmettre.")
    page.get_by_text("Externe, d'intérêt général").click()
    page.get_by_text("Sans objet : je le ferai").click()
    page.locator("label[for=id_is_recruited_to_teach_1]").click()
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
    page.get_by_label("Titre").fill(TITLE)
    page.get_by_label("Domaine").select_option("Data")
    page.get_by_label("Pour quel public").fill("les équipes produit")
    page.get_by_label("Niveau", exact=True).select_option("Débutant")
    page.get_by_label("Durée").fill("3 h 30")
    page.get_by_text("En ligne", exact=True).click()
    page.get_by_label("Objectifs").fill("Écouter\nRelancer")
    page.get_by_label("Quand et pour qui").fill("En 2025, vingt collègues.")
    go_on()
    page.get_by_role("link", name="Continuer").click()
    page.get_by_label("Nature du document").select_option("CV")
    page.get_by_label("Fichier").set_input_files({"name": "cv.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    page.get_by_role("button", name="Joindre ce fichier").click()
    says(page, "« cv.pdf » est joint")
    page.get_by_role("link", name="Continuer").click()
    page.get_by_role("button", name="Déposer ma candidature").click()
    says(page, "Votre candidature est déposée")


def act(page, title, **answers):
    """Do something with the application that the page shows."""
    page.get_by_role("link", name=title, exact=True).click()
    for label, text in answers.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name=title).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def review(page, score):
    page.goto("/admin/")
    page.get_by_role("link", name="Candidatures à traiter : 1").click()
    page.locator("#result_list tbody th a").click()
    page.get_by_role("link", name="Votre avis").click()
    for criterion in ("Pédagogie", "Expertise"):
        page.get_by_label(criterion).select_option(score)
    page.get_by_label("Recommandation").select_option("Retenir")
    page.get_by_label("Pour les collègues").fill("Convaincant.")
    page.get_by_role("button", name="Rendre l'avis").click()
    expect(page.locator(".messagelist .success")).to_contain_text("avis rendu")


def act_on_list(page, row, action, button=""):
    """Do something with a line of a list, confirmed by `button` where that is asked."""
    page.locator("#result_list tbody tr", has_text=row).locator("[name=_selected_action]").check()
    page.locator("[name=action]").select_option(action)
    page.locator("button[name=index]").click()
    if button:
        page.get_by_role("button", name=button).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def a_session_with_a_participant(new_session, new_agent):
    session = new_session(module=Module.objects.get(title=TITLE))
    agent = new_agent(first_name="Yasmine", last_name="Haddad")
    Enrolment.objects.create(agent=agent, session=session, state="inscrite")


def test_from_the_call_to_a_first_session(page_of, mailoutbox, settings, new_session, new_agent):
    applicant, staff, first, second = (page_of(who) for who in ("applicant", "staff", "first", "second"))
    apply(applicant, mailoutbox)

    # Staff ask for more, the applicant answers.
    staff.goto("/admin/trainers/application/")
    staff.locator("#result_list tbody th a").click()
    says(staff, "cv.pdf")
    act(staff, "Demander un complément", Message="Quels retours avez-vous eus ?")
    deliver()
    assert "complétez votre candidature" in mailoutbox[-1].subject
    applicant.reload()
    says(applicant, "Quels retours avez-vous eus ?")
    applicant.get_by_role("link", name="Relecture et dépôt").first.click()
    applicant.get_by_role("textbox").last.fill("Tous ont noté 5 sur 5.")
    applicant.get_by_role("button", name="Envoyer le complément").click()
    says(applicant, "l'étude de votre candidature reprend")

    # Two reviewers score.
    staff.reload()
    act(staff, "Déclarer recevable")
    act(staff, "Mettre en instruction")
    review(first, "5")
    review(second, "2")

    # Staff close the review and accept; the mail is sent, held back, sent again, and leaves.
    staff.reload()
    says(staff, "Les avis divergent")
    act(staff, "Clore l'instruction")
    act(staff, "Retenir")
    applicant.reload()
    expect(applicant.locator("main")).not_to_contain_text("retenue")
    staff.get_by_role("link", name="Votre candidature est retenue").click()
    staff.get_by_role("button", name="Envoyer").click()
    staff.get_by_role("button", name="Retenir").click()
    settings.DECISION_UNDO_MINUTES = 0
    staff.get_by_role("button", name="Envoyer").click()
    says(staff, "part à")
    elsewhere(tasks.deliver_decisions)
    deliver()
    assert "retenue" in mailoutbox[-1].subject

    # The draft module is there, and is published; the trainer is welcomed.
    staff.get_by_role("link", name=re.compile("^Candidature ")).last.click()
    staff.get_by_role("link", name="Ouvrir le module (brouillon)").click()
    expect(staff.locator("[name=title]")).to_have_value(TITLE)
    staff.goto("/admin/catalogue/module/")
    act_on_list(staff, TITLE, "publish")
    staff.goto("/admin/trainers/trainer/")
    staff.locator("#result_list tbody th a").click()
    for step in ("Formation de formateurs", "Charte"):
        staff.get_by_label(step).check()
    staff.locator("[name=_save]").click()
    act_on_list(staff, "camille", "activate", "Terminer l'accueil")

    # A session of the module is proposed to them.
    elsewhere(lambda: a_session_with_a_participant(new_session, new_agent))
    staff.goto("/admin/trainers/assignment/")
    staff.get_by_role("link", name="Sessions sans formateur").click()
    staff.get_by_role("link", name=TITLE).click()
    staff.get_by_role("radio").check()
    due = timezone.localdate() + datetime.timedelta(days=7)
    staff.get_by_label("Réponse attendue jusqu'au").fill(f"{due:%d/%m/%Y}")
    staff.get_by_role("button", name="Proposer la session").click()
    expect(staff.locator(".messagelist .success")).to_be_visible()

    # The trainer finds their space, accepts, finds the participants.
    forget_all()  # a minute later
    applicant.goto("/")
    applicant.get_by_role("link", name="Espace formateur").click()
    applicant.get_by_role("button", name=f"Accepter : {TITLE}").click()
    says(applicant, "Session acceptée")
    applicant.get_by_role("link", name=f"Participants : {TITLE}").click()
    says(applicant, "Yasmine Haddad")
    applicant.goto(f"/catalogue/?q={TITLE}")
    says(applicant, "1 formation")
