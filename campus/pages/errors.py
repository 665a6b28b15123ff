"""Pages for what went wrong. They use no session, and do without the database: either may be what failed.

Those of 500 and 503 ask nothing of it; the others read the status of accessibility once a minute, when it answers.
They are rendered without the request, so that no context processor asks who is signed in.
"""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import is_valid_path

from campus.pages.context_processors import site

RETRY_AFTER_SECONDS = 30


def _page(request, template, status, **context):
    return HttpResponse(render_to_string(template, {**site(request), **context}), status=status)


def bad_request(request, exception=None):
    return _page(request, "400.html", 400)


def permission_denied(request, exception=None):
    """Say why, when the exception does."""
    return _page(request, "403.html", 403, reason=str(exception or ""))


def csrf_failure(request, reason=""):
    """A form sent from an expired page, or without its cookie."""
    return _page(request, "403.html", 403, form_expired=True)


def page_not_found(request, exception=None):
    return _page(request, "404.html", 404)


class MethodNotAllowedMiddleware:
    """A page for who comes by a link upon an address that only takes forms: after signing in again, or from the address bar."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = _page(request, "405.html", 405, above=_above(request.path))
        page.headers["Allow"] = response.headers["Allow"]
        return page


def _above(path: str) -> str:
    """The nearest address above this one that is of the site."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return above if above == "/" or is_valid_path(above) else _above(above)


def server_error(request):
    """Answer 503 when the database cannot be reached or a lock be had in time, 500 for a fault of ours.

    Django calls this while it handles the exception, whichever layer raised it: a view, but also the session middleware.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return service_unavailable(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def service_unavailable(request):
    """Answer 503 and say when to come back; to who was sending a form, that it may be sent again."""
    page = render_to_string("503.html", {"was_sending": request.method == "POST"})
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
