"""Who applies to teach, in the Django admin, a file a subject."""

from trainers.admin import applications, calls, conflicts, decision_mails  # noqa: F401 (registers)
