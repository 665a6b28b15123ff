from django.shortcuts import render

from catalogue.comparison import Comparison


def compare(request):
    comparison = Comparison(request.GET)
    columns = comparison.columns()
    context = {
        "comparison": comparison,
        "columns": columns,
        "rows": comparison.rows(columns) if columns else [],
        "proposals": comparison.proposals(),
    }
    return render(request, "catalogue/comparison.html", context)
