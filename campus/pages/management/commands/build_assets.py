from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campus.pages.assets import AssetsError, build_assets, default_sources


class Command(BaseCommand):
    help = "Construit dans var/assets la part du système de design de l'État que les pages utilisent."
    requires_system_checks = []

    def handle(self, *args, **options):
        try:
            built = build_assets(settings.ASSETS_DIR, default_sources())
        except AssetsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Fichiers du système de design construits." if built else "Rien n'a changé.")
