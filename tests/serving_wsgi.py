"""The campus, its pages loaded before the workers are forked: sixteen of them are ready at once."""

from django.urls import reverse

from campus.wsgi import application

__all__ = ["application"]

reverse("enrolments:home")
