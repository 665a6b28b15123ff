"""Signing in by e-mail, and asking for access. No page of these is ever kept by anybody.

ProConnect is in proconnect_views.py, signing out in sign_out_views.py.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from campus.accounts import access, identities, proconnect, sign_in
from campus.accounts.demo_people import read_people
from campus.accounts.forms import AccessRequestForm, CodeForm, DemoSignInForm, EmailForm
from campus.accounts.limits import allows, ip_of
from campus.accounts.models import AccessRequest, AccessRequestState
from campus.personal import UNPROCESSABLE, private

BACKEND = "campus.accounts.backends.CampusBackend"
ATTEMPT, PROVED, TO_LINK = "sign_in_attempt", "proved_address", "proconnect_to_link"
"""What the session of a browser remembers of a sign-in: the attempt by e-mail, the proved address of who may not come in
({"email", "why", "first_name", "last_name"}), and who ProConnect says that it is, to be linked once they type a code.
"""
DEMO_IDS = "demonstration_%s"
"""The fields of the demonstration are on the same page as the true form: apart, so that each has its label."""
TOO_MANY = 429


@private
def sign_in_page(request):
    """Ask for a code by e-mail."""
    target = local_path(request, request.POST.get("next") or request.GET.get("next"))
    if request.user.is_authenticated:
        return HttpResponseRedirect(target or reverse(settings.LOGIN_REDIRECT_URL))
    if request.method != "POST":
        to_link = request.session.get(TO_LINK, {})
        return _sign_in_page(request, EmailForm(initial={"email": to_link.get("email")}), target)
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, target, status=UNPROCESSABLE)
    try:
        attempt = sign_in.ask(
            email=form.cleaned_data["email"],
            ip=ip_of(request),
            origin=f"{request.scheme}://{request.get_host()}",
            next_path=target,
        )
    except sign_in.SignInRefused as refusal:
        form.add_error("email", str(refusal))
        return _sign_in_page(request, form, target, status=TOO_MANY)
    request.session[ATTEMPT] = attempt.pk
    return redirect("accounts:sign_in_code")


def _sign_in_page(request, form, target, status=200, demo_form=None):
    context = {"form": form, "next": target, "is_refused": status == UNPROCESSABLE}
    if proconnect.is_on():
        context["proconnect_url"] = reverse("accounts:proconnect", query={"next": target} if target else None)
    if settings.DEMO:
        context |= {"demo_form": demo_form or DemoSignInForm(auto_id=DEMO_IDS), "demo_people": read_people()}
    return render(request, "accounts/sign_in.html", context, status=status)


@private
def sign_in_code(request):
    """The code, in the browser that asked for it."""
    attempt = sign_in.pending_attempt(request.session.get(ATTEMPT))
    if attempt is None:
        messages.warning(request, "Ce code n'est plus valable : demandez-en un autre.")
        return redirect("accounts:sign_in")
    return _confirm_by_code(request, attempt, "accounts/sign_in_code.html")


@private
def sign_in_link(request, token):
    """The link of the e-mail: only a POST signs in, so that a scanner of mails does not use it up.

    In the browser that asked, a button is enough; in any other, the code is asked for too: who was sent a link by
    somebody else would sign in as that person.
    """
    attempt = sign_in.attempt_of_link(token)
    if attempt is None:
        return render(request, "accounts/sign_in_link_over.html", status=410)
    if request.session.get(ATTEMPT) != attempt.pk:
        return _confirm_by_code(request, attempt, "accounts/sign_in_code.html")
    if request.method != "POST":
        return render(request, "accounts/sign_in_link.html", {"email": attempt.email})
    try:
        return _enter(request, sign_in.confirm(attempt=attempt, code=None))
    except sign_in.SignInRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:sign_in")


def _confirm_by_code(request, attempt, template):
    form, status = CodeForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                return _enter(request, sign_in.confirm(attempt=attempt, code=form.cleaned_data["code"]))
            except sign_in.SignInRefused as refusal:
                if refusal.is_over:
                    messages.error(request, str(refusal))
                    query = {"next": attempt.next_path} if attempt.next_path else None
                    return redirect(reverse("accounts:sign_in", query=query))
                form.add_error("code", str(refusal))
    context = {"form": form, "email": attempt.email, "next": attempt.next_path}
    return render(request, template, context, status=status)


def _enter(request, signed_in):
    request.session.pop(ATTEMPT, None)
    if signed_in.user is None:
        request.session[PROVED] = {"email": signed_in.email}
        return redirect("accounts:access_request")
    to_link = request.session.pop(TO_LINK, None)
    if to_link and to_link["email"] == signed_in.email:
        identities.link(signed_in.user, proconnect.Person(**to_link))
    return welcome(request, signed_in.user, signed_in.next_path)


def welcome(request, user, next_path):
    """Open the session of `user`, under another identifier, and go where they were going."""
    login(request, user, backend=BACKEND)
    messages.success(request, "Vous êtes connecté.")
    return HttpResponseRedirect(next_path or reverse(settings.LOGIN_REDIRECT_URL))


@private
def access_request(request):
    """For who has proved an address that is not that of a known public employer."""
    proved = request.session.get(PROVED)
    if proved is None:
        return redirect("accounts:sign_in")
    email = proved["email"]
    waiting = AccessRequest.objects.filter(email=email, state=AccessRequestState.WAITING).first()
    form, status = AccessRequestForm(request.POST if request.method == "POST" else None, initial=proved), 200
    if request.method == "POST" and waiting is None:
        status = UNPROCESSABLE
        if form.is_valid() and allows("access_request_ip", ip_of(request)):
            form.instance.email = email
            access.ask(request=form.instance)
            return redirect("accounts:access_request")
        if form.is_valid():
            form.add_error(None, "Trop de demandes sont parties d'ici : réessayez dans une heure.")
            status = TOO_MANY
    context = {"form": form, "email": email, "waiting": waiting, "why": proved.get("why")}
    return render(request, "accounts/access_request.html", context, status=status)


@private
@require_POST
def demo_sign_in(request):
    """Sign a demo account in by its address alone, on a demonstration site only."""
    if not settings.DEMO:
        raise Http404
    form = DemoSignInForm(request.POST, auto_id=DEMO_IDS)
    target = local_path(request, request.POST.get("next"))
    if not form.is_valid():
        return _sign_in_page(request, EmailForm(), target, status=UNPROCESSABLE, demo_form=form)
    login(request, form.cleaned_data["user"], backend=BACKEND)
    return HttpResponseRedirect(target or reverse(settings.LOGIN_REDIRECT_URL))


def local_path(request, target: str | None) -> str:
    """`target` when it is a path of this site, else ""."""
    if not target or not target.isprintable() or len(target) > 2000:
        return ""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else ""
