"""« Espace employeur »: figures without names, trainings advised to agents; reserved seats are in views/quotas.py."""

from itertools import chain

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from campus.accounts.enums import Role
from campus.accounts.memberships import organisations_of
from campus.personal import UNPROCESSABLE, posted, private
from campus.spreadsheets import csv_response, xlsx_file
from enrolments import employers
from enrolments.cohort_forms import InternalPriorityForm
from enrolments.licence_figures import figure_rows, licence_figures
from enrolments.models import InternalPriority
from enrolments.views.spaces import for_hr

ALREADY_REMOVED = "Cette formation est déjà retirée de vos priorités."
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
    if priority := _priority_of(organisation, pk):
        employers.move_up(priority=priority)
    else:
        messages.info(request, ALREADY_REMOVED)
    return redirect("enrolments:employer_priorities", organisation.slug)


@for_hr
@require_http_methods(["GET", "HEAD", "POST"])
def employer_priority_remove(request, organisation, pk):
    """Asked first, then done."""
    priority = _priority_of(organisation, pk)
    if priority is None:
        messages.info(request, ALREADY_REMOVED)
    elif request.method == "POST":
        employers.no_longer_advise(priority=priority)
        messages.success(request, f"« {priority.training.title} » n'est plus dans vos priorités.")
    else:
        context = {
            "organisation": organisation,
            "template": "enrolments/employers/space.html",
            "title": "Retirer cette formation de vos priorités ?",
            "about": priority.training.title,
            "text": "Vos agents ne la verront plus parmi celles que vous conseillez. Leurs inscriptions n'en changent pas.",
            "button": "Retirer",
            "back": reverse("enrolments:employer_priorities", args=[organisation.slug]),
            "back_label": "Revenir aux priorités",
        }
        return render(request, "enrolments/confirm.html", context)
    return redirect("enrolments:employer_priorities", organisation.slug)


def _priority_of(organisation, pk) -> InternalPriority | None:
    """None once it is removed, which an old page does not know. Raises Http404 for another employer's."""
    priority = InternalPriority.objects.select_related("training").filter(pk=pk).first()
    if priority and priority.organisation_id != organisation.pk:
        raise Http404
    return priority


def _year(request) -> int:
    """The one asked for, or the current one."""
    asked, years = request.GET.get("annee", ""), employers.years()
    return next((year for year in years if str(year) == asked), years[0])
