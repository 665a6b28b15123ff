"""The search in the admin: synonyms, and what was looked for in vain."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from campus.admin_mixins import ReadOnlyMixin
from catalogue.admin.trainings import LinesField
from catalogue.models import EmptySearch, Synonym


class SynonymForm(forms.ModelForm):
    terms = LinesField(max_length=100, label="Termes équivalents", help_text="Un par ligne, deux au moins.")

    class Meta:
        model = Synonym
        fields = ["terms"]


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    form = SynonymForm
    search_fields = ["terms"]


@admin.register(EmptySearch)
class EmptySearchAdmin(ReadOnlyMixin, admin.ModelAdmin):
    may_delete = True
    list_display = ["words", "count", "last_on", "synonym"]
    search_fields = ["words"]
    date_hierarchy = "last_on"

    @admin.display(description="synonyme")
    def synonym(self, search):
        """A link that starts a group of synonyms with these words."""
        url = f"{reverse('admin:catalogue_synonym_add')}?{urlencode({'terms': search.words})}"
        return format_html('<a href="{}">Créer un synonyme</a>', url)
