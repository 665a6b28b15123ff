"""The steps of an application, in order, and what is missing in each."""

from typing import NamedTuple

from django.urls import reverse

from trainers import rules
from trainers.forms.application import AvailabilityForm, ProfileForm, SkillsForm
from trainers.forms.contributions import FORMS
from trainers.models import Application


class Step(NamedTuple):
    slug: str
    title: str
    form: type | None = None

    @property
    def route(self):
        return f"trainers:application_{self.slug}"


PROFILE = Step("profile", "Profil", ProfileForm)
SKILLS = Step("skills", "Compétences", SkillsForm)
AVAILABILITY = Step("availability", "Disponibilités", AvailabilityForm)
CONTRIBUTIONS = Step("contributions", "Contributions")
ATTACHMENTS = Step("attachments", "Pièces jointes")
PREVIEW = Step("preview", "Relecture et dépôt")
STEPS = [PROFILE, SKILLS, AVAILABILITY, CONTRIBUTIONS, ATTACHMENTS, PREVIEW]
OF_FIELD = {"organisation": PROFILE, "skills": SKILLS, "contributions": CONTRIBUTIONS}
"""Where one fills in what is not a field of a form."""


class Missing(NamedTuple):
    label: str
    url: str
    """Up to the very field."""
    step: Step


def missing_from(application: Application) -> list[Missing]:
    """What rules.missing_from says, with where to fill it in, in the order of the steps."""
    kinds = dict(application.contributions.values_list("pk", "kind"))
    found = [_missing(application, kinds, key, label) for key, label in rules.missing_from(application).items()]
    return sorted(found, key=lambda missing: STEPS.index(missing.step))


def navigation(application: Application, current: Step, missing: list[Missing] | None = None) -> list[dict]:
    """The steps, as the page shows them."""
    missing = missing_from(application) if missing is None else missing
    return [
        {
            "title": step.title,
            "url": reverse(step.route, args=[application.reference]),
            "is_current": step is current,
            "missing": sum(each.step is step for each in missing),
        }
        for step in STEPS
    ]


def after(step: Step) -> Step:
    return STEPS[STEPS.index(step) + 1]


def _missing(application, kinds, key, label) -> Missing:
    if key.startswith("contribution "):
        _word, pk, name = key.split()
        url = reverse("trainers:application_contribution", args=[application.reference, pk])
        return Missing(label, f"{url}#{_anchor(FORMS[kinds[int(pk)]], name)}", CONTRIBUTIONS)
    step = OF_FIELD.get(key) or next(step for step in STEPS if step.form and key in step.form.base_fields)
    anchor = _anchor(step.form, key) if step.form and key in step.form.base_fields else key
    return Missing(label, f"{reverse(step.route, args=[application.reference])}#{anchor}", step)


def _anchor(form_class, name) -> str:
    """The identifier of the control of a field: the first one of a group."""
    return f"id_{name}_0" if form_class.base_fields[name].widget.use_fieldset else f"id_{name}"
