"""The catalogue in the Django admin, a file a subject."""

from catalogue.admin import programme_requests, references, search, session_guests, sessions, trainings

__all__ = ["programme_requests", "references", "search", "session_guests", "sessions", "trainings"]
