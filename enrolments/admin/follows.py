"""What agents say that they follow elsewhere, and their proofs, as staff read them."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from campus.admin_mixins import ReadOnlyMixin
from enrolments.models import ExternalFollow


@admin.register(ExternalFollow)
class ExternalFollowAdmin(ReadOnlyMixin, admin.ModelAdmin):
    may_delete = True
    list_display = ["agent", "module", "state", "started_on", "finished_on", "proof_link"]
    list_filter = ["state"]
    list_select_related = ["agent", "module"]
    search_fields = ["agent__email", "agent__last_name", "module__title"]
    date_hierarchy = "started_on"
    fields = readonly_fields = ["agent", "module", "state", "started_on", "finished_on", "proof_link"]

    @admin.display(description="justificatif")
    def proof_link(self, follow):
        if not follow.proof:
            return "Aucun"
        return format_html('<a href="{}">{}</a>', reverse("enrolments:proof", args=[follow.pk]), follow.proof_name)
