from enrolments.admin import enrolments  # noqa: F401 (registers)
