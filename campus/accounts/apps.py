from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "campus.accounts"
    verbose_name = "Personnes et organisations"

    def ready(self):
        from campus.accounts import access, limits, sign_in  # noqa: F401, PLC0415 (what they ask of the worker)
