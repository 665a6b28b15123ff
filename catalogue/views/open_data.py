"""Open data: the page that documents the files, and the files, streamed."""

from collections.abc import Iterator
from itertools import islice

from django.http import Http404, JsonResponse, StreamingHttpResponse
from django.shortcuts import render

from catalogue import lheo, open_data
from catalogue.addresses import origin_of

LINES_A_CHUNK = 100


def index(request):
    context = {"tables": open_data.TABLES, "lists": open_data.LISTS}
    return render(request, "catalogue/open_data.html", context)


def catalogue_json(request):
    return streamed(open_data.catalogue_json(origin_of(request)), "application/json")


def sessions_json(request):
    return streamed(open_data.sessions_json(origin_of(request)), "application/json")


def catalogue_lheo(request):
    response = streamed(lheo.lheo_lines(origin_of(request)), "application/xml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="catalogue.lheo.xml"'
    return response


def table_csv(request, name):
    return csv_response(find_table(name), name, request)


def csv_response(table, name, request, rows=None):
    """`table` (open_data.Table) as the streamed file `name`.csv; `rows`: those, rather than all."""
    response = streamed(table.csv_lines(origin_of(request), rows), "text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def table_schema(request, name):
    response = JsonResponse(find_table(name).schema(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    return readable_from_anywhere(response)


def find_table(name):
    if name not in open_data.TABLES:
        raise Http404
    return open_data.TABLES[name]


def streamed(lines: Iterator[str], content_type: str) -> StreamingHttpResponse:
    chunks = iter(lambda: "".join(islice(lines, LINES_A_CHUNK)), "")
    return readable_from_anywhere(StreamingHttpResponse(chunks, content_type=content_type))


def readable_from_anywhere(response):
    """Open data is for any site's scripts too; it depends on no cookie."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
