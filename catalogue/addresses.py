"""Addresses of many pages at once: `reverse` takes as long for one as PostgreSQL to read its row."""

from functools import cache

from django.urls import reverse


@cache
def folder_of(route: str) -> str:
    """The address of the pages of a route, up to their slug: folder_of("module_detail") is "/catalogue/modules/"."""
    return reverse(f"catalogue:{route}", args=["-"]).removesuffix("-/")


def address_of(route: str, slug: str) -> str:
    """The address of one page, as `reverse` gives it."""
    return f"{folder_of(route)}{slug}/"


def origin_of(request) -> str:
    """What makes an address whole: "https://campus.exemple.fr"."""
    return request.build_absolute_uri("/").rstrip("/")
