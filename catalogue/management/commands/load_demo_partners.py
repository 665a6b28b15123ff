from django.core.management.base import BaseCommand, CommandError

from catalogue import demo_spaces
from catalogue.models import Partner


class Command(BaseCommand):
    help = "Remplit les espaces partenaires de démonstration. Ne fait rien s'ils le sont déjà."

    def handle(self, *args, **options):
        if not Partner.objects.exists():
            raise CommandError("Chargez d'abord le catalogue de démonstration : manage.py load_demo.")
        written = demo_spaces.load()
        told = ", ".join(f"{count} {what}" for what, count in written.items())
        self.stdout.write(f"{told} de démonstration." if told else "Les espaces partenaires sont déjà là.")
