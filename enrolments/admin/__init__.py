from enrolments.admin import demand, enrolments, follows, licence_pools, licences, profiles, sessions  # noqa: F401 (registers)
