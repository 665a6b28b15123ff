from enrolments.admin import demand, enrolments, follows, profiles, sessions  # noqa: F401 (registers)
