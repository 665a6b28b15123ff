"""Reserved seats as staff see them, correct them and give them back to all."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime

from campus.accounts.models import Organisation
from campus.admin_actions import NothingForm, ask_then_apply
from campus.admin_mixins import ReadOnlyMixin
from enrolments import transitions
from enrolments.models import SeatQuota


class ChangeQuotaForm(forms.Form):
    seats = forms.IntegerField(label="Places réservées", min_value=1, max_value=100_000)
    reserved_until = forms.SplitDateTimeField(label="Réservées jusqu'au", widget=AdminSplitDateTime)
    exceeds_because = forms.CharField(
        label="Motif d'un dépassement",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"size": 80}),
        help_text="Pour réserver plus que la part permise d'une session ouverte à tous. Gardé avec la réservation.",
    )


class ReserveForm(ChangeQuotaForm):
    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("name"),
        label="Organisation",
        help_text="Ses promotions, ses agents et ceux des organisations qui en dépendent.",
    )
    field_order = ["organisation", "seats", "reserved_until", "exceeds_because"]


class InForceFilter(admin.SimpleListFilter):
    title = "places"
    parameter_name = "en_vigueur"

    def lookups(self, request, model_admin):
        return [("oui", "Encore réservées"), ("non", "Rendues à tous")]

    def queryset(self, request, queryset):
        if self.value() in {"oui", "non"}:
            return queryset.filter(released_at__isnull=self.value() == "oui")
        return queryset


@admin.register(SeatQuota)
class SeatQuotaAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """They are written by schools and employers, or from « Sessions suivies »."""

    may_change = True
    list_display = ["session", "organisation", "taken", "reserved_until", "released_at"]
    list_filter = [InForceFilter]
    list_select_related = ["session__module", "session__programme", "organisation"]
    search_fields = ["organisation__name", "organisation__acronym", "session__module__title"]
    date_hierarchy = "reserved_until"
    fields = readonly_fields = [
        "session", "organisation", "seats", "used", "reserved_until", "exceeds_because", "released_at", "created_at",
        "created_by",
    ]  # fmt: skip
    actions = ["change_quota", "release"]

    @admin.display(description="prises")
    def taken(self, quota):
        return f"{quota.used} sur {quota.seats}"

    @admin.action(description="Changer le nombre de places, ou la date", permissions=["change"])
    def change_quota(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset,
            action="change_quota",
            title="Changer le nombre de places, ou la date",
            done="Réservation changée",
            form_class=ChangeQuotaForm,
            apply=lambda quota, data: transitions.change_quota(quota=quota, **data),
        )

    @admin.action(description="Rendre les places à tous", permissions=["change"])
    def release(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset,
            action="release",
            title="Rendre les places à tous",
            done="Places rendues à tous",
            form_class=NothingForm,
            apply=lambda quota, _data: transitions.release(quota=quota),
        )
