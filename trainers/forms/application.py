"""The steps of an application that are about the person: profile, skills, availability."""

from django import forms

from catalogue.enums import Language, Level, Region
from catalogue.models import Skill
from trainers.enums import SideActivity, TrainerKind, Weekday
from trainers.forms.drafts import DraftForm, line, one_of, select, some_of, text, yes_or_no
from trainers.models import Application

TEACHER_NOT_PAID = (
    "Qui a été recruté pour enseigner ne peut pas être rémunéré à titre accessoire : choisissez « externe, d'intérêt "
    "général », ou corrigez votre réponse sur votre recrutement."
)
SPARE_ROWS = 3


class ProfileForm(DraftForm):
    service = line(
        "Votre service",
        "Direction, bureau ou équipe. Il sert aussi à écarter de l'instruction les collègues de ce service.",
        max_length=200,
        autocomplete="off",
    )
    job_title = line("Votre fonction", max_length=150, autocomplete="organization-title")
    motivation = text("Pourquoi voulez-vous former ?", "3 000 caractères au plus.", max_length=3000)
    wish = one_of("Vous formeriez", TrainerKind.choices)
    side_activity = one_of(
        "Que dit votre employeur de cette activité accessoire ?",
        SideActivity.choices,
        "Une activité de formation rémunérée demande l'autorisation de votre employeur. Vous pouvez candidater avant "
        "de l'avoir.",
    )
    is_recruited_to_teach = yes_or_no(
        "Avez-vous été recruté pour enseigner, à titre principal ?",
        "Par exemple comme enseignant ou formateur à plein temps. Former pour le campus ne peut alors pas vous être payé.",
    )

    class Meta:
        model = Application
        fields = ["service", "job_title", "motivation", "wish", "side_activity", "is_recruited_to_teach"]

    def clean(self):
        answers = super().clean()
        wish = answers.get("wish", self.instance.wish)
        if wish == TrainerKind.INTERNAL and answers.get("is_recruited_to_teach", self.instance.is_recruited_to_teach):
            self.add_error("wish", TEACHER_NOT_PAID)
            self.instance.wish = ""  # the wish that is stored may be the one that the other answer forbids
        return answers

    def also_stored(self):
        return ["wish"]


class AvailabilityForm(DraftForm):
    weekdays = some_of("Quels jours pourriez-vous former ?", Weekday.choices, coerce=int)
    hours_a_month = forms.IntegerField(
        label="Combien d'heures par mois, en moyenne ?",
        help_text="Préparation comprise. De 1 à 150.",
        min_value=1,
        max_value=150,
        widget=forms.NumberInput(attrs={"class": "fr-input", "inputmode": "numeric"}),
        error_messages={"invalid": "Écrivez un nombre entier d'heures, par exemple 8."},
    )
    can_teach_remotely = yes_or_no("Pouvez-vous former à distance ?")
    regions = some_of("Dans quelles régions pourriez-vous vous déplacer ?", Region.choices)
    languages = some_of("En quelles langues pourriez-vous former ?", Language.choices)

    class Meta:
        model = Application
        fields = ["weekdays", "hours_a_month", "can_teach_remotely", "regions", "languages"]


class SkillsForm(DraftForm):
    """The experience, a level for each skill that the call seeks, and rows for others."""

    experience = text(
        "Votre expérience",
        "Ce que vous faites aujourd'hui, ce que vous avez déjà transmis et à qui. 5 000 caractères au plus.",
        max_length=5000,
        rows=8,
    )

    class Meta:
        model = Application
        fields = ["experience"]

    def __init__(self, *args, instance, **kwargs):
        mine = dict(instance.skills.values_list("skill", "level"))
        self.sought = list(instance.call.skills.select_related("skill").order_by("-target", "skill__name"))
        sought = {each.skill_id for each in self.sought}
        others = [(pk, level) for pk, level in mine.items() if pk not in sought]
        initial = {f"level_{pk}": mine.get(pk, "") for pk in sought}
        for rank, (pk, level) in enumerate(others):
            initial |= {f"skill_{rank}": pk, f"other_level_{rank}": level}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        self.rows = range(min(len(others) + SPARE_ROWS, max(Skill.objects.count() - len(sought), 0)))
        choices = list(Skill.objects.exclude(pk__in=sought).values_list("pk", "name"))
        for each in self.sought:
            label = f"{each.skill.name} : votre niveau"
            self.fields[f"level_{each.skill_id}"] = select(label, Level.choices)
        for rank in self.rows:
            skill = forms.TypedChoiceField(
                label=f"Autre compétence {rank + 1}",
                choices=[("", "Choisissez"), *choices],
                coerce=int,
                empty_value=None,
                widget=forms.Select(attrs={"class": "fr-select"}),
            )
            self.fields[f"skill_{rank}"] = skill
            self.fields[f"other_level_{rank}"] = select(f"Niveau dans l'autre compétence {rank + 1}", Level.choices)
        for field in self.fields.values():
            field.required = False

    @property
    def sought_fields(self):
        return [self[f"level_{each.skill_id}"] for each in self.sought]

    @property
    def other_fields(self):
        return [(self[f"skill_{rank}"], self[f"other_level_{rank}"]) for rank in self.rows]

    def clean(self):
        answers = super().clean()
        chosen = set()
        for rank in self.rows:
            skill, level = answers.get(f"skill_{rank}"), answers.get(f"other_level_{rank}")
            if skill and skill in chosen:
                self.add_error(f"skill_{rank}", "Cette compétence est déjà plus haut.")
            elif skill and not level:
                self.add_error(
                    f"other_level_{rank}", "Choisissez un niveau : sans lui, la compétence n'est pas gardée."
                )
            elif level and not skill:
                self.add_error(f"skill_{rank}", "Choisissez la compétence qui a ce niveau.")
            chosen.add(skill)
        return answers

    @property
    def levels(self) -> dict[int, str]:
        """The skills that are valid: primary key → level."""
        answers = self.cleaned_data
        pairs = [(each.skill_id, answers.get(f"level_{each.skill_id}")) for each in self.sought]
        pairs += [(answers.get(f"skill_{rank}"), answers.get(f"other_level_{rank}")) for rank in self.rows]
        return {pk: level for pk, level in pairs if pk and level}

    def store(self):
        super().store()
        levels = self.levels
        self.instance.skills.exclude(skill__in=levels).delete()
        for pk, level in levels.items():
            self.instance.skills.update_or_create(skill_id=pk, defaults={"level": level})
