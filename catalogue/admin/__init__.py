"""The catalogue in the Django admin, a file a subject."""

from catalogue.admin import partners, references, search, sessions, trainings

__all__ = ["partners", "references", "search", "sessions", "trainings"]
