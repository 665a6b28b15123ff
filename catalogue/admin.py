"""The catalogue in the Django admin. States change through catalogue.transitions, never in a form."""

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models
from django.utils.html import format_html

from catalogue import transitions
from catalogue.enums import Language, Modality, TrainingKind
from catalogue.models import (
    Audience,
    Domain,
    ImportRun,
    Metier,
    Module,
    Parcours,
    Partner,
    Place,
    Prerequisite,
    Programme,
    PublicationEvent,
    Session,
    Skill,
    Slot,
    Step,
    Testimonial,
)


class LinesField(SimpleArrayField):
    """A list typed one item per line."""

    def __init__(self, *args, **kwargs):
        super().__init__(forms.CharField(max_length=300), delimiter="\n", widget=forms.Textarea, **kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            value = "\n".join(line.strip() for line in value.splitlines() if line.strip())
        return super().to_python(value)


class TrainingForm(forms.ModelForm):
    objectives = LinesField(label="Objectifs", help_text="Un objectif par ligne.")
    modalities = forms.MultipleChoiceField(label="Modalités", choices=Modality, widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label="Langues", choices=Language, widget=forms.CheckboxSelectMultiple, initial=[Language.FRENCH]
    )


class ModuleForm(TrainingForm):
    kind = forms.ChoiceField(
        label="Type", choices=[choice for choice in TrainingKind.choices if choice[0] != TrainingKind.PARCOURS]
    )


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class TrainingEventInline(ReadOnlyInline):
    model = PublicationEvent
    fk_name = "training"
    fields = readonly_fields = ["from_state", "to_state", "happened_at", "happened_by", "reason"]


class ProgrammeEventInline(TrainingEventInline):
    fk_name = "programme"


class PublishableAdmin(admin.ModelAdmin):
    """What modules, parcours and programmes have in common: the state, read only, and the actions that change it."""

    actions = ["submit_for_review", "publish", "archive", "back_to_draft"]
    readonly_fields = ["state", "published_on", "archived_on", "preview"]
    save_on_top = True

    @admin.display(description="page")
    def preview(self, obj):
        if not obj.pk:
            return "Enregistrez pour voir la page."
        label = "Voir en ligne" if obj.is_published else "Aperçu"
        return format_html('<a href="{}">{}</a>', obj.get_absolute_url(), label)

    @admin.action(description="Envoyer en relecture", permissions=["change"])
    def submit_for_review(self, request, queryset):
        self._apply(request, queryset, transitions.submit_for_review)

    @admin.action(description="Publier", permissions=["change"])
    def publish(self, request, queryset):
        self._apply(request, queryset, transitions.publish)

    @admin.action(description="Archiver", permissions=["change"])
    def archive(self, request, queryset):
        self._apply(request, queryset, transitions.archive)

    @admin.action(description="Repasser en brouillon", permissions=["change"])
    def back_to_draft(self, request, queryset):
        self._apply(request, queryset, transitions.back_to_draft)

    def _apply(self, request, queryset, transition):
        done = 0
        for item in queryset:
            try:
                transition(item=item, by=request.user)
            except transitions.TransitionRefused as refusal:
                self.message_user(request, str(refusal), messages.WARNING)
            else:
                done += 1
        if done:
            self.message_user(request, f"{done} changement(s) d'état enregistré(s).", messages.SUCCESS)


class TrainingAdmin(PublishableAdmin):
    list_display = ["title", "kind", "domain", "level", "state", "published_on", "is_featured", "preview"]
    list_filter = ["state", "domain", "level", "is_featured", "audiences"]
    list_select_related = ["domain"]
    list_per_page = 50
    search_fields = ["title", "summary", "external_id"]
    autocomplete_fields = [
        "domain", "other_domains", "audiences", "metiers", "skills", "providers", "restricted_to",
    ]  # fmt: skip
    common_fieldsets = [
        ("Description", {"fields": ["summary", "description", "objectives", "contents", "prerequisites_text"]}),
        ("Pour qui", {"fields": ["audiences", "metiers", "skills", "level"]}),
        ("Publication", {"fields": ["state", "published_on", "archived_on", "is_featured", "preview"]}),
    ]


class PrerequisiteInline(admin.TabularInline):
    model = Prerequisite
    fk_name = "module"
    autocomplete_fields = ["requires"]
    extra = 0


@admin.register(Module)
class ModuleAdmin(TrainingAdmin):
    form = ModuleForm
    inlines = [PrerequisiteInline, TrainingEventInline]
    list_filter = ["state", "kind", "domain", "level", "access", "is_featured", "audiences"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "kind", "domain", "other_domains"]}),
        *TrainingAdmin.common_fieldsets[:2],
        ("Déroulement", {"fields": ["modalities", "pace", "duration_minutes", "duration_label", "languages"]}),
        (
            "Accès",
            {
                "fields": [
                    "providers", "access", "access_url", "is_open_to_non_agents", "restricted_to", "price_cents",
                    "certification", "accessibility_notes",
                ]
            },
        ),
        TrainingAdmin.common_fieldsets[2],
    ]  # fmt: skip


class StepInline(admin.TabularInline):
    model = Step
    fk_name = "parcours"
    autocomplete_fields = ["module"]
    extra = 0


@admin.register(Parcours)
class ParcoursAdmin(TrainingAdmin):
    form = TrainingForm
    inlines = [StepInline, TrainingEventInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "domain", "other_domains"]}),
        *TrainingAdmin.common_fieldsets[:2],
        ("Déroulement", {"fields": ["modalities", "pace", "duration_label", "languages", "providers"]}),
        TrainingAdmin.common_fieldsets[2],
    ]


class TestimonialInline(admin.TabularInline):
    model = Testimonial
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(PublishableAdmin):
    list_display = ["title", "beneficiary", "years", "agents_trained", "state", "preview"]
    list_filter = ["state", "domains"]
    list_select_related = ["beneficiary"]
    search_fields = ["title", "summary", "beneficiary__name"]
    autocomplete_fields = ["beneficiary", "domains", "modules"]
    inlines = [TestimonialInline, ProgrammeEventInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "beneficiary", "domains", "years", "agents_trained"]}),
        ("Description", {"fields": ["summary", "need", "design", "modules"]}),
        ("Publication", {"fields": ["state", "published_on", "archived_on", "preview"]}),
    ]


@admin.register(Domain)
class DomainAdmin(admin.ModelAdmin):
    list_display = ["name", "position", "valid_from", "valid_until", "merged_into"]
    list_select_related = ["merged_into"]
    search_fields = ["name"]
    readonly_fields = ["merged_into"]


class SlotInline(admin.TabularInline):
    model = Slot
    extra = 1


@admin.register(Session)
class SessionAdmin(admin.ModelAdmin):
    list_display = ["__str__", "starts_at", "modality", "place", "seats_taken", "seats", "state_label"]
    list_filter = ["modality", "starts_at", "domain"]
    list_select_related = ["module", "programme", "place"]
    date_hierarchy = "starts_at"
    search_fields = ["module__title", "programme__title", "external_id"]
    autocomplete_fields = ["module", "programme", "organiser", "place", "restricted_to"]
    readonly_fields = ["seats_taken", "cancelled_at", "cancelled_by", "cancel_reason"]
    inlines = [SlotInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description="état")
    def state_label(self, obj):
        return obj.state.label


@admin.register(Place)
class PlaceAdmin(admin.ModelAdmin):
    list_display = ["name", "city", "region"]
    list_filter = ["region"]
    search_fields = ["name", "city"]


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin):
    list_display = ["organisation", "since", "is_visible"]
    list_filter = ["is_visible", "organisation__kind"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "organisation__acronym"]
    autocomplete_fields = ["organisation"]


@admin.register(Audience, Metier, Skill)
class TermAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(ImportRun)
class ImportRunAdmin(admin.ModelAdmin):
    list_display = [
        "label", "happened_at", "happened_by", "created_count", "changed_count", "unchanged_count", "archived_count",
    ]  # fmt: skip
    list_select_related = ["happened_by"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
