"""What staff are asked before an act. Each knows the application it is about, and who reads it; none when several are."""

import datetime
from functools import partial

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import Count, Q
from django.utils import timezone

from campus.accounts.models import User
from campus.admin_actions import text_area
from trainers.anonymity import shown_title
from trainers.enums import REASONS, TO_HANDLE, ApplicationState, ReasonCode
from trainers.models import Application, Contribution

USUAL_DAYS = 14
"""To send what is asked."""


class ActForm(forms.Form):
    """An act that only wants to be confirmed."""

    def __init__(self, *args, application=None, reader=None, **options):
        super().__init__(*args, **options)
        self.application, self.reader = application, reader


class TextForm(ActForm):
    """A word to colleagues."""

    text = forms.CharField(label="Note", max_length=5000, widget=text_area(), help_text="Lue par l'équipe seulement.")


class MessageForm(ActForm):
    """A word to the applicant."""

    text = forms.CharField(
        label="Message",
        max_length=5000,
        widget=text_area(10),
        help_text="La personne le reçoit par courriel et le retrouve sur sa page de suivi.",
    )


class AskMoreForm(MessageForm):
    due_on = forms.DateField(label="Attendu le", widget=AdminDateWidget)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["due_on"].initial = timezone.localdate() + datetime.timedelta(days=USUAL_DAYS)


class WhyForm(ActForm):
    reason = forms.CharField(
        label="Pourquoi", max_length=2000, widget=text_area(3), help_text="Gardé dans l'historique."
    )


class AdviceForm(ActForm):
    reason = forms.CharField(
        label="Synthèse",
        max_length=2000,
        required=False,
        widget=text_area(),
        help_text="Pour l'équipe. Obligatoire si aucun avis n'est rendu : dites pourquoi vous vous en passez.",
    )


class ConflictForm(ActForm):
    reason = forms.CharField(
        label="Lien", max_length=300, required=False, help_text="Facultatif : « collègues jusqu'en 2024 », « parenté »."
    )


class ReasonForm(ActForm):
    """A reason by its code, and a text. `state`: the one it goes with."""

    state: ApplicationState
    reason_code = forms.ChoiceField(label="Motif")
    reason = forms.CharField(label="Précisions", max_length=2000, required=False, widget=text_area(4))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["reason_code"].choices = [("", "---------")] + [
            (code.value, code.label) for code in REASONS[self.state]
        ]
        self.fields["reason"].help_text = "La personne les lira. Obligatoires pour « Autre motif »."

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason_code") == ReasonCode.OTHER and not cleaned.get("reason"):
            self.add_error("reason", "Dites quel est cet autre motif.")
        return cleaned


class InadmissibleForm(ReasonForm):
    state = ApplicationState.INADMISSIBLE


class PoolForm(ReasonForm):
    state = ApplicationState.POOL


class RefuseForm(ReasonForm):
    state = ApplicationState.REFUSED


class WithdrawForm(ReasonForm):
    state = ApplicationState.WITHDRAWN


class AcceptForm(ActForm):
    kept = forms.ModelMultipleChoiceField(
        Contribution.objects.none(),
        label="Contributions retenues",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Une formation déjà réalisée devient un module en brouillon ; une idée ou une aide ouvre un suivi.",
    )
    reason = forms.CharField(
        label="Précisions",
        max_length=2000,
        required=False,
        widget=text_area(4),
        help_text="Pour l'équipe, gardées dans l'historique.",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        contributions = self.application.contributions.select_related("application__call")
        self.fields["kept"].queryset = contributions
        self.fields["kept"].initial = contributions
        self.fields["kept"].label_from_instance = partial(shown_title, user=self.reader)


class HandToForm(ActForm):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label="Suivie par",
        required=False,
        empty_label="Personne",
        help_text="Quelle que soit sa charge.",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        field = self.fields["to"]
        field.queryset = handlers(self.application.call if self.application else None, self.reader)
        field.label_from_instance = lambda user: f"{user} ({user.load} en cours)"
        if self.application:
            field.initial = self.application.assigned_to_id


def handlers(call=None, reader=None):
    """Users who may follow the applications of `call` (of any call, without one), each with their `load`: as many as `reader`
    may know of."""
    manage = {"content_type__app_label": "trainers", "codename": "manage_applications"}
    by_right = Q(is_superuser=True) | Q(
        pk__in=User.objects.filter(**{f"user_permissions__{name}": value for name, value in manage.items()}).values(
            "pk"
        )
    )
    by_right |= Q(
        pk__in=User.objects.filter(**{f"groups__permissions__{name}": value for name, value in manage.items()}).values(
            "pk"
        )
    )
    reviewers = User.objects.filter(reviewed_calls=call) if call else User.objects.filter(reviewed_calls__isnull=False)
    people = User.objects.filter(by_right | Q(pk__in=reviewers.values("pk")), is_staff=True, is_active=True)
    in_hand = Q(assigned_applications__state__in=[*TO_HANDLE, ApplicationState.MORE_ASKED])
    if reader:
        in_hand &= Q(assigned_applications__in=Application.objects.visible_to(reader).order_by().values("pk"))
    return people.annotate(load=Count("assigned_applications", filter=in_hand)).order_by(
        "last_name", "first_name", "pk"
    )
