from django.shortcuts import render

from catalogue.models import Domain


def home(request):
    return render(request, "pages/home.html", {"domains": Domain.objects.in_force().with_training_count()})
