"""Declared links, kept by who handles applications and knows who applies. One's own are hidden: they would tell who applies."""

from django.contrib import admin

from trainers import permissions, querysets, transitions
from trainers.models import Application, Conflict


@admin.register(Conflict)
class ConflictAdmin(admin.ModelAdmin):
    list_display = ["reviewer", "applicant", "reason", "declared_at", "declared_by"]
    list_select_related = ["reviewer", "applicant", "declared_by"]
    search_fields = ["reviewer__last_name", "reviewer__email", "applicant__last_name", "applicant__email"]
    autocomplete_fields = ["reviewer", "applicant"]
    fields = ["reviewer", "applicant", "reason", "declared_at", "declared_by"]
    readonly_fields = ["declared_at", "declared_by"]

    def get_queryset(self, request):
        conflicts = super().get_queryset(request).exclude(reviewer=request.user)
        return conflicts.exclude(applicant__in=querysets.hidden_applicants(request.user).values("pk"))

    def _is_kept_by(self, request):
        return permissions.can_manage(request.user) and permissions.can_see_identity(request.user)

    def has_module_permission(self, request):
        return self._is_kept_by(request)

    def has_view_permission(self, request, obj=None):
        return self._is_kept_by(request)

    def has_add_permission(self, request):
        return self._is_kept_by(request)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        """Lifted by hand, and logged: who declared one in error asks a colleague."""
        return self._is_kept_by(request)

    def save_model(self, request, obj, form, change):
        """What the reviewer already handles or wrote is taken off as well."""
        obj.declared_by = request.user
        super().save_model(request, obj, form, change)
        application = Application.objects.filter(applicant=obj.applicant).first()
        if application:
            transitions.declare_conflict(application=application, reviewer=obj.reviewer, by=request.user)
