from enrolments.admin import (  # noqa: F401 (registers)
    cohorts,
    demand,
    enrolments,
    feedback,
    follows,
    licence_pools,
    licences,
    profiles,
    quotas,
    sessions,
)
