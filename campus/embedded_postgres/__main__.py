"""`python -m campus.embedded_postgres status|stop`, for the checkout it is run in."""

import sys
from pathlib import Path

from campus.embedded_postgres import watcher
from campus.embedded_postgres.launcher import Server

server = Server(Path(__file__).resolve().parents[2] / "var")
if sys.argv[1:] == ["status"]:
    sys.stdout.write(f"en marche (pid {pid})\n" if (pid := server.pid()) else "arrêté\n")
elif sys.argv[1:] == ["stop"]:
    sys.exit(None if not server.pid() or watcher.stop(server.home) else "Le PostgreSQL embarqué ne s'arrête pas.")
else:
    sys.exit(__doc__)
