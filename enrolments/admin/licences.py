"""Licences in the admin: the requests to choose from, who has what. States are changed by the transitions alone."""

from collections import Counter

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from campus.admin_actions import NothingForm, ask_then_apply
from campus.admin_mixins import ReadOnlyMixin
from campus.spreadsheets import csv_response
from catalogue.admin.common import ReadOnlyInline
from enrolments import licence_exports, licence_figures
from enrolments.admin.enrolments import in_short
from enrolments.admin.forms import ReadReasonForm
from enrolments.enums import LicenceState
from enrolments.models import Licence, LicenceEvent, LicencePool
from enrolments.transitions import licence as transitions

ONE_POOL = "pool__id__exact"
"""In the address of the list, what leaves those of one pool only."""


class EventInline(ReadOnlyInline):
    model = LicenceEvent
    fields = readonly_fields = ["from_state", "to_state", "happened_at", "happened_by", "reason"]


@admin.register(Licence)
class LicenceAdmin(ReadOnlyMixin, admin.ModelAdmin):
    may_change = True
    list_display = ["person", "employer", "pool", "state_now", "queued_on", "request"]
    list_display_of_one_pool = ["person", "employer", "state_now", "queued_on", "request"]
    list_filter = ["state", "pool", "campaign"]
    list_select_related = ["agent__organisation", "pool"]
    search_fields = ["agent__email", "agent__last_name", "=code__value"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["agent", "employer", "pool", "allotment", "state_now"]}),
        ("Demande", {"fields": ["queued_at", "rank", "campaign", "motivation", "accepted_at"]}),
        (
            "Licence",
            {"fields": ["given_at", "valid_until", "reminded_at", "activated_at", "finished_at", "result_if_shared"]},
        ),
    ]
    inlines = [EventInline]
    actions = ["give", "refuse", "take_back", "export_csv"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_rank().with_given_back()

    def get_list_display(self, request):
        return self.list_display_of_one_pool if ONE_POOL in request.GET else self.list_display

    def get_ordering(self, request):
        """The latest first; requests, in the order in which they came."""
        is_line = request.GET.get("state__exact") == LicenceState.REQUESTED
        return ["queued_at", "pk"] if is_line else ["-queued_at", "-pk"]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Licences", **(extra_context or {})})

    def get_readonly_fields(self, request, obj=None):
        return [name for _title, options in self.fieldsets for name in options["fields"]]

    @admin.display(description="agent", ordering="agent__last_name")
    def person(self, licence):
        return str(licence.agent)

    @admin.display(description="employeur")
    def employer(self, licence):
        employer = licence.agent.organisation
        return employer.short_name if employer else "inconnu"

    @admin.display(description="état", ordering="state")
    def state_now(self, licence):
        label = licence.state_in_words
        if licence.state != LicenceState.REQUESTED:
            return label
        return f"{label}, rang {licence.rank}" + (", retenue" if licence.accepted_at else "")

    @admin.display(description="rang")
    def rank(self, licence):
        return licence.rank if licence.state == LicenceState.REQUESTED else "sans objet"

    @admin.display(description="demandée le", ordering="queued_at")
    def queued_on(self, licence):
        return in_short(licence.queued_at)

    @admin.display(description="campagne et motivation", ordering="campaign")
    def request(self, licence):
        said = [licence.campaign, Truncator(licence.motivation).chars(100)]
        return format_html_join(SafeString("<br>"), "{}", [[part] for part in said if part])

    @admin.display(description="résultat")
    def result_if_shared(self, licence):
        return licence.shared_result or "non partagé"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Who reads what is personal leaves a trace."""
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.method == "GET" and response.status_code == 200:
            self.log_change(request, self.get_object(request, object_id), "Licence lue.")
        return response

    def _each(self, request, queryset, action, title, done, transition, form_class=NothingForm, **options):
        """Ask what `form_class` says, then move each licence in the order of arrival; those refused come back with why."""
        return ask_then_apply(
            self,
            request,
            queryset.select_related("agent", "pool").order_by("queued_at", "pk"),
            action=action,
            title=title,
            done=done,
            form_class=form_class,
            apply=lambda licence, data: transition(licence=licence, by=request.user, **data),
            sums_up=True,
            **options,
        )

    @admin.action(description="Attribuer", permissions=["change"])
    def give(self, request, queryset):
        return self._each(request, queryset, "give", "Attribuer", given_in_words, transitions.give, notes=room_in_words)

    @admin.action(description="Refuser", permissions=["change"])
    def refuse(self, request, queryset):
        title, done = "Refuser", "Refus enregistré"
        return self._each(request, queryset, "refuse", title, done, transitions.refuse, ReadReasonForm)

    @admin.action(description="Reprendre", permissions=["change"])
    def take_back(self, request, queryset):
        title, done = "Reprendre", "Licence reprise"
        return self._each(request, queryset, "take_back", title, done, transitions.take_back, ReadReasonForm)

    @admin.action(description="Exporter en CSV", permissions=["change"])
    def export_csv(self, request, queryset):
        for pool in LicencePool.objects.filter(licences__in=queryset.order_by().values("pk")).distinct():
            self.log_change(request, pool, "Licences exportées")
        licences = Licence.objects.filter(pk__in=queryset.order_by().values("pk"))
        return csv_response("licences", licence_exports.licences(licences))


def given_in_words(licence: Licence) -> str:
    """What became of a request that staff chose."""
    if licence.state == LicenceState.GIVEN:
        return "Licence attribuée"
    return "Retenue, dans l'ordre d'arrivée : elle sera attribuée dès qu'une licence se libère"


def room_in_words(licences: list[Licence]) -> list[str]:
    """What is free in the pools of the requests that staff are about to choose."""
    chosen = Counter(licence.pool_id for licence in licences)
    pools = LicencePool.objects.filter(pk__in=chosen).with_counts().prefetch_related("allotments__organisation")
    return [
        f"{pool} : {intcomma(chosen[pool.pk])} {'choisies' if chosen[pool.pk] > 1 else 'choisie'}. {licence_figures.room_in_words(pool)} "
        "Qui n'en a pas aussitôt est retenu, et servi dans l'ordre d'arrivée."
        for pool in pools
    ]
