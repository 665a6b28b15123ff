"""What the pages of an agent share, beside campus.personal."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from campus.personal import private
from campus.prepared import read_row
from enrolments.models import Profile

PAGE_SIZE = 20


def with_profile(view):
    """Have whoever is signed in without a profile write one first; they come back to this address after."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if profile := read_row(Profile, agent_id=request.user.pk):
            request.user.profile = profile  # read once: views use it too
            return view(request, *args, **kwargs)
        return HttpResponseRedirect(reverse("enrolments:profile", query={"next": request.get_full_path()}))

    return checked


def for_owner(items: QuerySet, *, owner: str, gone: str, back: str):
    """A decorator of views called with (request, item), the one of `items` at the `pk` of the address, for whom its column `owner`
    names. Where there is none any more, by a second click or in an old tab, `gone` says so on the page `back`. Raises Http404
    for another's."""

    def decorate(view):
        @private
        @login_required
        @wraps(view)
        def checked(request, pk):
            item = items.filter(pk=pk).first()
            if item is None:
                messages.info(request, gone)
                return redirect(back)
            if getattr(item, owner) != request.user.pk:
                raise Http404
            return view(request, item)

        return checked

    return decorate


def from_our_pages(view):
    """Take a POST without a token when the browser says that it comes from a page of this site.

    The pages of trainings are kept for all (docs/decisions/0007), so their forms have no token. Every browser in use
    tells where a POST comes from, in headers that a page cannot forge (docs/decisions/0011).
    """

    @wraps(view)
    def checked(request, *args, **kwargs):
        if request.method == "POST" and not _comes_from_us(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return csrf_exempt(checked)


def _comes_from_us(request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
