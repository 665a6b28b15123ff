"""Large files that the worker imports: how far each is, what became of it."""

from django.contrib import admin, messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render

from campus.admin_mixins import ReadOnlyMixin
from campus.mailing import worker
from enrolments import file_imports
from enrolments.models import FileImport

LINES_SHOWN = 100


@admin.register(FileImport)
class FileImportAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """A page an import, that follows it. Those of licences are sent from « Réserves de licences », those of students by schools."""

    list_display = ["__str__", "into", "state", "intent", "progress", "uploaded_at", "uploaded_by", "ended_at"]
    list_filter = ["state", "kind", "is_dry_run"]
    list_select_related = ["cohort__organisation", "pool", "uploaded_by"]
    search_fields = ["file_name", "cohort__organisation__name"]
    date_hierarchy = "uploaded_at"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content", "lines")

    @admin.display(description="dans")
    def into(self, file_import):
        return file_import.pool or f"{file_import.cohort}, {file_import.cohort.organisation}"

    @admin.display(description="essai ou réel", ordering="is_dry_run")
    def intent(self, file_import):
        return "essai" if file_import.is_dry_run else "réel"

    @admin.display(description="lignes")
    def progress(self, file_import):
        """How many the file has; of one that goes on, how many are behind."""
        if file_import.lines_total is None:
            return "pas encore compté" if file_import.is_live else "non compté"
        total = intcomma(file_import.lines_total)
        return f"{intcomma(file_import.lines_done)} sur {total}" if file_import.is_live else total

    def change_view(self, request, object_id, form_url="", extra_context=None):
        file_import = self.get_object(request, object_id)
        if file_import is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, file_import):
            raise PermissionDenied
        if request.method == "POST":
            return self._act(request, file_import)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(file_import),
            "file_import": file_import,
            "into": self.into(file_import),
            "may_act": self._may_act(request, file_import),
            "page_obj": Paginator(file_import.lines, LINES_SHOWN).get_page(request.GET.get("page")),
            "worker_runs": not file_import.is_live or worker.is_running(),
        }
        return render(request, "admin/enrolments/fileimport/detail.html", context)

    def has_view_permission(self, request, obj=None):
        """Who sends files of licences follows them."""
        return super().has_view_permission(request, obj) or (obj is not None and self._may_act(request, obj))

    def _may_act(self, request, file_import) -> bool:
        """Schools give up their own files."""
        return bool(file_import.pool_id) and request.user.has_perm("enrolments.change_licencepool")

    def _act(self, request, file_import):
        """Import for good what was tried, or give it up."""
        if not self._may_act(request, file_import):
            raise PermissionDenied
        try:
            if "drop" in request.POST:
                file_imports.drop(file_import=file_import)
                self.message_user(request, "Ce fichier est oublié.", messages.SUCCESS)
                return redirect("admin:enrolments_licencepool_changelist")
            file_imports.confirm(file_import=file_import)
        except file_imports.FileImportRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.log_change(request, file_import.pool, f"Import de « {file_import.file_name} » confirmé.")
        return redirect("admin:enrolments_fileimport_change", file_import.pk)
