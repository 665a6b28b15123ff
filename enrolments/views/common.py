"""What the pages of an agent share, beside campus.personal."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

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
