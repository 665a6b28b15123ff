from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from enrolments.licence_imports import FileRefused, import_codes
from enrolments.models import LicencePool


class Command(BaseCommand):
    help = "Ajoute à une réserve les codes ou les liens d'un fichier CSV ou XLSX, tous ou aucun."

    def add_arguments(self, parser):
        parser.add_argument("provider", help="pix, openclassrooms")
        parser.add_argument("year", type=int)
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Dit ce qui serait fait, n'écrit rien.")

    def handle(self, *args, **options):
        pool = LicencePool.objects.filter(provider=options["provider"], year=options["year"]).first()
        if pool is None:
            raise CommandError(f"Aucune réserve {options['provider']} {options['year']}.")

        def watch(lines):
            return tqdm(lines, unit=" lignes", disable=None, file=self.stderr)

        try:
            report = import_codes(pool=pool, path=options["file"], by=None, is_dry_run=options["dry_run"], watch=watch)
        except FileRefused as refusal:
            raise CommandError("\n".join([*refusal.faults, str(refusal)])) from refusal
        told = "Essai, rien n'est écrit : " if options["dry_run"] else ""
        self.stdout.write(told + ", ".join(report.told) + ".")
