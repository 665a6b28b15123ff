from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import models

from campus.accounts.models import Organisation, User


class CampusUserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email"]


class CampusUserChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class CampusUserAdmin(UserAdmin):
    form = CampusUserChangeForm
    add_form = CampusUserCreationForm
    ordering = ["email"]
    list_display = ["email", "last_name", "first_name", "organisation", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_active"]
    list_select_related = ["organisation"]
    search_fields = ["email", "last_name", "first_name"]
    autocomplete_fields = ["organisation"]
    readonly_fields = ["last_login", "joined_at", "is_demo"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        ("Identité", {"fields": ["first_name", "last_name", "organisation"]}),
        ("Droits", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Dates", {"fields": ["last_login", "joined_at", "is_demo"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["email", "usable_password", "password1", "password2"]})]


class SiretField(forms.CharField):
    """Fourteen digits, however spaced."""

    def __init__(self, **options):
        super().__init__(**{**options, "max_length": 20})

    def to_python(self, value):
        return "".join((super().to_python(value) or "").split()) or self.empty_value


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "acronym", "kind", "parent", "country"]
    list_filter = ["kind", "country"]
    list_select_related = ["parent"]
    search_fields = ["name", "acronym", "siret"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def formfield_for_dbfield(self, db_field, request, **options):
        if db_field.name == "siret":
            options["form_class"] = SiretField
        return super().formfield_for_dbfield(db_field, request, **options)
