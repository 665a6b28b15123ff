from django import forms
from django.core.exceptions import ValidationError

from enrolments.models import Allotment

MAX_MB = 20
EXTENSIONS = (".csv", ".xlsx")


class AsShownForm(forms.ModelForm):
    """Writes what its reader changed, and nothing else: each field comes back with what the page showed. What somebody else
    wrote meanwhile stays; a field that both changed is refused."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self):
        super().clean()
        if self.instance.pk is None:
            return
        for name, field in self.fields.items():
            if name not in self.cleaned_data or not field.show_hidden_initial:
                continue
            if name not in self.changed_data:
                self.cleaned_data[name] = getattr(self.instance, name)
            elif self._was_changed_meanwhile(name):
                self.add_error(
                    name,
                    "Quelqu'un l'a changé depuis que cette page est ouverte. Rouvrez-la, et refaites votre changement.",
                )

    def _was_changed_meanwhile(self, name: str) -> bool:
        """Whether it is no longer what the page showed, nor already what the reader wants (a double click)."""
        bound = self[name]
        if bound.html_initial_name not in self.data and f"{bound.html_initial_name}_0" not in self.data:
            return False
        shown = self._widget_data_value(bound.field.hidden_widget(), bound.html_initial_name)
        return bound.field.has_changed(bound.initial, shown) and bound.field.has_changed(bound.initial, bound.data)


class AllotmentFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """Together, with those that the page did not show, they fit in what is not given to others."""
        super().clean()
        if any("id" in errors for errors in self.errors):
            raise forms.ValidationError("Un contingent a été retiré depuis que cette page est ouverte : rouvrez-la.")
        if any(self.errors) or self.instance.seats is None:
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not self._should_delete_form(form)]
        shown = [form.instance.pk for form in self.initial_forms]
        others = Allotment.objects.filter(pool=self.instance).exclude(pk__in=shown) if self.instance.pk else []
        allotted = sum(row["seats"] for row in kept) + sum(allotment.seats for allotment in others)
        free = self.instance.seats - self.instance.common_given
        if allotted > free >= 0:  # below, the pool's own form says that its seats are too few
            raise forms.ValidationError(
                f"Les contingents font {allotted} licences ; il en reste {free} à répartir, hors de celles qui sont "
                "attribuées à tous."
            )


class ImportForm(forms.Form):
    """A file of licences; at first, only to see what it would do."""

    file = forms.FileField(
        label="Fichier CSV ou XLSX",
        widget=forms.FileInput(attrs={"accept": ",".join(EXTENSIONS)}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide : choisissez-en un autre."},
    )
    is_dry_run = forms.BooleanField(
        label="Essai : ne rien écrire",
        required=False,
        initial=True,
        help_text="Pour voir ce que le fichier ferait, puis l'importer sans l'envoyer de nouveau. Décochez pour l'importer aussitôt.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(EXTENSIONS):
            raise ValidationError("Un fichier CSV ou XLSX est attendu : enregistrez-le dans l'un de ces formats.")
        if file.size > MAX_MB * 1024 * 1024:
            raise ValidationError(f"Ce fichier pèse plus de {MAX_MB} Mo : envoyez-le en plusieurs parties.")
        return file
