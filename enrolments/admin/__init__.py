from enrolments.admin import enrolments, profiles, sessions  # noqa: F401 (registers)
