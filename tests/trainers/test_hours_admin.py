"""Statements of hours in the admin: prepared for a period, corrected, validated, exported for payroll."""

import csv
import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from trainers import transitions
from trainers.exports import HEADER, in_euros
from trainers.models import HoursLine, HoursStatement

pytestmark = pytest.mark.django_db
STATEMENTS = reverse("admin:trainers_hoursstatement_changelist")
PREPARE = reverse("admin:trainers_hoursstatement_prepare")
DAY = datetime.timedelta(days=1)
RIGHTS = ["view_hoursstatement", "add_hoursstatement", "change_hoursstatement", "view_hoursline", "change_hoursline"]


def page_of(statement):
    return reverse("admin:trainers_hoursstatement_change", args=[statement.pk])


def period(start=-10, end=-1):
    today = timezone.localdate()
    return {"starts_on": today + start * DAY, "ends_on": today + end * DAY}


def typed(**fields):
    return {name: f"{day:%d/%m/%Y}" for name, day in period(**fields).items()}


def do(client, action, *statements):
    chosen = [statement.pk for statement in statements]
    return client.post(STATEMENTS, {"action": action, "_selected_action": chosen, "confirm": "oui"})


@pytest.fixture
def team(client, new_staff):
    team = new_staff(*RIGHTS)
    client.force_login(team)
    return team


@pytest.fixture
def new_held(new_trainer, new_session, new_assignment):
    """A function that creates what a new trainer taught three days ago: 3 h 20 at 25 €."""

    def create(**fields):
        trainer = fields.pop("trainer", None) or new_trainer(kind="interne")
        paid = {"rate_kind": "initiation", "rate_cents": 25_00} if trainer.is_paid else {}
        session = new_session(in_days=fields.pop("in_days", -3))
        return new_assignment("acceptee", trainer=trainer, session=session, preparation_minutes=20, **paid)

    return create


@pytest.fixture
def new_statement(new_held, staff):
    """A function that creates a draft statement of one session."""

    def create(**fields):
        return transitions.prepare_statement(trainer=new_held(**fields).trainer, by=staff, **period())

    return create


def test_a_period_is_prepared_for_each_who_taught_then(client, team, new_held, new_trainer):
    paid, general = new_held(), new_held(trainer=new_trainer())
    new_trainer(kind="interne")
    new_held(in_days=-40)

    page = client.post(PREPARE, typed(), follow=True).text

    assert "2 état(s) préparé(s)." in page and "83,33\u00a0€" in page and "0,00\u00a0€" in page
    assert set(HoursStatement.objects.values_list("trainer", "total_cents")) == {
        (paid.trainer_id, 83_33),
        (general.trainer_id, 0),
    }
    assert LogEntry.objects.count() == 2


def test_who_has_a_statement_there_keeps_it_and_is_named(client, team, new_statement, new_held):
    statement = new_statement()
    new_held(trainer=statement.trainer, in_days=-5)
    other = new_held()

    page = client.post(PREPARE, typed(), follow=True).text

    assert "Maïwenn Le Goff : Un état couvre déjà ces dates" in page and "1 état(s) préparé(s)." in page
    assert statement.lines.count() == 1 and other.trainer.statements.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (typed(end=0), "Cette période n'est pas finie."),
        (typed(start=-1, end=-5), "La fin précède le début."),
        ({"starts_on": "hier", "ends_on": ""}, "Saisissez une date valide."),
    ],
)
def test_a_wrong_period_is_told_at_the_field(client, team, new_held, fields, words):
    new_held()

    response = client.post(PREPARE, fields)

    assert response.status_code == 422 and words in response.text.replace("&#x27;", "'")
    assert not HoursStatement.objects.exists()


def test_an_empty_period_says_so(client, team):
    assert "Aucune session n&#x27;est à déclarer" in client.post(PREPARE, typed(), follow=True).text


def lines_of(statement, preparation, teaching):
    line = statement.lines.get()
    return {
        "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-id": line.pk, "lines-0-statement": statement.pk,
        "lines-0-preparation_minutes": preparation, "lines-0-teaching_minutes": teaching,
    }  # fmt: skip


def test_hours_are_corrected_and_the_amount_follows(client, team, new_statement):
    statement = new_statement()

    response = client.post(page_of(statement), lines_of(statement, "40", "200"))

    line = HoursLine.objects.get()
    statement.refresh_from_db()
    assert response.status_code == 302
    assert (line.preparation_minutes, line.teaching_minutes, line.amount_cents) == (40, 200, 100_00)
    assert statement.total_cents == 100_00


@pytest.mark.parametrize("minutes", ["-1", "trop", "60001", ""])
def test_wrong_hours_are_told_and_nothing_changes(client, team, new_statement, minutes):
    statement = new_statement()

    response = client.post(page_of(statement), lines_of(statement, minutes, "200"))

    assert response.status_code == 200 and "errorlist" in response.text
    assert HoursLine.objects.get().amount_cents == 83_33


def test_what_is_validated_does_not_change_any_more(client, team, new_statement):
    statement = new_statement()
    before = lines_of(statement, "40", "200")

    do(client, "validate", statement)
    client.post(page_of(statement), before)

    statement.refresh_from_db()
    assert (statement.state, statement.validated_by) == ("valide", team)
    assert HoursLine.objects.get().amount_cents == 83_33
    assert 'name="lines-0-preparation_minutes"' not in client.get(page_of(statement)).text
    assert "est déjà à l&#x27;état" in do(client, "validate", statement).text
    assert "Un autre état couvre ces dates" in do(client, "make_anew", statement).text


def test_nobody_validates_their_own_hours(client, new_staff, new_trainer, new_statement):
    trainer = new_trainer(user=new_staff(*RIGHTS), kind="interne")
    statement = new_statement(trainer=trainer)
    client.force_login(trainer.user)

    assert "Une autre personne doit valider vos heures." in do(client, "validate", statement).text
    statement.refresh_from_db()
    assert statement.state == "brouillon"


def test_a_draft_is_made_anew_with_what_was_held_since(client, team, new_statement, new_held):
    statement = new_statement()
    new_held(trainer=statement.trainer, in_days=-5)

    do(client, "make_anew", statement)

    statement.refresh_from_db()
    assert statement.lines.count() == 2 and statement.total_cents == 166_66


# --- For payroll ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cents", "euros"), [(0, "0.00"), (1, "0.01"), (83_33, "83.33"), (150_00, "150.00")])
def test_cents_are_exact_euros(cents, euros):
    assert str(in_euros(cents)) == euros and isinstance(in_euros(cents), Decimal)


def test_validated_statements_are_exported_and_each_export_is_logged(client, team, new_statement, staff):
    statement, draft = new_statement(), new_statement()
    statement.trainer.user.last_name = "=HYPERLINK(1)"
    statement.trainer.user.save()
    transitions.validate_statement(statement=statement, by=staff)

    file = do(client, "export_csv", statement, draft)
    (header, row) = csv.reader(b"".join(file.streaming_content).decode().splitlines())  # no mark before « Nom »
    sheet = load_workbook(BytesIO(b"".join(do(client, "export_xlsx", statement, draft).streaming_content))).active
    cells = dict(zip(HEADER, [cell.value for cell in sheet[2]], strict=True))

    assert header == HEADER and sheet.max_row == 2
    said = dict(zip(HEADER, row, strict=True))
    assert (said["Montant (euros)"], said["Taux horaire (euros)"], said["Préparation (minutes)"]) == (
        "83.33",
        "25.00",
        "20",
    )
    assert said["Nom"] == "'=HYPERLINK(1)" and said["Validé par"] == str(staff)
    assert cells["Montant (euros)"] == pytest.approx(83.33)
    logged = LogEntry.objects.filter(object_id=statement.pk, change_message__contains="Exporté")
    assert logged.count() == 2 and not LogEntry.objects.filter(object_id=draft.pk).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, team, new_statement, new_held, staff, count, django_assert_max_num_queries):
    for _ in range(count):
        statement = new_statement()
        transitions.validate_statement(statement=statement, by=staff)
    draft_of = new_held(in_days=-4).trainer
    for number in range(count - 1):
        new_held(trainer=draft_of, in_days=-5 - number)
    draft = transitions.prepare_statement(trainer=draft_of, by=staff, **period())

    with django_assert_max_num_queries(10):
        assert client.get(STATEMENTS).text.count("field-total") == count + 1
    with django_assert_max_num_queries(12):
        assert client.get(page_of(draft)).text.count("field-amount") == count
    with django_assert_max_num_queries(10 + count):  # one to log each
        b"".join(do(client, "export_csv", *HoursStatement.objects.all()).streaming_content)


# --- Rights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["nobody", "agent", "trainer", "staff without right", "reviewer"])
def test_who_has_no_right_sees_or_changes_nothing(
    client, who, new_agent, new_staff, new_statement, new_reviewer, new_call, new_held
):
    statement = new_statement()
    new_held()
    person = {
        "nobody": lambda: None,
        "agent": new_agent,
        "trainer": lambda: statement.trainer.user,
        "staff without right": lambda: new_staff("view_module"),
        "reviewer": lambda: new_reviewer(new_call()),
    }[who]()
    if person:
        client.force_login(person)
    expected = 403 if who in ("staff without right", "reviewer") else 302

    for path in (STATEMENTS, page_of(statement), PREPARE):
        assert client.get(path).status_code == expected
    assert client.post(PREPARE, typed()).status_code == expected
    for action in ("validate", "make_anew", "export_csv", "export_xlsx"):
        response = do(client, action, statement)
        assert response.status_code == expected and "heures." not in response.get("Content-Disposition", "")
    statement.refresh_from_db()
    assert statement.state == "brouillon" and HoursStatement.objects.count() == 1


def test_who_only_reads_exports_but_changes_nothing(client, new_staff, new_statement, staff):
    draft, validated = new_statement(), new_statement()
    transitions.validate_statement(statement=validated, by=staff)
    client.force_login(new_staff("view_hoursstatement"))

    assert client.get(STATEMENTS).status_code == client.get(page_of(draft)).status_code == 200
    assert client.get(PREPARE).status_code == 403
    assert client.post(page_of(draft), lines_of(draft, "1", "1")).status_code == 403
    do(client, "validate", draft)
    draft.refresh_from_db()
    assert draft.state == "brouillon"
    assert b"83.33" in b"".join(do(client, "export_csv", validated).streaming_content)
    assert LogEntry.objects.count() == 1
