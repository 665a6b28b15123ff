"""« Espace employeur »: figures without names, hidden under five; trainings advised; seats for one's agents."""

import codecs
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from campus.accounts.enums import Role
from campus.accounts.models import Membership, Organisation, User
from enrolments import employers
from enrolments.enums import EnrolmentState
from enrolments.figures import figures_by, figures_of
from enrolments.models import Enrolment, Feedback, InternalPriority, SeatQuota
from enrolments.transitions import enrol
from enrolments.transitions.licence import ask

pytestmark = pytest.mark.django_db
S = EnrolmentState


@pytest.fixture
def ministry(db):
    return Organisation.objects.create(name="Ministère d'essai", acronym="ME", kind="ministere")


@pytest.fixture
def hr(ministry):
    user = User.objects.create_user("rh@ministere.example")
    Membership.objects.create(user=user, organisation=ministry, role=Role.HR)
    return user


@pytest.fixture
def space(client, hr):
    client.force_login(hr)
    return client


@pytest.fixture
def url(ministry):
    return lambda name, *args: reverse(f"enrolments:{name}", args=[ministry.slug, *args])


@pytest.fixture
def come(new_agent, new_session):
    """A function that has agents of an organisation come to one session, over."""
    session = new_session(in_days=-3, seats=100)

    def attend(count, organisation, state=S.PRESENT):
        agents = [new_agent(organisation=organisation) for _ in range(count)]
        for agent in agents:
            Enrolment.objects.create(agent=agent, session=session, state=state)
        return agents

    attend.year = session.starts_at.year
    return attend


def test_figures_are_those_of_the_employer_and_below_it_without_names(space, url, ministry, come):
    service = Organisation.objects.create(name="Service d'essai", kind="autre", parent=ministry)
    office = Organisation.objects.create(name="Bureau d'essai", kind="autre", parent=service)
    come(6, ministry), come(5, service), come(7, office)
    come(50, Organisation.objects.create(name="Ailleurs", kind="ministere"))
    said = come(1, ministry)[0]
    said.profile.chose_employer = True
    said.profile.save()

    page = space.get(url("employer_figures"), {"annee": come.year}).text

    assert "<dt>Personnes venues</dt><dd>18</dd>" in page and "<dt>Heures suivies</dt><dd>54</dd>" in page
    assert "Bureau d&#x27;essai" in page and "Ailleurs" not in page
    assert "agent0" not in page


def test_accounts_that_a_school_made_count_once_they_are_used(space, url, ministry, come):
    """A school below the ministry imports students, and enrols them: nobody has done anything yet."""
    school = Organisation.objects.create(name="École", kind="ecole-service-public", parent=ministry)
    come(6, ministry)
    students = come(7, school, S.ENROLLED)
    people = "<dt>Personnes inscrites</dt><dd>{}</dd>".format

    assert people(6) in space.get(url("employer_figures"), {"annee": come.year}).text

    User.objects.filter(pk__in=[student.pk for student in students[:5]]).update(last_login=timezone.now())
    assert people(11) in space.get(url("employer_figures"), {"annee": come.year}).text


def test_what_is_about_fewer_than_five_is_hidden_and_cannot_be_subtracted(space, url, ministry, come):
    service = Organisation.objects.create(name="Service", kind="autre", parent=ministry)
    office = Organisation.objects.create(name="Bureau", kind="autre", parent=ministry)
    come(9, ministry), come(6, office), come(2, service)

    rows = {row.label: row.people for row in figures_by(Enrolment.objects.all(), "agent__organisation__name")}
    page = space.get(url("employer_figures"), {"annee": come.year}).text

    assert rows == {"Bureau": None, "Ministère d'essai": 9, "Service": None}
    assert "<dt>Personnes inscrites</dt><dd>17</dd>" in page and "non chiffré" in page


def test_a_table_that_would_tell_nothing_is_one_sentence(space, url, ministry, come):
    for name in "ABC":
        come(3, Organisation.objects.create(name=f"Bureau {name}", kind="autre", parent=ministry))

    page = space.get(url("employer_figures"), {"annee": come.year}).text

    assert "Par organisation, rien n'est chiffré : moins de cinq personnes" in page
    assert "Bureau A" not in page and "<caption>Par formation" in page
    assert page.index("Exporter tous ces chiffres en CSV") < page.index("Personnes inscrites")


@pytest.fixture
def answer():
    """A function that has so many of those who came from an organisation give the same feedback."""

    def give(count, organisation, satisfaction=4, reinvestment="oui"):
        theirs = Enrolment.objects.filter(agent__organisation=organisation, feedback=None).order_by("pk")[:count]
        for enrolment in theirs:
            Feedback.objects.create(enrolment=enrolment, satisfaction=satisfaction, reinvestment=reinvestment)

    return give


def test_satisfaction_and_use_at_work_are_told_from_five_people_on(space, url, ministry, come, answer):
    office = Organisation.objects.create(name="Bureau", kind="autre", parent=ministry)
    come(9, ministry), come(9, office)
    answer(4, ministry)
    page = space.get(url("employer_figures"), {"annee": come.year}).text
    assert page.count("<td>non chiffré</td><td>non chiffré</td><td>non chiffré</td>") == 1
    assert "les organisations qui manquent à ce tableau" in page

    answer(2, ministry, 1, "non"), answer(5, office, 5, "ne-sait-pas")

    page = space.get(url("employer_figures"), {"annee": come.year}).text
    assert "<td>11</td><td>3,9</td><td>36 %</td>" in page and "les organisations qui manquent" not in page
    assert "<td>6</td><td>3,0</td><td>67 %</td>" in page and "<td>5</td><td>5,0</td><td>0 %</td>" in page
    csv = space.get(url("employer_export", "csv"), {"annee": come.year})
    lines = b"".join(csv.streaming_content).decode().splitlines()
    assert lines[0].endswith("Avis;Satisfaction sur 5;S'en serviront au travail (%)")
    assert lines[1].endswith(";11;3,9;36") and lines[3].endswith(";6;3,0;67")


def test_feedback_of_fewer_than_five_people_cannot_be_subtracted(ministry, come, answer):
    names = ["Un", "Deux", "Trois", "Quatre"]
    for name, count in zip(names, (8, 6, 1, 2), strict=True):
        organisation = Organisation.objects.create(name=name, kind="autre", parent=ministry)
        come(9, organisation), answer(count, organisation)

    def answers():
        return {row.label: row.answers for row in figures_by(Enrolment.objects.all(), "agent__organisation__name")}

    assert answers() == {"Un": 8, "Deux": None, "Trois": None, "Quatre": None}
    answer(2, Organisation.objects.get(name="Quatre"))
    assert answers() == {"Un": 8, "Deux": 6, "Trois": None, "Quatre": None}


def test_hidden_rows_are_five_people_at_least_together(ministry, come):
    offices = [Organisation.objects.create(name=f"Bureau {name}", kind="autre", parent=ministry) for name in "AB"]
    come(9, ministry), come(6, Organisation.objects.create(name="Service", kind="autre", parent=ministry))
    for office in offices:
        come(1, office)

    rows = {row.label: row.people for row in figures_by(Enrolment.objects.all(), "agent__organisation__name")}

    assert rows == {"Bureau A": None, "Bureau B": None, "Ministère d'essai": 9, "Service": None}


def test_who_came_is_not_told_when_it_says_who_did_not(ministry, come):
    service = Organisation.objects.create(name="Service", kind="autre", parent=ministry)
    come(7, ministry), come(9, service), come(1, service, S.ABSENT)

    whole = figures_of(Enrolment.objects.all())
    rows = {row.label: row[1:] for row in figures_by(Enrolment.objects.all(), "agent__organisation__name")}

    assert (whole.people, whole.came, whole.hours) == (17, None, None)
    hidden = (None,) * 6
    assert rows == {"Ministère d'essai": (7, 7, *hidden), "Service": (10, 10, *hidden)}


def test_exports_say_the_same(space, url, ministry, come, new_pool):
    come(4, ministry), come(3, ministry, S.ABSENT)
    pool = new_pool(seats=9)
    for agent in ministry.members.all():
        ask(agent=agent, pool=pool, by=None)
    csv = space.get(url("employer_export", "csv"), {"annee": come.year})
    content = csv.getvalue()
    assert content.startswith(codecs.BOM_UTF8) and csv["Content-Disposition"].endswith(f'-{come.year}.csv"')
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Tableau;Intitulé;Personnes inscrites;Inscriptions;Personnes venues;")
    assert lines[1] == "Ensemble;Ensemble;7;7" + ";non chiffré" * 6
    assert lines[3].startswith("Formation;Lire une donnée;7;")
    assert lines[-1] == f"Licences;{pool};7;non chiffré;non chiffré;non chiffré"
    xlsx = space.get(url("employer_export", "xlsx"), {"annee": "hier"})
    assert load_workbook(io.BytesIO(b"".join(xlsx.streaming_content))).active["A1"].value == "Tableau"
    assert space.get(url("employer_export", "exe")).status_code == 404


def test_advised_trainings_are_shown_to_agents_in_order(space, url, client, ministry, new_agent, new_module):
    first, second, draft = (
        new_module(title, state="publie", published_on="2026-01-05") for title in ("Premier", "Second", "Retiré")
    )
    for training, note in [(second, "Pour tous"), (draft, ""), (first, "")]:
        space.post(url("employer_priorities"), {"training": training.pk, "note": note})
    again = space.post(url("employer_priorities"), {"training": second.pk})
    assert again.status_code == 422 and "déjà dans vos priorités" in again.text
    for _ in range(3):
        space.post(url("employer_priority_up", InternalPriority.objects.get(training=first).pk))
    type(draft).objects.filter(pk=draft.pk).update(state="brouillon", published_on=None)

    service = Organisation.objects.create(name="Service", kind="autre", parent=ministry)
    agent, said = new_agent(organisation=service), new_agent(organisation=service)
    said.profile.chose_employer = True
    said.profile.save()
    client.force_login(agent)
    page = client.get(reverse("enrolments:home")).text
    advised = page.partition("Priorités de votre employeur")[2]
    assert advised.index("Premier") < advised.index("Second") and "Retiré" not in advised
    assert "Ministère d&#x27;essai : Pour tous" in advised
    client.force_login(said)
    assert "Priorités de votre employeur" not in client.get(reverse("enrolments:home")).text

    client.force_login(User.objects.get(email="rh@ministere.example"))
    remove = url("employer_priority_remove", InternalPriority.objects.get(training=second).pk)
    assert "Retirer cette formation de vos priorités ?" in space.get(remove).text
    assert InternalPriority.objects.count() == 3
    assert "« Second » n&#x27;est plus dans vos priorités" in space.post(remove, follow=True).text
    assert InternalPriority.objects.count() == 2


def test_a_stale_page_is_told_that_a_training_is_removed_already(space, url, ministry, published_module):
    priority = InternalPriority.objects.create(organisation=ministry, training=published_module)
    gone = {name: url(name, priority.pk) for name in ("employer_priority_remove", "employer_priority_up")}
    space.post(gone["employer_priority_remove"])

    for address in gone.values():
        answer = space.post(address, follow=True)
        assert answer.redirect_chain == [(url("employer_priorities"), 302)]
        assert "Cette formation est déjà retirée de vos priorités." in answer.text


def test_so_many_trainings_are_advised_at_most(space, url, new_module, monkeypatch):
    monkeypatch.setattr(employers, "MOST_ADVISED", 1)
    modules = [new_module(title, state="publie", published_on="2026-01-05") for title in ("Une", "Deux")]

    answers = [space.post(url("employer_priorities"), {"training": module.pk}) for module in modules]

    assert [answer.status_code for answer in answers] == [302, 422] and "retirez-en une" in answers[1].text


def test_seats_are_reserved_for_one_s_agents(space, url, ministry, new_agent, new_session):
    session = new_session(seats=1)
    until = timezone.localdate() + datetime.timedelta(days=3)
    space.post(url("employer_quota_reserve", session.pk), {"seats": "1", "reserved_until": until})
    stranger, own = new_agent(), new_agent(organisation=ministry)
    assert enrol(agent=stranger, session=session, by=stranger).state == S.WAITING
    assert enrol(agent=own, session=session, by=own).state == S.ENROLLED
    assert SeatQuota.objects.get().used == 1
    assert "Places prises : 1 sur 1" in space.get(url("employer_quotas")).text


def test_the_home_leads_to_one_s_employer_or_says_whom_it_is_for(space, client, new_agent, url):
    home = reverse("enrolments:employer_home")
    assert space.get(home).url == url("employer_figures")
    other = Organisation.objects.create(name="Opérateur", kind="operateur")
    Membership.objects.create(user=User.objects.get(email="rh@ministere.example"), organisation=other, role=Role.HR)
    assert "Opérateur" in space.get(home).text
    client.force_login(new_agent())
    assert client.get(home).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(space, url, ministry, come, new_module, count, django_assert_num_queries):
    for number in range(count):
        come(5, Organisation.objects.create(name=f"Service {number}", kind="autre", parent=ministry))
        module = new_module(f"M{number}", state="publie", published_on="2026-01-05")
        InternalPriority.objects.create(organisation=ministry, training=module, position=number)
    for name, queries in {"employer_figures": 8, "employer_priorities": 5, "employer_quotas": 4}.items():
        with django_assert_num_queries(queries):
            assert space.get(url(name)).status_code == 200, name
