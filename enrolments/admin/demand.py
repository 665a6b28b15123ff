"""Which modules are asked for, to plan their sessions."""

from django.contrib import admin

from campus.admin_mixins import ReadOnlyMixin
from enrolments.models import ModuleDemand, SessionAlert


@admin.register(ModuleDemand)
class ModuleDemandAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["title", "domain", "alert_count", "waiting_count", "session_count", "empty_seats"]
    list_display_links = None
    list_filter = ["domain"]
    list_select_related = ["domain"]
    search_fields = ["title"]

    def get_ordering(self, request):
        return ["-alert_count", "-waiting_count", "title_key"]

    @admin.display(description="alertes", ordering="alert_count")
    def alert_count(self, module):
        return module.alert_count

    @admin.display(description="en liste d'attente", ordering="waiting_count")
    def waiting_count(self, module):
        return module.waiting_count

    @admin.display(description="sessions à venir", ordering="session_count")
    def session_count(self, module):
        return module.session_count

    @admin.display(description="places libres", ordering="empty_seats")
    def empty_seats(self, module):
        return module.empty_seats


@admin.register(SessionAlert)
class SessionAlertAdmin(ReadOnlyMixin, admin.ModelAdmin):
    may_delete = True
    list_display = ["agent", "module", "created_at"]
    list_select_related = ["agent", "module"]
    search_fields = ["agent__email", "agent__last_name", "module__title"]
    date_hierarchy = "created_at"
    fields = readonly_fields = ["agent", "module", "created_at"]
