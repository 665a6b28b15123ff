"""The worker as a process: it sends, it ends with its parent, and dying in the middle loses nothing."""

import subprocess
import sys
import threading
from email import message_from_bytes
from pathlib import Path

import pytest
from django.utils import timezone

from campus.mailing.models import Message, MessageState
from tests.serving import ROOT, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_sends_then_ends_with_its_parent(environment, write):
    write("lettre")
    parent = f"import subprocess, sys; subprocess.run([{sys.executable!r}, 'manage.py', 'run_worker', '--until-parent-ends'])"
    shell = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

    wait_for(lambda: Message.objects.get().state == MessageState.SENT)
    children = Path(f"/proc/{shell.pid}/task/{shell.pid}/children")
    child = int(children.read_text())
    shell.kill()
    shell.wait()

    wait_for(lambda: not Path(f"/proc/{child}").exists())


def test_a_worker_killed_leaves_every_message_sent_or_waiting(environment, write):
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


@pytest.fixture
def new_worker(environment, mailbox):
    """A function that starts a worker which sends to the mailbox; those that are left are killed."""
    workers = []

    def start():
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "run_worker"],
            cwd=ROOT,
            env={**environment, "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}"},
            stdout=subprocess.DEVNULL,
        )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.mark.parametrize(("way", "left"), [("write", MessageState.WAITING), ("write_data", MessageState.TO_WORD)])
def test_a_worker_killed_while_it_hands_a_message_over_leaves_it_to_the_next(new_worker, mailbox, request, way, left):
    hands, hold = threading.Event(), threading.Event()
    mailbox.before_answer = lambda: (hands.set(), hold.wait(20))
    request.getfixturevalue(way)("lettre")
    first = new_worker()
    assert hands.wait(20)
    first.kill()
    first.wait()
    assert Message.objects.get().state == left
    mailbox.before_answer = lambda: None
    hold.set()

    new_worker()
    wait_for(lambda: Message.objects.get().state == MessageState.SENT)

    # The server took it just before the worker died, which nobody could know: the same Message-ID says it is the same.
    assert len({message_from_bytes(content)["Message-ID"] for content in mailbox.received}) == 1
    assert len(mailbox.received) <= 2


def test_a_mail_server_that_was_down_gets_each_message_once(new_worker, mailbox, write):
    mailbox.stop()
    for number in range(3):
        write(f"lettre {number}")
    new_worker(), new_worker()
    wait_for(lambda: not Message.objects.filter(attempts=0).exists())
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.WAITING}

    mailbox.start()
    Message.objects.update(next_attempt_at=timezone.now())
    wait_for(lambda: not Message.objects.exclude(state=MessageState.SENT).exists())

    identifiers = [message_from_bytes(content)["Message-ID"] for content in mailbox.received]
    assert len(identifiers) == len(set(identifiers)) == 3
