from enrolments.admin import cohorts, demand, enrolments, follows, profiles, quotas, sessions  # noqa: F401 (registers)
