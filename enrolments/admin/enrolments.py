"""Enrolments in the admin: states are read there, and changed by the transitions."""

from django import forms
from django.contrib import admin

from campus.admin_actions import ask_then_apply
from enrolments import transitions
from enrolments.models import Enrolment, EnrolmentEvent


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Gardé dans l'historique de l'inscription.",
    )


class EventInline(admin.TabularInline):
    model = EnrolmentEvent
    extra = 0
    can_delete = False
    fields = readonly_fields = ["from_state", "to_state", "happened_at", "happened_by", "reason"]

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Enrolment)
class EnrolmentAdmin(admin.ModelAdmin):
    list_display = ["agent", "session", "state", "queued_at", "offer_expires_at"]
    list_filter = ["state", "session__domain"]
    list_select_related = ["agent", "session__module", "session__programme"]
    search_fields = ["agent__email", "agent__last_name", "session__module__title"]
    date_hierarchy = "created_at"
    fields = readonly_fields = ["agent", "session", "state", "queued_at", "offer_expires_at", "created_at"]
    inlines = [EventInline]
    actions = ["withdraw"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description="Désister", permissions=["change"])
    def withdraw(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset,
            action="withdraw",
            title="Désister",
            done="Désistement enregistré",
            form_class=ReasonForm,
            apply=lambda enrolment, data: transitions.withdraw(
                enrolment=enrolment, by=request.user, reason=data["reason"]
            ),
        )
