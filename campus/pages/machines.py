"""Files that browsers and search engines ask of any site: robots.txt, sitemap.xml, opensearch.xml."""

from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from campus.pages.sitemaps import sections
from catalogue.addresses import origin_of

PRIVATE = ["/admin/", "/demo/", "/connexion/", "/mon-espace/"]


def robots(request):
    """What robots may read: nothing of a demonstration, which must not be found in place of the official site."""
    disallowed = PRIVATE if settings.OFFICIAL_SITE else ["/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in disallowed), ""]
    lines.append(f"Sitemap: {origin_of(request)}{reverse('pages:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def sitemap(request):
    """One file; or, once a section no longer fits in it, the index of a file a section and more."""
    sitemaps = sections()
    if any(section.paginator.num_pages > 1 for section in sitemaps.values()):
        return sitemap_views.index(request, sitemaps, sitemap_url_name="pages:sitemap_section")
    return sitemap_views.sitemap(request, sitemaps)


def sitemap_section(request, section):
    return sitemap_views.sitemap(request, sections(), section=section)


def opensearch(request):
    """How a browser searches this site from its address bar (https://github.com/dewitt/opensearch)."""
    context = {"origin": origin_of(request)}
    return render(
        request, "pages/opensearch.xml", context, content_type="application/opensearchdescription+xml; charset=utf-8"
    )
