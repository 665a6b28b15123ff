"""Who applies to teach, and who teaches, in the Django admin, a file a subject."""

from trainers.admin import (  # noqa: F401 (registers)
    applications,
    calls,
    conflicts,
    decision_mails,
    follow_ups,
    hours,
    staffing,
    trainers,
)
