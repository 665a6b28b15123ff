"""Getting an application ready for anonymised reading: texts that masking does not make safe, files without identity."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import render

from trainers import permissions
from trainers.admin.act_forms import text_area
from trainers.admin.pages import context_of
from trainers.anonymity import CONTRIBUTION_TEXTS, OBJECTIVES, TEXTS, masked, redact
from trainers.models import Application, Attachment, Contribution


class RedactionsForm(forms.Form):
    """A field a text, empty when masking is enough; then the files found free of identity."""

    def __init__(self, *args, application, **options):
        super().__init__(*args, **options)
        self.keys = {}
        for name in TEXTS:
            self._add_text(application, application, name, name)
        for contribution in application.contributions.all():
            for name in [*CONTRIBUTION_TEXTS, OBJECTIVES]:
                self._add_text(application, contribution, name, f"contribution {contribution.pk} {name}")
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

    def _add_text(self, application, holder, name, key):
        text = getattr(holder, name)
        if not text:
            return
        if name == OBJECTIVES:
            text = "\n".join(text)
        field_name = key.replace(" ", "_")
        self.keys[field_name] = key
        label = holder._meta.get_field(name).verbose_name
        self.fields[field_name] = forms.CharField(
            label=f"{label} de « {holder} »" if isinstance(holder, Contribution) else label,
            max_length=5000,
            required=False,
            widget=text_area(4),
            initial=application.redactions.get(key, ""),
            help_text=f"Vide, on lit : « {masked(application, text)} »",
        )


def page(model_admin, request, application):
    """Write what is read instead of the texts. For who knows the identity."""
    if not (permissions.can_manage(request.user) and permissions.can_see_identity(request.user)):
        raise PermissionDenied
    form = RedactionsForm(request.POST if request.method == "POST" else None, application=application)
    if request.method == "POST" and form.is_valid():
        _write(model_admin, request, application, form)
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
    return render(request, "admin/trainers/application/act.html", context)


@transaction.atomic
def _write(model_admin, request, application, form):
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    for field_name, key in form.keys.items():
        redact(locked, key, form.cleaned_data[field_name])
    free = [attachment.pk for attachment in form.cleaned_data["files"]]
    Attachment.objects.filter(application=locked).exclude(pk__in=free).update(is_identity_free=False)
    Attachment.objects.filter(application=locked, pk__in=free).update(is_identity_free=True)
    model_admin.log_change(request, application, "Lecture anonymisée préparée")
