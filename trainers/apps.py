from django.apps import AppConfig


class TrainersConfig(AppConfig):
    name = "trainers"
    verbose_name = "Formateurs"

    def ready(self):
        from campus.mailing.reading import narrowings  # noqa: PLC0415
        from catalogue.rules import slot_checks  # noqa: PLC0415
        from catalogue.transitions import after_cancellation  # noqa: PLC0415
        from trainers import hidden, rules, stored_files, tasks, transitions  # noqa: F401, PLC0415 (the worker's tasks)

        after_cancellation.append(transitions.cancel_all)
        slot_checks.append(rules.refusal_of_slot)
        narrowings.append(hidden.messages)
