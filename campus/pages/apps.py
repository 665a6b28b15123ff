from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "campus.pages"
    verbose_name = "Pages du site"
