"""A file of students: sent, checked line by line, corrected here or sent again, then imported whole."""

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
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
PREVIEWED = 10
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
    if request.method == "POST":
        return _correct(request, cohort, pending)
    if pending is None:
        return to_cohort(cohort, "cohort_import")
    return _check_page(request, cohort, pending, students.check_students(cohort, students.rows_of(pending)))


def _check_page(request, cohort, pending, report, status=200):
    page = Paginator(report.faulty_rows, FAULTY_SHOWN).get_page(request.GET.get("page"))
    forms = [
        RowForm(row, faults=tuple(fault for fault in report.faults if fault.row.line == row.line))
        for row in page.object_list
    ]
    context = {
        "organisation": cohort.organisation,
        "cohort": cohort,
        "pending": pending,
        "version": _version(pending),
        "report": report,
        "preview": report.new[:PREVIEWED],
        "line_count": len(pending.rows),
        "faulty_count": page.paginator.count,
        "page_obj": page,
        "forms": forms,
    }
    return render(request, "enrolments/cohorts/import_check.html", context, status=status)


def _version(pending) -> str:
    """Of the file: a page drawn for the one before does nothing with it."""
    return pending.uploaded_at.isoformat()


def _is_seen(request, pending) -> bool:
    """Whether this file is that of the page that was sent; pages of the version before do not say."""
    return request.POST.get("file") in (None, _version(pending))


def _correct(request, cohort, pending):
    """Write what was typed in the lines that are still to correct, and tell what became of it."""
    if pending is None:
        messages.error(request, students.GONE)
        return to_cohort(cohort, "cohort_import")
    if not _is_seen(request, pending):
        messages.error(request, students.REPLACED)
        return to_cohort(cohort, "cohort_import_check")
    faulty = {row.line: row for row in students.check_students(cohort, students.rows_of(pending)).faulty_rows}
    lines = RowForm.lines_in(request.POST)
    forms = [RowForm(faulty[line], request.POST) for line in lines if line in faulty]
    typed = {form.row.line: form.corrected() for form in forms if form.is_valid()}
    corrected = students.correct_import(pending=pending, corrected=typed)
    if corrected is None:  # imported meanwhile, given up or replaced
        messages.error(request, students.GONE)
        return to_cohort(cohort, "cohort_import")
    rows = students.rows_of(corrected)
    report = students.check_students(cohort, rows)
    left, now = {row.line for row in report.faulty_rows}, {row.line: row for row in rows}
    done = {line for line, row in typed.items() if now.get(line) == row}
    if mended := len(done - left):
        messages.success(request, _mended(mended, len(left)))
    if stale := [line for line in lines if line not in faulty or (line in typed and line not in done)]:
        messages.warning(request, _stale(stale))
    if not left:
        return to_cohort(cohort, "cohort_import_check")
    return _check_page(request, cohort, corrected, report, UNPROCESSABLE)


def _mended(mended: int, left: int) -> str:
    done = f"{mended} lignes réglées" if mended > 1 else "1 ligne réglée"
    return (
        f"{done}, il en reste {intcomma(left)} à corriger." if left else f"{done}. Tout est bon : vous pouvez importer."
    )


def _stale(lines: list[int]) -> str:
    which = ", ".join(map(str, lines))
    where = f"Lignes {which} : déjà corrigées" if len(lines) > 1 else f"Ligne {which} : déjà corrigée"
    return f"{where} ailleurs, ce que vous venez d'y taper n'est pas gardé."


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
    if pending and not _is_seen(request, pending):
        messages.error(request, students.REPLACED)
        return to_cohort(cohort, "cohort_import_check")
    if cohort.file_imports.live().exists() or (pending and len(pending.rows) > file_imports.AT_ONCE):
        file_imports.queue_students(cohort=cohort, by=request.user, invites=invites)
        return to_cohort(cohort, "cohort_import_progress")
    try:
        count = students.import_students(cohort=cohort, by=request.user, invites=invites, seen=pending)
    except cohorts.CohortRefused as refusal:
        messages.error(request, str(refusal))
        return to_cohort(cohort, "cohort_import_check")
    told = f"{count} élèves importés." if count > 1 else f"{count} élève importé."
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
    pending = CohortImport.objects.filter(cohort=cohort).first()
    if pending and not _is_seen(request, pending):
        messages.error(request, students.REPLACED)
        return to_cohort(cohort, "cohort_import_check")
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
