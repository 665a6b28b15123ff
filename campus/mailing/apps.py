from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "campus.mailing"
    verbose_name = "Courriels"
