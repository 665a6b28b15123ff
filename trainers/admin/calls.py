"""Calls with what they seek and how they are judged, links that pass a closed one, and who reviews."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.utils import timezone

from trainers import permissions, querysets
from trainers.models import AccessLink, Call, CallSkill, Criterion, Reviewer, Score


class CallForm(forms.ModelForm):
    def clean_reviewers(self):
        reviewers = self.cleaned_data["reviewers"]
        barred = [user for user in reviewers if not _reads_applications(user)]
        if barred:
            names = ", ".join(map(str, barred))
            raise forms.ValidationError(
                f"{names} : donnez d'abord accès à l'administration, et le droit de voir les candidatures."
            )
        return reviewers


def _reads_applications(user) -> bool:
    names = ("trainers.view_application", "trainers.manage_applications")
    return user.is_active and user.is_staff and any(map(user.has_perm, names))


class CallSkillInline(admin.TabularInline):
    model = CallSkill
    autocomplete_fields = ["skill"]
    extra = 0


class CriterionInline(admin.TabularInline):
    model = Criterion
    extra = 0

    def has_delete_permission(self, request, obj=None):
        """What has been scored stays: to refuse one at a time would tell the scores that are hidden."""
        is_used = obj is not None and Score.objects.filter(criterion__call=obj).exists()
        return not is_used and super().has_delete_permission(request, obj)


@admin.register(Call)
class CallAdmin(admin.ModelAdmin):
    form = CallForm
    list_display = [
        "title",
        "state_label",
        "opens_at",
        "closes_at",
        "is_permanent",
        "is_published",
        "is_anonymised",
    ]
    list_filter = ["is_published", "is_permanent", "is_anonymised"]
    search_fields = ["title", "summary"]
    date_hierarchy = "opens_at"
    autocomplete_fields = ["domains", "reviewers"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [CallSkillInline, CriterionInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "text", "domains"]}),
        ("Quand", {"fields": ["is_permanent", "opens_at", "closes_at", "is_published"]}),
        ("Instruction", {"fields": ["reviewers", "reviews_wanted", "is_anonymised"]}),
        ("Délais usuels", {"fields": ["admissibility_days", "review_days", "decision_days"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        """Who reads without identity does not lift that for themself."""
        is_barred = obj is not None and not permissions.can_see_identity(request.user)
        return [*self.readonly_fields, "is_anonymised"] if is_barred else self.readonly_fields

    @admin.display(description="état")
    def state_label(self, call):
        return call.state.label

    def has_delete_permission(self, request, obj=None):
        """A call is taken offline: what was answered to it stays."""
        return False


@admin.register(AccessLink)
class AccessLinkAdmin(admin.ModelAdmin):
    list_display = ["email", "call", "expires_at", "revoked_at", "created_by"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["call", "created_by"]
    search_fields = ["email", "call__title"]
    autocomplete_fields = ["call"]
    fields = ["call", "email", "expires_at", "address", "revoked_at", "created_by", "created_at"]
    readonly_fields = ["address", "revoked_at", "created_by", "created_at"]
    actions = ["revoke"]

    def get_queryset(self, request):
        hidden = querysets.hidden_applicants(request.user)
        return super().get_queryset(request).exclude(email__in=hidden.values("email"))

    @admin.display(description="adresse à envoyer")
    def address(self, link):
        return settings.SITE_URL + link.get_absolute_url() if link.pk else "Enregistrez pour l'avoir."

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)
        if not change:
            self.message_user(request, f"L'adresse à envoyer à {obj.email} : {self.address(obj)}", messages.INFO)

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description="Retirer", permissions=["change"])
    def revoke(self, request, queryset):
        revoked = list(queryset.filter(revoked_at__isnull=True))
        for link in revoked:
            link.revoked_at = timezone.now()
            link.save(update_fields=["revoked_at"])
            self.log_change(request, link, "Retiré")
        self.message_user(request, f"{len(revoked)} lien(s) retiré(s).", messages.SUCCESS)


@admin.register(Reviewer)
class ReviewerAdmin(admin.ModelAdmin):
    list_display = ["user", "organisation", "service", "load_limit", "is_away"]
    list_editable = ["is_away"]
    list_filter = ["is_away"]
    list_select_related = ["user__organisation"]
    search_fields = ["user__email", "user__last_name", "service"]
    autocomplete_fields = ["user"]

    def get_readonly_fields(self, request, obj=None):
        """One does not move to another service to read the applications of one's own."""
        return ["service"] if obj is not None and obj.user_id == request.user.pk else []

    @admin.display(description="employeur")
    def organisation(self, reviewer):
        return reviewer.user.organisation
