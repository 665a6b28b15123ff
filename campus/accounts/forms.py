from django import forms

from campus.accounts.models import AccessRequest, User


class EmailForm(forms.Form):
    """The address that a code is sent to."""

    email = forms.EmailField(
        label="Votre adresse électronique professionnelle",
        help_text="Format attendu : prenom.nom@administration.gouv.fr",
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "fr-input", "autocomplete": "email"}),
        error_messages={
            "required": "Écrivez votre adresse professionnelle.",
            "invalid": "Cette adresse est incomplète : prenom.nom@administration.gouv.fr.",
        },
    )


class CodeForm(forms.Form):
    """The six digits received."""

    code = forms.CharField(
        label="Code reçu",
        help_text="Six chiffres, par exemple 123 456.",
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "fr-input", "inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
        ),
        error_messages={"required": "Écrivez le code à six chiffres du courriel."},
    )


class AccessRequestForm(forms.ModelForm):
    class Meta:
        model = AccessRequest
        fields = ["first_name", "last_name", "employer", "reason"]
        widgets = {
            "first_name": forms.TextInput(attrs={"class": "fr-input", "autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"class": "fr-input", "autocomplete": "family-name"}),
            "employer": forms.TextInput(attrs={"class": "fr-input", "autocomplete": "organization"}),
            "reason": forms.Textarea(attrs={"class": "fr-input", "rows": 5}),
        }


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
