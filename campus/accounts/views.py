from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from campus.accounts.demo_people import read_people
from campus.accounts.forms import DemoSignInForm, SignInForm


class SignIn(LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            context.setdefault("demo_form", DemoSignInForm())
            context["demo_people"] = read_people()
        return context


class SignOut(LogoutView):
    pass


@require_POST
def demo_sign_in(request):
    """Sign a demo account in by its address alone, on a demonstration site only."""
    if not settings.DEMO:
        raise Http404
    form = DemoSignInForm(request.POST)
    target = request.POST.get("next", "")
    if not form.is_valid():
        context = {
            "form": SignInForm(request),
            "demo_form": form,
            "demo_people": read_people(),
            "next": target,
        }
        return render(request, "accounts/sign_in.html", context, status=422)
    login(request, form.cleaned_data["user"])
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target)
