from django import forms


class EnrolForm(forms.Form):
    """A session of several half-days is accepted as a whole."""

    def __init__(self, *args, slot_count: int, **kwargs):
        super().__init__(*args, **kwargs)
        if slot_count > 1:
            self.fields["full_attendance"] = forms.BooleanField(
                label=f"Je serai présent aux {slot_count} demi-journées de la session",
                error_messages={"required": "Cochez cette case : une session se suit en entier."},
            )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 3}),
        help_text="Facultatif, sauf dans les derniers jours avant la session.",
    )
