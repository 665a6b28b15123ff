from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import models

from campus.accounts import access, memberships
from campus.accounts.models import (
    AccessRequest,
    EmailDomain,
    EmployerNumber,
    Membership,
    Organisation,
    ProConnectIdentity,
    User,
)
from campus.admin_actions import ask_then_apply
from campus.admin_mixins import DeletedOneByOneMixin, ReadOnlyMixin


class AccountForm(forms.ModelForm):
    """An account has no password: its owner proves the address (campus.accounts.sign_in)."""

    def save(self, commit=True):
        if self.instance._state.adding:
            self.instance.set_unusable_password()
        return super().save(commit)


class ProConnectIdentityInline(ReadOnlyMixin, admin.TabularInline):
    """To see, and to detach one that was linked by mistake: only ProConnect adds them."""

    model = ProConnectIdentity
    may_change = may_delete = True
    fields = readonly_fields = ["sub", "idp_id", "siret", "created_at", "used_at"]
    extra = 0


@admin.register(User)
class CampusUserAdmin(DeletedOneByOneMixin, UserAdmin):
    form = add_form = AccountForm
    ordering = ["email"]
    list_display = ["email", "last_name", "first_name", "organisation", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_active"]
    list_select_related = ["organisation"]
    search_fields = ["email", "last_name", "first_name"]
    autocomplete_fields = ["organisation"]
    readonly_fields = ["last_login", "joined_at", "is_demo"]
    fieldsets = [
        (None, {"fields": ["email"]}),
        ("Identité", {"fields": ["first_name", "last_name", "organisation"]}),
        ("Droits", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Dates", {"fields": ["last_login", "joined_at", "is_demo"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "first_name", "last_name", "organisation", "is_staff", "groups"]})]
    change_user_password_template = None

    def get_inlines(self, request, obj):
        return [ProConnectIdentityInline] if obj else []


class SiretField(forms.CharField):
    """A SIRET or a SIREN, however spaced."""

    def __init__(self, **options):
        super().__init__(**{**options, "max_length": 20})

    def to_python(self, value):
        return "".join((super().to_python(value) or "").split()) or self.empty_value


@admin.register(Organisation)
class OrganisationAdmin(DeletedOneByOneMixin, admin.ModelAdmin):
    list_display = ["name", "acronym", "kind", "parent", "country"]
    list_filter = ["kind", "requires_agreement", "country"]
    list_select_related = ["parent"]
    search_fields = ["name", "acronym", "siret"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def formfield_for_dbfield(self, db_field, request, **options):
        if db_field.name == "siret":
            options["form_class"] = SiretField
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(EmailDomain)
class EmailDomainAdmin(admin.ModelAdmin):
    list_display = ["name", "organisation"]
    list_select_related = ["organisation"]
    search_fields = ["name", "organisation__name", "organisation__acronym"]
    autocomplete_fields = ["organisation"]


@admin.register(EmployerNumber)
class EmployerNumberAdmin(admin.ModelAdmin):
    list_display = ["number", "organisation"]
    list_select_related = ["organisation"]
    search_fields = ["number", "organisation__name", "organisation__acronym"]
    autocomplete_fields = ["organisation"]

    def formfield_for_dbfield(self, db_field, request, **options):
        if db_field.name == "number":
            options["form_class"] = SiretField
        return super().formfield_for_dbfield(db_field, request, **options)


class InviteForm(forms.ModelForm):
    """Whoever has this address, known or not, in a role."""

    email = forms.EmailField(label="Adresse électronique", help_text="La personne reçoit une invitation par courriel.")

    class Meta:
        model = Membership
        fields = ["organisation", "role"]

    def clean(self):
        cleaned = super().clean()
        if {"email", "organisation", "role"} <= cleaned.keys():
            try:
                memberships.check(**{name: cleaned[name] for name in ("email", "organisation", "role")})
            except memberships.InvitationRefused as reason:
                self.add_error("email", str(reason))
        return cleaned


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Given and taken away, never edited: the invitation was sent."""

    list_display = ["user", "role", "organisation", "invited_at", "invited_by"]
    list_filter = ["role"]
    list_select_related = ["user", "organisation", "invited_by"]
    search_fields = ["user__email", "user__last_name", "organisation__name", "organisation__acronym"]
    autocomplete_fields = ["organisation"]

    form = InviteForm

    def has_change_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        return self.list_display if obj else ["email", "organisation", "role"]

    def save_model(self, request, obj, form, change):
        given = {name: form.cleaned_data[name] for name in ("email", "organisation", "role")}
        invited = memberships.invite(**given, by=request.user)
        obj.pk, obj.user = invited.pk, invited.user


class AcceptForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("name"), label="Employeur", help_text="Celui sous lequel compter cette personne."
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label="Motif", widget=forms.Textarea(attrs={"rows": 3, "cols": 80}), help_text="La personne le lira."
    )


@admin.register(AccessRequest)
class AccessRequestAdmin(ReadOnlyMixin, admin.ModelAdmin):
    may_change = may_delete = True
    list_display = ["email", "first_name", "last_name", "employer", "state", "created_at", "answered_by"]
    list_filter = ["state"]
    list_select_related = ["answered_by"]
    search_fields = ["email", "last_name", "employer"]
    actions = ["accept", "refuse"]
    fields = readonly_fields = [
        "email", "first_name", "last_name", "employer", "reason", "state", "created_at", "answered_at", "answered_by",
        "answer",
    ]  # fmt: skip

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        # What people write of their situation is personal: its history says who read it.
        self.log_change(request, obj, "Demande lue.")
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.action(description="Ouvrir l'accès", permissions=["change"])
    def accept(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset,
            action="accept",
            title="Ouvrir l'accès",
            done="Accès ouvert",
            form_class=AcceptForm,
            apply=lambda asked, data: access.accept(request=asked, organisation=data["organisation"], by=request.user),
        )

    @admin.action(description="Refuser l'accès", permissions=["change"])
    def refuse(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset,
            action="refuse",
            title="Refuser l'accès",
            done="Accès refusé",
            form_class=RefuseForm,
            apply=lambda asked, data: access.refuse(request=asked, reason=data["reason"], by=request.user),
        )
