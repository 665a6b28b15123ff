"""What one may ask of the queue. No choice depends on applications that are hidden, and none tells who applies."""

import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from campus.accounts.models import User
from campus.admin_mixins import HolderFilter, KnownFilter
from catalogue.models import Skill
from trainers import permissions
from trainers.enums import DECISIONS, TO_HANDLE, ApplicationState
from trainers.models import Application, Call, CallSkill

TO_HANDLE_VALUE = "a-traiter"
STAGES = {
    TO_HANDLE_VALUE: ("À traiter", TO_HANDLE),
    "attente": ("En attente de la personne", [ApplicationState.MORE_ASKED]),
    "decidees": ("Décidées", DECISIONS),
    "toutes": ("Toutes", list(ApplicationState)),
}
AGES = {
    "7": "Moins d'une semaine",
    "30": "D'une semaine à un mois",
    "90": "D'un à trois mois",
    "plus": "Plus de trois mois",
}


class StageFilter(KnownFilter):
    """« À traiter » unless asked otherwise: the queue is what one comes for."""

    title = "étape"
    parameter_name = "etape"

    def lookups(self, request, model_admin):
        states = [(state.value, state.label) for state in ApplicationState if state != ApplicationState.DRAFT]
        return [(value, label) for value, (label, _states) in STAGES.items()] + states

    def queryset(self, request, queryset):
        value = self.value() or TO_HANDLE_VALUE
        states = STAGES[value][1] if value in STAGES else [value]
        return queryset if value == "toutes" else queryset.filter(state__in=states)

    def choices(self, changelist):
        chosen = self.value() or TO_HANDLE_VALUE
        facets = self.get_facet_queryset(changelist) if changelist.add_facets else None
        for rank, (value, label) in enumerate(self.lookup_choices):
            if facets is not None:
                label = f"{label} ({facets.get(f'{rank}__c', 0)})"
            yield {
                "selected": chosen == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }


class CallFilter(KnownFilter):
    title = "appel"
    parameter_name = "appel"

    def lookups(self, request, model_admin):
        return [(str(call.pk), call.title) for call in calls_of(request.user)]

    def queryset(self, request, queryset):
        return queryset.filter(call=self.value()) if self.value() else queryset


class AgeFilter(KnownFilter):
    title = "âge"
    parameter_name = "age"

    def lookups(self, request, model_admin):
        return list(AGES.items())

    def queryset(self, request, queryset):
        now = timezone.now()
        week, month, quarter = (now - datetime.timedelta(days=days) for days in (7, 30, 90))
        match self.value():
            case "7":
                return queryset.filter(submitted_at__gt=week)
            case "30":
                return queryset.filter(submitted_at__lte=week, submitted_at__gt=month)
            case "90":
                return queryset.filter(submitted_at__lte=month, submitted_at__gt=quarter)
            case "plus":
                return queryset.filter(submitted_at__lte=quarter)
        return queryset


class SkillFilter(KnownFilter):
    """Skills that calls seek."""

    title = "compétence"
    parameter_name = "competence"

    def lookups(self, request, model_admin):
        sought = Skill.objects.filter(pk__in=CallSkill.objects.values("skill")).order_by("name")
        return [(str(pk), name) for pk, name in sought.values_list("pk", "name")]

    def queryset(self, request, queryset):
        return queryset.filter(skills__skill=self.value()) if self.value() else queryset


class AssignedFilter(HolderFilter):
    field = "assigned_to"

    def others(self, request):
        theirs = Application.objects.visible_to(request.user).filter(assigned_to=OuterRef("pk"))
        return User.objects.filter(Exists(theirs), is_staff=True)


class DueFilter(KnownFilter):
    title = "échéance"
    parameter_name = "echeance"

    def lookups(self, request, model_admin):
        return [("retard", "En retard"), ("semaine", "Dans les sept jours")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "retard":
                return queryset.overdue(today)
            case "semaine":
                week = today + datetime.timedelta(days=7)
                return queryset.to_handle().filter(due_on__gte=today, due_on__lte=week)
        return queryset


def calls_of(user):
    """Calls whose applications `user` may be shown, the latest first."""
    calls = Call.objects.all()
    return calls if permissions.can_manage(user) else calls.filter(reviewers=user)
