"""Apart from the site itself, which reads the database: this is loaded before the models."""

from django.contrib.admin.apps import AdminConfig


class CampusAdminConfig(AdminConfig):
    default_site = "campus.pages.admin_site.CampusAdminSite"
