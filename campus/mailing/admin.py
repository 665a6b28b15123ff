"""Messages in the admin: what left, what failed, and sending again."""

from django.contrib import admin, messages

from campus.mailing import health, outbox
from campus.mailing.models import Message, MessageState


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ["subject", "to", "state", "attempts", "created_at", "sent_at", "error"]
    list_filter = ["state", "is_urgent"]
    search_fields = ["to", "subject", "key"]
    date_hierarchy = "created_at"
    actions = ["send_again"]
    fields = [
        "key", "to", "subject", "body", "calendar", "state", "attempts", "error", "created_at", "next_attempt_at", "sent_at",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description="texte")
    def body(self, message):
        return "Secret : ce courriel porte un code." if message.is_secret else message.text

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        for warning in health.warnings():
            messages.warning(request, warning)
        return super().changelist_view(request, extra_context)

    @admin.action(description="Renvoyer", permissions=["change"])
    def send_again(self, request, queryset):
        failed = list(queryset.filter(state=MessageState.FAILED))
        for message in failed:
            outbox.send_again(message)
        others = queryset.count() - len(failed)
        if failed:
            self.message_user(request, f"{len(failed)} courriel(s) remis en attente.", messages.SUCCESS)
        if others:
            self.message_user(request, f"{others} n'ont pas échoué : laissés tels quels.", messages.WARNING)
