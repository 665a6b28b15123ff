"""What several pages of the admin share."""

from django.contrib import admin, messages
from django.utils.html import format_html

from campus.admin_mixins import DeletedOneByOneMixin, ReadOnlyMixin
from campus.plurals import pluralize
from catalogue import transitions


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline):
    extra = 0


class PreviewMixin:
    """A link to the public page, in the list and in the form."""

    @admin.display(description="page")
    def preview(self, obj):
        if not obj.pk:
            return "Enregistrez pour voir la page."
        label = "Voir en ligne" if self.is_online(obj) else "Aperçu"
        return format_html('<a href="{}">{}</a>', self.page_of(obj), label)

    def is_online(self, obj):
        return True

    def page_of(self, obj):
        return obj.get_absolute_url()


class PublishableAdmin(DeletedOneByOneMixin, PreviewMixin, admin.ModelAdmin):
    """What modules, parcours and programmes have in common: the state, read only, and the actions that change it."""

    actions = ["submit_for_review", "publish", "archive", "back_to_draft"]
    readonly_fields = ["state", "published_on", "archived_on", "preview"]
    save_on_top = True

    def is_online(self, obj):
        return obj.is_published

    @admin.action(description="Envoyer en relecture", permissions=["change"])
    def submit_for_review(self, request, queryset):
        self._apply(request, queryset, transitions.submit_for_review)

    @admin.action(description="Publier", permissions=["change"])
    def publish(self, request, queryset):
        self._apply(request, queryset, transitions.publish)

    @admin.action(description="Archiver", permissions=["change"])
    def archive(self, request, queryset):
        self._apply(request, queryset, transitions.archive)

    @admin.action(description="Repasser en brouillon", permissions=["change"])
    def back_to_draft(self, request, queryset):
        self._apply(request, queryset, transitions.back_to_draft)

    def _apply(self, request, queryset, transition):
        done = 0
        for item in queryset:
            try:
                transition(item=item, by=request.user)
            except transitions.TransitionRefused as refusal:
                self.message_user(request, str(refusal), messages.WARNING)
            else:
                done += 1
        if done:
            s = pluralize(done)
            self.message_user(request, f"{done} changement{s} d'état enregistré{s}.", messages.SUCCESS)
