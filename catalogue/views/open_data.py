from django.shortcuts import render


def index(request):
    return render(request, "catalogue/open_data.html")
