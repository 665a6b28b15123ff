from django.shortcuts import render
from django.views.generic import TemplateView

from campus.pages import figures
from campus.pages.models import AccessibilityAudit
from catalogue.agenda import entries_of
from catalogue.cards import cards_of
from catalogue.models import Domain, Session, Training


def home(request):
    domains = Domain.objects.in_force().with_training_count()
    featured = Training.objects.published().filter(is_featured=True).parcours_first().values_list("pk", flat=True)[:6]
    latest = list(Training.objects.published().order_by("-published_on", "pk").values_list("pk", flat=True)[:4])
    sessions = Session.objects.public().open_for_enrolment().values_list("pk", flat=True)[:4]
    context = {
        "domains": domains.values("slug", "name", "pictogram", "training_count"),
        "sessions": entries_of(list(sessions)),
        "featured": cards_of(list(featured)),
        "latest_trainings": cards_of(latest),
        "figures": figures.FIGURES,
        "figures_year": figures.YEAR,
        "figures_source": figures.SOURCE,
    }
    return render(request, "pages/home.html", context)


def accessibility(request):
    return render(request, "pages/accessibility.html", {"audit": AccessibilityAudit.objects.first()})


legal_notice = TemplateView.as_view(template_name="pages/legal_notice.html")
personal_data = TemplateView.as_view(template_name="pages/personal_data.html")
cookies = TemplateView.as_view(template_name="pages/cookies.html")


def site_map(request):
    return render(request, "pages/site_map.html", {"domains": Domain.objects.in_force()})
