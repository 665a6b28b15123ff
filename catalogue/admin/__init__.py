"""The catalogue in the Django admin, a file a subject."""

from catalogue.admin import references, sessions, trainings

__all__ = ["references", "sessions", "trainings"]
