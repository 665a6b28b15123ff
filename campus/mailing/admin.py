"""Messages in the admin: what left, what failed, and sending again."""

from django.contrib import admin, messages
from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Cast

from campus.admin_mixins import ReadOnlyMixin
from campus.mailing import health, outbox, reading
from campus.mailing.models import MASKED_SUBJECT, Message, MessageState

HIDDEN = {"subject", "text", "html", "calendar", "context", "events"}
"""What a secret may be read in: neither shown as it is, nor looked up through the address of the list."""


@admin.register(Message)
class MessageAdmin(ReadOnlyMixin, admin.ModelAdmin):
    may_change = True
    list_display = ["shown", "to", "state", "created_at", "sent_at", "error"]
    list_filter = ["state", "is_urgent"]
    search_fields = ["to", "subject_shown", "data_shown"]
    date_hierarchy = "created_at"
    actions = ["send_again"]
    fields = [
        "to", "shown", "body", "invitation", "state", "attempts", "error", "created_at", "next_attempt_at", "sent_at",
    ]  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request):
        shown = Case(When(is_secret=True, then=Value(MASKED_SUBJECT)), default=F("subject"))
        # What is not worded yet is found by what it will say.
        data = Case(When(is_secret=False, then=Cast("context", TextField())), default=None)
        return reading.readable_by(request.user).annotate(subject_shown=shown, data_shown=data)

    def lookup_allowed(self, lookup, value, request):
        return lookup.partition("__")[0] not in HIDDEN and super().lookup_allowed(lookup, value, request)

    @admin.display(description="objet", ordering="subject_shown")
    def shown(self, message):
        return message.shown_subject

    @admin.display(description="texte")
    def body(self, message):
        return "Secret : ce courriel porte un code." if message.is_secret else message.shown_text

    @admin.display(description="invitation")
    def invitation(self, message):
        return "" if message.is_secret else message.shown_calendar

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
            plural = "s" if len(failed) > 1 else ""
            self.message_user(request, f"{len(failed)} courriel{plural} remis en attente.", messages.SUCCESS)
        if others:
            kept = (
                f"{others} n'ont pas échoué : laissés tels quels."
                if others > 1
                else "1 n'a pas échoué : laissé tel quel."
            )
            self.message_user(request, kept, messages.WARNING)
