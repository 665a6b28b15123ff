"""The Django admin under the campus's name, entered through the site's own sign-in page."""

from django.contrib import admin, messages
from django.contrib.admin import actions
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from campus.mailing import health
from catalogue import waiting as catalogue_waiting
from enrolments import waiting as enrolments_waiting
from trainers import hidden, waiting


@admin.action(description="Supprimer la sélection", permissions=["delete"])
def delete_selected(model_admin, request, queryset):
    """Django's, whose « Supprimer les promotions sélectionnés » agrees with masculine words only."""
    return actions.delete_selected(model_admin, request, queryset)


class CampusAdminSite(admin.AdminSite):
    site_title = "Campus du numérique public"
    site_header = "Administration du campus"
    index_title = "Tenir le campus"
    index_template = "admin/campus/index.html"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_action(delete_selected, "delete_selected")

    def index(self, request, extra_context=None):
        for warning in health.warnings():
            messages.warning(request, warning)
        sources = [waiting, catalogue_waiting, enrolments_waiting]
        counts = [count for source in sources for count in source.counts_for(request.user)]
        return super().index(request, {"counts": counts, **(extra_context or {})})

    def get_log_entries(self, request):
        return hidden.log_entries(super().get_log_entries(request), request.user)

    def login(self, request, extra_context=None):
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            # The sign-in page would send them back here.
            raise PermissionDenied("Cette page est réservée à l'équipe du campus.")
        target = request.GET.get("next") or reverse("admin:index")
        return redirect(reverse("accounts:sign_in", query={"next": target}))
