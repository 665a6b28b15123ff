"""Addresses of the whole site. Each app keeps its own; the paths are French and end with a slash."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("campus.pages.urls")),
    path("", include("campus.accounts.urls")),
    path("", include("campus.mailing.urls")),
    path("", include("catalogue.urls")),
    path("", include("enrolments.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "campus.pages.errors.bad_request"
handler403 = "campus.pages.errors.permission_denied"
handler404 = "campus.pages.errors.page_not_found"
handler500 = "campus.pages.errors.server_error"
