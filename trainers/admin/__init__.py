"""Who applies to teach, and who teaches, in the Django admin, a file a subject."""

from trainers.admin import applications, calls, conflicts, decision_mails, hours, staffing, trainers  # noqa: F401 (registers)
