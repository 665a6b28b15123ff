"""Requests for sur-mesure programmes in the admin: the queue, then each. States change through the acts alone."""

from datetime import datetime, time, timedelta

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from campus.accounts.models import Organisation, User
from campus.admin_mixins import HolderFilter, KnownFilter
from campus.refusal import Refused
from catalogue.admin.common import ReadOnlyInline
from catalogue.admin.programme_request_acts import ACTS, acts_for
from catalogue.enums import WITH_PROGRAMME, ProgrammeRequestState
from catalogue.models import (
    ProgrammeRequest,
    ProgrammeRequestDocument,
    ProgrammeRequestEvent,
    ProgrammeRequestMessage,
    ProgrammeRequestNote,
)
from catalogue.wording import NBSP

S = ProgrammeRequestState
URL = "catalogue_programmerequest"
ORGANISER = "Dinum"
"""Who organises sessions of sur-mesure programmes, by its acronym."""
CLOSES_BEFORE, STAYS_OPEN = timedelta(days=3), timedelta(days=30)
IN_HAND, ALL = "en-cours", "toutes"


class StageFilter(KnownFilter):
    """« En cours » unless asked otherwise, with how many there are of each."""

    title = "étape"
    parameter_name = "etape"

    def lookups(self, request, model_admin):
        states = [(state.value, state.label) for state in S if state != S.DRAFT]
        return [(IN_HAND, "En cours"), *states, (ALL, "Toutes")]

    def queryset(self, request, queryset):
        value = self.value() or IN_HAND
        if value == IN_HAND:
            return queryset.in_hand()
        return queryset if value == ALL else queryset.filter(state=value)

    def choices(self, changelist):
        chosen = self.value() or IN_HAND
        facets = self.get_facet_queryset(changelist)
        for rank, (value, label) in enumerate(self.lookup_choices):
            yield {
                "selected": chosen == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": f"{label} ({facets.get(f'{rank}__c', 0)})",
            }


class OwnerFilter(HolderFilter):
    field = "owner"

    def others(self, request):
        theirs = ProgrammeRequest.objects.handed_in().filter(owner=OuterRef("pk"))
        return User.objects.filter(Exists(theirs))


class DueFilter(KnownFilter):
    title = "échéance"
    parameter_name = "echeance"

    def lookups(self, request, model_admin):
        return [("retard", "En retard")]

    def queryset(self, request, queryset):
        return queryset.overdue() if self.value() else queryset


class AnswerFilter(KnownFilter):
    title = "réponse attendue"
    parameter_name = "reponse"

    def lookups(self, request, model_admin):
        return [("attendue", "Oui")]

    def queryset(self, request, queryset):
        return queryset.filter(awaits_answer=True) if self.value() else queryset


class OfRequestInline(ReadOnlyInline):
    """Read by whoever reads the request: these have no right of their own."""

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("catalogue.view_programmerequest") or super().has_view_permission(request, obj)


class MessageInline(OfRequestInline):
    model = ProgrammeRequestMessage
    verbose_name_plural = "échanges avec l'administration"
    fields = readonly_fields = ["written_at", "is_from_requester", "author", "text"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("author")


class NoteInline(MessageInline):
    model = ProgrammeRequestNote
    verbose_name_plural = "notes internes"
    fields = readonly_fields = ["written_at", "author", "text"]


class DocumentInline(OfRequestInline):
    model = ProgrammeRequestDocument
    fields = readonly_fields = ["link", "is_from_requester", "uploaded_at", "uploaded_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("uploaded_by", "request")

    @admin.display(description="document")
    def link(self, document):
        url = reverse("catalogue:programme_request_document", args=[document.request.reference, document.pk])
        return format_html('<a href="{}">{}</a>', url, document.name)


class EventInline(OfRequestInline):
    model = ProgrammeRequestEvent
    fields = readonly_fields = ["happened_at", "from_state", "to_state", "happened_by", "reason"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("happened_by")


def _session_defaults(asked: ProgrammeRequest) -> dict:
    """What is known of a private session before it is typed: staff change what is not so.

    Enrolments open at once, and close some days before the first session that is aimed at, or within a month.
    """
    organiser = Organisation.objects.filter(acronym__iexact=ORGANISER).values_list("pk", flat=True).first()
    now = timezone.localtime().replace(second=0, microsecond=0)
    aimed = asked.rollout_on and asked.rollout_on - CLOSES_BEFORE
    closes_on = aimed if aimed and aimed > now.date() else now.date() + STAYS_OPEN
    return {
        "programme": asked.programme_id,
        "restricted_to": asked.organisation_id or "",
        "organiser": organiser or "",
        "enrolment_opens_at": now.isoformat(),
        "enrolment_closes_at": timezone.make_aware(datetime.combine(closes_on, time(18))).isoformat(),
    }


@admin.register(ProgrammeRequest)
class ProgrammeRequestAdmin(admin.ModelAdmin):
    change_form_template = "admin/catalogue/programmerequest/change_form.html"
    list_display = ["reference", "title", "organisation_name", "state", "awaits", "owner", "age", "due"]
    list_filter = [StageFilter, OwnerFilter, AnswerFilter, DueFilter, "domains", "financing"]
    list_select_related = ["owner"]
    list_per_page = 50
    show_facets = ShowFacets.NEVER  # the stages are counted anyway, the rest would be a query each
    view_on_site = False  # the page is its author's
    show_full_result_count = False
    ordering = ["submitted_at", "pk"]
    search_fields = ["reference", "title", "organisation_name", "organisation__name", "contact_name", "contact_email"]
    autocomplete_fields = ["organisation"]
    inlines = [MessageInline, NoteInline, DocumentInline, EventInline]
    editable = ["owner", "organisation", "proposal_on", "design_on", "rollout_on", "review_on"]
    fieldsets = [
        (None, {"fields": ["reference", "title", "state", "state_changed_at", "submitted_at", "owner"]}),
        ("Calendrier visé", {"fields": ["proposal_on", "design_on", "rollout_on", "review_on"]}),
        (
            "Programme",
            {
                "fields": [
                    "organisation_name", "organisation", "programme_link", "agrees_to_publish",
                    "publication_answered_at",
                ]
            },
        ),
        ("Bilan", {"fields": ["agents_trained", "satisfaction_percent"]}),
        (
            "Demande",
            {
                "fields": [
                    "requester", "role", "need", "audience", "headcount", "asked_domains",
                    "modality", "wanted_from", "wanted_until", "budget_euros", "financing", "contact_name",
                    "contact_email", "contact_phone",
                ]
            },
        ),
    ]  # fmt: skip

    # --- Who sees what ------------------------------------------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).handed_in().with_awaits_answer()

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        names = [name for _title, options in self.fieldsets for name in options["fields"]]
        return [name for name in names if name not in self.editable]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Accounts are not opened, edited nor deleted from here."""
        form = super().get_form(request, obj, change, **kwargs)
        if "owner" in form.base_fields:
            widget = form.base_fields["owner"].widget
            widget.can_add_related = widget.can_change_related = widget.can_delete_related = False
        if "organisation" in form.base_fields and obj and obj.organisation_id is None and obj.requester.organisation:
            # Never chosen for staff: one may ask for another administration than one's own.
            form.base_fields["organisation"].help_text = format_html(
                "L'auteur de la demande est de : {}. Est-ce pour ses agents ?", obj.requester.organisation
            )
        return form

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Demandes sur-mesure", **(extra_context or {})})

    # --- Columns ------------------------------------------------------------------------------------------------------

    @admin.display(description="âge", ordering="-submitted_at")
    def age(self, asked):
        return f"{asked.age_days}{NBSP}j"

    @admin.display(description="réponse attendue")
    def awaits(self, asked):
        return "attendue" if asked.awaits_answer else "–"  # not a red cross: nothing is wrong

    @admin.display(description="prochaine date")
    def due(self, asked):
        return asked.due_on

    @admin.display(description="domaines")
    def asked_domains(self, asked):
        return ", ".join(domain.name for domain in asked.domains.all())

    @admin.display(description="programme")
    def programme_link(self, asked):
        if asked.programme is None:
            return "Il naît avec l'acceptation."
        url = reverse("admin:catalogue_programme_change", args=[asked.programme_id])
        return format_html('<a href="{}">{}</a> ({})', url, asked.programme, asked.programme.get_state_display())

    # --- Pages --------------------------------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.act_view)
        acts = [path(f"<int:pk>/{act.slug}/", view, {"act": act}, name=act.url_name) for act in ACTS]
        return acts + super().get_urls()

    def save_model(self, request, obj, form, change):
        """Only what the form holds: the rest is written by the transitions, perhaps meanwhile."""
        obj.save(update_fields=[*self.editable, "updated_at"])

    def change_view(self, request, object_id, form_url="", extra_context=None):
        asked = self.get_object(request, object_id)
        acts = acts_for(asked) if asked and self.has_change_permission(request, asked) else []
        links = [(act.title, reverse(f"admin:{act.url_name}", args=[asked.pk])) for act in acts]
        if asked and asked.state in WITH_PROGRAMME and asked.state != S.DONE:
            links += self._session_links(request, asked)
        return super().change_view(request, object_id, form_url, {"acts": links, **(extra_context or {})})

    def _session_links(self, request, asked):
        links = []
        if request.user.has_perm("catalogue.add_session"):
            url = reverse("admin:catalogue_session_add", query=_session_defaults(asked))
            links.append(("Ajouter une session privée", url))
        if request.user.has_perm("catalogue.view_session"):
            every = {"moment": "toutes", "programme__id__exact": asked.programme_id}
            links.append(("Sessions du programme", reverse("admin:catalogue_session_changelist", query=every)))
        return links

    def act_view(self, request, pk, act):
        """The page of an act: its form, then what became of it. What was typed stays when it is refused."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        asked = self.get_object(request, str(pk))
        if asked is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        is_posted = request.method == "POST"
        form = act.form_class(*((request.POST, request.FILES) if is_posted else ()))
        if is_posted and form.is_valid():
            try:
                with transaction.atomic():
                    act.apply(programme_request=asked, by=request.user, **form.cleaned_data)
                    self.log_change(request, asked, act.done)
            except Refused as refusal:
                form.add_error(refusal.argument if refusal.argument in form.fields else None, str(refusal))
            else:
                self.message_user(request, f"« {asked} » : {act.done[:1].lower()}{act.done[1:]}.")
                return redirect(reverse(f"admin:{URL}_change", args=[asked.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": act.title,
            "asked": asked,
            "form": form,
            "help_texts": [act.help_text, act.fact(asked) if asked.state in act.from_states else ""],
        }
        template = "admin/catalogue/programmerequest/act.html"
        return render(request, template, context, status=422 if is_posted else 200)
