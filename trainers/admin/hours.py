"""The statements of hours: prepared for a period, corrected, validated by somebody else, exported for payroll."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import path

from campus.admin_actions import NothingForm, ask_then_apply
from campus.personal import UNPROCESSABLE
from campus.spreadsheets import csv_response, xlsx_file
from trainers import exports, transitions
from trainers.admin.forms import PeriodForm
from trainers.enums import StatementState
from trainers.models import HoursLine, HoursStatement
from trainers.wording import euros_in_words, rates_in_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LineForm(forms.ModelForm):
    preparation_minutes = forms.IntegerField(label="Préparation (minutes)", min_value=0, max_value=60_000)
    teaching_minutes = forms.IntegerField(label="Animation (minutes)", min_value=0, max_value=60_000)


class LineInline(admin.TabularInline):
    model = HoursLine
    form = LineForm
    fields = ["assignment", "preparation_minutes", "teaching_minutes", "rate", "amount"]
    readonly_fields = ["assignment", "rate", "amount"]
    extra = 0
    can_delete = False

    def get_queryset(self, request):
        subjects = ["assignment__trainer__user", "assignment__session__module", "assignment__session__programme"]
        return super().get_queryset(request).select_related(*subjects)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        is_draft = obj is None or obj.state == StatementState.DRAFT
        return is_draft and super().has_change_permission(request, obj)

    @admin.display(description="taux horaire", empty_value="sans objet")
    def rate(self, line):
        return rates_in_words(line) or None

    @admin.display(description="montant")
    def amount(self, line):
        return euros_in_words(line.amount_cents)


@admin.register(HoursStatement)
class HoursStatementAdmin(admin.ModelAdmin):
    list_display = ["trainer", "starts_on", "ends_on", "line_count", "total", "state", "validated_by"]
    list_filter = ["state", "trainer__kind"]
    list_per_page = 50
    ordering = ["-starts_on", "trainer__user__last_name", "pk"]  # that of the model is lost to the count
    search_fields = ["trainer__user__last_name", "trainer__user__first_name", "trainer__user__email"]
    date_hierarchy = "starts_on"
    fields = readonly_fields = [
        "trainer", "starts_on", "ends_on", "state", "total", "created_at", "validated_at", "validated_by",
    ]  # fmt: skip
    inlines = [LineInline]
    actions = ["validate", "make_anew", "export_csv", "export_xlsx"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("trainer__user", "validated_by")
            .annotate(line_count=Count("lines"))
        )

    def has_add_permission(self, request):
        return False  # they are prepared for a period

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="sessions", ordering="line_count")
    def line_count(self, statement):
        return statement.line_count

    @admin.display(description="montant", ordering="total_cents")
    def total(self, statement):
        return euros_in_words(statement.total_cents)

    def save_model(self, request, obj, form, change):
        """Nothing of a statement is typed: its lines are, and its total follows them."""

    def save_formset(self, request, form, formset, change):
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for line_form in formset.forms:
            if not line_form.has_changed():
                continue
            minutes = {name: line_form.cleaned_data[name] for name in ("preparation_minutes", "teaching_minutes")}
            try:
                transitions.change_line(line=line_form.instance, by=request.user, **minutes)
            except transitions.TransitionRefused as refusal:  # validated meanwhile
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                formset.changed_objects.append((line_form.instance, line_form.changed_data))

    # --- Actions ------------------------------------------------------------------------------------------------------

    @admin.action(description="Valider", permissions=["change"])
    def validate(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset,
            action="validate",
            title="Valider les états",
            done="État validé",
            form_class=NothingForm,
            apply=lambda statement, data: transitions.validate_statement(statement=statement, by=request.user),
        )

    @admin.action(description="Refaire d'après les affectations : les corrections sont perdues", permissions=["change"])
    def make_anew(self, request, queryset):
        def make(statement, data):
            transitions.prepare_statement(
                trainer=statement.trainer, starts_on=statement.starts_on, ends_on=statement.ends_on, by=request.user
            )

        return ask_then_apply(
            self,
            request,
            queryset,
            action="make_anew",
            title="Refaire les états",
            done="État refait",
            form_class=NothingForm,
            apply=make,
        )

    @admin.action(description="Exporter en CSV, pour le logiciel de paie (états validés)", permissions=["view"])
    def export_csv(self, request, queryset):
        self._log_export(request, queryset)
        return csv_response("heures", exports.hours_lines(queryset.values("pk")), is_for_machines=True)

    @admin.action(description="Exporter en XLSX, pour un tableur (états validés)", permissions=["view"])
    def export_xlsx(self, request, queryset):
        self._log_export(request, queryset)
        file = xlsx_file("Heures", exports.hours_lines(queryset.values("pk")))
        return FileResponse(file, as_attachment=True, filename="heures.xlsx", content_type=XLSX)

    def _log_export(self, request, queryset):
        for statement in queryset.filter(state=StatementState.VALIDATED):
            self.log_change(request, statement, "Exporté pour la paie")

    # --- A period -----------------------------------------------------------------------------------------------------

    def get_urls(self):
        prepare = self.admin_site.admin_view(self.prepare)
        return [path("preparer/", prepare, name="trainers_hoursstatement_prepare"), *super().get_urls()]

    def prepare(self, request):
        """Ask for a period, then state it for each trainer who taught then."""
        if not request.user.has_perm("trainers.add_hoursstatement"):
            raise PermissionDenied
        form, status = PeriodForm(request.POST if request.method == "POST" else None), 200
        if request.method == "POST":
            if form.is_valid() and self._prepare(request, form):
                return redirect("admin:trainers_hoursstatement_changelist")
            status = UNPROCESSABLE
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Préparer les états d'une période",
            "form": form,
        }
        return render(request, "admin/trainers/prepare.html", context, status=status)

    def _prepare(self, request, form) -> bool:
        try:
            made, refused = transitions.prepare_statements(by=request.user, **form.cleaned_data)
        except transitions.TransitionRefused as refusal:
            form.add_error(refusal.argument, str(refusal))
            return False
        for statement in made:
            self.log_addition(request, statement, "État préparé")
        for trainer, reason in refused:
            self.message_user(request, f"{trainer} : {reason}", messages.WARNING)
        if made:
            self.message_user(request, f"{len(made)} état(s) préparé(s).", messages.SUCCESS)
        elif not refused:
            self.message_user(request, "Aucune session n'est à déclarer dans cette période.", messages.INFO)
        return True
