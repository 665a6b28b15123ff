from django.core.management.base import BaseCommand

from campus.accounts.demo_people import create_people


class Command(BaseCommand):
    help = "Crée les comptes de démonstration qui manquent."

    def handle(self, *args, **options):
        self.stdout.write(f"{create_people()} comptes de démonstration créés.")
