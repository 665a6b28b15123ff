from enrolments.admin import (  # noqa: F401 (registers)
    cohorts,
    demand,
    enrolments,
    feedback,
    file_imports,
    follows,
    licence_pools,
    licences,
    profiles,
    quotas,
    sessions,
)
