"""Stop the embedded PostgreSQL when the last process that uses it is gone.

The launcher runs this file as a script, outside the checkout and with the standard library alone: nothing here may
import the project. It never trusts a pid for who uses the database, only locks, which the kernel releases even after
`kill -9`. Decision: docs/decisions/0002-embedded-postgresql.md.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 2  # two commands in a row keep the same server
FAST_STOP_SECONDS = 30  # then an immediate stop: the next start replays the journal
GIVE_UP_SECONDS = 60


def live_server(pid_file: Path, data: Path) -> int | None:
    """Return the pid that `pid_file` names if it is a running PostgreSQL server of the directory `data`, else None.

    A pid that now belongs to another program, to a backend or to the server of another checkout is None.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
        arguments = _arguments(pid)
    except (OSError, ValueError, IndexError):
        return None
    if not arguments or Path(arguments[0]).name != "postgres":
        return None
    if str(data) in arguments:
        return pid
    with suppress(OSError):  # started by hand with another spelling of the path; needs the right to trace it
        if Path(f"/proc/{pid}/cwd").readlink() == data:
            return pid
    return None


def _arguments(pid: int) -> list[str]:
    if sys.platform == "linux":
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")
    listing = subprocess.run(["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S603
    program, _, rest = os.fsdecode(listing.stdout).strip().partition(" -D ")
    return [program, rest.partition(" -k ")[0]]


def stop(home: Path) -> bool:
    """Stop the server kept in `home` (`var/postgres`); return whether every process of it is gone.

    What was committed is kept. A server that someone started by hand is left alone.
    """
    data = home / "data"
    began = time.monotonic()
    with (home / "server.lock").open("a") as lock:
        while (waited := time.monotonic() - began) < GIVE_UP_SECONDS:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            if pid := live_server(data / "postmaster.pid", data):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT if waited < FAST_STOP_SECONDS else signal.SIGQUIT)
            time.sleep(0.05)
    return False


def watch(home: Path, watcher_lock: int) -> None:
    """Wait until nobody has used the database of `home` for the grace period, stop its server and return.

    watcher_lock: descriptor of `watcher.lock`, held since before this process began. It is released before
    `users.lock`, so that whoever comes next finds no watcher and starts one.
    """
    users = home / "users.lock"
    with users.open("a") as lock:
        while True:
            fcntl.flock(lock, fcntl.LOCK_EX)
            fcntl.flock(lock, fcntl.LOCK_UN)
            time.sleep(GRACE_SECONDS)
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
        # When var/ was removed and made again, the server of this path is not the one this process watched.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock.fileno()), users.stat()):
                stop(home)
        os.close(watcher_lock)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    os.setsid()
    watch(Path(sys.argv[1]), int(sys.argv[2]))
