from django.conf import settings
from django.http import Http404
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
