"""What a message says, made of a template and of what it is about."""

import re

from django.conf import settings
from django.template.loader import render_to_string

from campus.mailing import calendars


def subject_of(template: str, context: dict) -> str:
    return " ".join(render_to_string(f"{template}_subject.txt", _known(context)).split())[:300]


def words_of(template: str, context: dict) -> dict:
    """The fields of a message that are words: subject, text, html."""
    subject = subject_of(template, context)
    known = {**_known(context), "subject": subject}
    return {
        "subject": subject,
        "text": _tidy(render_to_string(f"{template}_body.txt", known)),
        "html": render_to_string(f"{template}_body.html", known).strip(),
    }


def put_words(message) -> None:
    """Give `message` its words and its calendar in the place of its data. Raises what its template raises."""
    words = words_of(message.template, message.context)
    if message.events is not None:
        # Of the instant of what is told: a message that waited for its words is no later news for an agenda.
        words["calendar"] = calendars.build(message.calendar_method, message.events, message.created_at)
    for name, value in {**words, "context": None, "events": None}.items():
        setattr(message, name, value)


def _known(context: dict) -> dict:
    return {"site": settings.SITE_URL, "contact": settings.CONTACT_EMAIL, **context}


def _tidy(text: str) -> str:
    """Without the blank lines that the conditions of a template leave."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"
