"""Two accounts of one person: found by another application, looked at, then merged."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import render

from campus.refusal import Refused
from trainers import permissions, rules, transitions
from trainers.admin.pages import context_of
from trainers.enums import ApplicationState
from trainers.models import Application


class DuplicateForm(forms.Form):
    reference = forms.CharField(
        label="Référence de l'autre candidature",
        max_length=20,
        help_text="Tout ce qu'a déposé son compte passera à la personne de cette page.",
    )

    def __init__(self, *args, visible, **options):
        super().__init__(*args, **options)
        self.visible = visible

    def clean_reference(self):
        reference = self.cleaned_data["reference"].strip().upper().removeprefix("CANDIDATURE ")
        other = self.visible.filter(reference=reference).select_related("applicant").first()
        if other is None:
            raise forms.ValidationError("Aucune candidature ne porte cette référence.")
        self.other = other
        return reference


def page(model_admin, request, application):
    """Ask for the other application, show what a merger would move, and merge once confirmed."""
    user = request.user
    if not (permissions.can_manage(user) and permissions.can_see_identity(user)):
        raise PermissionDenied
    visible = Application.objects.visible_to(user)
    form = DuplicateForm(request.POST if request.method == "POST" else None, visible=visible)
    merger = None
    if request.method == "POST" and form.is_valid():
        is_confirmed = "_confirm" in request.POST
        try:
            with transaction.atomic():
                merger = _merge(application, form.other, user, dry_run=not is_confirmed)
                if is_confirmed:
                    model_admin.log_change(request, application, f"Fusionnée avec le compte de {form.other.reference}")
        except Refused as refusal:
            form.add_error("reference", str(refusal))
        else:
            if is_confirmed:
                model_admin.message_user(request, f"« {application} » : comptes fusionnés.", messages.SUCCESS)
                return model_admin.back_to(request, application)
    context = context_of(
        model_admin,
        request,
        application,
        "Fusionner un doublon",
        form=form,
        merger=merger,
        other=getattr(form, "other", None),
        drafts=[each for each in merger.applications if each.state == ApplicationState.DRAFT] if merger else [],
        likely=_likely(application, visible),
    )
    return render(request, "admin/trainers/application/duplicate.html", context, status=422 if form.errors else 200)


def _merge(application, other, by, *, dry_run):
    both = Application.objects.filter(applicant__in=[application.applicant, other.applicant])
    if any(rules.is_in_conflict(each, by) for each in both):  # says no more than who may not merge should know
        raise Refused("Demandez cette fusion à une autre personne de l'équipe.")
    return transitions.merge_applicants(keep=application.applicant, duplicate=other.applicant, by=by, dry_run=dry_run)


def _likely(application, visible):
    """Applications under another account of the same name."""
    person = application.applicant
    if not person.last_name:
        return []
    same = visible.filter(
        applicant__last_name__iexact=person.last_name, applicant__first_name__iexact=person.first_name
    )
    return list(same.exclude(applicant=person).select_related("applicant", "call")[:10])
