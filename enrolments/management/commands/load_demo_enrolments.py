from django.core.management.base import BaseCommand

from enrolments import demo, demo_feedback, demo_schools


class Command(BaseCommand):
    help = "Donne aux agents de démonstration un profil, et à agent001 un espace rempli. N'écrit que ce qui manque."

    def handle(self, *args, **options):
        written = demo.load() + demo_schools.load() + demo_feedback.load()
        told = ", ".join(f"{count} {what}" for what, count in written.items() if count)
        self.stdout.write(f"{told} de démonstration." if told else "Les agents de démonstration sont déjà à jour.")
