from enrolments.admin import enrolments, sessions  # noqa: F401 (registers)
