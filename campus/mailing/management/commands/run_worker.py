import os
import signal
import threading

from django.core.management.base import BaseCommand

from campus.mailing import worker


class Command(BaseCommand):
    help = "Envoie les courriels en attente et fait ce qui revient à heures fixes, jusqu'à ce qu'on l'arrête."

    def add_arguments(self, parser):
        parser.add_argument(
            "--until-parent-ends", action="store_true", help="S'arrête aussi avec le processus qui l'a lancé."
        )

    def handle(self, *args, until_parent_ends, **options):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        parent = os.getppid()
        worker.run(lambda: stop.is_set() or (until_parent_ends and os.getppid() != parent), pause=stop.wait)
