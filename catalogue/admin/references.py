"""Domains, vocabularies and the log of imports in the admin."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.utils import timezone

from campus.admin_actions import ask_then_apply
from campus.admin_mixins import DeletedOneByOneMixin, ReadOnlyMixin
from catalogue import transitions
from catalogue.admin.common import PreviewMixin
from catalogue.models import Audience, Domain, ImportRun, Metier, Skill


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        Domain.objects.filter(merged_into__isnull=True),
        label="Fusionner dans",
        help_text="Les formations y passent, les anciens liens y mènent.",
    )
    on = forms.DateField(
        label="À compter du",
        initial=timezone.localdate,
        widget=AdminDateWidget,
        help_text="Les sessions commencées avant cette date restent comptées dans l'ancien domaine.",
    )


@admin.register(Domain)
class DomainAdmin(DeletedOneByOneMixin, PreviewMixin, admin.ModelAdmin):
    list_display = ["name", "position", "valid_from", "valid_until", "merged_into", "preview"]
    list_select_related = ["merged_into"]
    search_fields = ["name"]
    readonly_fields = ["merged_into", "preview"]
    actions = ["merge"]

    @admin.action(description="Fusionner dans un autre domaine", permissions=["change"])
    def merge(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset,
            action="merge",
            title="Fusionner dans un autre domaine",
            done="Domaine fusionné",
            form_class=MergeForm,
            apply=lambda domain, data: transitions.merge_domain(source=domain, into=data["into"], on=data["on"]),
        )


@admin.register(Audience, Metier, Skill)
class TermAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = [
        "label", "happened_at", "happened_by", "created_count", "changed_count", "unchanged_count", "archived_count",
    ]  # fmt: skip
    list_select_related = ["happened_by"]
