"""The catalogue in the Django admin, a file a subject."""

from catalogue.admin import references, search, sessions, trainings

__all__ = ["references", "search", "sessions", "trainings"]
