"""What participants thought of sessions, without their names: staff read it, and delete a comment that should not be there."""

from django.contrib import admin
from django.utils.text import Truncator

from campus.admin_mixins import ReadOnlyMixin
from catalogue import wording
from enrolments.models import Feedback

ONE_SESSION = "enrolment__session__pk"
"""In the address of the list, what leaves those on one session only."""


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyMixin, admin.ModelAdmin):
    may_delete = True
    list_display = ["session", "dates", "satisfaction", "reinvestment", "comment_start", "created_at"]
    list_filter = [
        "satisfaction", "reinvestment", "enrolment__session__domain", ("comment", admin.EmptyFieldListFilter),
        ("enrolment__session__starts_at", admin.DateFieldListFilter),
    ]  # fmt: skip
    list_select_related = ["enrolment__session__module", "enrolment__session__programme"]
    search_fields = ["comment", "enrolment__session__module__title", "enrolment__session__programme__title"]
    show_full_result_count = False
    fields = readonly_fields = [
        "session", "dates", "satisfaction", "reinvestment", "comment", "created_at", "updated_at",
    ]  # fmt: skip

    def lookup_allowed(self, lookup, value, request):
        return lookup == ONE_SESSION or super().lookup_allowed(lookup, value, request)

    @admin.display(description="session", ordering="enrolment__session")
    def session(self, feedback):
        return feedback.enrolment.session.subject.title

    @admin.display(description="dates", ordering="enrolment__session__starts_at")
    def dates(self, feedback):
        session = feedback.enrolment.session
        return wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone)

    @admin.display(description="commentaire")
    def comment_start(self, feedback):
        return Truncator(feedback.comment).chars(150) or "–"
