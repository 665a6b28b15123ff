"""« Espace employeur »: figures without names, trainings advised to agents; reserved seats are in views/quotas.py."""

from itertools import chain

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from campus.accounts.enums import Role
from campus.accounts.memberships import organisations_of
from campus.personal import UNPROCESSABLE, posted, private
from campus.spreadsheets import csv_response, xlsx_file
from enrolments import employers
from enrolments.cohort_forms import InternalPriorityForm
from enrolments.licence_figures import figure_rows, licence_figures
from enrolments.views.spaces import for_hr

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@private
@login_required
def employer_home(request):
    """Which employer, when one acts for several; who acts for none is told whom this is for (403)."""
    mine = list(organisations_of(request.user, Role.HR))
    if len(mine) == 1:
        return redirect("enrolments:employer_figures", mine[0].slug)
    status = 200 if mine else 403
    return render(request, "enrolments/employers/home.html", {"organisations": mine}, status=status)


@for_hr
def employer_figures(request, organisation):
    year = _year(request)
    context = {
        "organisation": organisation,
        "year": year,
        "years": employers.years(),
        "report": employers.report_of(organisation, year),
        "licences": licence_figures(organisation),
    }
    return render(request, "enrolments/employers/figures.html", context)


@for_hr
def employer_export(request, organisation, extension):
    year = _year(request)
    report = employers.report_of(organisation, year)
    rows = chain(employers.report_rows(report), figure_rows(licence_figures(organisation)))
    name = f"chiffres-{organisation.slug}-{year}"
    if extension == "xlsx":
        file = xlsx_file(f"Chiffres {year}", rows)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    if extension != "csv":
        raise Http404
    return csv_response(name, rows)


@for_hr
def employer_priorities(request, organisation):
    """What is advised to agents, in its order, and a form to advise one more."""
    form, status = InternalPriorityForm(posted(request)), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                employers.advise(organisation=organisation, by=request.user, **form.cleaned_data)
            except employers.PriorityRefused as refusal:
                form.add_error(refusal.argument, str(refusal))
            else:
                messages.success(request, "Vos agents voient cette formation dans leur espace.")
                return redirect("enrolments:employer_priorities", organisation.slug)
    advised = organisation.internal_priorities.select_related("training")
    context = {"organisation": organisation, "form": form, "priorities": advised}
    return render(request, "enrolments/employers/priorities.html", context, status=status)


@for_hr
@require_POST
def employer_priority_up(request, organisation, pk):
    employers.move_up(priority=get_object_or_404(organisation.internal_priorities, pk=pk))
    return redirect("enrolments:employer_priorities", organisation.slug)


@for_hr
@require_POST
def employer_priority_remove(request, organisation, pk):
    employers.no_longer_advise(priority=get_object_or_404(organisation.internal_priorities, pk=pk))
    messages.success(request, "Cette formation n'est plus dans vos priorités.")
    return redirect("enrolments:employer_priorities", organisation.slug)


def _year(request) -> int:
    """The one asked for, or the current one."""
    asked, years = request.GET.get("annee", ""), employers.years()
    return next((year for year in years if str(year) == asked), years[0])
