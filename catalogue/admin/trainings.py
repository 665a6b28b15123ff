"""Modules, parcours and sur-mesure programmes in the admin. States change through catalogue.transitions, never in a form."""

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.urls import reverse
from django.utils.html import format_html

from catalogue.admin.common import PublishableAdmin, ReadOnlyInline
from catalogue.enums import Language, Modality, TrainingKind
from catalogue.models import Module, Parcours, Prerequisite, Programme, PublicationEvent, Step, Testimonial


class LinesField(SimpleArrayField):
    """A list typed one item per line."""

    def __init__(self, *, max_length, **kwargs):
        super().__init__(forms.CharField(max_length=max_length), delimiter="\n", widget=forms.Textarea, **kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            value = "\n".join(line.strip() for line in value.splitlines() if line.strip())
        return super().to_python(value)


class TrainingForm(forms.ModelForm):
    objectives = LinesField(max_length=300, label="Objectifs", help_text="Un objectif par ligne.")
    modalities = forms.MultipleChoiceField(label="Modalités", choices=Modality, widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label="Langues", choices=Language, widget=forms.CheckboxSelectMultiple, initial=[Language.FRENCH]
    )


class ModuleForm(TrainingForm):
    kind = forms.ChoiceField(
        label="Type", choices=[choice for choice in TrainingKind.choices if choice[0] != TrainingKind.PARCOURS]
    )


class TrainingEventInline(ReadOnlyInline):
    model = PublicationEvent
    fk_name = "training"
    fields = readonly_fields = ["from_state", "to_state", "happened_at", "happened_by", "reason"]


class ProgrammeEventInline(TrainingEventInline):
    fk_name = "programme"


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


class StepFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        kept = [form.cleaned_data for form in self.forms if not form.cleaned_data.get("DELETE")]
        modules = [data["module"] for data in kept if data.get("module")]
        if self.instance.is_published and not any(module.is_published for module in modules):
            raise forms.ValidationError(
                "Un parcours en ligne garde au moins un module publié : ajoutez-en un, ou dépubliez d'abord le parcours."
            )


class StepInline(admin.TabularInline):
    model = Step
    formset = StepFormSet
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
    readonly_fields = [*PublishableAdmin.readonly_fields, "asked_by"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "beneficiary", "domains", "years", "agents_trained"]}),
        ("Description", {"fields": ["summary", "need", "design", "modules"]}),
        ("Publication", {"fields": ["state", "published_on", "archived_on", "asked_by", "preview"]}),
    ]

    @admin.display(description="né de la demande")
    def asked_by(self, programme):
        """The request, and whether its administration agrees to a public page."""
        request = getattr(programme, "request", None)
        if request is None:
            return "aucune"
        url = reverse("admin:catalogue_programmerequest_change", args=[request.pk])
        agrees = {True: "accord donné", False: "accord refusé", None: "accord pas encore donné"}
        said = f"{agrees[request.agrees_to_publish]} pour une page publique"
        return format_html('<a href="{}">{}</a>, {}', url, request.reference, said)
