"""The catalogue in the Django admin, a file a subject."""

from catalogue.admin import (
    partners,
    programme_requests,
    references,
    search,
    session_guests,
    sessions,
    trainings,
)

__all__ = ["partners", "programme_requests", "references", "search", "session_guests", "sessions", "trainings"]
