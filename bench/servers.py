"""Servers to measure, alike but for what they serve; what they cost, read from /proc (Linux)."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLIENTS = 16
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """An application under gunicorn: two workers of four threads."""

    def __init__(self, application: str, port: int, **environment: str):
        command = [
            sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--threads", "4", "--keep-alive", "30", "--no-control-socket", "--log-level", "error",
        ]  # fmt: skip
        self.port = port
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit(f"{application} does not start")

    def measure(self, path: str, seconds: float, cookie: str = "") -> dict:
        """What bench.load prints of a page, and `cpu`: milliseconds of the workers' CPU a request."""
        measured, cpu = self._load([path, str(seconds), str(CLIENTS), cookie])
        return {**measured, "cpu": cpu / (measured["rate"] * seconds)}

    def send(self, forms: list, clients: int = CLIENTS) -> dict:
        """What bench.load prints of forms posted once each by `clients`, and `cpu`: milliseconds of the workers' CPU a form."""
        measured, cpu = self._load([str(clients)], json.dumps(forms))
        return {**measured, "cpu": cpu / measured["count"]}

    def _load(self, arguments: list[str], given: str = "") -> tuple[dict, float]:
        command = [sys.executable, str(ROOT / "bench" / "load.py"), str(self.port), *arguments]
        before = self.cpu_seconds()
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, input=given)
        return json.loads(done.stdout), (self.cpu_seconds() - before) * 1000

    def workers(self) -> list[int]:
        return list(map(int, Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()))

    def cpu_seconds(self) -> float:
        stats = [Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split() for worker in self.workers()]
        return sum(int(user) + int(system) for *_, user, system in (stat[:13] for stat in stats)) / TICKS

    def memory(self) -> list[float]:
        """The proportional share of memory (PSS) of each worker, in MB."""
        rollups = [Path(f"/proc/{worker}/smaps_rollup").read_text() for worker in self.workers()]
        return [int(rollup.partition("\nPss:")[2].split()[0]) / 1024 for rollup in rollups]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def vacuum() -> None:
    """Leave no dead row of an earlier run, that would slow the planner: production has autovacuum, a short run has not."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    connection.close()
