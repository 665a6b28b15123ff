"""A file of students: sent, checked line by line, corrected here or sent again, then imported whole."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_POST

from campus.mailing import worker
from campus.personal import UNPROCESSABLE, posted
from campus.spreadsheets import csv_response
from enrolments import cohorts, file_imports, students
from enrolments.cohort_forms import RowForm, StudentFileForm
from enrolments.models import CohortImport
from enrolments.student_files import HEADER
from enrolments.views.cohorts import cohort_of, for_current_cohorts, to_cohort
from enrolments.views.spaces import for_school_referents

FAULTY_SHOWN = 25
LINES_SHOWN = 100
EXAMPLE = ["camille.exemple@ecole.example", "Camille", "Exemple"]


@for_current_cohorts
def cohort_import(request, organisation, cohort):
    if cohort.file_imports.live().exists():
        return to_cohort(cohort, "cohort_import_progress")
    files = request.FILES if request.method == "POST" else None
    form, status = StudentFileForm(posted(request), files), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            name = form.cleaned_data["file"].name
            try:
                students.keep_import(cohort=cohort, file_name=name, rows=form.rows, by=request.user)
            except cohorts.CohortRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return to_cohort(cohort, "cohort_import_check")
    pending = CohortImport.objects.filter(cohort=cohort).first()
    context = {"organisation": organisation, "cohort": cohort, "form": form, "pending": pending}
    return render(request, "enrolments/cohorts/import.html", context, status=status)


@for_current_cohorts
def cohort_import_check(request, organisation, cohort):
    """What the import would do; the lines to correct, a page at a time."""
    if cohort.file_imports.live().exists():
        return to_cohort(cohort, "cohort_import_progress")
    pending = CohortImport.objects.filter(cohort=cohort).first()
    if pending is None:
        return to_cohort(cohort, "cohort_import")
    report, status = students.check_students(cohort, students.rows_of(pending)), 200
    if request.method == "POST":
        forms = [RowForm(row, request.POST) for row in _shown(report, request).object_list]
        typed = {form.row.line: form.corrected() for form in forms if form.is_valid() and _is_posted(form)}
        pending = students.correct_import(cohort=cohort, corrected=typed)
        if pending is None:  # imported meanwhile, or given up
            return to_cohort(cohort, "cohort_import")
        report = students.check_students(cohort, students.rows_of(pending))
        if not report.faults:
            messages.success(request, "Tout est bon : vous pouvez importer.")
            return to_cohort(cohort, "cohort_import_check")
        status = UNPROCESSABLE
    page = _shown(report, request)
    forms = [
        RowForm(row, faults=tuple(fault for fault in report.faults if fault.row.line == row.line))
        for row in page.object_list
    ]
    context = {
        "organisation": organisation,
        "cohort": cohort,
        "pending": pending,
        "report": report,
        "line_count": len(pending.rows),
        "faulty_count": page.paginator.count,
        "page_obj": page,
        "forms": forms,
    }
    return render(request, "enrolments/cohorts/import_check.html", context, status=status)


def _shown(report, request):
    return Paginator(report.faulty_rows, FAULTY_SHOWN).get_page(request.GET.get("page"))


def _is_posted(form) -> bool:
    """The list may have changed since the page was drawn: a line that was not in it is left as it is."""
    return form.add_prefix("email") in form.data


@for_current_cohorts
def cohort_import_faults(request, organisation, cohort):
    """All of them as a file, to correct at the source."""
    pending = CohortImport.objects.filter(cohort=cohort).first()
    report = students.check_students(cohort, students.rows_of(pending) if pending else [])
    rows = [[fault.row.line, fault.column, fault.value, fault.advice] for fault in report.faults]
    header = ["Ligne", "Colonne", "Ce qui est écrit", "Ce qu'il faut faire"]
    return csv_response("lignes-a-corriger", [header, *rows])


@for_current_cohorts
@require_POST
def cohort_import_confirm(request, organisation, cohort):
    """At once, or by the worker when there are many."""
    invites = request.POST.get("invites") == "on"
    pending = CohortImport.objects.filter(cohort=cohort).first()
    if cohort.file_imports.live().exists() or (pending and len(pending.rows) > file_imports.AT_ONCE):
        file_imports.queue_students(cohort=cohort, by=request.user, invites=invites)
        return to_cohort(cohort, "cohort_import_progress")
    try:
        count = students.import_students(cohort=cohort, by=request.user, invites=invites)
    except cohorts.CohortRefused as refusal:
        messages.error(request, str(refusal))
        return to_cohort(cohort, "cohort_import_check")
    told = f"{count} élève{'s' if count > 1 else ''} dans la promotion."
    messages.success(request, f"{told} Les invitations partent par courriel." if invites and count else told)
    return to_cohort(cohort)


@for_school_referents
def cohort_import_progress(request, organisation, pk):
    """How far the worker is with the latest large file, and what became of it."""
    cohort = cohort_of(organisation, pk)
    file_import = cohort.file_imports.defer("content").first()
    if file_import is None:
        return to_cohort(cohort, "cohort_import")
    context = {
        "organisation": organisation,
        "cohort": cohort,
        "file_import": file_import,
        "page_obj": Paginator(file_import.lines, LINES_SHOWN).get_page(request.GET.get("page")),
        "worker_runs": not file_import.is_live or worker.is_running(),
    }
    return render(request, "enrolments/cohorts/import_progress.html", context)


@for_school_referents
@require_POST
def cohort_import_drop(request, organisation, pk):
    cohort = cohort_of(organisation, pk)
    try:
        file_imports.drop_students(cohort=cohort)
    except file_imports.FileImportRefused as refusal:
        messages.error(request, str(refusal))
        return to_cohort(cohort, "cohort_import_progress")
    messages.success(request, "Ce fichier est oublié : rien n'en a été importé.")
    return to_cohort(cohort)


@for_school_referents
def cohort_model(request, organisation):
    """A file to fill in."""
    return csv_response("eleves", [HEADER, EXAMPLE])
