from django.apps import AppConfig


class TrainersConfig(AppConfig):
    name = "trainers"
    verbose_name = "Formateurs"

    def ready(self):
        from catalogue.transitions import after_cancellation  # noqa: PLC0415
        from trainers import tasks, transitions  # noqa: F401, PLC0415 (the worker's tasks)

        after_cancellation.append(transitions.cancel_all)
