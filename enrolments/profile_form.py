"""The form of an agent's profile: the least at first, the whole afterwards."""

from itertools import groupby

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from catalogue.enums import Region
from catalogue.models import Domain, Metier
from enrolments import profiles
from enrolments.enums import Category
from enrolments.models import CohortMember, Profile

PROPOSED = 300
"""Employers at most that the browser is given to propose."""

# Names go into messages to others: a line of theirs must stay one.
one_line = RegexValidator(r"[\x00-\x1f\x7f\u2028\u2029]", "Écrivez votre nom sur une seule ligne.", inverse_match=True)

FIRST = ["first_name", "last_name", "organisation", "category", "region"]
"""What is asked at first sign-in; the rest has good defaults."""


class ProfileForm(forms.ModelForm):
    """`agent`: whose profile it is. Names and employer are fields too, that the service writes on the account."""

    first_name = forms.CharField(
        label="Prénom",
        max_length=150,
        widget=forms.TextInput(attrs={"class": "fr-input", "autocomplete": "given-name"}),
        validators=[one_line],
        error_messages={"required": "Écrivez votre prénom."},
    )
    last_name = forms.CharField(
        label="Nom",
        max_length=150,
        widget=forms.TextInput(attrs={"class": "fr-input", "autocomplete": "family-name"}),
        validators=[one_line],
        error_messages={"required": "Écrivez votre nom."},
    )
    organisation = forms.CharField(
        label="Employeur (facultatif)",
        required=False,
        max_length=200,
        help_text="Écrivez les premières lettres de son nom ou son sigle, puis choisissez. Laissez vide s'il manque à la liste.",
        widget=forms.TextInput(attrs={"class": "fr-input", "autocomplete": "off", "list": "employeurs"}),
    )

    class Meta:
        model = Profile
        fields = [
            "category", "service", "metier", "interests", "region", "time_zone", "accessibility_needs", "superior_email",
        ]  # fmt: skip
        labels = {
            "category": "Votre statut",
            "service": "Votre service (facultatif)",
            "metier": "Votre métier (facultatif)",
            "interests": "Les domaines qui vous intéressent (facultatif)",
            "region": "Votre région de travail (facultatif)",
            "time_zone": "Votre fuseau horaire",
            "accessibility_needs": "Vos besoins d'accessibilité (facultatif)",
            "superior_email": "L'adresse de votre supérieur hiérarchique (facultatif)",
        }
        help_texts = {
            "service": "Montré à qui organise vos sessions.",
            "metier": "Sert à vous proposer des formations.",
            "interests": "Servent à vous proposer des formations.",
            "region": "Sert à vous proposer les sessions proches de vous.",
            "time_zone": "« Mon espace » y dit les heures des sessions en ligne.",
            "accessibility_needs": (
                "Lus des seules personnes qui organisent ou animent les sessions auxquelles vous êtes inscrit : "
                "interprétation en langue des signes, salle accessible, documents agrandis…"
            ),
            "superior_email": "Utilisée seulement quand une session demande son accord.",
        }
        widgets = {
            "category": forms.Select(attrs={"class": "fr-select"}),
            "service": forms.TextInput(attrs={"class": "fr-input", "autocomplete": "off"}),
            "metier": forms.Select(attrs={"class": "fr-select"}),
            "interests": forms.CheckboxSelectMultiple,
            "region": forms.Select(attrs={"class": "fr-select"}),
            "time_zone": forms.Select(attrs={"class": "fr-select"}),
            "accessibility_needs": forms.Textarea(attrs={"class": "fr-input", "rows": 3}),
            "superior_email": forms.EmailInput(attrs={"class": "fr-input", "autocomplete": "off"}),
        }
        error_messages = {
            "superior_email": {"invalid": "Cette adresse est incomplète : prenom.nom@administration.gouv.fr."},
        }

    field_order = ["first_name", "last_name", "organisation", *Meta.fields]

    def __init__(self, *args, agent, is_first: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.agent = agent
        self.fields["interests"].queryset = Domain.objects.in_force()
        self.fields["metier"].choices = _metiers_by_family()
        self.fields["region"].choices = [("", "Choisissez"), *Region.choices]
        self.initial |= {"first_name": agent.first_name, "last_name": agent.last_name}
        self.employer = profiles.known_employer(agent)
        if self.employer:
            del self.fields["organisation"]
        else:
            self.initial["organisation"] = agent.organisation.name if agent.organisation else ""
        if is_first:
            if CohortMember.objects.filter(user=agent).exists():
                self.initial["category"] = Category.STUDENT
            for name in [name for name in self.fields if name not in FIRST]:
                del self.fields[name]

    def employer_names(self) -> list[str]:
        """What the browser proposes while one types an employer."""
        if "organisation" not in self.fields:
            return []
        names = list(profiles.employers_to_choose().values_list("name", flat=True)[: PROPOSED + 1])
        return names if len(names) <= PROPOSED else []  # a list of all communes would be megabytes

    def clean_organisation(self):
        words = self.cleaned_data["organisation"].strip()
        if not words:
            return None
        employer = profiles.find_employer(words)
        if employer is None:
            near = profiles.employers_like(words)
            proposal = f" Vouliez-vous dire : {', '.join(near)} ?" if near else " Laissez vide s'il n'y est pas."
            raise ValidationError(f"La liste n'a pas d'employeur de ce nom.{proposal}")
        return employer

    def clean_superior_email(self):
        address = self.cleaned_data["superior_email"].lower()
        if address == self.agent.email:
            raise ValidationError("C'est votre propre adresse : écrivez celle de votre supérieur, ou laissez vide.")
        return address


def _metiers_by_family() -> list:
    families = groupby(Metier.objects.all(), key=lambda metier: metier.family)
    return [
        ("", "Choisissez"),
        *((family, [(metier.pk, metier.name) for metier in those]) for family, those in families),
    ]
