"""Sessions as who runs them sees them: live counts, participants, messages, priorities."""

from django.contrib import admin
from django.db.models import OuterRef
from django.http import FileResponse
from django.urls import reverse
from django.utils.html import format_html

from campus.accounts.models import domain_of
from campus.admin_actions import ask_then_apply
from campus.admin_mixins import ReadOnlyMixin
from campus.spreadsheets import csv_response, xlsx_file
from catalogue.admin.common import ReadOnlyInline
from catalogue.admin.sessions import SessionListMixin, WhenFilter, notices
from catalogue.querysets import count_of
from enrolments import exports, notes, transitions
from enrolments.admin.feedback import ONE_SESSION
from enrolments.admin.forms import AddAgentForm, NoteForm, PriorityForm
from enrolments.admin.quotas import ReserveForm, reserve_until_day, until
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, QueuePriority, SeatQuota, SessionFollowUp, SessionNote
from enrolments.moved import notice_of

notices.append(notice_of)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def added_in_words(enrolment: Enrolment) -> str:
    """What became of somebody whom staff enrolled: a seat, or a rank in the line; and a doubt about their address."""
    agent = enrolment.agent
    if enrolment.state == EnrolmentState.WAITING:
        told = f"{agent.email} en liste d'attente, rang {transitions.rank_of(enrolment)}"
    else:
        told = f"{agent.email} inscrite"
    is_known = agent.organisation_id or domain_of(agent.email)
    return told if is_known else f"{told} (adresse qui n'est pas celle d'un agent public connu)"


class PriorityInline(ReadOnlyInline):
    model = QueuePriority
    fk_name = "session"
    fields = readonly_fields = ["organisation", "level", "reason", "set_by", "set_at"]


class QuotaInline(ReadOnlyInline):
    model = SeatQuota
    fk_name = "session"
    fields = readonly_fields = ["organisation", "seats", "used", until, "exceeds_because", "released_at"]


class NoteInline(ReadOnlyInline):
    model = SessionNote
    fk_name = "session"
    fields = readonly_fields = ["subject", "text", "recipients", "sent_by", "sent_at"]


class SelectionFilter(admin.BooleanFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "sélection"  # « Par sélection », where the name of the field says « sur sélection »


@admin.register(SessionFollowUp)
class SessionFollowUpAdmin(ReadOnlyMixin, SessionListMixin, admin.ModelAdmin):
    may_change = True
    list_display = [
        "title_and_dates", "participants", "state_label", "seats", "enrolled", "waiting", "offered", "requested",
    ]  # fmt: skip
    list_filter = [WhenFilter, "modality", "domain", ("is_selective", SelectionFilter)]
    list_select_related = ["module", "programme"]
    date_hierarchy = "starts_at"
    search_fields = ["module__title", "programme__title", "external_id"]
    fields = readonly_fields = [
        "module", "programme", "dates", "place", "seats", "seats_taken", "seats_reserved", "minimum_seats", "enrolled", "waiting",
        "offered", "requested", "participants", "feedback",
    ]  # fmt: skip
    inlines = [QuotaInline, PriorityInline, NoteInline]
    actions = ["write_to_all", "add_agent", "reserve", "set_priority", "lift_priority", "export_csv", "export_xlsx"]

    def get_queryset(self, request):
        """A count a row shown: joined, all enrolments would be grouped before the page is cut."""
        counts = {
            name: count_of(Enrolment.objects.filter(session=OuterRef("pk"), state=state))
            for name, state in {
                "enrolled_count": EnrolmentState.ENROLLED,
                "waiting_count": EnrolmentState.WAITING,
                "offered_count": EnrolmentState.OFFERED,
                "requested_count": EnrolmentState.REQUESTED,
            }.items()
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description="inscrits", ordering="enrolled_count")
    def enrolled(self, session):
        return session.enrolled_count

    @admin.display(description="en attente", ordering="waiting_count")
    def waiting(self, session):
        return session.waiting_count

    @admin.display(description="proposées", ordering="offered_count")
    def offered(self, session):
        return session.offered_count

    @admin.display(description="demandes", ordering="requested_count")
    def requested(self, session):
        return session.requested_count

    @admin.display(description="inscriptions")
    def participants(self, session):
        url = reverse("admin:enrolments_enrolment_changelist", query={"session__pk": session.pk})
        return format_html('<a href="{}">Voir les inscriptions</a>', url)

    @admin.display(description="avis")
    def feedback(self, session):
        url = reverse("admin:enrolments_feedback_changelist", query={ONE_SESSION: session.pk})
        return format_html('<a href="{}">Lire les avis des participants</a>', url)

    def _each(self, request, queryset, action, title, done, form_class, act):
        """Ask what `form_class` says, then act on each session; those refused come back with why."""
        return ask_then_apply(
            self,
            request,
            queryset,
            action=action,
            title=title,
            done=done,
            form_class=form_class,
            apply=lambda session, data: act(session=session, by=request.user, **data),
        )

    @admin.action(description="Écrire à tous les inscrits", permissions=["change"])
    def write_to_all(self, request, queryset):
        title, done = "Écrire à tous les inscrits", "Message envoyé aux inscrits"
        return self._each(request, queryset, "write_to_all", title, done, NoteForm, notes.write_to_all)

    @admin.action(description="Inscrire quelqu'un", permissions=["change"])
    def add_agent(self, request, queryset):
        title = "Inscrire quelqu'un"
        return self._each(request, queryset, "add_agent", title, added_in_words, AddAgentForm, transitions.add_agent)

    @admin.action(description="Réserver des places à une organisation", permissions=["change"])
    def reserve(self, request, queryset):
        title, done = "Réserver des places à une organisation", "Places réservées"
        return self._each(request, queryset, "reserve", title, done, ReserveForm, reserve_until_day)

    @admin.action(description="Donner une priorité à un employeur", permissions=["change"])
    def set_priority(self, request, queryset):
        title, done = "Donner une priorité à un employeur", "Priorité donnée"
        return self._each(request, queryset, "set_priority", title, done, PriorityForm, transitions.set_priority)

    @admin.action(description="Retirer les priorités", permissions=["change"])
    def lift_priority(self, request, queryset):
        priorities = QueuePriority.objects.filter(session__in=queryset)
        for priority in priorities:
            transitions.lift_priority(priority=priority)
            self.log_change(request, priority.session, f"Priorité retirée : {priority.organisation}")
        self.message_user(request, "Priorités retirées : la liste d'attente reprend l'ordre d'arrivée.")

    @admin.action(description="Exporter les participants en CSV", permissions=["change"])
    def export_csv(self, request, queryset):
        self._log_export(request, queryset)
        return csv_response("participants", exports.participants(queryset.values("pk")))

    @admin.action(description="Exporter les participants en XLSX", permissions=["change"])
    def export_xlsx(self, request, queryset):
        self._log_export(request, queryset)
        file = xlsx_file("Participants", exports.participants(queryset.values("pk")))
        return FileResponse(file, as_attachment=True, filename="participants.xlsx", content_type=XLSX)

    def _log_export(self, request, queryset):
        for session in queryset:
            self.log_change(request, session, "Participants exportés")
