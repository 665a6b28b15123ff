from django.core.management.base import BaseCommand

from catalogue.programme_requests import demo


class Command(BaseCommand):
    help = "Charge les demandes sur-mesure de la démonstration, après son catalogue. N'ajoute que ce qui manque."

    def handle(self, *args, **options):
        written = demo.load()
        self.stdout.write(f"{written} demandes sur-mesure." if written else "Les demandes sur-mesure sont déjà à jour.")
