from django.shortcuts import render


def session_list(request):
    return render(request, "catalogue/session_list.html")
