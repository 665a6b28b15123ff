from django.apps import AppConfig


class EnrolmentsConfig(AppConfig):
    name = "enrolments"
    verbose_name = "Inscriptions"

    def ready(self):
        from catalogue.transitions import after_cancellation  # noqa: PLC0415
        from enrolments import moved, reminders, tasks, transitions  # noqa: F401, PLC0415 (the worker's tasks)

        after_cancellation.append(transitions.cancel_all)
