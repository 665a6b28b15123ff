"""What becomes of accepted ideas, and of trainings to develop: who follows them, the steps and their days, how it ends."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from campus.admin_actions import NothingForm, ask_then_apply
from trainers import permissions, rules, transitions
from trainers.admin.act_forms import handlers
from trainers.admin.filters import KnownFilter
from trainers.models import FollowUp, FollowUpStep

IN_PROGRESS = "en-cours"


class ProgressFilter(KnownFilter):
    """Those in progress, unless asked otherwise."""

    title = "où il en est"
    parameter_name = "etat"

    def lookups(self, request, model_admin):
        return [(IN_PROGRESS, "En cours"), ("retard", "En retard"), ("clos", "Clos"), ("tous", "Tous")]

    def queryset(self, request, queryset):
        match self.value() or IN_PROGRESS:
            case "retard":
                return queryset.in_progress().filter(next_due__lt=timezone.localdate())
            case "clos":
                return queryset.filter(closed_at__isnull=False)
            case "tous":
                return queryset
        return queryset.in_progress()

    def choices(self, changelist):
        for value, label in self.lookup_choices:
            yield {
                "selected": (self.value() or IN_PROGRESS) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }


class ReferentFilter(KnownFilter):
    title = "suivi"
    parameter_name = "suivi"

    def lookups(self, request, model_admin):
        return [("moi", "Par moi"), ("personne", "Par personne")]

    def queryset(self, request, queryset):
        match self.value():
            case "moi":
                return queryset.filter(referent=request.user)
            case "personne":
                return queryset.filter(referent__isnull=True)
        return queryset


class FollowUpForm(forms.ModelForm):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "referent" in self.fields:
            field = self.fields["referent"]
            field.queryset, field.empty_label = handlers(), "Personne"
            # Accounts have their own pages.
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_delete_related = field.widget.can_view_related = False

    def clean_referent(self):
        referent = self.cleaned_data["referent"]
        if referent and (refusal := rules.refusal_of_referent(self.instance, referent)):
            raise forms.ValidationError(refusal)
        return referent


class StepForm(forms.ModelForm):
    is_done = forms.BooleanField(label="Faite", required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["is_done"].initial = self.instance.done_at is not None


class StepInline(admin.TabularInline):
    model = FollowUpStep
    form = StepForm
    fields = ["title", "due_on", "is_done", "done_at", "done_by"]
    readonly_fields = ["done_at", "done_by"]
    extra = 1

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("done_by")

    def _is_open(self, request, obj):
        return obj is not None and obj.closed_at is None

    has_add_permission = has_change_permission = has_delete_permission = _is_open

    def has_view_permission(self, request, obj=None):
        return True  # of a follow-up that may be read


@admin.register(FollowUp)
class FollowUpAdmin(admin.ModelAdmin):
    """Everything begins with `visible_to`, as for applications."""

    form = FollowUpForm
    list_display = ["contribution", "kind", "person", "referent", "steps_done", "due", "ending"]
    list_filter = [ProgressFilter, ReferentFilter, "contribution__kind"]
    list_per_page = 50
    list_select_related = ["contribution__application__applicant", "contribution__module", "referent"]
    show_full_result_count = False
    search_fields = ["contribution__title", "contribution__application__reference"]
    fields = ["contribution", "kind", "person", "application", "referent", "module", "ending", "opened_at", "closed_by"]
    readonly_fields = [
        "contribution", "kind", "person", "application", "module", "ending", "opened_at", "closed_by",
    ]  # fmt: skip
    inlines = [StepInline]
    actions = ["complete_next", "finish", "give_up"]

    # --- Who sees what ------------------------------------------------------------------------------------------------

    def get_queryset(self, request):
        follow_ups = super().get_queryset(request).visible_to(request.user)
        return follow_ups.select_related(*self.list_select_related).with_steps()

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        """Who handles applications, and who reviews them: only what they follow (`visible_to`)."""
        return permissions.can_manage(request.user) or request.user.has_perm("trainers.view_application")

    def has_change_permission(self, request, obj=None):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False  # an acceptance opens them

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        may_hand = permissions.can_manage(request.user) and obj is not None and obj.closed_at is None
        return self.readonly_fields if may_hand else [*self.readonly_fields, "referent"]

    # --- Columns ------------------------------------------------------------------------------------------------------

    @admin.display(description="type", ordering="contribution__kind")
    def kind(self, follow_up):
        return follow_up.contribution.get_kind_display()

    @admin.display(description="personne", ordering="contribution__application__applicant__last_name")
    def person(self, follow_up):
        return follow_up.contribution.application.applicant

    @admin.display(description="étapes faites")
    def steps_done(self, follow_up):
        return f"{follow_up.done_count} sur {follow_up.step_count}"

    @admin.display(description="prochaine étape pour le", ordering="next_due")
    def due(self, follow_up):
        if follow_up.closed_at or follow_up.next_due is None:
            return None
        is_late = follow_up.next_due < timezone.localdate()
        return f"{follow_up.next_due:%d/%m/%Y}{' (en retard)' if is_late else ''}"

    @admin.display(description="où il en est", ordering="closed_at")
    def ending(self, follow_up):
        if follow_up.closed_at is None:
            return "En cours"
        return f"Abandonné : {follow_up.close_reason}" if follow_up.close_reason else "Terminé : le module existe"

    @admin.display(description="candidature")
    def application(self, follow_up):
        application = follow_up.contribution.application
        address = reverse("admin:trainers_application_change", args=[application.pk])
        return format_html('<a href="{}">{}</a>', address, application)

    @admin.display(description="module")
    def module(self, follow_up):
        module = follow_up.contribution.module
        if module is None:
            return "pas encore"
        return format_html('<a href="{}">{}</a>', reverse("admin:catalogue_module_change", args=[module.pk]), module)

    # --- Writing ------------------------------------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        if "referent" not in form.changed_data:
            return
        try:
            transitions.follow(follow_up=obj, referent=obj.referent, by=request.user)
        except transitions.TransitionRefused as refusal:  # closed meanwhile
            self.message_user(request, str(refusal), messages.ERROR)

    def save_formset(self, request, form, formset, change):
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for step_form in formset.forms:
            try:
                self._save_step(request.user, form.instance, formset, step_form)
            except transitions.TransitionRefused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)

    def _save_step(self, by, follow_up, formset, step_form):
        step = step_form.instance if step_form.instance.pk else None
        if step_form in formset.deleted_forms:
            if step:
                formset.deleted_objects.append(step)
                transitions.drop_step(step=step, by=by)
            return
        if not step_form.has_changed():
            return
        data = step_form.cleaned_data
        saved = transitions.plan_step(follow_up=follow_up, title=data["title"], due_on=data["due_on"], by=by, step=step)
        if "is_done" in step_form.changed_data:
            mark = transitions.complete_step if data["is_done"] else transitions.reopen_step
            mark(step=saved, by=by)
        if step:
            formset.changed_objects.append((saved, step_form.changed_data))
        else:
            formset.new_objects.append(saved)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Suivis de contributions", **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().change_view(request, object_id, form_url, extra_context)

    # --- Actions ------------------------------------------------------------------------------------------------------

    def _each(self, request, queryset, action, title, done, apply, form_class=NothingForm):
        return ask_then_apply(
            self,
            request,
            queryset.order_by("pk"),
            action=action,
            title=title,
            done=done,
            form_class=form_class,
            apply=lambda follow_up, data: apply(follow_up=follow_up, by=request.user, **data),
        )

    @admin.action(description="Étape suivante faite", permissions=["change"])
    def complete_next(self, request, queryset):
        return self._each(
            request,
            queryset,
            "complete_next",
            "Dire que l'étape suivante est faite",
            lambda step: f"Étape « {step} » faite",
            transitions.complete_next_step,
        )

    @admin.action(description="Terminer : créer le module en brouillon", permissions=["change"])
    def finish(self, request, queryset):
        return self._each(
            request,
            queryset,
            "finish",
            "Terminer le suivi et créer le module en brouillon",
            lambda module: f"Module « {module} » créé en brouillon",
            transitions.close_follow_up,
        )

    @admin.action(description="Abandonner", permissions=["change"])
    def give_up(self, request, queryset):
        return self._each(
            request,
            queryset,
            "give_up",
            "Abandonner le suivi",
            "Suivi abandonné",
            transitions.close_follow_up,
            GiveUpForm,
        )


class GiveUpForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Gardé avec le suivi. Aucun module n'est créé.",
    )
