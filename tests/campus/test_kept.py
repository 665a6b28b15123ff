"""What is kept in memory is read once, and never makes those wait who have something to show."""

import threading

from campus import kept as keeping
from campus.kept import forget, kept


def test_what_is_kept_is_read_once():
    reads = []

    for _ in range(3):
        assert kept("reads", lambda: reads.append(1) or "read") == "read"

    assert len(reads) == 1
    forget("reads")
    kept("reads", lambda: reads.append(1) or "read")
    assert len(reads) == 2


def test_while_one_reads_anew_the_others_get_the_former_value(monkeypatch):
    kept("slow", lambda: "former")
    monkeypatch.setattr(keeping, "SECONDS", 0)  # past its minute
    started, go_on = threading.Event(), threading.Event()

    def slow():
        started.set()
        go_on.wait(5)
        return "new"

    reader = threading.Thread(target=kept, args=("slow", slow))
    reader.start()
    started.wait(5)

    assert kept("slow", lambda: "never read") == "former"
    go_on.set()
    reader.join()
    monkeypatch.undo()
    assert kept("slow", lambda: "never read") == "new"
