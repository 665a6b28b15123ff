"""Getting an application ready for anonymised reading: texts that masking does not make safe, files without identity."""

import hashlib

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import render

from campus.admin_actions import text_area
from trainers import permissions
from trainers.admin.pages import context_of
from trainers.anonymity import CONTRIBUTION_TEXTS, OBJECTIVES, TEXTS, is_to_reread, key_of, masked, redact
from trainers.models import Application, Attachment, Contribution
from trainers.transitions import TransitionRefused


class RedactionsForm(forms.Form):
    """A field a text, empty when masking is enough; then the files found free of identity.

    A text to read again has a box too: to keep what it was rewritten as, though the applicant has changed it.
    """

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, application, **options):
        super().__init__(*args, **options)
        self.texts = {}
        """The holder and the name of each text, by its field."""
        self.boxes = {}
        for name in TEXTS:
            self._add_text(application, application, name)
        for contribution in application.contributions.all():
            for name in [*CONTRIBUTION_TEXTS, OBJECTIVES]:
                self._add_text(application, contribution, name)
        originals = repr([getattr(holder, name) for holder, name in self.texts.values()])
        self.initial["seen"] = self.originals = hashlib.sha256(originals.encode()).hexdigest()
        files = application.attachments.all()
        self.fields["files"] = forms.ModelMultipleChoiceField(
            files,
            label="Fichiers sans identité",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=[each.pk for each in files if each.is_identity_free],
            help_text="Ouvrez-les d'abord : nom, photo, en-têtes, propriétés du document.",
        )
        self.fields["files"].label_from_instance = lambda attachment: f"{attachment.name} ({attachment})"

    def _add_text(self, application, holder, name):
        text = getattr(holder, name)
        if not text:
            return
        if name == OBJECTIVES:
            text = "\n".join(text)
        key = key_of(holder, name)
        field_name = key.replace(" ", "_")
        self.texts[field_name] = holder, name
        to_reread = is_to_reread(application, holder, name)
        label = holder._meta.get_field(name).verbose_name
        self.fields[field_name] = forms.CharField(
            label=f"{label} de « {holder} »" if isinstance(holder, Contribution) else label,
            max_length=5000,
            required=False,
            widget=text_area(4),
            initial=application.redactions.get(key, ""),
            help_text=f"Vide, on lit : « {masked(application, text)} »",
        )
        if to_reread:
            self.fields[field_name].label += " (à relire)"
            self.boxes[field_name] = f"{field_name}_garde"
            self.fields[self.boxes[field_name]] = forms.BooleanField(
                label="Garder cette version",
                required=False,
                help_text="La personne a changé son texte depuis. Sans cette case ni autre version, il reste caché.",
            )

    def written(self):
        """(Holder, name, text) of what is to be written: not a text to read again which nobody has read again."""
        for field_name, (holder, name) in self.texts.items():
            box = self.boxes.get(field_name)
            if not box or self.cleaned_data[box] or field_name in self.changed_data:
                yield holder, name, self.cleaned_data[field_name]


def page(model_admin, request, application):
    """Write what is read instead of the texts. For who knows the identity."""
    if not (permissions.can_manage(request.user) and permissions.can_see_identity(request.user)):
        raise PermissionDenied
    form = RedactionsForm(request.POST if request.method == "POST" else None, application=application)
    if request.method == "POST" and form.is_valid():
        try:
            _write(model_admin, request, application, form)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            model_admin.message_user(request, f"« {application} » : lecture anonymisée préparée.", messages.SUCCESS)
            return model_admin.back_to(request, application)
    context = context_of(
        model_admin,
        request,
        application,
        "Préparer la lecture anonymisée",
        form=form,
        help_text="Nom, employeur, service, adresses et numéros sont masqués d'office. Récrivez ici ce qui resterait reconnaissable.",
        submit="Enregistrer",
    )
    return render(request, "admin/trainers/application/act.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _write(model_admin, request, application, form):
    # Whoever edits an application locks it first (trainers.drafts).
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    now = RedactionsForm(form.data, application=locked)
    now.is_valid()
    if form.cleaned_data["seen"] != now.originals:
        raise TransitionRefused("La personne vient de changer ses textes : rouvrez cette page avant de continuer.")
    for holder, name, text in now.written():
        redact(locked, holder, name, text)
    free = [attachment.pk for attachment in form.cleaned_data["files"]]
    Attachment.objects.filter(application=locked).exclude(pk__in=free).update(is_identity_free=False)
    Attachment.objects.filter(application=locked, pk__in=free).update(is_identity_free=True)
    model_admin.log_change(request, application, "Lecture anonymisée préparée")
