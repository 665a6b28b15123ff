"""What agents say of themselves, as staff read it: accessibility needs are in the participants' list of a session alone."""

from django.contrib import admin

from enrolments.models import Profile


@admin.register(Profile)
class ProfileAdmin(admin.ModelAdmin):
    list_display = ["agent", "organisation", "category", "metier", "region"]
    list_filter = ["category", "region"]
    list_select_related = ["agent__organisation", "metier"]
    search_fields = ["agent__email", "agent__last_name", "service"]
    fields = readonly_fields = [
        "agent", "organisation", "category", "service", "metier", "region", "time_zone", "interests", "superior_email",
        "created_at", "updated_at",
    ]  # fmt: skip

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="employeur", ordering="agent__organisation")
    def organisation(self, profile):
        return profile.agent.organisation
