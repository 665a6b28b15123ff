from enrolments.admin import demand, enrolments, profiles, sessions  # noqa: F401 (registers)
