from django.apps import AppConfig


class SlugsConfig(AppConfig):
    name = "campus.slugs"
    verbose_name = "Anciennes adresses"
