"""Statistics by call: each chart with its table, and both as a file."""

from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import render

from campus.spreadsheets import csv_response, xlsx_file
from trainers import statistics
from trainers.admin.filters import calls_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH, ROW = 400, 28
"""Of the bars, in the units of the drawing."""


@dataclass
class Bar:
    measure: statistics.Measure
    y: int
    width: int
    target_x: int | None


@dataclass
class Chart:
    """A horizontal bar a measure. `columns`: the headings of its table."""

    slug: str
    title: str
    columns: list[str]
    bars: list[Bar]

    @property
    def height(self):
        return ROW * len(self.bars)


def chart_of(slug, title, columns, measures) -> Chart:
    largest = max([*(each.value for each in measures), *(each.target or 0 for each in measures), 1])
    bars = [
        Bar(
            each,
            y=ROW * rank,
            width=round(WIDTH * each.value / largest),
            target_x=round(WIDTH * each.target / largest) if each.target else None,
        )
        for rank, each in enumerate(measures)
    ]
    return Chart(slug, title, columns, bars)


def page(model_admin, request):
    """Those of a call (?appel=), of the latest otherwise; ?format=csv or xlsx gives the tables as a file."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    calls = list(calls_of(request.user))
    asked = request.GET.get("appel", "")
    call = next((each for each in calls if str(each.pk) == asked), calls[0] if calls and not asked else None)
    found = statistics.statistics_of(call, request.user) if call else None
    if found and request.GET.get("format") in {"csv", "xlsx"}:
        return _file(request, call, found)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"Statistiques : {call}" if call else "Statistiques",
        "calls": calls,
        "call": call,
        "statistics": found,
        "charts": _charts(found) if found else [],
        "chart_width": WIDTH,
    }
    return render(request, "admin/trainers/application/statistics.html", context)


def _charts(found) -> list[Chart]:
    charts = [
        chart_of("mois", "Candidatures reçues par mois", ["Mois", "Candidatures"], found.by_month),
        chart_of("etats", "Candidatures par état", ["État", "Candidatures"], found.by_state),
        chart_of(
            "competences",
            "Compétences recherchées, face à la cible",
            ["Compétence", "Candidatures", "Cible", "Retenues"],
            found.by_skill,
        ),
        chart_of(
            "delais",
            "Jours passés par étape (médiane), face au délai usuel",
            ["Étape", "Jours", "Délai usuel", "Passages"],
            found.delays,
        ),
    ]
    return [chart for chart in charts if chart.bars]


def _file(request, call, found):
    LogEntry.objects.log_actions(request.user.pk, [call], CHANGE, "Statistiques exportées", single_object=True)
    rows = statistics.table(found)
    if request.GET["format"] == "csv":
        return csv_response("statistiques", rows)
    return FileResponse(
        xlsx_file("Statistiques", rows), as_attachment=True, filename="statistiques.xlsx", content_type=XLSX
    )
