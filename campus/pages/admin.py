from django.contrib import admin

from campus.pages.models import AccessibilityAudit


@admin.register(AccessibilityAudit)
class AccessibilityAuditAdmin(admin.ModelAdmin):
    list_display = ["audited_on", "auditor", "percent_met", "status"]

    @admin.display(description="état")
    def status(self, audit):
        return audit.status
