"""Who applies to teach, in the Django admin, a file a subject."""

from trainers.admin import applications, calls, conflicts, decision_mails, staffing  # noqa: F401 (registers)
