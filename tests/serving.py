"""The campus served for real: gunicorn in processes of its own, on the database of the tests or on another."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.test import Client
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).parents[1]


def url_of(database: dict) -> str:
    """The DATABASE_URL of what Django calls `settings_dict`."""
    password = f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    host = quote(database["HOST"] or "localhost", safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{database['USER']}{password}@{host}{port}/{database['NAME']}"


def wait_for(condition, seconds=60):
    """Return what `condition` gives as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


class Site:
    """A campus that answers on `port`. Its address is open before its workers: who asks too early waits."""

    def __init__(self, process: subprocess.Popen, port: int):
        self.process = process
        self.port = port

    def workers(self) -> list[int]:
        """The pids of the processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill(self, pid: int) -> None:
        """As the machine would when it lacks memory."""
        with suppress(ProcessLookupError):  # dead already
            os.kill(pid, signal.SIGKILL)


class Visitor:
    """Somebody signed in, by a session in the database, with one connection of their own for each request."""

    def __init__(self, site: Site, user):
        client = Client()
        client.force_login(user)
        self.site = site
        self.token = secrets.token_hex(16)
        self.cookies = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.CSRF_COOKIE_NAME: self.token,
        }

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, **fields) -> Answer:
        """Send a form. Raises OSError or http.client.HTTPException when the server dies before it has answered."""
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": self.token, **fields}))

    def _ask(self, method, path, body) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(cookie).items()})
        return answer


@contextmanager
def served(
    database: dict, *, workers: int = 2, threads: int = 4, application: str = "tests.serving_wsgi", **environment
):
    """Give the Site that gunicorn serves on `database` (a `settings_dict`), until the end of the block."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as door:
        command = [
            sys.executable, "-m", "gunicorn", application, "--bind", f"fd://{door.fileno()}", "--preload",
            "--workers", str(workers), "--threads", str(threads), "--timeout", "120", "--no-control-socket",
            "--log-level", "critical",
        ]  # fmt: skip
        variables = {
            "CAMPUS_ENV": "local",
            "DJANGO_SETTINGS_MODULE": "tests.serving_settings",
            "DATABASE_URL": url_of(database),
            "LOG_LEVEL": "CRITICAL",
            "CAMPUS_LOCK_SECONDS": "60",  # a machine that runs tests may be slow; a deadlock is found within a second
            **environment,
        }
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **variables}, pass_fds=[door.fileno()])
        try:
            yield Site(process, door.getsockname()[1])
        finally:
            process.terminate()
            process.wait()


def connect(database: dict) -> psycopg.Connection:
    """A connection of one's own to `database` (a `settings_dict`), where each statement is kept at once."""
    return psycopg.connect(url_of(database), autocommit=True)


@contextmanager
def holding(database: dict, table: str):
    """Keep everybody from writing in `table`, or locking a row of it, until the end of the block. One may still read.

    Gives a function that says whether somebody waits for that.
    """
    with connect(database) as own, connect(database) as other, own.transaction():
        own.execute(SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(Identifier(table)))
        blocked = (
            "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND %s = ANY(pg_blocking_pids(pid))"
        )
        yield lambda: other.execute(blocked, [own.info.backend_pid]).fetchone()
