"""The worker as a process: it sends, it ends with its parent, and dying in the middle loses nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from campus.mailing import outbox
from campus.mailing.models import Message, MessageState

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def environment():
    """That of a worker on the database of the tests, which writes its e-mails on its output."""
    made_of = connection.settings_dict
    password = f":{quote(made_of['PASSWORD'], safe='')}" if made_of["PASSWORD"] else ""
    host = quote(made_of["HOST"] or "localhost", safe="")
    port = f":{made_of['PORT']}" if made_of["PORT"] else ""
    url = f"postgresql://{made_of['USER']}{password}@{host}{port}/{made_of['NAME']}"
    return {**os.environ, "CAMPUS_ENV": "local", "DATABASE_URL": url, "EMAIL_URL": "console://"}


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def write(key):
    context = {"code": "123 456", "link": "https://campus.example/l", "minutes": 15}
    outbox.write(key=key, to="agent@exemple.gouv.fr", template="accounts/emails/sign_in", context=context)


def test_a_worker_sends_then_ends_with_its_parent(environment):
    write("lettre")
    parent = f"import subprocess, sys; subprocess.run([{sys.executable!r}, 'manage.py', 'run_worker', '--until-parent-ends'])"
    shell = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

    wait_for(lambda: Message.objects.get().state == MessageState.SENT)
    children = Path(f"/proc/{shell.pid}/task/{shell.pid}/children")
    child = int(children.read_text())
    shell.kill()
    shell.wait()

    wait_for(lambda: not Path(f"/proc/{child}").exists())


def test_a_worker_killed_leaves_every_message_sent_or_waiting(environment):
    for number in range(200):
        write(f"lettre {number}")
    command = [sys.executable, "manage.py", "run_worker"]
    first = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    wait_for(lambda: Message.objects.filter(state=MessageState.SENT).exists())
    first.kill()
    first.wait()
    second = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

    wait_for(lambda: not Message.objects.exclude(state=MessageState.SENT).exists())
    second.terminate()

    assert second.wait(10) == 0
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}
