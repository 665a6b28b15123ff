"""Partners of the campus: their list, the page of each, its logo."""

from pathlib import PurePath

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from campus.accounts.enums import OrganisationKind
from campus.accounts.models import Organisation
from catalogue import linked_data, wording
from catalogue.addresses import address_of, origin_of
from catalogue.cards import page_of_cards
from catalogue.enums import PublicationState
from catalogue.models import CursusLevel, CursusTraining, Partner, Programme, Training
from catalogue.querysets import PartnerQuerySet
from catalogue.validators import LOGO_TYPES
from catalogue.views.lookup import find_by_slug

PAGE_SIZE = 24
LOGO_SECONDS = 86_400


WHERE = {
    "": ("Tous les partenaires", PartnerQuerySet.all),
    "france": ("En France", PartnerQuerySet.in_france),
    "international": ("À l'international", PartnerQuerySet.international),
}
"""What the list may be narrowed to: label, and partners."""


def partner_list(request):
    where = request.GET.get("ou", "")
    where = where if where in WHERE else ""
    label, narrow = WHERE[where]
    partners = narrow(Partner.objects.visible()).select_related("organisation").in_alphabetical_order()
    page = Paginator(partners, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "cards": [card_of(p) for p in page],
        "label": label if where else "",
        "choices": [(value, text, value == where) for value, (text, _narrow) in WHERE.items()],
    }
    return render(request, "catalogue/partner_list.html", context)


def _shown_to(user):
    """Visible partners; staff also see the others, as a preview."""
    return Partner.objects.all() if user.is_staff else Partner.objects.visible()


def card_of(partner) -> dict:
    """What the list says of a partner. A dictionary: the key of its cached fragment, and twice as quick to read."""
    organisation = partner.organisation
    return {
        "url": address_of("partner_detail", organisation.slug),
        "name": organisation.name,
        "summary": partner.summary,
        "logo_url": reverse("catalogue:partner_logo", args=[organisation.slug]) if partner.logo else "",
        "kind": organisation.get_kind_display() if organisation.kind != OrganisationKind.OTHER else "",
        "country": organisation.country_name,
        "since": partner.since,
        "languages": wording.languages_in_words(partner.languages) if partner.is_international else "",
    }


def partner_detail(request, slug):
    partner, redirection = find_by_slug(
        _shown_to(request.user).select_related("organisation"),
        slug,
        kind=Organisation.past_slug_kind,
        field="organisation__slug",
    )
    if redirection:
        return redirection
    programmes = list(
        Programme.objects.published()
        .filter(Q(beneficiary=partner.organisation_id) | Q(partners=partner.pk))
        .distinct()
        .only("title", "slug", "beneficiary")
    )
    trainings = Training.objects.published().filter(providers=partner.organisation_id).order_by("title_key", "pk")
    context = {
        "partner": partner,
        "page_obj": page_of_cards(trainings, request.GET.get("page"), kept_as=f"trainings-of-partner-{partner.pk}"),
        "programmes": [each for each in programmes if each.beneficiary_id == partner.organisation_id],
        "shared_programmes": [each for each in programmes if each.beneficiary_id != partner.organisation_id],
        "cursus": _cursus_of(partner),
        "linked_data": linked_data.of_partner(partner, origin_of(request)),
    }
    return render(request, "catalogue/partner_detail.html", context)


def _cursus_of(partner):
    """What is public of the cursus of a partner: levels, and their trainings that are published. Few: catalogue.cursus."""
    places = CursusTraining.objects.filter(training__state=PublicationState.PUBLISHED).select_related("training")
    levels = CursusLevel.objects.prefetch_related(Prefetch("places", places))
    return partner.cursus.filter(is_public=True).prefetch_related(Prefetch("levels", levels))


def partner_logo(request, slug):
    """The logo of a partner, never as anything but an image."""
    partner = get_object_or_404(_shown_to(request.user).only("logo"), organisation__slug=slug)
    content_type = LOGO_TYPES.get(PurePath(partner.logo.name).suffix.lower())
    if content_type is None or not partner.logo.storage.exists(partner.logo.name):
        raise Http404
    response = FileResponse(partner.logo.open(), content_type=content_type)
    response.headers["Cache-Control"] = f"public, max-age={LOGO_SECONDS}"
    return response
