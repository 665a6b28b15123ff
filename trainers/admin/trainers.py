"""Trainers in the admin: what they teach, their welcome, their state; the dated table of rates."""

from decimal import Decimal

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q
from django.utils import timezone

from campus.admin_actions import NothingForm, ask_then_apply
from catalogue.admin.common import ReadOnlyInline
from catalogue.enums import Language, Region
from trainers import transitions
from trainers.admin.forms import ReasonForm, StepForm
from trainers.enums import LIVE_ASSIGNMENTS, DirectoryField, OnboardingStep, TrainerState, Weekday
from trainers.models import Availability, Rate, Trainer, TrainerEvent, TrainerSkill
from trainers.wording import euros_in_words

BOXES = forms.CheckboxSelectMultiple


class TrainerForm(forms.ModelForm):
    regions = forms.MultipleChoiceField(label="Régions", choices=Region, widget=BOXES, required=False)
    languages = forms.MultipleChoiceField(
        label="Langues", choices=Language, widget=BOXES, required=False, initial=[Language.FRENCH]
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours possibles", choices=Weekday, coerce=int, widget=BOXES, required=False
    )
    steps = forms.MultipleChoiceField(
        label="Étapes faites",
        choices=OnboardingStep,
        widget=BOXES,
        required=False,
        help_text="Les deux dernières ne sont demandées que d'une personne interne. Aucune pièce n'est gardée ici.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ticked = set(self.instance.ticks.values_list("step", flat=True)) if self.instance.pk else set()
        self.fields["steps"].initial = list(self.ticked)

    def clean_steps(self):
        steps = set(self.cleaned_data["steps"])
        if self.ticked - steps and self.instance.state != TrainerState.ONBOARDING:
            raise forms.ValidationError("L'accueil est terminé : une étape faite le reste.")
        return steps


class SkillInline(admin.TabularInline):
    model = TrainerSkill
    autocomplete_fields = ["skill"]
    extra = 0


class AvailabilityInline(ReadOnlyInline):
    model = Availability
    fields = readonly_fields = ["kind", "starts_on", "ends_on", "note"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(ends_on__gte=timezone.localdate())


class EventInline(ReadOnlyInline):
    model = TrainerEvent
    fields = readonly_fields = ["from_state", "to_state", "happened_at", "happened_by", "reason"]


class RegionFilter(admin.SimpleListFilter):
    title = "région"
    parameter_name = "region"

    def lookups(self, request, model_admin):
        return Region.choices

    def queryset(self, request, queryset):
        return queryset.filter(regions__contains=[self.value()]) if self.value() in Region.values else queryset


@admin.register(Trainer)
class TrainerAdmin(admin.ModelAdmin):
    form = TrainerForm
    list_display = ["__str__", "employer", "status", "state", "module_count", "coming_count", "listed"]
    list_filter = ["state", "kind", "is_listed", RegionFilter]
    list_select_related = ["user__organisation"]
    list_per_page = 50
    ordering = ["user__last_name", "user__first_name", "pk"]  # that of the model is lost to the counts
    search_fields = ["user__last_name", "user__first_name", "user__email", "skills__skill__name", "modules__title"]
    autocomplete_fields = ["user", "modules"]
    readonly_fields = ["state", "is_listed", "fields_shown", "listing_agreed_at"]
    inlines = [SkillInline, AvailabilityInline, EventInline]
    actions = ["tick", "activate", "pause", "resume", "leave", "come_back", "withdraw_listing"]
    fieldsets = [
        (None, {"fields": ["user", "kind", "is_recruited_to_teach", "state"]}),
        ("Accueil", {"fields": ["steps"]}),
        ("Ce qui est animé", {"fields": ["modules", "biography"]}),
        ("Où et quand", {"fields": ["regions", "can_teach_remotely", "languages", "weekdays", "hours_a_month"]}),
        (
            "Annuaire public",
            {
                "description": "L'accord se donne et se retire par la personne elle-même, dans son espace.",
                "fields": ["is_listed", "fields_shown", "listing_agreed_at"],
            },
        ),
    ]

    def get_queryset(self, request):
        coming = Q(assignments__state__in=LIVE_ASSIGNMENTS, assignments__session__ends_at__gt=timezone.now())
        return (
            super()
            .get_queryset(request)
            .annotate(
                module_count=Count("modules", distinct=True),
                coming_count=Count("assignments", filter=coming, distinct=True),
            )
        )

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "user"] if obj else self.readonly_fields

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if change:
            # Only what the form holds: the state is written by transitions alone.
            columns = {each.name for each in obj._meta.concrete_fields}
            obj.save(update_fields=[*columns & set(form.cleaned_data), "updated_at"])
        else:
            names = [
                "is_recruited_to_teach", "biography", "regions", "can_teach_remotely", "languages", "weekdays",
                "hours_a_month",
            ]  # fmt: skip
            created = transitions.create_trainer(
                user=obj.user, kind=obj.kind, by=request.user, **{name: getattr(obj, name) for name in names}
            )
            obj.__dict__.update(created.__dict__)  # the admin goes on with this one
        self._tick(request, obj, form)

    def _tick(self, request, trainer, form):
        steps = form.cleaned_data.get("steps", form.ticked)
        try:
            for step in steps - form.ticked:
                transitions.tick(trainer=trainer, step=step, by=request.user)
            for step in form.ticked - steps:
                transitions.untick(trainer=trainer, step=step, by=request.user)
        except transitions.TransitionRefused as refusal:  # the welcome has ended meanwhile
            self.message_user(request, str(refusal), messages.ERROR)

    @admin.display(description="employeur")
    def employer(self, trainer):
        return trainer.user.organisation

    @admin.display(description="statut", ordering="kind")
    def status(self, trainer):
        return trainer.get_kind_display().partition(",")[0]

    @admin.display(description="annuaire", ordering="is_listed", boolean=True)
    def listed(self, trainer):
        return trainer.is_listed

    @admin.display(description="modules", ordering="module_count")
    def module_count(self, trainer):
        return trainer.module_count

    @admin.display(description="sessions à venir", ordering="coming_count")
    def coming_count(self, trainer):
        return trainer.coming_count

    @admin.display(description="ce que l'annuaire montre", empty_value="rien")
    def fields_shown(self, trainer):
        return ", ".join(DirectoryField(field).label for field in trainer.listed_fields) or None

    def _each(self, request, queryset, action, title, done, transition, form_class=NothingForm):
        """Ask what `form_class` says, then move each trainer; those refused come back with why."""
        return ask_then_apply(
            self,
            request,
            queryset.select_related("user").order_by("pk"),
            action=action,
            title=title,
            done=done,
            form_class=form_class,
            apply=lambda trainer, data: transition(trainer=trainer, by=request.user, **data),
        )

    @admin.action(description="Cocher une étape de l'accueil", permissions=["change"])
    def tick(self, request, queryset):
        return self._each(request, queryset, "tick", "Cocher une étape", "Étape cochée", transitions.tick, StepForm)

    @admin.action(description="Terminer l'accueil : en activité", permissions=["change"])
    def activate(self, request, queryset):
        return self._each(request, queryset, "activate", "Terminer l'accueil", "En activité", transitions.activate)

    @admin.action(description="Mettre en pause", permissions=["change"])
    def pause(self, request, queryset):
        return self._each(request, queryset, "pause", "Mettre en pause", "En pause", transitions.pause, ReasonForm)

    @admin.action(description="Reprendre après une pause", permissions=["change"])
    def resume(self, request, queryset):
        return self._each(request, queryset, "resume", "Reprendre", "De nouveau en activité", transitions.resume)

    @admin.action(description="Noter le départ", permissions=["change"])
    def leave(self, request, queryset):
        return self._each(request, queryset, "leave", "Noter le départ", "Départ noté", transitions.leave, ReasonForm)

    @admin.action(description="Accueillir de nouveau", permissions=["change"])
    def come_back(self, request, queryset):
        return self._each(
            request, queryset, "come_back", "Accueillir de nouveau", "De nouveau en accueil", transitions.come_back
        )

    @admin.action(description="Retirer de l'annuaire public", permissions=["change"])
    def withdraw_listing(self, request, queryset):
        def withdraw(*, trainer, by):
            transitions.withdraw_listing(trainer=trainer)

        return self._each(
            request, queryset, "withdraw_listing", "Retirer de l'annuaire", "Retirée de l'annuaire", withdraw
        )


class RateForm(forms.ModelForm):
    COLUMNS = {"euros": "cents_per_hour", "preparation_euros": "preparation_cents_per_hour"}

    euros = forms.DecimalField(
        label="Euros par heure d'animation", min_value=Decimal("0.01"), max_digits=7, decimal_places=2, localize=True
    )

    preparation_euros = forms.DecimalField(
        label="Euros par heure de préparation",
        required=False,
        min_value=Decimal("0.01"),
        max_digits=7,
        decimal_places=2,
        localize=True,
        help_text="Conception, préparation. Vide : comme l'animation.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, column in self.COLUMNS.items():
            cents = getattr(self.instance, column)
            if cents is not None:
                self.fields[name].initial = Decimal(cents).scaleb(-2)

    def clean(self):
        cleaned = super().clean()
        for name, column in self.COLUMNS.items():
            if name in cleaned:
                euros = cleaned[name]
                setattr(self.instance, column, None if euros is None else int(euros * 100))
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and end and end <= start:  # before the database is asked whether this range, which is none, overlaps
            self.add_error("valid_until", "La fin de validité précède le début.")
        return cleaned


@admin.register(Rate)
class RateAdmin(admin.ModelAdmin):
    """What is changed here changes no session that is already proposed: each keeps its own rate."""

    form = RateForm
    list_display = ["kind", "euros", "preparation_euros", "valid_from", "valid_until", "source", "is_confirmed"]
    list_filter = ["kind", "is_confirmed"]
    fields = ["kind", "euros", "preparation_euros", "valid_from", "valid_until", "source", "is_confirmed"]

    @admin.display(description="taux horaire", ordering="cents_per_hour")
    def euros(self, rate):
        return euros_in_words(rate.cents_per_hour)

    @admin.display(description="taux de préparation", ordering="preparation_cents_per_hour")
    def preparation_euros(self, rate):
        return euros_in_words(rate.preparation_cents)
