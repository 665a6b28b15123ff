"""Measure on a copy of the demonstration campus, dropped at the end."""

import os
import subprocess
import sys
from urllib.parse import quote


def measure_on_copies(module: str, copies: dict[str, str]) -> None:
    """For each copy, named by its suffix, run `python -m module argument` with it as the database.

    Nobody else may use the database meanwhile.
    """
    from django.db import connection  # noqa: PLC0415

    source = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = "postgres"  # a template cannot have connections
    for suffix, argument in copies.items():
        name = f"{source}_{suffix}"
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {name}")
                cursor.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
            command = [sys.executable, "-m", module, argument]
            subprocess.run(command, check=True, env={**os.environ, "DATABASE_URL": _url_of(connection, name)})
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _url_of(connection, name: str) -> str:
    settings = connection.settings_dict
    password = f":{quote(settings['PASSWORD'], safe='')}" if settings["PASSWORD"] else ""
    return f"postgresql://{settings['USER']}{password}@{quote(settings['HOST'], safe='')}:{settings['PORT']}/{name}"
