"""Large files, imported by the worker: seen while they go on, whole or not at all, begun again after a crash."""

import threading
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import User
from campus.mailing.models import Worker
from campus.mailing.worker import is_running, own_name
from enrolments import cohorts, file_imports, students
from enrolments.enums import FileImportState
from enrolments.models import Cohort, CohortImport, CohortMember, FileImport, LicenceCode
from enrolments.student_files import Row
from enrolments.transitions.base import wait_briefly
from tests.threads import at_once

S = FileImportState
MANY = file_imports.AT_ONCE + 1


def rows_of(count):
    return [Row(line, f"eleve{line}@ecole.example", "Élève", f"N°{line}") for line in range(2, count + 2)]


@pytest.fixture
def worker(db):
    """One that has just shown itself."""
    return Worker.objects.create(name="essai", seen_at=timezone.now())


@pytest.fixture
def url(school, cohort):
    return lambda name: reverse(f"enrolments:{name}", args=[school.slug, cohort.pk])


@pytest.fixture
def space(client, referent):
    client.force_login(referent)
    return client


@pytest.fixture
def kept(cohort, referent):
    """A file of many students, checked, not confirmed."""
    return students.keep_import(cohort=cohort, file_name="élèves.csv", rows=rows_of(MANY), by=referent)


@pytest.fixture
def staff(db):
    return User.objects.create_superuser("equipe@exemple.gouv.fr")


@pytest.fixture
def pool(new_pool):
    return new_pool(seats=100_000, access="codes", campaign_code="")


@pytest.fixture
def ten_codes(pool):
    """A file that waits."""
    content = b"code\n" + b"".join(b"%d\n" % number for number in range(10))
    return FileImport.objects.create(kind="codes", pool=pool, file_name="a.csv", content=content)


@pytest.fixture
def deadly():
    """A context in which who writes in a table loses the database."""

    @contextmanager
    def kill(table):
        def execute(sql):
            with connection.cursor() as cursor:
                cursor.execute(sql)

        execute(f"""
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
            CREATE TRIGGER die AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION die()
        """)
        try:
            yield
        finally:
            connection.close()
            execute("DROP FUNCTION die() CASCADE")

    return kill


def send_codes(client, pool, codes, *, is_dry_run=False, name="codes.csv"):
    file = SimpleUploadedFile(name, ("code\n" + "".join(f"{code}\n" for code in codes)).encode())
    sent = {"file": file} | ({"is_dry_run": "on"} if is_dry_run else {})
    return client.post(reverse("admin:enrolments_licencepool_codes", args=[pool.pk]), sent)


@pytest.mark.django_db
class TestManyStudents:
    def test_they_wait_for_the_worker_then_are_in_the_promotion(self, space, url, cohort, kept, worker):
        answer = space.post(url("cohort_import_confirm"), {"invites": "on"}, follow=True)
        assert "l'import commence dans la minute" in answer.text and not CohortMember.objects.exists()

        file_imports.run_imports()

        page = space.get(url("cohort_import_progress")).text
        assert f"Élèves importés : {MANY}." in page and "Les invitations partent" in page
        assert cohort.members.exclude(invitation_asked_at=None).count() == MANY
        assert not CohortImport.objects.exists()

    def test_a_second_click_starts_nothing_more(self, space, url, kept):
        for _ in range(2):
            assert space.post(url("cohort_import_confirm")).url == url("cohort_import_progress")
        assert FileImport.objects.count() == 1
        file_imports.run_imports()
        assert space.post(url("cohort_import_confirm")).status_code == 302  # a page left open
        assert FileImport.objects.count() == 1 and CohortMember.objects.count() == MANY

    def test_nothing_else_is_sent_or_corrected_meanwhile_but_one_may_give_up(self, space, url, cohort, kept, referent):
        space.post(url("cohort_import_confirm"))
        for name in ("cohort_import", "cohort_import_check"):
            assert space.get(url(name)).url == url("cohort_import_progress")
        with pytest.raises(cohorts.CohortRefused, match="en cours"):
            students.keep_import(cohort=cohort, file_name="b.csv", rows=[], by=referent)
        FileImport.objects.update(state=S.RUNNING)
        assert "a commencé" in space.post(url("cohort_import_drop"), follow=True).text
        FileImport.objects.update(state=S.WAITING)

        space.post(url("cohort_import_drop"))
        file_imports.run_imports()

        assert (
            not FileImport.objects.exists() and not CohortImport.objects.exists() and not CohortMember.objects.exists()
        )

    def test_a_fault_of_the_last_moment_is_told_with_its_line_and_nobody_is_imported(self, space, url, kept):
        space.post(url("cohort_import_confirm"))
        pending = CohortImport.objects.get()
        pending.rows[5][1] = "eleve7@"
        pending.save()

        file_imports.run_imports()

        page = space.get(url("cohort_import_progress")).text
        assert (
            "Il reste des lignes à corriger." in page and "Ligne 7, Adresse électronique : Écrivez une adresse" in page
        )
        assert not CohortMember.objects.exists() and CohortImport.objects.exists()
        assert "1 ligne à corriger" in space.get(url("cohort_import_check")).text

    def test_without_a_worker_the_page_says_that_it_waits(self, space, url, kept):
        page = space.post(url("cohort_import_confirm"), follow=True).text
        assert "est arrêté pour l'instant" in page and 'http-equiv="refresh"' in page
        assert 'http-equiv="refresh"' not in space.get(url("cohort_import_progress"), {"actualiser": "non"}).text

    def test_few_are_imported_at_once(self, space, url, cohort, referent):
        students.keep_import(cohort=cohort, file_name="a.csv", rows=rows_of(3), by=referent)
        space.post(url("cohort_import_confirm"))
        assert CohortMember.objects.count() == 3 and not FileImport.objects.exists()


@pytest.mark.django_db
class TestManyCodes:
    def test_they_are_tried_then_imported_and_the_file_erased(self, client, staff, pool, worker):
        client.force_login(staff)
        page = send_codes(client, pool, range(MANY), is_dry_run=True).url
        assert "En attente" in client.get(page).text
        file_imports.run_imports()
        assert f"Essai, rien n'est écrit : codes ajoutés : {MANY}" in client.get(page).text and not pool.codes.exists()

        for _ in range(2):
            client.post(page, {"confirm": "oui"})
        file_imports.run_imports()
        file_imports.run_imports()

        assert pool.codes.count() == MANY and FileImport.objects.get().content is None
        assert "pour de bon" not in client.get(page).text

    def test_every_bad_line_is_told_a_page_at_a_time_and_nothing_is_written(self, client, staff, pool):
        client.force_login(staff)
        page = send_codes(client, pool, ["A B"] * MANY + ["C"]).url

        file_imports.run_imports()

        assert not LicenceCode.objects.exists() and FileImport.objects.get().content is None
        assert f"{MANY} ligne(s) à corriger" in client.get(page).text
        assert f"ligne {MANY + 1} : " in client.get(page, {"page": 6}).text

    def test_one_import_at_a_time_in_a_pool(self, client, staff, pool):
        client.force_login(staff)
        first = send_codes(client, pool, range(MANY)).url
        assert send_codes(client, pool, range(MANY), name="autre.csv").url == first
        assert "déjà en cours : le voici" in client.get(first).text and FileImport.objects.count() == 1

    def test_who_may_not_change_pools_neither_confirms_nor_drops(self, client, pool, new_agent, staff):
        page = reverse("admin:enrolments_fileimport_change", args=[self.of(pool).pk])
        agent = new_agent()
        client.force_login(agent)
        assert client.get(page).status_code == 302
        User.objects.filter(pk=agent.pk).update(is_staff=True)
        assert client.get(page).status_code == 403 and client.post(page, {"drop": "oui"}).status_code == 403
        client.force_login(staff)
        assert client.post(page, {"drop": "oui"}).status_code == 302 and not FileImport.objects.exists()

    def of(self, pool, **fields):
        content = b"code\n" + b"".join(b"%d\n" % number for number in range(10))
        return FileImport.objects.create(
            **{"kind": "codes", "pool": pool, "file_name": "a.csv", "content": content, **fields}
        )

    def test_the_list_costs_as_many_queries_whatever_its_length(self, client, staff, pool):
        client.force_login(staff)
        counted = []
        for more in (1, 2):
            for _ in range(more):
                self.of(pool, state=S.DONE, ended_at=timezone.now())
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("admin:enrolments_fileimport_changelist"))
            counted.append(len(queries))
        assert counted[0] == counted[1]

    def test_the_list_says_in_words_what_each_is_and_how_far(self, client, staff, pool):
        waiting = self.of(pool)
        client.force_login(staff)

        def row():
            page = client.get(reverse("admin:enrolments_fileimport_changelist")).text
            return page.partition('id="result_list"')[2]

        assert "réel" in row() and "pas encore compté" in row() and "icon-no" not in row()
        FileImport.objects.filter(pk=waiting.pk).update(state=S.RUNNING, lines_total=1200, lines_done=10)
        assert "10 sur 1\xa0200" in row()
        FileImport.objects.filter(pk=waiting.pk).update(state=S.DONE, is_dry_run=True)
        assert "essai" in row() and ">1\xa0200<" in row()

    def test_what_a_dead_worker_left_is_begun_again_three_times_at_most(self, client, staff, pool, worker):
        left = self.of(pool, state=S.RUNNING, attempts=1, lines_done=4)
        client.force_login(staff)
        file_imports.run_imports()
        assert pool.codes.count() == 10 and FileImport.objects.get(pk=left.pk).state == S.DONE

        hopeless = self.of(pool, state=S.RUNNING, attempts=3)
        file_imports.run_imports()
        page = client.get(reverse("admin:enrolments_fileimport_change", args=[hopeless.pk])).text
        assert "arrêté 3 fois avant sa fin" in page and pool.codes.count() == 10

    def test_what_became_of_a_file_is_forgotten_after_a_week(self, pool):
        self.of(pool, state=S.DONE, ended_at=timezone.now() - timezone.timedelta(days=8))
        going = self.of(pool)
        file_imports.forget_ended_imports()
        assert FileImport.objects.get() == going


@pytest.mark.django_db(transaction=True)
def test_others_see_how_far_it_is_and_nothing_of_what_it_writes(pool, ten_codes, monkeypatch):
    monkeypatch.setattr(file_imports, "TOLD_EVERY", 0)  # each line, where a second would be long
    Worker.objects.create(name=own_name(), seen_at=timezone.now() - timezone.timedelta(minutes=10))

    def look():
        now = FileImport.objects.get()
        return now.lines_done, now.lines_total, pool.codes.count(), is_running()

    with file_imports._progress_of(ten_codes) as progress, transaction.atomic():
        progress.expect(10)
        for number in progress(range(10)):
            LicenceCode.objects.create(pool=pool, value=number)
            if number == 5:
                seen = at_once(look)

    assert seen == [(5, 10, 0, True)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_nothing_half_imported(pool, ten_codes, deadly):
    with deadly("enrolments_licencecode"), pytest.raises(OperationalError):
        file_imports.run_imports()
    connection.close()
    assert not LicenceCode.objects.exists()
    assert (FileImport.objects.get().state, FileImport.objects.get().lines_total) == (S.RUNNING, 10)

    file_imports.run_imports()

    assert pool.codes.count() == 10 and FileImport.objects.get().attempts == 2


@pytest.fixture
def while_it_is_imported(cohort):
    """A function that does something while another connection holds the promotion, as the import of a large file does."""

    def do(work):
        held, over = threading.Event(), threading.Event()

        def hold():
            with transaction.atomic():
                cohorts.lock_cohort(cohort)
                held.set()
                over.wait(60)

        def after():
            held.wait(60)
            try:
                return work()
            finally:
                over.set()

        return at_once(hold, after)[1]

    return do


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_long_for_a_promotion_that_is_imported(space, url, kept, while_it_is_imported, settings):
    settings.LOCK_SECONDS = 1
    told = "Un import est en cours dans cette promotion"

    for page in ("cohort_invite", "cohort_archive"):
        answer = while_it_is_imported(lambda page=page: space.post(url(page), follow=True))
        assert answer.status_code == 200 and told in answer.text, page
    kept_words = while_it_is_imported(lambda: space.post(url("cohort_edit"), {"name": "Grace Hopper", "year": "2026"}))
    assert kept_words.status_code == 422 and told in kept_words.text and 'value="Grace Hopper"' in kept_words.text
    assert Cohort.objects.get().archived_at is None and CohortImport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_staff_too_are_told_that_a_promotion_is_being_imported(
    admin_client, cohort, kept, while_it_is_imported, settings
):
    settings.LOCK_SECONDS = 1
    page = reverse("admin:enrolments_cohort_change", args=[cohort.pk])
    typed = {"organisation": cohort.organisation_id, "name": "Grace Hopper", "year": "2026"}

    answer = while_it_is_imported(lambda: admin_client.post(page, typed, follow=True))

    assert "Un import est en cours dans cette promotion" in answer.text and Cohort.objects.get().name == "Ada Lovelace"


@pytest.mark.django_db
def test_only_the_promotion_is_waited_for_briefly(cohort):
    with transaction.atomic(), connection.cursor() as cursor:
        cohorts.lock_cohort(cohort)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
def test_students_are_added_to_a_promotion_that_is_locked(cohort, new_agent, while_it_is_imported, settings):
    """By who only refers to it: the lock is for those who write it."""
    settings.LOCK_SECONDS = 1
    agent = new_agent()

    @transaction.atomic
    def add():
        wait_briefly()
        return CohortMember.objects.create(cohort=cohort, user=agent, email=agent.email)

    assert isinstance(while_it_is_imported(add), CohortMember)


@pytest.mark.django_db(transaction=True)
def test_the_worker_begins_again_what_it_could_not_lock(cohort, kept, referent, while_it_is_imported, settings):
    settings.LOCK_SECONDS = 1
    file_imports.queue_students(cohort=cohort, by=referent, invites=False)

    late = while_it_is_imported(file_imports.run_imports)

    assert isinstance(late, cohorts.CohortBusy) and FileImport.objects.get().is_live
    file_imports.run_imports()
    assert FileImport.objects.get().state == S.DONE and cohort.members.count() == MANY


@pytest.mark.django_db(transaction=True)
def test_two_tabs_start_one_import(cohort, kept, referent):
    results = at_once(
        *[lambda: file_imports.queue_students(cohort=cohort, by=referent, invites=False) for _ in range(4)]
    )
    assert sorted(is_new for _import, is_new in results) == [False, False, False, True]
    assert FileImport.objects.count() == 1
