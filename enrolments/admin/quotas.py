"""Reserved seats as staff see them, correct them and give them back to all."""

import datetime
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone

from campus.accounts.models import Organisation
from campus.admin_actions import NothingForm, ask_then_apply
from campus.admin_mixins import ReadOnlyMixin
from campus.personal import posted
from catalogue import wording
from catalogue.models import Session
from enrolments import transitions
from enrolments.models import SeatQuota


class QuotaForm(forms.Form):
    seats = forms.IntegerField(label="Places réservées", min_value=1, max_value=100_000)
    reserved_until = forms.DateField(
        label="Réservées jusqu'au",
        widget=AdminDateWidget,
        help_text="Ce jour compris ; le lendemain, elles sont à tous.",
    )
    exceeds_because = forms.CharField(
        label="Motif d'un dépassement",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"size": 80}),
        help_text="Pour réserver plus que la part permise d'une session ouverte à tous. Gardé avec la réservation.",
    )


class ChangeQuotaForm(QuotaForm):
    """What is left empty, or as the page showed it, does not change. Several are changed together; one is shown as it is."""

    def __init__(self, data=None, *, quotas: list[SeatQuota]):
        super().__init__(data, initial=self._shown(*quotas) if len(quotas) == 1 else {})
        for field in self.fields.values():
            field.required, field.show_hidden_initial = False, True
            field.help_text = f"{field.help_text} Laissez vide pour ne rien y changer.".strip()

    @staticmethod
    def _shown(quota: SeatQuota) -> dict:
        return {
            "seats": quota.seats,
            "reserved_until": quota.last_day,
            "exceeds_because": quota.exceeds_because,
        }

    def clean(self):
        """Only what staff changed, which may be nothing: the rest is whatever it has become meanwhile."""
        return {name: self.cleaned_data[name] for name in self.changed_data if self.cleaned_data.get(name)}

    @staticmethod
    def apply(quota: SeatQuota, data: dict) -> SeatQuota:
        return transitions.correct_quota(quota=quota, **data)


class ReserveForm(QuotaForm):
    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("name"),
        label="Organisation",
        help_text="École partenaire ou employeur : ses promotions, ses agents et ceux des organisations qui en dépendent.",
    )
    field_order = ["session", "organisation", "seats", "reserved_until", "exceeds_because"]


class AddQuotaForm(ReserveForm):
    session = forms.ModelChoiceField(Session.objects.none(), label="Session")

    def __init__(self, data=None):
        super().__init__(data)
        to_come = Session.objects.not_cancelled().upcoming().filter(enrolment_closes_at__gt=timezone.now())
        self.fields["session"].queryset = to_come.select_related("module", "programme").order_by("starts_at", "pk")


def reserve_until_day(*, session: Session, reserved_until: datetime.date, **fields) -> SeatQuota:
    """As transitions.reserve, until the end of a day."""
    return transitions.reserve(session=session, reserved_until=transitions.end_of(reserved_until, session), **fields)


@admin.display(description="réservées jusqu'au", ordering="reserved_until")
def until(quota: SeatQuota) -> str:
    """The day that the pages of schools and employers say too."""
    return wording.day_in_words(quota.last_day, "j F Y")


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
    """They are written by schools and employers, and by staff, here or from « Sessions suivies »."""

    may_change = True
    list_display = ["session", "organisation", "taken", until, "released_at"]
    list_filter = [InForceFilter]
    list_select_related = ["session__module", "session__programme", "organisation"]
    search_fields = ["organisation__name", "organisation__acronym", "session__module__title"]
    date_hierarchy = "reserved_until"
    fields = readonly_fields = [
        "session", "organisation", "seats", "used", until, "exceeds_because", "released_at", "created_at",
        "created_by",
    ]  # fmt: skip
    actions = ["change_quota", "release"]

    @admin.display(description="prises")
    def taken(self, quota):
        return f"{quota.used} sur {quota.seats}"

    def has_add_permission(self, request):
        return admin.ModelAdmin.has_add_permission(self, request)

    def add_view(self, request, form_url="", extra_context=None):
        """By the transition, whose refusals are said at the fields."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AddQuotaForm(posted(request))
        if form.is_valid():
            try:
                quota = reserve_until_day(by=request.user, **form.cleaned_data)
            except transitions.EnrolmentRefused as refusal:
                form.add_error(refusal.argument or "session", str(refusal))
            else:
                self.log_addition(request, quota, "Places réservées")
                self.message_user(request, f"« {quota} » : places réservées.", messages.SUCCESS)
                return redirect("admin:enrolments_seatquota_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Réserver des places",
            "form": form,
        }
        return render(request, "admin/enrolments/seatquota/add.html", context)

    @admin.action(description="Changer le nombre de places, ou la date", permissions=["change"])
    def change_quota(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset,
            action="change_quota",
            title="Changer la réservation",
            done="Réservation changée",
            form_class=partial(ChangeQuotaForm, quotas=list(queryset)),
            apply=ChangeQuotaForm.apply,
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
