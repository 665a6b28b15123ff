"""Pages kept for who is not signed in: a crowd that follows a link is answered from memory."""

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse

KEPT_TYPES = ("text/html", "application/json", "application/atom+xml")
LONGEST_ADDRESS = 500


class AnonymousPageCacheMiddleware:
    """Keep for PAGE_CACHE_SECONDS the pages asked without any cookie. 0 keeps nothing.

    Who has a cookie (session, form, message) never gets a kept page nor gives one. A page that sets a cookie, such as
    one with a form to post, is not kept. Stands outside GZipMiddleware: what is kept is already compressed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        key = key_of(request)
        kept = key and caches["pages"].get(key)
        if kept:
            content, headers = kept
            return HttpResponse(content, headers=headers)
        response = self.get_response(request)
        if key and may_be_kept(response):
            caches["pages"].set(key, (response.content, dict(response.headers)), settings.PAGE_CACHE_SECONDS)
        return response


def key_of(request) -> str:
    """What tells this page from any other; "" when it may not be kept."""
    if not settings.PAGE_CACHE_SECONDS or request.method != "GET" or request.COOKIES:
        return ""
    address = request.build_absolute_uri()
    if len(address) > LONGEST_ADDRESS:
        return ""
    is_compressed = "gzip" in request.headers.get("Accept-Encoding", "")
    return f"{address}#{is_compressed:d}"


def may_be_kept(response) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Cache-Control")
        and response.get("Content-Type", "").startswith(KEPT_TYPES)
    )
