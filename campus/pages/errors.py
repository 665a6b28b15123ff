"""Pages for what went wrong. They use neither session nor database: either may be what failed."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30


def _page(template, status, **context):
    return HttpResponse(render_to_string(template, context), status=status)


def bad_request(request, exception=None):
    return _page("400.html", 400)


@requires_csrf_token
def permission_denied(request, exception=None):
    return _page("403.html", 403)


def csrf_failure(request, reason=""):
    """A form sent from an expired page, or without its cookie."""
    return _page("403.html", 403, form_expired=True)


def page_not_found(request, exception=None):
    return _page("404.html", 404)


def server_error(request):
    """Answer 503 when the database cannot be reached, 500 for a fault of ours.

    Django calls this while it handles the exception, whichever layer raised it: a view, but also the session middleware.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return service_unavailable(request)
    return _page("500.html", 500)


def service_unavailable(request):
    response = _page("503.html", 503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
