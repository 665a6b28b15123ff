"""« Prévenez-moi d'une prochaine session »."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from campus.personal import private
from enrolments import alerts
from enrolments.models import SessionAlert
from enrolments.views.common import PAGE_SIZE, from_our_pages, with_profile


@private
@login_required
@with_profile
def alert_list(request):
    mine = SessionAlert.objects.filter(agent=request.user).select_related("module")
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "enrolments/alerts.html", {"page_obj": page})


@private
@from_our_pages
@login_required
@with_profile
def ask(request, slug):
    """One click from the page of the module; who had to sign in first finds the button here."""
    module = get_object_or_404(alerts.modules_with_alerts(), slug=slug)
    if request.method == "POST":
        alerts.ask(agent=request.user, module=module)
        messages.success(request, f"Nous vous préviendrons des prochaines sessions de « {module.title} ».")
        return redirect("enrolments:alerts")
    return render(request, "enrolments/alert_ask.html", {"module": module})


@private
@login_required
@require_POST
def remove(request, pk):
    alert = get_object_or_404(SessionAlert.objects.select_related("module"), pk=pk, agent=request.user)
    alert.delete()
    messages.success(request, f"Vous ne serez plus prévenu des sessions de « {alert.module.title} ».")
    return redirect("enrolments:alerts")


@private
def stop(request, token):
    """The link of the e-mails: no need to sign in. Only a POST ends the alert, since scanners of mails follow links."""
    try:
        alert = alerts.alert_of(token)
    except BadSignature as error:
        raise Http404 from error
    if request.method == "POST":
        if alert:
            alert.delete()
        return redirect("enrolments:alert_stop", token)
    return render(request, "enrolments/alert_stop.html", {"alert": alert})
