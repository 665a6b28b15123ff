"""The e-mails of the demonstration. Anywhere else, these pages do not exist."""

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.generic import ListView

from campus.mailing.models import SentEmail


class SentEmailList(ListView):
    """Every e-mail that the demonstration would have sent, the latest first."""

    model = SentEmail
    paginate_by = 20
    template_name = "mailing/sent_email_list.html"

    def dispatch(self, request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return super().get_queryset().containing(self.sought)

    def get_context_data(self, **kwargs):
        return super().get_context_data(query=self.sought, **kwargs)

    @property
    def sought(self) -> str:
        return self.request.GET.get("q", "").strip()[:100]


# An e-mail has its styles in its elements; it may do nothing else. Kept by nobody: a kept page would lose this policy.
@cache_control(private=True, no_store=True)
@csp(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [NONE],
    }
)
def sent_email_html(request, pk):
    return HttpResponse(_sent(pk, "html"), headers={"X-Robots-Tag": "noindex"})


def sent_email_calendar(request, pk):
    return HttpResponse(
        _sent(pk, "calendar"),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="invitation.ics"', "X-Robots-Tag": "noindex"},
    )


def _sent(pk: int, part: str) -> str:
    """A part of an e-mail; 404 when it has none."""
    content = getattr(get_object_or_404(SentEmail, pk=pk), part) if settings.DEMO else ""
    if not content:
        raise Http404
    return content
