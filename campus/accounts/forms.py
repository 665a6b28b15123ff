from django import forms
from django.contrib.auth.forms import AuthenticationForm

from campus.accounts.models import User


class SignInForm(AuthenticationForm):
    """E-mail address and password, for whoever has a password."""

    error_messages = {
        "invalid_login": "Cette adresse et ce mot de passe ne correspondent à aucun compte : vérifiez-les, puis recommencez.",
        "inactive": "Ce compte est fermé.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Adresse électronique"
        for field in self.fields.values():
            field.widget.attrs["class"] = "fr-input"

    def clean_username(self):
        return self.cleaned_data["username"].strip().lower()


class DemoSignInForm(forms.Form):
    """The e-mail address of a demo account. `cleaned_data["user"]` is its User."""

    email = forms.EmailField(
        label="Adresse d'un compte de démonstration", widget=forms.EmailInput(attrs={"class": "fr-input"})
    )

    def clean(self):
        email = self.cleaned_data.get("email")
        if email:
            user = User.objects.filter(email=email.lower(), is_demo=True, is_active=True).first()
            if user is None:
                self.add_error(
                    "email", "Aucun compte de démonstration n'a cette adresse : essayez agent001@exemple.gouv.fr."
                )
            self.cleaned_data["user"] = user
        return self.cleaned_data
