"""The addresses that search engines may keep, and when each page changed (https://www.sitemaps.org)."""

from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from catalogue.addresses import address_of
from catalogue.models import Domain, Module, Parcours, Partner, Programme
from trainers.models import Call

LIMIT = 5_000
"""Addresses a file."""

FIXED_PAGES = [
    "pages:home", "catalogue:training_list", "catalogue:session_list", "catalogue:programme_list",
    "catalogue:partner_list", "trainers:directory", "trainers:become", "catalogue:open_data", "pages:site_map",
    "pages:accessibility", "pages:legal_notice", "pages:personal_data", "pages:cookies",
]  # fmt: skip


class Section(Sitemap):
    """Pages of one kind: the rows of a queryset, by chunks of LIMIT."""

    def __init__(self, route: str, queryset: QuerySet, *, slug: str = "slug", changed: str = ""):
        """`slug`: the path of the slug from the queryset's model; `changed`: of the instant of its last change."""
        self.route, self.queryset, self.slug, self.changed = route, queryset, slug, changed

    def items(self):
        fields = [self.slug, self.changed] if self.changed else [self.slug]
        return self.queryset.order_by("pk").values_list(*fields)

    @cached_property
    def paginator(self):
        # Django's own is made, and counts, each time that it is asked.
        return Paginator(self.items(), LIMIT)

    def location(self, row):
        return address_of(self.route, row[0])

    def lastmod(self, row):
        return row[1] if self.changed else None

    def get_latest_lastmod(self):
        return self.queryset.aggregate(latest=Max(self.changed))["latest"] if self.changed else None


class FixedPages(Sitemap):
    def items(self):
        return FIXED_PAGES

    def location(self, name):
        return reverse(name)


class Calls(Section):
    """The calls for trainers: a few a year, outside the catalogue."""

    def location(self, row):
        return reverse("trainers:call_detail", args=[row[0]])


def sections() -> dict[str, Sitemap]:
    """The sections of the site, anew for each request: they remember what they have read."""
    return {
        "pages": FixedPages(),
        "modules": Section("module_detail", Module.objects.published(), changed="updated_at"),
        "parcours": Section("parcours_detail", Parcours.objects.published(), changed="updated_at"),
        "domaines": Section("domain_detail", Domain.objects.in_force()),
        "programmes": Section("programme_detail", Programme.objects.published(), changed="updated_at"),
        "partenaires": Section("partner_detail", Partner.objects.visible(), slug="organisation__slug"),
        "appels": Calls("call_detail", Call.objects.published(), changed="updated_at"),
    }
