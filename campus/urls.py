"""Addresses of the whole site. Each app keeps its own; the paths are French and end with a slash."""

from django.contrib import admin
from django.urls import include, path

from campus.accounts.sign_out_views import sign_out

urlpatterns = [
    path("", include("campus.pages.urls")),
    path("", include("campus.accounts.urls")),
    path("", include("campus.mailing.urls")),
    path("", include("catalogue.urls")),
    path("", include("trainers.urls")),
    path("", include("enrolments.urls")),
    path("admin/logout/", sign_out),  # in place of the admin's own, which would leave the session at ProConnect open
    path("admin/", admin.site.urls),
]

handler400 = "campus.pages.errors.bad_request"
handler403 = "campus.pages.errors.permission_denied"
handler404 = "campus.pages.errors.page_not_found"
handler500 = "campus.pages.errors.server_error"
