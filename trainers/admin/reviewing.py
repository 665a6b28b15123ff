"""A review as its author writes it: a draft as long as they want, then final."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse

from campus.admin_actions import text_area
from campus.refusal import Refused
from trainers import permissions, transitions
from trainers.admin.acts import may_review
from trainers.admin.pages import context_of
from trainers.admin.reading import reading_of
from trainers.enums import Recommendation
from trainers.models import Review

SCORES = [("", "Pas encore"), *[(value, str(value)) for value in range(1, 6)]]


class ReviewForm(forms.Form):
    """A score a criterion (`scores`), then what the review says. Submitting wants all of it; a draft wants nothing."""

    recommendation = forms.ChoiceField(
        label="Recommandation", choices=[("", "Pas encore"), *Recommendation.choices], required=False
    )
    comment = forms.CharField(
        label="Pour les collègues",
        max_length=5000,
        required=False,
        widget=text_area(),
        help_text="Lu par l'équipe seulement.",
    )
    comment_for_applicant = forms.CharField(
        label="Pour la personne qui candidate",
        max_length=3000,
        required=False,
        widget=text_area(),
        help_text="Repris dans le courriel de décision, que l'équipe relit.",
    )

    def __init__(self, *args, criteria, review, is_submitted, **options):
        super().__init__(*args, **options)
        self.criteria = list(criteria)
        self.is_submitted = is_submitted
        given = {score.criterion_id: score.value for score in review.scores.all()} if review else {}
        for criterion in self.criteria:
            self.fields[_name(criterion)] = forms.TypedChoiceField(
                label=f"{criterion.name} (poids {criterion.weight})",
                choices=SCORES,
                coerce=int,
                empty_value=None,
                required=False,
                initial=given.get(criterion.pk),
                help_text=criterion.help_text or "De 1, faible, à 5, excellent.",
            )
        self.order_fields([_name(criterion) for criterion in self.criteria])
        if review:
            for name in ("recommendation", "comment", "comment_for_applicant"):
                self.fields[name].initial = getattr(review, name)

    def clean(self):
        cleaned = super().clean()
        if self.is_submitted:
            for criterion in self.criteria:
                if cleaned.get(_name(criterion)) is None and _name(criterion) not in self.errors:
                    self.add_error(_name(criterion), "Donnez une note de 1 à 5.")
            if not cleaned.get("recommendation") and "recommendation" not in self.errors:
                self.add_error("recommendation", "Dites ce que vous recommandez.")
        return cleaned

    def said(self) -> dict:
        """What transitions.save_review takes."""
        texts = {name: self.cleaned_data[name] for name in ("recommendation", "comment", "comment_for_applicant")}
        return {"scores": {each: self.cleaned_data[_name(each)] for each in self.criteria}, **texts}


def page(model_admin, request, application):
    """The application, as its reviewer may read it, and their review."""
    if not permissions.can_review(request.user, application):
        raise PermissionDenied
    review = Review.objects.filter(application=application, reviewer=request.user).first()
    if not may_review(request.user, application) or (review and review.submitted_at and request.method != "POST"):
        why = (
            "Votre avis est rendu : il ne change plus."
            if review and review.submitted_at
            else "Elle n'est pas en instruction."
        )
        messages.warning(request, f"« {application} » : {why}")
        return redirect(reverse("admin:trainers_application_change", args=[application.pk]))
    is_submitted = "_submit" in request.POST
    form = ReviewForm(
        request.POST if request.method == "POST" else None,
        criteria=application.call.criteria.all(),
        review=review,
        is_submitted=is_submitted,
    )
    if request.method == "POST" and form.is_valid():
        try:
            _write(model_admin, request, application, form, is_submitted)
        except Refused as refusal:
            form.add_error(refusal.argument if refusal.argument in form.fields else None, str(refusal))
        else:
            done = "avis rendu" if is_submitted else "brouillon de l'avis enregistré"
            model_admin.message_user(request, f"« {application} » : {done}.", messages.SUCCESS)
            return redirect(
                reverse("admin:trainers_application_change", args=[application.pk])
                if is_submitted
                else reverse("admin:trainers_application_review", args=[application.pk])
            )
    context = context_of(
        model_admin, request, application, "Votre avis", form=form, reading=reading_of(application, request.user)
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "admin/trainers/application/review.html", context, status=status)


@transaction.atomic
def _write(model_admin, request, application, form, is_submitted):
    review = transitions.save_review(application=application, reviewer=request.user, **form.said())
    if is_submitted:
        transitions.submit_review(review=review, by=request.user)
        model_admin.log_change(request, application, "Avis rendu")


def _name(criterion) -> str:
    return f"criterion_{criterion.pk}"
