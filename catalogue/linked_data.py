"""What machines read of a page: https://schema.org, written as JSON-LD.

Made of what the view has already read: no function here asks the database anything. Addresses are made whole with
`origin` ("https://campus.exemple.fr").
"""

import json
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from catalogue.addresses import address_of
from catalogue.agenda import Entry
from catalogue.enums import Modality
from catalogue.models import Domain, Module, Parcours, Partner, Programme, Training
from catalogue.related import Link, Related, RelatedToModule, RelatedToParcours

CAMPUS = "Campus du numérique public"
COURSE_MODES = {Modality.ONLINE: "Online", Modality.ON_SITE: "Onsite", Modality.HYBRID: "Blended"}
ATTENDANCE_MODES = {
    Modality.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    Modality.ON_SITE: "https://schema.org/OfflineEventAttendanceMode",
    Modality.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
"""Those of django.utils.html.json_script: no text closes the element that it is in."""

Data = dict[str, Any]


def script(data: Data) -> SafeString:
    """An element that browsers do not run, so that the Content-Security-Policy lets it be."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return SafeString(f'<script type="application/ld+json">{text}</script>')


def of_module(module: Module, related: RelatedToModule, sessions: list[Entry], origin: str) -> Data:
    workload = _period(module.duration_minutes)
    prerequisites = [module.prerequisites_text] if module.prerequisites_text else []
    course = {
        "timeRequired": workload,
        "coursePrerequisites": prerequisites + [_course_at(link, origin) for link in related["prerequisites"]],
        "isPartOf": [_course_at(link, origin) for link in related["parcours"]],
        "hasCourseInstance": [_instance(session, workload, module.languages) for session in sessions],
    }
    return _training(module, related, course, origin)


def of_parcours(parcours: Parcours, related: RelatedToParcours, origin: str) -> Data:
    course = {
        "timeRequired": _period(related["minutes"]),
        "coursePrerequisites": parcours.prerequisites_text,
        "hasPart": [_course_at(step, origin) for step in related["steps"]],
    }
    return _training(parcours, related, course, origin)


def of_domain(domain: Domain, origin: str) -> Data:
    return _graph(_breadcrumb(origin, ("Catalogue", _list("training_list")), (domain.name, domain.get_absolute_url())))


def of_programme(programme: Programme, origin: str) -> Data:
    here = (programme.title, programme.get_absolute_url())
    return _graph(_breadcrumb(origin, ("Sur-mesure", _list("programme_list")), here))


def of_partner(partner: Partner, origin: str) -> Data:
    organisation = partner.organisation
    path = address_of("partner_detail", organisation.slug)
    logo = reverse("catalogue:partner_logo", args=[organisation.slug]) if partner.logo else ""
    return _graph(
        _filled(
            {
                "@type": "Organization",
                "name": organisation.name,
                "alternateName": organisation.acronym,
                "description": partner.summary,
                "url": organisation.url or origin + path,
                "mainEntityOfPage": origin + path,
                "logo": logo and origin + logo,
            }
        ),
        _breadcrumb(origin, ("Partenaires", _list("partner_list")), (organisation.name, path)),
    )


def _training(training: Training, related: Related, more: Data, origin: str) -> Data:
    """The course, with what is said of a module or of a parcours alone, and where its page is."""
    path = training.get_absolute_url()
    main_domain = related["domains"][0]
    course = {
        "@type": "Course",
        "name": training.title,
        "description": training.summary,
        "url": origin + path,
        "inLanguage": training.languages,
        "educationalLevel": training.get_level_display(),
        "learningResourceType": training.get_kind_display(),
        "teaches": [*training.objectives, *related["skills"]],
        "about": [domain["title"] for domain in related["domains"]],
        "audience": [{"@type": "EducationalAudience", "audienceType": name} for name in related["audiences"]],
        "educationalCredentialAwarded": training.certification,
        "provider": [_provider(link, origin) for link in related["providers"]] or [_campus(origin)],
        "isAccessibleForFree": not training.price_cents,
        "offers": _offer(training, origin + path),
        **more,
    }
    crumbs = [(main_domain["title"], main_domain["url"]), (training.title, path)]
    return _graph(_filled(course), _breadcrumb(origin, *crumbs))


def _instance(session: Entry, workload: str, languages: list[str]) -> Data:
    location = None
    if session["site"]:
        name, city = session["site"]
        location = {"@type": "Place", "name": name, "address": {"@type": "PostalAddress", "addressLocality": city}}
    return _filled(
        {
            "@type": "CourseInstance",
            "courseMode": COURSE_MODES[session["modality"]],
            "eventAttendanceMode": ATTENDANCE_MODES[session["modality"]],
            "startDate": session["starts_at"],
            "endDate": session["ends_at"],
            "location": location,
            "courseWorkload": workload,
            "inLanguage": languages,
            "maximumAttendeeCapacity": session["seats"],
            "remainingAttendeeCapacity": session["seats_left"],
        }
    )


def _offer(training: Training, url: str) -> Data:
    """A price; free means free for public agents, as the page says."""
    cents = training.price_cents or 0
    return {
        "@type": "Offer",
        "category": "Paid" if cents else "Free",
        "price": f"{cents / 100:.2f}",
        "priceCurrency": "EUR",
        "url": url,
    }


def _course_at(link: Any, origin: str) -> Data:
    return {"@type": "Course", "name": link["title"], "url": origin + link["url"]}


def _provider(link: Link, origin: str) -> Data:
    return _filled(
        {"@type": "Organization", "name": link["title"], "url": origin + link["url"] if link["url"] else None}
    )


def _campus(origin: str) -> Data:
    return {"@type": "Organization", "name": CAMPUS, "url": f"{origin}/"}


def _breadcrumb(origin: str, *pages: tuple[str, str]) -> Data:
    """The way from the home page, as templates/components/breadcrumb.html shows it. `pages`: names and paths."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": origin + path}
            for position, (name, path) in enumerate([("Accueil", "/"), *pages], start=1)
        ],
    }


def _list(route: str) -> str:
    return reverse(f"catalogue:{route}")


def _period(minutes: int | None) -> str:
    """A duration as ISO 8601 says it: "PT210M"."""
    return f"PT{minutes}M" if minutes else ""


def _filled(data: Data) -> Data:
    """What is known: no empty text, no empty list."""
    return {name: value for name, value in data.items() if value not in ("", None, [])}


def _graph(*things: Data) -> Data:
    return {"@context": "https://schema.org", "@graph": list(things)}
