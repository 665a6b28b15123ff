"""What référents and HR correspondents fill in."""

import datetime
import re
from itertools import groupby
from operator import attrgetter

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue.models import CursusLevel, Session, Training
from enrolments import students
from enrolments.models import Cohort, SeatQuota
from enrolments.models.cohort import FIRST_YEAR, LAST_YEAR
from enrolments.student_files import LONGEST_CELL, MAX_MB, MAX_ROWS, Row, read_students

TEXT = {"class": "fr-input"}
LINE_POSTED = re.compile(r"ligne-([0-9]{1,9})-email")
WEEK = datetime.timedelta(days=7)
DAY = datetime.timedelta(days=1)


class CohortForm(forms.ModelForm):
    class Meta:
        model = Cohort
        fields = ["name", "year", "studies"]
        labels = {"name": "Nom de la promotion", "studies": "Cursus et niveau (facultatif)"}
        help_texts = {"studies": "Parmi les cursus que votre école décrit dans « Cursus »."}
        widgets = {
            "name": forms.TextInput(attrs=TEXT),
            "year": forms.NumberInput(attrs=TEXT | {"min": FIRST_YEAR, "max": LAST_YEAR}),
            "studies": forms.Select(attrs={"class": "fr-select"}),
        }
        error_messages = {
            "name": {"required": "Écrivez le nom de la promotion, celui que vos élèves connaissent."},
            "year": {
                "required": "Écrivez l'année, en quatre chiffres.",
                "invalid": "Écrivez l'année en chiffres : 2026.",
            },
            "studies": {"invalid_choice": "Choisissez un niveau de la liste."},
        }

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation
        levels = CursusLevel.objects.filter(cursus__partner__organisation=organisation).select_related(
            "cursus__partner"
        )
        levels = levels.order_by("-cursus__year", "cursus__name", "cursus", "position")
        field = self.fields["studies"]
        field.queryset = levels
        field.widget.choices = [
            ("", "Aucun"),
            *(
                (str(cursus), [(level.pk, level.name) for level in each])
                for cursus, each in groupby(levels, attrgetter("cursus"))
            ),
        ]


class StudentFileForm(forms.Form):
    """`rows` holds what was read."""

    file = forms.FileField(
        label="Fichier des élèves",
        max_length=255,
        help_text=(
            "CSV ou XLSX, trois colonnes : adresse électronique, prénom, nom. "
            f"{MAX_MB} Mo et {intcomma(MAX_ROWS)} lignes au plus. Les autres colonnes ne sont pas lues."
        ),
        widget=forms.FileInput(attrs={"class": "fr-upload", "accept": ".csv,.xlsx"}),
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
            "max_length": "Le nom de ce fichier est trop long : raccourcissez-le.",
        },
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        self.rows = read_students(file)
        return file


class RowForm(forms.Form):
    """A row to correct, with what is wrong said at each field."""

    email = forms.CharField(label="Adresse électronique", required=False, max_length=LONGEST_CELL)
    first_name = forms.CharField(label="Prénom", required=False, max_length=LONGEST_CELL)
    last_name = forms.CharField(label="Nom", required=False, max_length=LONGEST_CELL)
    is_left_out = forms.BooleanField(label="Ne pas importer cette ligne", required=False)

    def __init__(self, row: Row, data=None, faults: tuple[students.Fault, ...] = ()):
        prefix = f"ligne-{row.line}"
        typed = {f"{prefix}-{name}": getattr(row, name) for name in students.LABELS}
        super().__init__(typed if data is None else data, prefix=prefix)
        self.row = row
        for name in students.LABELS:
            self.fields[name].widget.attrs |= TEXT | {"autocomplete": "off"}
        if self.is_valid():
            for fault in faults:
                self.add_error(fault.field, fault.advice)

    @staticmethod
    def lines_in(data) -> list[int]:
        """The lines of the file that were posted, in their order."""
        names = (LINE_POSTED.fullmatch(name) for name in data)
        return sorted(int(name[1]) for name in names if name)

    def corrected(self) -> Row | None:
        """The row as it was typed again; None to leave it out."""
        if self.cleaned_data["is_left_out"]:
            return None
        return self.row._replace(**{name: self.cleaned_data[name] for name in students.LABELS})


class QuotaForm(forms.Form):
    """How many seats of a session are kept, and until the end of which day."""

    seats = forms.IntegerField(
        label="Nombre de places",
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs=TEXT),
        error_messages={
            "required": "Dites combien de places vous réservez.",
            "invalid": "Écrivez un nombre.",
            "min_value": "Réservez au moins une place.",
            "max_value": "Écrivez un nombre plus petit.",
        },
    )
    reserved_until = forms.DateField(
        label="Réservées jusqu'au",
        help_text="Le lendemain, celles que personne n'a prises sont rendues à tous.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs=TEXT | {"type": "date"}),
        error_messages={
            "required": "Choisissez jusqu'à quel jour.",
            "invalid": "Écrivez une date, par exemple 14/03/2027.",
        },
    )

    def __init__(self, data=None, *, session: Session, most: int, quota: SeatQuota | None = None):
        """most: how many seats may be reserved there; whoever asks for more is told why by the transition."""
        closing = timezone.localtime(session.enrolment_closes_at)
        day = quota.last_day if quota else _proposed_day(closing).date()
        initial = {"reserved_until": min(day, closing.date()), "seats": quota.seats if quota else None}
        super().__init__(data, initial=initial)
        self.fields["seats"].widget.attrs["max"] = most


def _proposed_day(closing: datetime.datetime) -> datetime.datetime:
    """A week before enrolments close; near it, the eve, since a day that ends tonight would keep nothing."""
    return closing - WEEK if closing - WEEK > timezone.now() + DAY else closing - DAY


class InternalPriorityForm(forms.Form):
    training = forms.ModelChoiceField(
        Training.objects.none(),
        label="Formation",
        empty_label="Choisissez",
        widget=forms.Select(attrs={"class": "fr-select"}),
        error_messages={
            "required": "Choisissez une formation.",
            "invalid_choice": "Choisissez une formation de la liste.",
        },
    )
    note = forms.CharField(
        label="Pourquoi (facultatif)",
        required=False,
        max_length=300,
        help_text="Vos agents le lisent : « Prioritaire pour les services qui ouvrent leurs données. »",
        widget=forms.TextInput(attrs=TEXT),
    )

    def __init__(self, data=None):
        super().__init__(data)
        self.fields["training"].queryset = Training.objects.published().order_by("title_key")
