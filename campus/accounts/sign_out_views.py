"""Signing out: here, everywhere, and of ProConnect too when it is how one came in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST, require_safe

from campus.accounts import proconnect
from campus.accounts.proconnect_views import ID_TOKEN
from campus.personal import private

LOGOUT_STATE = "proconnect_logout_state"


@private
@require_POST
def sign_out(request):
    return _leave(request, "Vous êtes déconnecté.")


@private
@require_POST
def sign_out_everywhere(request):
    """End every session of the account, on all devices."""
    if request.user.is_authenticated:
        request.user.end_sessions()
    return _leave(request, "Vous êtes déconnecté de tous vos appareils.")


def _leave(request, done):
    id_token = request.session.get(ID_TOKEN)
    logout(request)
    if id_token and proconnect.is_on():
        return_uri = request.build_absolute_uri(reverse("accounts:sign_out_return"))
        try:
            address, state = proconnect.end_session(id_token=id_token, return_uri=return_uri)
        except proconnect.ProConnectError:
            messages.warning(
                request, f"{done} ProConnect ne répond pas : fermez votre navigateur pour en sortir aussi."
            )
            return redirect(settings.LOGOUT_REDIRECT_URL)
        request.session[LOGOUT_STATE] = {"state": state, "done": done}
        # A page that goes on by itself, not a redirection: ProConnect sends on to ministries' own servers, and
        # `form-action` bears on all that follows a form.
        return render(request, "accounts/sign_out_of_proconnect.html", {"address": address})
    messages.success(request, done)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@private
@require_safe
def come_back(request):
    """Where ProConnect sends who has left it."""
    expected = request.session.pop(LOGOUT_STATE, None)
    if expected and constant_time_compare(expected["state"], request.GET.get("state", "")):
        messages.success(request, f"{expected['done']} ProConnect vous a déconnecté aussi.")
    return redirect(settings.LOGOUT_REDIRECT_URL)
