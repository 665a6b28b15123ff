"""Signing in with ProConnect: leaving for it, and coming back. No page of these is ever kept by anybody."""

from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from campus.accounts import identities, proconnect, sign_in
from campus.accounts.identities import Why
from campus.accounts.views import PROVED, TO_LINK, local_path, welcome
from campus.personal import private

ID_TOKEN = "proconnect_id_token"  # noqa: S105 (the name under which a session keeps it, to end that of ProConnect)


@private
@require_safe
def start(request):
    """A link, not a form: ProConnect sends on to ministries' own servers, which `form-action` could not list."""
    if not proconnect.is_on():
        raise Http404
    target = local_path(request, request.GET.get("next"))
    if request.user.is_authenticated:
        return HttpResponseRedirect(target or reverse(settings.LOGIN_REDIRECT_URL))
    return_uri = request.build_absolute_uri(reverse("accounts:proconnect_return"))
    try:
        return HttpResponseRedirect(proconnect.start(request, return_uri=return_uri, next_path=target))
    except proconnect.ProConnectError as error:
        return _fault(request, error)


@private
@require_safe
def come_back(request):
    if not proconnect.is_on():
        raise Http404
    try:
        answer = proconnect.finish(request)
    except proconnect.ProConnectError as error:
        if error.fault is proconnect.STALE and request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)  # asked twice, or back again: they are in
        return _fault(request, error)
    request.session[ID_TOKEN] = answer.id_token
    person = answer.person
    try:
        entry = identities.enter(person)
    except sign_in.SignInRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:sign_in")
    if entry.why is Why.MAILBOX:
        request.session[TO_LINK] = asdict(person)
        messages.warning(
            request,
            f"Un compte existe déjà pour {person.email}. Entrez cette fois avec un code : ProConnect suffira ensuite.",
        )
        return redirect(reverse("accounts:sign_in", query={"next": answer.next_path}))
    if entry.why:
        names = {"first_name": person.first_name, "last_name": person.last_name}
        request.session[PROVED] = {"email": person.email, "why": entry.why, **names}
        return redirect("accounts:access_request")
    response = welcome(request, entry.user, answer.next_path)
    request.session[ID_TOKEN] = answer.id_token  # the session is another one when somebody else was signed in
    return response


def _fault(request, error):
    context = {"fault": error.fault, "next": error.next_path}
    return render(request, "accounts/proconnect_fault.html", context, status=error.fault.status)
