from django.db import connection
from django.shortcuts import render
from django.urls import path

CARDS = 30
SELECT = """
    SELECT id, slug, title, summary, kind, level FROM catalogue_training
    WHERE state = 'publie' ORDER BY title_key, id LIMIT %s
"""


def pivot(request):
    with connection.cursor() as cursor:
        cursor.execute(SELECT, [CARDS])
        names = [column.name for column in cursor.description]
        cards = [dict(zip(names, row, strict=True)) for row in cursor]
    response = render(request, "pivot.html", {"cards": cards})
    response.headers["Content-Length"] = len(response.content)
    return response


urlpatterns = [path("", pivot)]
