from django.apps import AppConfig


class EnrolmentsConfig(AppConfig):
    name = "enrolments"
    verbose_name = "Inscriptions"

    def ready(self):
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415

        from catalogue import partner_navigation, partner_tasks  # noqa: PLC0415
        from catalogue.transitions import after_cancellation  # noqa: PLC0415
        from enrolments import (  # noqa: F401, PLC0415 (the worker's tasks)
            alerts,
            cohorts,
            favourites,
            feedback,
            file_imports,
            follows,
            licence_tasks,
            moved,
            navigation,
            reminders,
            school_tasks,
            tasks,
            transitions,
        )

        # A signal, since campus.accounts, which signs people in, may not know of favourites; on the first personal page it
        # would be too late for who signs out before.
        user_logged_in.connect(favourites.merge_session, dispatch_uid="merge favourites")
        after_cancellation.append(transitions.cancel_all)
        partner_navigation.ENTRIES.extend(navigation.PARTNER_ENTRIES)
        partner_tasks.sources.append(school_tasks.students_to_invite)
