"""Django's PostgreSQL backend, on a server that the first connection starts (settings: VAR_DIR)."""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base, client
from django.utils.asyncio import async_unsafe

from campus.embedded_postgres import launcher

Database = base.Database


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell`, with the psql of the embedded server."""

    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict, parameters):
        arguments, environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [str(launcher.binaries() / "psql"), *arguments[1:]], environment

    def runshell(self, parameters):
        launcher.ensure_running(settings.VAR_DIR)
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded server, which is started by the first one and again when it died."""

    client_class = DatabaseClient

    def __init__(self, settings_dict, alias=DEFAULT_DB_ALIAS):
        # In the dictionary itself, from which Django makes the settings of test databases and of dbshell.
        server = launcher.Server(settings.VAR_DIR)
        settings_dict.update(HOST=str(server.socket_dir), PORT=launcher.PORT, USER=launcher.USER)
        super().__init__(settings_dict, alias)

    @async_unsafe
    def get_new_connection(self, conn_params):
        launcher.ensure_running(settings.VAR_DIR)
        try:
            return super().get_new_connection(conn_params)
        except Database.OperationalError:
            launcher.ensure_running(settings.VAR_DIR, repair=True)
            return super().get_new_connection(conn_params)
