"""What agents say of themselves, as staff read it: accessibility needs are in the participants' list of a session alone."""

from django.contrib import admin

from campus.admin_mixins import ReadOnlyMixin
from enrolments.models import Profile


@admin.register(Profile)
class ProfileAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["agent", "organisation", "category", "metier", "region"]
    list_filter = ["category", "region"]
    list_select_related = ["agent__organisation", "metier"]
    search_fields = ["agent__email", "agent__last_name", "service"]
    fields = readonly_fields = [
        "agent", "organisation", "category", "service", "metier", "region", "time_zone", "interests", "superior_email",
        "created_at", "updated_at",
    ]  # fmt: skip

    @admin.display(description="employeur", ordering="agent__organisation")
    def organisation(self, profile):
        return profile.agent.organisation or "inconnu"
