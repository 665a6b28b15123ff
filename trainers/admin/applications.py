"""Applications in the admin: the queue, and the pages of each. States are read there, and changed by the transitions alone.

Everything begins with `visible_to`: an application in conflict is as if it did not exist, for administrators as well.
"""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, Value
from django.http import FileResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from campus.admin_actions import ask_then_apply
from campus.spreadsheets import csv_response, xlsx_file
from trainers import application_exports, permissions, transitions
from trainers.admin import duplicates, filters, pages, redactions, reviewing, statistics
from trainers.admin.acts import ACTS, act_named
from trainers.models import Application, Review

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = [
    "applicant__first_name",
    "applicant__last_name",
    "applicant__email",
    "organisation__name",
    "organisation__acronym",
]
BULK = ["recevabilite", "instruction", "irrecevabilite", "vivier", "refus"]
"""Acts that many applications may go through together."""


@admin.register(Application)
class ApplicationAdmin(admin.ModelAdmin):
    list_display = ["reference", "person", "state", "handler", "due", "age", "review_count", "score", "call_title"]
    list_filter = [
        filters.StageFilter, filters.DueFilter, filters.AssignedFilter, filters.CallFilter, filters.AgeFilter,
        filters.SkillFilter,
    ]  # fmt: skip
    list_select_related = []  # prefetched instead: a join would be made for all rows before a page of them is taken
    list_per_page = 50
    show_full_result_count = False
    ordering = ["due_on", "submitted_at", "pk"]
    search_fields = ["reference"]
    search_help_text = "Référence, nom, adresse ou employeur ; la référence seulement sous lecture anonymisée."
    actions = ["hand_out", "hand_to", *BULK, "export_csv", "export_xlsx"]

    # --- Who sees what ------------------------------------------------------------------------------------------------

    def get_queryset(self, request):
        user = request.user
        is_hidden = Value(False) if permissions.can_see_identity(user) else F("call__is_anonymised")
        given = Review.objects.filter(application=OuterRef("pk"), reviewer=user).submitted()
        knows_scores = Value(True) if permissions.can_manage(user) else Exists(given)
        applications = Application.objects.visible_to(user).with_scores()
        applications = applications.prefetch_related("applicant", "call", "assigned_to")
        return applications.annotate(is_hidden=is_hidden, knows_scores=knows_scores).order_by(*self.ordering)

    def get_search_results(self, request, queryset, search_term):
        """Each word in the reference or, where the reader may know it, in who applies."""
        for word in search_term.split():
            named = Q(*[(f"{name}__icontains", word) for name in NAMES], _connector=Q.OR)
            if not permissions.can_see_identity(request.user):
                named &= Q(call__is_anonymised=False)
            queryset = queryset.filter(Q(reference__icontains=word) | named)
        return queryset, False

    def lookup_allowed(self, lookup, value, request=None):
        """None but the filters': the address would otherwise ask who applies, hidden or not."""
        return lookup in {each.parameter_name for each in self.list_filter}

    def get_sortable_by(self, request):
        names = ["reference", "state", "handler", "due", "age", "call_title"]
        return [*names, "review_count", "score"] if permissions.can_manage(request.user) else names

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return permissions.can_manage(request.user) or super().has_view_permission(request, obj)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_manage_permission(self, request):
        return permissions.can_manage(request.user)

    def has_decide_permission(self, request):
        return permissions.can_decide(request.user)

    # --- Columns ------------------------------------------------------------------------------------------------------

    @admin.display(description="personne")
    def person(self, application):
        return "masquée" if application.is_hidden else application.applicant

    @admin.display(description="suivie par", ordering="assigned_to__last_name")
    def handler(self, application):
        return application.assigned_to

    @admin.display(description="appel", ordering="call__title")
    def call_title(self, application):
        return application.call.title

    @admin.display(description="à traiter avant le", ordering="due_on")
    def due(self, application):
        day = application.more_due_on or application.due_on
        if day is None:
            return None
        what = "complément attendu le " if application.more_due_on else ""
        return f"{what}{day:%d/%m/%Y}{' (en retard)' if day < timezone.localdate() else ''}"

    @admin.display(description="âge", ordering="-submitted_at")
    def age(self, application):
        return f"{(timezone.now() - application.submitted_at).days} j"

    @admin.display(description="avis", ordering="review_count")
    def review_count(self, application):
        return application.review_count if application.knows_scores else None

    @admin.display(description="note", ordering="score")
    def score(self, application):
        return f"{application.score:.1f}".replace(".", ",") if application.knows_scores and application.score else None

    # --- Pages --------------------------------------------------------------------------------------------------------

    def get_urls(self):
        on = self._on_application
        own = [
            path("statistiques/", self.admin_site.admin_view(partial(statistics.page, self)), name=f"{URL}_statistics"),
            path("<int:pk>/piece/<int:file>/", on(pages.download), name=f"{URL}_file"),
            path("<int:pk>/avis/", on(reviewing.page), name=f"{URL}_review"),
            path("<int:pk>/doublon/", on(duplicates.page), name=f"{URL}_duplicate"),
            path("<int:pk>/anonymat/", on(redactions.page), name=f"{URL}_redactions"),
        ]
        acts = [path(f"<int:pk>/{act.slug}/", on(pages.act), {"act": act}, name=act.url_name) for act in ACTS]
        return own + acts + super().get_urls()

    def _on_application(self, page):
        """A page of one application, told not to exist to who may not see it."""

        def view(request, pk, **kwargs):
            if not self.has_view_permission(request):
                raise PermissionDenied
            application = self.get_object(request, str(pk))
            if application is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
            return page(self, request, application, **kwargs)

        return self.admin_site.admin_view(view)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        application = self.get_object(request, object_id)
        if application is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return pages.detail(self, request, application)

    def back_to(self, request, application):
        """After an act: to the application, or to the queue when it is hidden by now."""
        if self.get_object(request, str(application.pk)) is None:
            return redirect(reverse(f"admin:{URL}_changelist"))
        return redirect(reverse(f"admin:{URL}_change", args=[application.pk]))

    # --- Several at once ----------------------------------------------------------------------------------------------

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Candidatures", **(extra_context or {})})

    def _each(self, request, queryset, slug):
        """The act `slug` on each, with the state that the page of confirmation has shown; those refused come back with why."""
        act = act_named(slug)
        if "confirm" in request.POST:  # also those that have left the list meanwhile: they are told about
            queryset = self.get_queryset(request).filter(pk__in=request.POST.getlist("_selected_action"))
        applications = list(queryset.select_related("applicant", "call"))
        for application in applications:
            application.seen = request.POST.get(f"seen-{application.pk}", application.state)
        return ask_then_apply(
            self,
            request,
            applications,
            action=slug,
            title=act.title,
            done=act.done,
            form_class=partial(act.form_class, reader=request.user),
            apply=lambda application, data: pages.apply(act, application, application.seen, request.user, data),
        )

    @admin.action(description="Attribuer à quelqu'un", permissions=["manage"])
    def hand_to(self, request, queryset):
        return self._each(request, queryset, "attribution")

    @admin.action(description="Répartir entre les personnes qui instruisent", permissions=["manage"])
    def hand_out(self, request, queryset):
        given = transitions.hand_out(applications=list(queryset), by=request.user)
        taken = [application for application, taker in given.items() if taker]
        LogEntry.objects.log_actions(request.user.pk, taken, CHANGE, "Attribuée par répartition")
        for taker in sorted({taker for taker in given.values() if taker}, key=str):
            count = list(given.values()).count(taker)
            self.message_user(request, f"{count} candidature(s) attribuée(s) à {taker}.", messages.SUCCESS)
        for application in (application for application, taker in given.items() if taker is None):
            self.message_user(
                request,
                f"« {application} » : personne ne peut la prendre (charge, absence ou conflit).",
                messages.WARNING,
            )
        if untouched := queryset.count() - len(given):
            self.message_user(
                request, f"{untouched} laissée(s) telle(s) quelle(s) : suivie(s) ou close(s).", messages.INFO
            )

    @admin.action(description="Déclarer recevables", permissions=["manage"])
    def recevabilite(self, request, queryset):
        return self._each(request, queryset, "recevabilite")

    @admin.action(description="Mettre en instruction", permissions=["manage"])
    def instruction(self, request, queryset):
        return self._each(request, queryset, "instruction")

    @admin.action(description="Déclarer irrecevables", permissions=["decide"])
    def irrecevabilite(self, request, queryset):
        return self._each(request, queryset, "irrecevabilite")

    @admin.action(description="Garder au vivier", permissions=["decide"])
    def vivier(self, request, queryset):
        return self._each(request, queryset, "vivier")

    @admin.action(description="Refuser", permissions=["decide"])
    def refus(self, request, queryset):
        return self._each(request, queryset, "refus")

    @admin.action(description="Exporter en CSV", permissions=["view"])
    def export_csv(self, request, queryset):
        return csv_response("candidatures", self._exported(request, queryset))

    @admin.action(description="Exporter en XLSX", permissions=["view"])
    def export_xlsx(self, request, queryset):
        file = xlsx_file("Candidatures", self._exported(request, queryset))
        return FileResponse(file, as_attachment=True, filename="candidatures.xlsx", content_type=XLSX)

    def _exported(self, request, queryset):
        LogEntry.objects.log_actions(
            request.user.pk, queryset.select_related(None).only("reference"), CHANGE, "Exportée"
        )
        return application_exports.rows(queryset, request.user)


URL = "trainers_application"
