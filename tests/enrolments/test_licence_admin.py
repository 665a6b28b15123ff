"""Licences as staff see them: gauges, requests chosen together, files, figures; and what employers may know."""

import csv

import html5lib
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import Organisation
from enrolments import file_imports
from enrolments import licence_figures as figures
from enrolments.enums import LicenceState
from enrolments.licence_figures import licence_figures
from enrolments.models import Allotment, Licence, LicenceCode, LicencePool
from enrolments.transitions import licence as transitions
from enrolments.transitions.licence import ask

pytestmark = pytest.mark.django_db
L = LicenceState
POOLS = reverse("admin:enrolments_licencepool_changelist")
LICENCES = reverse("admin:enrolments_licence_changelist")


@pytest.fixture
def staff(client, new_agent):
    staff = new_agent(is_staff=True, is_superuser=True)
    client.force_login(staff)
    return staff


@pytest.fixture
def requests(new_pool, new_agent):
    """A pool of two licences that staff choose for, with four requests."""
    pool = new_pool(seats=2, mode="sur-demande")
    return pool, [ask(agent=new_agent(), pool=pool, by=None, motivation=f"Projet {n}") for n in range(4)]


def do(client, action, *licences, **answer):
    chosen = [licence.pk for licence in licences]
    return client.post(
        LICENCES, {"action": action, "_selected_action": chosen, "confirm": "oui", **answer}, follow=True
    )


def states(pool):
    return [L(state) for state in pool.licences.order_by("queued_at", "pk").values_list("state", flat=True)]


def send(client, kind, pool, text, **answer):
    file = SimpleUploadedFile("fichier.csv", text.encode())
    return client.post(reverse(f"admin:enrolments_licencepool_{kind}", args=[pool.pk]), {"file": file, **answer})


def test_staff_choose_and_refuse_together_and_are_told_each_outcome(client, staff, requests):
    pool, licences = requests

    page = do(client, "give", *licences[:3]).text
    assert "Licence attribuée (2). Retenue, dans l&#x27;ordre d&#x27;arrivée" in page and "libère (1)." in page
    assert page.count('<li class="success">') == 1 and page.count(" : licence attribuée<br>") == 2
    page = do(client, "give", licences[2]).text
    assert "Plus de licence libre" in page
    page = do(client, "refuse", licences[0], licences[3], reason="Hors du public").text

    assert f"« {licences[0]} » : Cette demande a déjà sa licence ; pour la lui retirer, reprenez-la." in page
    assert states(pool) == [L.GIVEN, L.GIVEN, L.REQUESTED, L.REFUSED]
    do(client, "take_back", licences[0], reason="Départ")
    assert states(pool) == [L.TAKEN_BACK, L.GIVEN, L.GIVEN, L.REFUSED]


def test_what_is_free_is_told_before_choosing_for_all_by_allotment_and_in_codes(
    client, staff, new_pool, new_agent, organisation
):
    pool = new_pool(seats=52, mode="sur-demande", access="codes", campaign_code="")
    Allotment.objects.create(pool=pool, organisation=organisation, seats=45)
    LicenceCode.objects.bulk_create(LicenceCode(pool=pool, value=value) for value in "ABC")
    licences = [ask(agent=new_agent(), pool=pool, by=None, motivation="Un projet") for _ in range(2)]

    asked = client.post(LICENCES, {"action": "give", "_selected_action": [licence.pk for licence in licences]}).text
    pools = client.get(POOLS).text

    assert "2 choisies. Libres pour tous : 7." in asked and f"{organisation} 45" in asked
    assert "Codes libres : 3, il en manque 49 pour tout attribuer." in asked and states(pool) == [
        L.REQUESTED,
        L.REQUESTED,
    ]
    assert "52, dont 7 pour tous" in pools and "il en manque 49" in pools


def test_a_request_shows_its_rank_and_motivation_a_result_only_when_shared(client, staff, requests):
    _pool, licences = requests
    transitions.give(licence=licences[0], by=staff)
    Licence.objects.filter(pk=licences[0].pk).update(result="812 points")
    address = reverse("admin:enrolments_licence_change", args=[licences[0].pk])

    line = client.get(LICENCES, {"state__exact": "demandee", "pool__id__exact": licences[0].pool_id}).text
    assert "Demandée, rang 1" in line and "Projet 3" in line
    hidden = client.get(address).text
    transitions.share(licence=licences[0], is_shared=True, by=licences[0].agent)
    shown = client.get(address).text

    assert "812 points" not in hidden and "non partagé" in hidden and "812 points" in shown
    assert 'name="state"' not in shown and "None" not in shown
    assert LogEntry.objects.filter(change_message="Licence lue.").count() == 2


def test_the_gauge_of_a_pool_tells_what_is_given_asked_left_and_when_none_will_be(client, staff, new_pool, new_agent):
    pool = new_pool(seats=4)
    ask(agent=new_agent(), pool=pool, by=None)

    row = client.get(POOLS).text
    assert "1 sur 4 (25 %)" in row
    pool = LicencePool.objects.with_counts().get()
    assert (pool.left, pool.recently_given, pool.asked_count) == (3, 1, 0)
    days_left = (pool.exhausted_on - timezone.localdate()).days if pool.exhausted_on else None
    assert days_left in (90, None)  # None: that is next year


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(
    client, staff, new_pool, new_agent, organisation, count, django_assert_max_num_queries
):
    for number in range(count):
        pool = new_pool(year=2030 + number)
        Licence.objects.create(
            agent=new_agent(organisation=organisation), pool=pool, state=L.GIVEN, given_at=timezone.now(),
            valid_until="2031-01-01",
        )  # fmt: skip

    with django_assert_max_num_queries(8):
        assert client.get(POOLS).text.count("Par ministère") == count
    with django_assert_max_num_queries(8):
        assert client.get(LICENCES).text.count("field-person") == count


def test_a_pool_is_edited_without_touching_its_counters_and_never_below_them(
    client, staff, new_pool, new_agent, organisation
):
    pool = new_pool(seats=3)
    ask(agent=new_agent(), pool=pool, by=None)
    address = reverse("admin:enrolments_licencepool_change", args=[pool.pk])
    values = values_of(client, address) | {
        "allotments-TOTAL_FORMS": "1", "allotments-INITIAL_FORMS": "0",
        "allotments-0-organisation": organisation.pk, "allotments-0-seats": "2",
    }  # fmt: skip

    page = client.post(address, {**values, "allotments-0-seats": "2147483648", "seats": "3000000000"}).text
    assert page.count("licences au plus : vérifiez") == 2 and "2147483647" not in page
    LicencePool.objects.update(seats=3)
    page = client.post(address, {**values, "allotments-0-seats": "3"}).text
    assert "il en reste 2 à répartir" in page
    assert client.post(address, {**values, "seats": "4"}).status_code == 302

    pool.refresh_from_db()
    assert (pool.seats, pool.given, pool.common_given, pool.allotted) == (4, 1, 1, 2)
    assert "gardez-en autant" in client.post(address, {**values, "seats": "2", "allotments-TOTAL_FORMS": "0"}).text


def test_licences_pass_from_an_allotment_to_another_in_one_save(client, staff, new_pool, organisation):
    other = Organisation.objects.create(name="Ministère des essais", kind="ministere")
    pool = new_pool(seats=3)
    allotments = [
        Allotment.objects.create(pool=pool, organisation=each, seats=seats)
        for each, seats in [(organisation, 1), (other, 2)]
    ]
    address = reverse("admin:enrolments_licencepool_change", args=[pool.pk])
    values = values_of(client, address) | {"allotments-TOTAL_FORMS": "2", "allotments-INITIAL_FORMS": "2"}
    for number, (allotment, seats) in enumerate(zip(allotments, (2, 1), strict=True)):
        values |= {
            f"allotments-{number}-id": allotment.pk,
            f"allotments-{number}-pool": pool.pk,
            f"allotments-{number}-organisation": allotment.organisation_id,
            f"allotments-{number}-seats": seats,
        }

    assert client.post(address, values).status_code == 302

    assert list(Allotment.objects.order_by("pk").values_list("seats", flat=True)) == [2, 1]


def page_of(client, address) -> dict:
    """What a browser sends back of the page of a pool, as it is."""
    document = html5lib.parse(client.get(address).text, namespaceHTMLElements=False)
    form = document.find(".//form[@id='licencepool_form']")
    values = {}
    for field in [*form.iter("input"), *form.iter("textarea")]:
        is_sent = field.get("type") not in {"submit", "checkbox"} or "checked" in field.attrib
        if is_sent and "__prefix__" not in field.get("name"):
            values[field.get("name")] = field.get("value") or (field.text or "").removeprefix("\n")
    for field in form.iter("select"):
        if "__prefix__" not in field.get("name"):
            values[field.get("name")] = next(
                (o.get("value") for o in field.iter("option") if "selected" in o.attrib), ""
            )
    return values


def test_an_old_tab_writes_what_it_changed_and_nothing_else(client, staff, new_pool, organisation):
    pool = new_pool(seats=30)
    allotment = Allotment.objects.create(pool=pool, organisation=organisation, seats=20)
    address = reverse("admin:enrolments_licencepool_change", args=[pool.pk])
    tab, old_tab, older_tab = (page_of(client, address) for _ in range(3))
    client.post(address, {**tab, "allotments-0-seats": "19", "conditions": "Pour toutes et tous"})

    assert client.post(address, {**old_tab, "summary": "Se tester"}).status_code == 302

    pool.refresh_from_db()
    allotment.refresh_from_db()
    assert (allotment.seats, pool.conditions, pool.summary) == (19, "Pour toutes et tous", "Se tester")
    refused = client.post(address, {**older_tab, "allotments-0-seats": "18"})
    assert "depuis que cette page est ouverte" in refused.text and Allotment.objects.get().seats == 19
    twice = client.post(address, {**older_tab, "allotments-0-seats": "19"})
    assert twice.status_code == 302
    Allotment.objects.all().delete()
    assert "a été retiré depuis" in client.post(address, old_tab).text


def test_an_allotment_that_the_page_did_not_show_counts_too(client, staff, new_pool, organisation):
    pool = new_pool(seats=3)
    address = reverse("admin:enrolments_licencepool_change", args=[pool.pk])
    tab = page_of(client, address)
    other = Organisation.objects.create(name="Ministère des essais", kind="ministere")
    Allotment.objects.create(pool=pool, organisation=other, seats=2)

    page = client.post(address, {**tab, "allotments-0-organisation": organisation.pk, "allotments-0-seats": "2"}).text

    assert "Les contingents font 4 licences" in page and Allotment.objects.count() == 1


def values_of(client, address) -> dict:
    """What the form of a pool holds."""
    form = client.get(address).context["adminform"].form
    values = {name: form.initial.get(name) or "" for name in form.fields} | {"is_for_known_employers": ""}
    for name in ("opens_at", "closes_at"):
        instant = timezone.localtime(values.pop(name))
        values |= {f"{name}_0": f"{instant:%Y-%m-%d}", f"{name}_1": f"{instant:%H:%M:%S}"}
    return values


def test_fewer_seats_than_are_given_are_not_told_as_less_than_none(client, staff, new_pool, new_agent, organisation):
    pool = new_pool(seats=5)
    for _ in range(3):
        ask(agent=new_agent(), pool=pool, by=None)
    Allotment.objects.create(pool=pool, organisation=organisation, seats=1)
    address = reverse("admin:enrolments_licencepool_change", args=[pool.pk])

    page = client.post(address, {**page_of(client, address), "seats": "1"}).text

    assert "gardez-en autant" in page and "à répartir" not in page


def test_who_gave_a_licence_back_had_it_not_taken(client, staff, new_pool, new_agent):
    pool = new_pool()
    given_back, taken_back = (ask(agent=new_agent(), pool=pool, by=None) for _ in range(2))
    transitions.leave(licence=given_back, by=given_back.agent)
    transitions.take_back(licence=taken_back, by=staff, reason="Départ")

    rows = client.get(LICENCES).text.partition('id="result_list"')[2]
    assert ">Rendue<" in rows and ">Reprise<" in rows
    response = do(client, "export_csv", given_back, taken_back)
    exported = list(
        csv.DictReader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines(), delimiter=";")
    )
    assert [row["État"] for row in exported] == ["Rendue", "Reprise"]


def test_codes_are_imported_or_told_line_by_line_and_the_next_file_is_a_trial(client, staff, new_pool):
    pool = new_pool(access="codes", campaign_code="")

    wrong = send(client, "codes", pool, "code\nA\nA\n")
    assert wrong.status_code == 422 and "ligne 3 : « A » est déjà plus haut" in wrong.text
    done = send(client, "codes", pool, "code\nA\nB\n")
    assert done.status_code == 200 and not done.context["form"].is_bound and "checked" in done.text

    assert (
        pool.codes.count() == 2 and LogEntry.objects.filter(change_message__contains="codes ajoutés : 2").count() == 1
    )
    assert send(client, "codes", pool, "").status_code == 422
    other = client.post(
        reverse("admin:enrolments_licencepool_codes", args=[pool.pk]), {"file": SimpleUploadedFile("a.exe", b"code\nA")}
    )
    assert other.status_code == 422 and "CSV ou XLSX est attendu" in other.text


def test_a_file_that_was_tried_is_imported_without_sending_it_again(client, new_agent, new_pool):
    """By who may change pools, and nothing else."""
    pool, writer = new_pool(access="codes", campaign_code=""), new_agent(is_staff=True)
    rights = Permission.objects.filter(content_type__model="licencepool", codename__regex="^(view|change)_")
    writer.user_permissions.add(*rights)
    client.force_login(writer)

    page = send(client, "codes", pool, "code\nA\nB\n", is_dry_run="on").url
    tried = client.get(page).text
    assert "Essai, rien n'est écrit : codes ajoutés : 2" in tried and not LicenceCode.objects.exists()
    client.post(page, {"confirm": "oui"})
    file_imports.run_imports()

    assert list(pool.codes.values_list("value", flat=True)) == ["A", "B"]
    assert "codes ajoutés : 2" in client.get(page).text and "Essai" not in client.get(page).text


def test_usages_list_the_lines_of_nobody(client, staff, new_pool, new_agent):
    pool = new_pool()
    licence = ask(agent=new_agent(), pool=pool, by=None)

    page = send(client, "usages", pool, f"email;statut\n{licence.agent.email};activée\nx@y.fr;activée\n").text

    assert '<li class="success">activées : 1' in page and '<li class="warning">inconnues : 1' in page
    assert "ligne 3 : x@y.fr" in page
    assert Licence.objects.get().state == L.ACTIVATED


def test_the_export_holds_no_result_that_is_not_shared_no_formula_and_leaves_a_trace(client, staff, requests):
    _pool, licences = requests
    transitions.give(licence=licences[0], by=staff)
    Licence.objects.filter(pk=licences[0].pk).update(result="812 points", motivation="=1+1")

    response = do(client, "export_csv", *licences)
    rows = list(csv.DictReader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines(), delimiter=";"))

    assert len(rows) == 4 and (rows[0]["Motivation"], rows[0]["Résultat partagé"]) == ("'=1+1", "")
    assert LogEntry.objects.filter(change_message="Licences exportées").count() == 1


def test_staff_read_how_a_pool_is_spread_by_ministry(client, staff, new_pool, new_agent):
    ministry = Organisation.objects.create(name="Ministère des essais", kind="ministere")
    below = Organisation.objects.create(name="Direction", kind="ministere", parent=ministry)
    pool = new_pool(seats=3)
    licences = [ask(agent=new_agent(organisation=below), pool=pool, by=None) for _ in range(2)]
    transitions.activate(licence=licences[0], by=None)
    ask(agent=new_agent(), pool=pool, by=None)
    ask(agent=new_agent(organisation=ministry), pool=pool, by=None)
    agency = Organisation.objects.create(name="Agence des essais", kind="ministere")
    LicencePool.objects.update(seats=10)
    for organisation, seats in [(ministry, 1), (below, 2), (agency, 4)]:
        Allotment.objects.create(pool=pool, organisation=organisation, seats=seats)

    assert figures.by_ministry(pool) == [
        ("Ministère des essais", 1, 3, 2, 1, 0, 0),
        ("Employeur inconnu", 0, 0, 1, 0, 0, 0),
        ("Agence des essais", 0, 4, 0, 0, 0, 0),
    ]
    page = client.get(reverse("admin:enrolments_licencepool_spread", args=[pool.pk])).text
    assert "Ministère des essais" in page and "3 attribuées sur 10" in page
    export = client.get(reverse("admin:enrolments_licencepool_spread_export", args=[pool.pk]))
    rows = list(csv.DictReader(b"".join(export.streaming_content).decode("utf-8-sig").splitlines(), delimiter=";"))
    assert (rows[0]["Employeur"], rows[0]["Contingents"], rows[0]["Attribuées"]) == ("Ministère des essais", "3", "2")


def test_an_employer_is_told_of_five_people_or_more_never_of_fewer_not_even_by_difference(new_pool, new_agent):
    ministry = Organisation.objects.create(name="Ministère des essais", kind="ministere")
    below = Organisation.objects.create(name="Direction", kind="ministere", parent=ministry)
    pool = new_pool(seats=12)
    licences = [ask(agent=new_agent(organisation=below), pool=pool, by=None) for _ in range(10)]
    other = new_pool(provider="openclassrooms", seats=9)
    for _ in range(4):
        ask(agent=new_agent(organisation=ministry), pool=other, by=None)
    for licence in licences[:5]:
        transitions.activate(licence=licence, by=None)

    def pix():
        return next(each for each in licence_figures(ministry) if each.name.startswith("Pix"))

    assert (pix().given, pix().activated, pix().finished, pix().asked) == (10, 5, None, None)
    transitions.activate(licence=licences[5], by=None)
    assert pix().activated is None  # six of ten: four have not
    said = new_agent(organisation=below)
    said.profile.chose_employer = True
    said.profile.save()
    ask(agent=said, pool=pool, by=None)
    assert pix().given == 10
    assert [each.given for each in licence_figures(ministry)] == [None, 10]
    assert licence_figures(Organisation.objects.create(name="Ailleurs", kind="ministere")) == []


@pytest.mark.parametrize(
    ("address", "reader_gets", "writer_gets"),
    [
        ("licencepool_changelist", 200, 200),
        ("licencepool_add", 403, 403),
        ("licencepool_change", 200, 200),
        ("licencepool_spread", 200, 200),
        ("licencepool_spread_export", 200, 200),
        ("licencepool_codes", 403, 200),
        ("licencepool_usages", 403, 200),
        ("licence_changelist", 200, 200),
        ("licence_change", 200, 200),
        ("licence_add", 403, 403),
        ("licence_delete", 403, 403),
    ],
)
def test_who_reaches_which_page(client, new_pool, new_agent, address, reader_gets, writer_gets):
    """Nobody signed in, an agent, a member of the team without the right, one who may read, one who may change."""
    licence = ask(agent=new_agent(), pool=new_pool(), by=None)
    args = [] if address.endswith(("changelist", "add")) else [licence.pool_id if "pool" in address else licence.pk]
    address = reverse(f"admin:enrolments_{address}", args=args)
    reader, writer = (new_agent(is_staff=True) for _ in range(2))
    rights = Permission.objects.filter(content_type__model__in=["licencepool", "licence", "allotment"])
    reader.user_permissions.add(*rights.filter(codename__startswith="view_"))
    writer.user_permissions.add(*rights.filter(codename__regex="^(view|change)_"))

    assert client.get(address).url.startswith(reverse("admin:login"))
    answers = []
    for user in (new_agent(), new_agent(is_staff=True), reader, writer):
        client.force_login(user)
        answers.append(client.get(address).status_code)

    assert answers == [302, 403, reader_gets, writer_gets]


def test_a_pool_that_is_not_there_is_told_so(client, staff):
    page = client.get(reverse("admin:enrolments_licencepool_codes", args=[9]), follow=True)

    assert page.status_code == 200 and "n’existe pas" in page.text.replace("&#x27;", "’")
