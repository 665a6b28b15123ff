from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from campus.accounts.models import User
from catalogue.importing.faults import ImportRefused
from catalogue.importing.service import import_files
from catalogue.importing.writing import ARCHIVED, CHANGED, CREATED, UNCHANGED
from catalogue.management.progress import progress_bar

SHOWN_CHARACTERS = 120


class Command(BaseCommand):
    help = "Importe des fichiers du catalogue (YAML, JSON, CSV, XLSX ; format : docs/import.md), tout ou rien."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
        parser.add_argument("--dry-run", action="store_true", help="montre ce qui changerait, sans rien écrire")
        parser.add_argument(
            "--archive-missing",
            action="store_true",
            help="archive aussi les modules, parcours et programmes déjà importés, en ligne, et absents des fichiers",
        )
        parser.add_argument("--by", metavar="COURRIEL", help="compte à qui attribuer l'import dans l'historique")

    def handle(self, *args, files, dry_run, archive_missing, by, **options):
        try:
            counts = import_files(
                files,
                by=self._find_user(by),
                dry_run=dry_run,
                archive_missing=archive_missing,
                track=progress_bar,
                on_change=self._print if dry_run or options["verbosity"] > 1 else lambda change: None,
            )
        except ImportRefused as refusal:
            for fault in refusal.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"{len(refusal.faults)} erreur(s) : rien n'a été importé.") from refusal
        told = ", ".join(f"{counts[action]} {action}(s)" for action in (CREATED, CHANGED, UNCHANGED, ARCHIVED))
        self.stdout.write(f"{'Essai, rien n’a été écrit' if dry_run else 'Importé'} : {told}.")

    def _find_user(self, email):
        if not email:
            return None
        user = User.objects.filter(email=email, is_staff=True).first()
        if user is None:
            raise CommandError(f"« {email} » n'est pas un compte de l'équipe.")
        return user

    def _print(self, change):
        if change.action == UNCHANGED:
            return
        self.stdout.write(f"{change.section} {change.key} : {change.action}")
        for column, old, new in change.differences:
            self.stdout.write(f"    {column} : {_shown(old)} → {_shown(new)}")


def _shown(value) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        value = " | ".join(map(_shown, value))
    if isinstance(value, tuple):
        value = " ; ".join(map(_shown, value))
    text = "" if value is None else str(value)
    return f"« {text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + '…'} »" if text else "vide"
