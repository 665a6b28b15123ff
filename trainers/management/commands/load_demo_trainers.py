from django.core.management.base import BaseCommand, CommandError

from catalogue.models import Module
from trainers import demo_data


class Command(BaseCommand):
    help = "Charge les appels, candidatures et formateurs de démonstration ; refait, plus tard, ce que le temps a clos."

    def handle(self, *args, **options):
        if not Module.objects.filter(external_id__isnull=False).exists():
            raise CommandError("Chargez d'abord le catalogue de démonstration : manage.py load_demo.")
        written = demo_data.load()
        if not written:
            self.stdout.write("Les formateurs de démonstration sont déjà là.")
            return
        self.stdout.write(" ; ".join(f"{count} {name}" for name, count in written.items()) + ".")
