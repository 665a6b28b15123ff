"""Feeds of trainings, the latest first, for whoever wants to hear of them without coming back: of all the catalogue, of
a domain, of a search."""

import datetime
from typing import NamedTuple

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from catalogue.linked_data import CAMPUS
from catalogue.models import Training
from catalogue.search.form import CatalogueSearch
from catalogue.views.domains import find_domain
from catalogue.xml_text import printable

ENTRIES = 50
DOMAIN_FEED = "nouveautes.atom"
"""The address of a domain's feed, after that of its page."""


class Listing(NamedTuple):
    """What a feed follows. `page` is the path of the page that shows the same; `path`, of the feed itself."""

    title: str
    page: str
    path: str
    trainings: QuerySet[Training]


class TrainingFeed(Feed):
    feed_type = Atom1Feed
    language = "fr"
    author_name = CAMPUS
    feed_copyright = "Licence Ouverte 2.0"

    def get_object(self, request, listing: Listing) -> Listing:
        return listing

    def title(self, listing):
        return printable(f"{listing.title} – {CAMPUS}")

    def link(self, listing):
        return listing.page

    def feed_url(self, listing):
        return listing.path

    def items(self, listing):
        newest_first = listing.trainings.order_by("-published_on", "-pk").select_related("domain")
        return newest_first.defer("description", "contents", "objectives", "prerequisites_text")[:ENTRIES]

    def item_title(self, training):
        return printable(training.title)

    def item_description(self, training):
        return printable(training.summary)

    def item_pubdate(self, training):
        return datetime.datetime.combine(training.published_on, datetime.time())

    def item_updateddate(self, training):
        return training.updated_at

    def item_categories(self, training):
        words = [training.domain.name, training.get_kind_display(), training.get_level_display()]
        return [printable(word) for word in words]


feed = TrainingFeed()


def new_trainings(request):
    page = reverse("catalogue:training_list")
    return feed(request, Listing("Nouvelles formations", page, request.path, Training.objects.published()))


def new_trainings_of_domain(request, slug):
    domain, redirection = find_domain(slug)
    if redirection:
        return HttpResponsePermanentRedirect(redirection.url + DOMAIN_FEED)
    trainings = Training.objects.published().in_domains([domain])
    return feed(
        request, Listing(f"{domain.name} : nouvelles formations", domain.get_absolute_url(), request.path, trainings)
    )


def search_feed(request):
    """The trainings that the catalogue lists for the same parameters."""
    search = CatalogueSearch(request.GET)
    trainings = Training.objects.filter(pk__in=search.all_ids())
    criteria = ", ".join(selected["label"] for selected in search.selected())
    asked = request.GET.copy()
    asked.pop("page", None)
    query = f"?{asked.urlencode()}" if asked else ""
    title = f"Nouvelles formations : {criteria}" if criteria else "Nouvelles formations"
    page = reverse("catalogue:training_list")
    return feed(request, Listing(title, page + query, request.path + query, trainings))
