"""The promotions of schools as staff see and correct them; files are imported by the schools."""

from django.contrib import admin, messages
from django.db.models import F, OuterRef
from django.db.models.functions import Coalesce
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from campus.admin_mixins import ReadOnlyMixin
from catalogue.models import CursusLevel
from catalogue.querysets import count_of
from enrolments import cohorts
from enrolments.models import Cohort, CohortMember, InternalPriority


class SaidFilter(admin.EmptyFieldListFilter):
    """Whether an instant is there, in words: `labels` for all, for none, for one."""

    name, labels = "", ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = self.name

    def choices(self, changelist):
        for choice, label in zip(super().choices(changelist), self.labels, strict=True):
            yield choice | {"display": label}


class ArchivedFilter(SaidFilter):
    name, labels = "archive", ("Toutes", "En cours", "Archivées")


class AcceptedFilter(SaidFilter):
    name, labels = "accord de l'élève", ("Tous", "À accepter", "Dans la promotion")


@admin.register(Cohort)
class CohortAdmin(admin.ModelAdmin):
    list_display = ["name", "organisation", "year", "curriculum", "member_count", "archived_at"]
    list_filter = ["year", ("archived_at", ArchivedFilter)]
    list_select_related = ["organisation", "studies__cursus"]
    search_fields = ["name", "cursus", "studies__cursus__name", "organisation__name", "organisation__acronym"]
    autocomplete_fields = ["organisation"]
    fields = ["organisation", "name", "year", "studies", "students", "created_at", "created_by", "archived_at"]
    readonly_fields = ["students", "created_at", "created_by", "archived_at"]
    actions = ["archive", "reopen", "invite"]

    def get_queryset(self, request):
        members = CohortMember.objects.filter(cohort=OuterRef("pk"))
        total = Coalesce(F("forgotten_count"), 0) + count_of(members)
        return super().get_queryset(request).annotate(member_count=total)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "studies":
            kwargs["queryset"] = CursusLevel.objects.select_related("cursus__partner__organisation").order_by(
                "cursus__partner__organisation__name", "-cursus__year", "cursus", "position"
            )
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "studies":
            field.label_from_instance = lambda level: f"{level.cursus.partner}, {level.cursus}, {level.name}"
        return field

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except cohorts.CohortRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        cohorts.save_cohort(cohort=obj, organisation=obj.organisation, by=request.user)

    @admin.display(description="cursus et niveau")
    def curriculum(self, cohort):
        return cohort.curriculum

    @admin.display(description="élèves", ordering="member_count")
    def member_count(self, cohort):
        return cohort.member_count

    @admin.display(description="élèves")
    def students(self, cohort):
        if not cohort.pk:
            return "Enregistrez d'abord ; l'école importe ensuite ses élèves."
        url = reverse("admin:enrolments_cohortmember_changelist", query={"cohort__pk": cohort.pk})
        return format_html('<a href="{}">Voir les élèves</a>', url)

    @admin.action(description="Archiver", permissions=["change"])
    def archive(self, request, queryset):
        self._each(request, queryset, "Archivée", lambda cohort: cohorts.archive(cohort=cohort))

    @admin.action(description="Rouvrir", permissions=["change"])
    def reopen(self, request, queryset):
        self._each(request, queryset, "Rouverte", lambda cohort: cohorts.reopen(cohort=cohort))

    @admin.action(description="Inviter les élèves qui ne l'ont pas été", permissions=["change"])
    def invite(self, request, queryset):
        self._each(request, queryset.current(), "Élèves invités", lambda cohort: cohorts.ask_invitations(cohort=cohort))

    def _each(self, request, queryset, done, act):
        for cohort in queryset:
            try:
                act(cohort)
            except cohorts.CohortRefused as refusal:
                self.message_user(request, f"« {cohort} » : {refusal}", messages.ERROR)
            else:
                self.log_change(request, cohort, done)
                self.message_user(request, f"« {cohort} » : {done.lower()}.")


class InvitationFilter(admin.SimpleListFilter):
    title = "invitation"
    parameter_name = "invitation"

    def lookups(self, request, model_admin):
        return [("a-ecrire", "En cours d'envoi"), ("ecrite", "Envoyée")]

    def queryset(self, request, queryset):
        match self.value():
            case "a-ecrire":
                return queryset.to_write_to()
            case "ecrite":
                return queryset.filter(invited_at__isnull=False)
        return queryset


@admin.register(CohortMember)
class CohortMemberAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Named as the school does; staff take out who asks for it."""

    may_delete = True
    list_display = ["last_name", "first_name", "email", "cohort", "school", "invited_at", "accepted_at", "shows"]
    list_filter = ["cohort__year", InvitationFilter, ("accepted_at", AcceptedFilter)]
    list_select_related = ["cohort__organisation"]
    search_fields = ["email", "last_name", "cohort__name", "cohort__organisation__name"]
    show_full_result_count = False
    fields = readonly_fields = [
        "cohort", "school", "user", "last_name", "first_name", "email", "added_at", "invitation_asked_at", "invited_at",
        "accepted_at", "agreed_to_show_progress_at",
    ]  # fmt: skip

    def delete_model(self, request, obj):
        cohorts.leave(member=obj)

    def delete_queryset(self, request, queryset):
        for member in queryset:
            cohorts.leave(member=member)

    def lookup_allowed(self, lookup, value, request):
        return lookup == "cohort__pk" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="école", ordering="cohort__organisation__name")
    def school(self, member):
        return member.cohort.organisation.short_name

    @admin.display(description="montre sa progression", boolean=True)
    def shows(self, member):
        return member.agreed_to_show_progress_at is not None


@admin.register(InternalPriority)
class InternalPriorityAdmin(ReadOnlyMixin, admin.ModelAdmin):
    may_delete = True
    list_display = ["training", "organisation", "position", "note", "added_at"]
    list_select_related = ["training", "organisation"]
    search_fields = ["training__title", "organisation__name"]
    fields = readonly_fields = ["organisation", "training", "position", "note", "added_at", "added_by"]
