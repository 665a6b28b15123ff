"""Pools of licences in the admin: gauges, allotments, files of codes and of usages, who has them by ministry."""

from django.contrib import admin, messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from campus.admin_mixins import DeletedOneByOneMixin
from campus.personal import UNPROCESSABLE
from campus.spreadsheets import csv_response
from enrolments import file_imports, licence_figures, licence_imports
from enrolments.admin.licence_forms import AllotmentFormSet, AsShownForm, ImportForm
from enrolments.enums import FileImportKind, LicenceAccess, LicenceState
from enrolments.models import Allotment, LicencePool

IMPORTS = {
    "codes": (
        licence_imports.import_codes,
        "Importer des codes ou des liens",
        "Une ligne par licence, sous la colonne « code » : un code, ou un lien qui commence par https://. Ils sont "
        "donnés dans l'ordre du fichier, chacun une fois.",
    ),
    "usages": (
        licence_imports.import_usages,
        "Importer les usages du fournisseur",
        "Il faut les colonnes « statut » (activée ou terminée) et « code » ou « email » (le code l'emporte). S'il y en a : "
        "« date » (2026-03-14) et « resultat », que seul l'agent voit tant qu'il ne le partage pas.",
    ),
}


MOST_SEATS = 10_000_000
COUNTS = {
    models.PositiveIntegerField: {
        "max_value": MOST_SEATS,
        "error_messages": {"max_value": f"{intcomma(MOST_SEATS)} licences au plus : vérifiez ce nombre."},
    }
}


class AllotmentInline(admin.TabularInline):
    model = Allotment
    form = AsShownForm
    formset = AllotmentFormSet
    extra = 1
    formfield_overrides = COUNTS
    autocomplete_fields = ["organisation"]
    readonly_fields = ["given"]


@admin.register(LicencePool)
class LicencePoolAdmin(DeletedOneByOneMixin, admin.ModelAdmin):
    form = AsShownForm
    list_display = ["__str__", "mode", "gauge", "asked", "left", "codes", "exhausted", "pages"]
    list_filter = ["provider", "year"]
    readonly_fields = ["gauge", "common_left", "exhausted"]
    inlines = [AllotmentInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}, **COUNTS}
    fieldsets = [
        (None, {"fields": ["provider", "year", "seats", "gauge", "common_left", "exhausted"]}),
        ("Ce qu'on en dit", {"fields": ["summary", "conditions"]}),
        ("Attribution", {"fields": ["mode", "campaigns", "is_for_known_employers", "opens_at", "closes_at"]}),
        ("Accès", {"fields": ["access", "campaign_code", "start_url"]}),
        ("Durée", {"fields": ["validity_days", "reminder_days", "notice_days"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    def get_object(self, request, object_id, from_field=None):
        """Locked while it is saved: its seats are checked against those that nobody is given meanwhile."""
        if request.method == "POST" and connection.in_atomic_block and str(object_id).isdecimal():
            LicencePool.objects.select_for_update(no_key=True).filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

    def save_model(self, request, obj, form, change):
        """Only what was changed: the counters belong to the triggers, the rest to whoever writes it meanwhile."""
        obj.save(update_fields=form.changed_data if change else None)

    def save_formset(self, request, form, formset, change):
        """What shrinks first: at no time do allotments exceed the pool."""
        changed = formset.save(commit=False)
        for allotment in formset.deleted_objects:
            allotment.delete()
        before = dict(Allotment.objects.filter(pool=form.instance).values_list("pk", "seats"))
        for allotment in sorted(changed, key=lambda allotment: allotment.seats - before.get(allotment.pk, 0)):
            allotment.save()

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Réserves de licences", **(extra_context or {})})

    @admin.display(description="attribuées", ordering="given")
    def gauge(self, pool):
        if pool.pk is None:
            return ""
        share = round(100 * pool.given / pool.seats)
        return format_html(
            '<progress max="{}" value="{}" aria-label="{} attribuées"></progress> {} sur {} ({} %)',
            pool.seats, pool.given, pool.given, intcomma(pool.given), intcomma(pool.seats), share,
        )  # fmt: skip

    @admin.display(description="demandes en file", ordering="asked_count")
    def asked(self, pool):
        url = reverse(
            "admin:enrolments_licence_changelist",
            query={"pool__id__exact": pool.pk, "state__exact": LicenceState.REQUESTED},
        )
        return format_html('<a href="{}">{}</a>', url, pool.asked_count)

    @admin.display(description="restent")
    def left(self, pool):
        return licence_figures.left_in_words(pool)

    @admin.display(description="restent pour tous, hors contingents")
    def common_left(self, pool):
        return "" if pool.pk is None else pool.common_left

    @admin.display(description="codes libres", ordering="codes_left")
    def codes(self, pool):
        """With an alert where licences are left that have none."""
        if pool.access != LicenceAccess.CODES:
            return "code commun"
        missing, told = licence_figures.missing_codes(pool), intcomma(pool.codes_left)
        if not missing:
            return told
        return format_html('{} <strong class="disagreement">il en manque {}</strong>', told, intcomma(missing))

    @admin.display(description="épuisée vers le")
    def exhausted(self, pool):
        """At the pace of the last month."""
        if pool.pk is None or pool.left <= 0:
            return "épuisée" if pool.pk else ""
        return date_format(pool.exhausted_on, "d/m/Y") if pool.exhausted_on else "pas cette année"

    @admin.display(description="fichiers et suivi")
    def pages(self, pool):
        names = [("codes", "Codes"), ("usages", "Usages"), ("spread", "Par ministère")]
        links = [(reverse(f"admin:enrolments_licencepool_{name}", args=[pool.pk]), label) for name, label in names]
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    def get_urls(self):
        pages = [
            path(
                f"<int:pk>/{kind}/",
                self.admin_site.admin_view(self._import_view(kind)),
                name=f"enrolments_licencepool_{kind}",
            )
            for kind in IMPORTS
        ]
        spread = path(
            "<int:pk>/ministeres/", self.admin_site.admin_view(self.spread_view), name="enrolments_licencepool_spread"
        )
        export = path(
            "<int:pk>/ministeres.csv",
            self.admin_site.admin_view(self.spread_export),
            name="enrolments_licencepool_spread_export",
        )
        return [*pages, spread, export, *super().get_urls()]

    def _pool(self, request, pk, *, to_change: bool) -> LicencePool | None:
        pool = self.get_queryset(request).filter(pk=pk).first()
        may = self.has_change_permission if to_change else self.has_view_permission
        if not may(request, pool):
            raise PermissionDenied
        return pool

    def _import_view(self, kind: str):
        def view(request, pk):
            pool = self._pool(request, pk, to_change=True)
            if pool is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
            return self._import(request, pool, kind)

        return view

    def _import(self, request, pool: LicencePool, kind: str):
        """A file, read at once, or by the worker when it is large; what it did, or each of its bad lines and nothing done.
        One that is tried and good has a page, where it is confirmed. The form comes back for a trial, whatever the last."""
        read, title, columns = IMPORTS[kind]
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        report, faults = None, []
        if form.is_bound and form.is_valid():
            sent, is_dry_run = form.cleaned_data["file"], form.cleaned_data["is_dry_run"]
            try:
                with file_imports.as_path(sent.name, sent.chunks()) as file:
                    if file_imports.is_large(file):
                        return self._queue(request, pool, kind, sent, is_dry_run)
                    report = read(pool=pool, path=file, by=request.user, is_dry_run=is_dry_run)
            except licence_imports.FileRefused as refusal:
                faults = refusal.faults
            else:
                if is_dry_run:
                    return self._keep_tried(request, pool, kind, sent, report)
                self.log_change(request, pool, f"{title}. {', '.join(report.told)}.")
                form = ImportForm()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{title} : {pool}",
            "columns": columns,
            "form": form,
            "report": report,
            "faults": faults,
        }
        status = UNPROCESSABLE if faults or form.errors else 200
        return render(request, "admin/enrolments/licencepool/import.html", context, status=status)

    def _keep_tried(self, request, pool: LicencePool, kind: str, file, report: licence_imports.Report):
        tried = file_imports.keep_tried(pool=pool, kind=FileImportKind(kind), file=file, by=request.user, report=report)
        return redirect("admin:enrolments_fileimport_change", tried.pk)

    def _queue(self, request, pool: LicencePool, kind: str, file, is_dry_run: bool):
        file_import, is_new = file_imports.queue_licences(
            pool=pool, kind=FileImportKind(kind), file=file, by=request.user, is_dry_run=is_dry_run
        )
        if is_new:
            self.log_change(request, pool, f"{'Essai' if is_dry_run else 'Import'} de « {file.name} » demandé.")
        else:
            told = "Un import de cette réserve est déjà en cours : le voici. Votre fichier n'a pas été pris."
            self.message_user(request, told, messages.WARNING)
        return redirect("admin:enrolments_fileimport_change", file_import.pk)

    def spread_view(self, request, pk):
        pool = self._pool(request, pk, to_change=False)
        if pool is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Par ministère : {pool}",
            "pool": pool,
            "header": licence_figures.MINISTRY_HEADER,
            "figures": licence_figures.by_ministry(pool),
        }
        return render(request, "admin/enrolments/licencepool/spread.html", context)

    def spread_export(self, request, pk):
        pool = self._pool(request, pk, to_change=False)
        if pool is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        rows = [licence_figures.MINISTRY_HEADER, *licence_figures.by_ministry(pool)]
        return csv_response(f"licences-{pool.provider}-{pool.year}-par-ministere", rows)
