"""What tests of the applicants' pages share."""

from html import unescape

from django.urls import reverse


def at(name, application, *args) -> str:
    """The address of a page of an application."""
    return reverse(f"trainers:{name}", args=[application.reference, *args])


def text_of(response) -> str:
    return unescape(response.text)
