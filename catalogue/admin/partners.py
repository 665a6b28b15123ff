"""Partners in the admin: their pages, what they propose to change there, the trainings that they propose, their cursus."""

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from campus.admin_actions import NothingForm, ask_then_apply
from campus.admin_mixins import ReadOnlyMixin
from catalogue import partner_revisions, proposals, wording
from catalogue.admin.common import PreviewMixin, ReadOnlyInline
from catalogue.enums import Language, ProposalState, RevisionState
from catalogue.models import Cursus, CursusLevel, Partner, PartnerRevision, Proposal, ProposalEvent

AREA = forms.Textarea(attrs={"rows": 4, "cols": 80})


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=2000, widget=AREA, help_text="Les référents le liront.")


class CommentForm(forms.Form):
    comment = forms.CharField(label="Commentaire", max_length=2000, widget=AREA, help_text="Les référents le liront.")


class FreeCommentForm(CommentForm):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["comment"].required = False


class PartnerForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        label="Langues de travail",
        choices=Language,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Dites-les pour un partenaire international.",
    )


class PendingFilter(admin.SimpleListFilter):
    title = "présentation à relire"
    parameter_name = "a-relire"

    def lookups(self, request, model_admin):
        return [("oui", "Oui")]

    def queryset(self, request, queryset):
        return queryset.filter(has_pending=True) if self.value() == "oui" else queryset


@admin.register(Partner)
class PartnerAdmin(PreviewMixin, admin.ModelAdmin):
    form = PartnerForm
    list_display = ["organisation", "since", "is_visible", "to_review", "preview"]
    list_filter = [PendingFilter, "is_visible", "organisation__kind"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "organisation__acronym"]
    autocomplete_fields = ["organisation", "shared_programmes"]
    readonly_fields = ["preview"]

    def get_queryset(self, request):
        pending = PartnerRevision.objects.pending().filter(partner=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_pending=Exists(pending))

    @admin.display(description="à relire", boolean=True)
    def to_review(self, partner):
        return partner.has_pending


class ReviewedAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """What référents send: read here, answered by actions, which its own page offers as buttons."""

    may_change = True
    view_on_site = False  # these pages are the référents'
    change_form_template = "admin/catalogue/reviewed_change_form.html"
    awaited_state = None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        item = self.get_object(request, object_id)
        awaits = item is not None and item.state == self.awaited_state and self.has_change_permission(request, item)
        names = self.get_actions(request).values() if awaits else []
        context = {"acts": [(name, description) for _function, name, description in names], **(extra_context or {})}
        return super().change_view(request, object_id, form_url, {**context, **self.context_of(item)})

    def context_of(self, item):
        return {}

    def get_actions(self, request):
        """Those that are declared here: nothing is deleted."""
        return {name: action for name, action in super().get_actions(request).items() if name in self.actions}

    def _each(self, request, queryset, action, done, form_class, act):
        title = self.get_actions(request)[action][2]
        return ask_then_apply(
            self, request, queryset, action=action, title=title, done=done, form_class=form_class, apply=act
        )


@admin.register(PartnerRevision)
class PartnerRevisionAdmin(ReviewedAdmin):
    awaited_state = RevisionState.PROPOSED
    list_display = ["__str__", "state", "proposed_at", "proposed_by", "answered_at"]
    list_filter = ["state"]
    list_select_related = ["partner__organisation", "proposed_by"]
    search_fields = ["partner__organisation__name", "partner__organisation__acronym"]
    fields = readonly_fields = [
        "partner", "state", "proposed_at", "proposed_by", "answered_at", "answered_by", "reason",
    ]  # fmt: skip
    actions = ["accept", "refuse"]

    def context_of(self, item):
        """Side by side, what changes: (what, now, then)."""
        if item is None or item.state != RevisionState.PROPOSED:
            return {}
        partner = item.partner
        rows = [
            (PartnerRevision._meta.get_field(name).verbose_name, getattr(partner, name), getattr(item, name))
            for name in ("summary", "presentation")
            if getattr(partner, name) != getattr(item, name)
        ]
        if item.logo or item.removes_logo:
            now = reverse("catalogue:partner_logo", args=[partner.organisation.slug]) if partner.logo else ""
            rows.append(("logo", _image(now), _image(item.logo_url)))
        return {"changes": rows}

    @admin.action(description="Accepter", permissions=["change"])
    def accept(self, request, queryset):
        return self._each(
            request,
            queryset,
            "accept",
            "Présentation acceptée",
            NothingForm,
            lambda revision, data: partner_revisions.accept(revision=revision, by=request.user),
        )

    @admin.action(description="Refuser", permissions=["change"])
    def refuse(self, request, queryset):
        return self._each(
            request,
            queryset,
            "refuse",
            "Présentation refusée",
            ReasonForm,
            lambda revision, data: partner_revisions.refuse(revision=revision, by=request.user, **data),
        )


def _image(url):
    return format_html('<img src="{}" alt="" height="80">', url) if url else "aucun"


class ProposalEventInline(ReadOnlyInline):
    model = ProposalEvent
    fields = readonly_fields = ["from_state", "to_state", "happened_at", "happened_by", "comment"]


@admin.register(Proposal)
class ProposalAdmin(ReviewedAdmin):
    """The queue of what partners propose; drafts are theirs alone."""

    awaited_state = ProposalState.SUBMITTED
    list_display = ["title", "partner", "domain", "state", "updated_at", "module_link"]
    list_filter = ["state", "domain"]
    list_select_related = ["partner__organisation", "domain", "module"]
    search_fields = ["title", "partner__organisation__name", "partner__organisation__acronym"]
    fields = readonly_fields = [
        "partner", "title", "state", "module_link", "domain", "summary", "description", "aims", "level", "ways",
        "duration", "spoken", "access_url", "created_at", "updated_at",
    ]  # fmt: skip
    inlines = [ProposalEventInline]
    actions = ["accept", "send_back", "refuse"]

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(state=ProposalState.DRAFT)

    @admin.display(description="fiche")
    def module_link(self, proposal):
        if proposal.module is None:
            return "aucune"
        url = reverse("admin:catalogue_module_change", args=[proposal.module_id])
        return format_html('<a href="{}">{}</a>', url, proposal.module.get_state_display())

    @admin.display(description="objectifs")
    def aims(self, proposal):
        items = format_html_join("", "<li>{}</li>", ([objective] for objective in proposal.objectives))
        return format_html("<ul>{}</ul>", items)

    @admin.display(description="modalités")
    def ways(self, proposal):
        return wording.modalities_in_words(proposal.modalities)

    @admin.display(description="durée")
    def duration(self, proposal):
        return wording.duration_in_words(proposal.duration_minutes) or "pas fixée"

    @admin.display(description="langues")
    def spoken(self, proposal):
        return wording.languages_in_words(proposal.languages)

    def _answer(self, request, queryset, action, done, form_class, transition):
        return self._each(
            request,
            queryset,
            action,
            done,
            form_class,
            lambda proposal, data: transition(proposal=proposal, by=request.user, **data),
        )

    @admin.action(description="Accepter : commencer la fiche", permissions=["change"])
    def accept(self, request, queryset):
        done = "Proposition acceptée, fiche commencée en brouillon"
        return self._answer(request, queryset, "accept", done, FreeCommentForm, proposals.accept)

    @admin.action(description="Demander de revoir", permissions=["change"])
    def send_back(self, request, queryset):
        done = "Proposition renvoyée au partenaire"
        return self._answer(request, queryset, "send_back", done, CommentForm, proposals.send_back)

    @admin.action(description="Refuser", permissions=["change"])
    def refuse(self, request, queryset):
        return self._answer(request, queryset, "refuse", "Proposition refusée", CommentForm, proposals.refuse)


class CursusLevelInline(ReadOnlyInline):
    model = CursusLevel
    fields = readonly_fields = ["position", "name", "trainings"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("places__training")

    @admin.display(description="formations")
    def trainings(self, level):
        return ", ".join(str(place.training) for place in level.places.all()) or "aucune"


@admin.register(Cursus)
class CursusAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """To read: each school keeps its own."""

    list_display = ["name", "year", "partner", "trainings", "is_public"]
    list_filter = ["year", "is_public"]
    list_select_related = ["partner__organisation"]
    search_fields = ["name", "partner__organisation__name", "partner__organisation__acronym"]
    fields = readonly_fields = ["partner", "name", "year", "description", "is_public"]
    inlines = [CursusLevelInline]

    def get_queryset(self, request):
        return super().get_queryset(request).with_training_count()

    @admin.display(description="formations", ordering="training_count")
    def trainings(self, cursus):
        return cursus.training_count
