"""What the forms of an application share: nothing is required of a draft, and what is valid is kept whatever is not."""

import hashlib

from django import forms


class DraftForm(forms.ModelForm):
    """A step that is saved as it is: complete or not.

    `seen` says what was stored when the page was drawn: a save from elsewhere since then is told, not refused.
    """

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
            field.widget.is_required = False
            if isinstance(field.widget, forms.Textarea):
                # A browser would cut what is pasted without a word; the error says by how much it is too long.
                field.widget.attrs.pop("maxlength", None)
        self.initial["seen"] = self.stored = self._digest()

    def _digest(self) -> str:
        values = sorted((name, str(value)) for name, value in self.initial.items() if name != "seen")
        return hashlib.sha256(repr(values).encode()).hexdigest()[:16]

    @property
    def replaces_another(self) -> bool:
        """Whether what is stored came from another tab or device after this page was drawn, and was not the same."""
        seen = self.data.get(self.add_prefix("seen"))
        return bool(seen) and seen != self.stored and any(name != "seen" for name in self.changed_data)

    def store(self) -> None:
        """Save the fields that are valid. What is not stays in the page, with its error."""
        kept = [name for name in self.cleaned_data if name in self._meta.fields]
        self.instance.save(update_fields=[*kept, *self.also_stored()])

    def also_stored(self) -> list[str]:
        """Other fields that follow from the form."""
        return []


def text(label, help_text="", *, max_length, rows=4):
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=max_length,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": rows}),
    )


def line(label, help_text="", *, max_length, **attrs):
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=max_length,
        widget=forms.TextInput(attrs={"class": "fr-input", **attrs}),
    )


def one_of(label, choices, help_text=""):
    """Radio buttons."""
    return forms.ChoiceField(label=label, help_text=help_text, choices=choices, widget=forms.RadioSelect)


def some_of(label, choices, help_text="", coerce=str):
    """Boxes to tick."""
    return forms.TypedMultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        coerce=coerce,
        empty_value=[],
        widget=forms.CheckboxSelectMultiple,
    )


def yes_or_no(label, help_text=""):
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[("True", "Oui"), ("False", "Non")],
        coerce=lambda answer: answer == "True",
        empty_value=None,
        widget=forms.RadioSelect,
    )


def select(label, choices, help_text=""):
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=[("", "Choisissez"), *choices],
        widget=forms.Select(attrs={"class": "fr-select"}),
    )
