"""Enrolments in the admin: states are read there, and changed by the transitions."""

import datetime

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator

from campus.admin_actions import NothingForm, ask_then_apply
from campus.admin_mixins import ReadOnlyMixin
from catalogue import wording
from catalogue.admin.common import ReadOnlyInline
from catalogue.models import Session
from enrolments import transitions
from enrolments.admin.forms import ReadReasonForm, ReasonForm
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, EnrolmentEvent
from enrolments.models.enrolment import STATE_ORDER

ONE_SESSION = "session__pk"
"""In the address of the list, what leaves those of one session only."""


def in_short(instant: datetime.datetime) -> str:
    """An instant, in Paris, for a narrow column."""
    return date_format(timezone.localtime(instant), "d/m/Y H:i")


class EventInline(ReadOnlyInline):
    model = EnrolmentEvent
    fields = readonly_fields = ["from_state", "to_state", "happened_at", "happened_by", "reason"]


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyMixin, admin.ModelAdmin):
    may_change = True
    list_display = ["person", "employer", "for_session", "state_now", "rank", "agreement_state", "why"]
    list_display_of_one_session = ["person", "employer", "state_now", "rank", "queued_on", "agreement_state", "why"]
    list_filter = ["state", "session__domain", ("session__starts_at", admin.DateFieldListFilter)]
    list_select_related = ["agent__organisation", "session__module", "session__programme", "agreement"]
    search_fields = ["agent__email", "agent__last_name", "session__module__title", "=session__pk"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["agent", "employer", "session", "state", "created_at"]}),
        ("Attente", {"fields": ["rank", "queued_at", "priority", "accepts_direct", "offer_expires_at"]}),
        (
            "Demande",
            {"fields": ["motivation", "declared_level", "selection_answer", "agreement_state", "held_until"]},
        ),
        ("Accueil", {"fields": ["accessibility_needs"]}),
    ]
    inlines = [EventInline]
    actions = ["select", "put_in_line", "refuse", "move_up", "withdraw", "note_present", "note_absent"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_rank()

    def get_list_display(self, request):
        return self.list_display_of_one_session if ONE_SESSION in request.GET else self.list_display

    def get_ordering(self, request):
        """The latest first; in the list of one session, the order of its states, then that of its waiting list."""
        if ONE_SESSION in request.GET:
            return [STATE_ORDER, "-priority", "queued_at", "pk"]
        return ["-created_at", "-pk"]

    def get_readonly_fields(self, request, obj=None):
        return [name for _title, options in self.fieldsets for name in options["fields"]]

    @admin.display(description="agent", ordering="agent__last_name")
    def person(self, enrolment):
        return str(enrolment.agent)

    @admin.display(description="employeur")
    def employer(self, enrolment):
        employer = enrolment.agent.organisation
        return employer.short_name if employer else "inconnu"

    @admin.display(description="session", ordering="session__starts_at")
    def for_session(self, enrolment):
        session = enrolment.session
        day = wording.first_day_in_words(session.starts_at, session.time_zone) if session.starts_at else "sans date"
        return format_html("{}<br>{}", Truncator(session.subject.title).chars(60), day)

    @admin.display(description="état", ordering="state")
    def state_now(self, enrolment):
        label = enrolment.get_state_display()
        if enrolment.state != EnrolmentState.OFFERED:
            return label
        return f"{label} jusqu'au {in_short(enrolment.offer_expires_at)}"

    @admin.display(description="rang")
    def rank(self, enrolment):
        return enrolment.rank if enrolment.state == EnrolmentState.WAITING else ""

    @admin.display(description="motivation")
    def why(self, enrolment):
        return Truncator(enrolment.motivation).chars(100)

    @admin.display(description="depuis", ordering="queued_at")
    def queued_on(self, enrolment):
        return in_short(enrolment.queued_at)

    @admin.display(description="accord du supérieur")
    def agreement_state(self, enrolment):
        agreement = getattr(enrolment, "agreement", None)
        if agreement is None:
            return "sans objet"
        answer = {None: "attendu de", True: "donné par", False: "refusé par"}[agreement.is_given]
        return f"{answer} {agreement.superior_email}"

    @admin.display(description="besoins d'accessibilité")
    def accessibility_needs(self, enrolment):
        return enrolment.accessibility_needs or "aucun dit"

    def changelist_view(self, request, extra_context=None):
        """Those of one session are under its name, in place of a column."""
        pk = request.GET.get(ONE_SESSION, "")
        session = Session.objects.filter(pk=pk).first() if pk.isascii() and pk.isdecimal() and len(pk) < 10 else None
        title = {"title": f"Inscriptions : {session}"} if session else {}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Who reads what is personal leaves a trace."""
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.method == "GET" and response.status_code == 200:
            self.log_change(request, self.get_object(request, object_id), "Inscription lue.")
        return response

    def _each(self, request, queryset, action, title, done, transition, form_class=NothingForm):
        """Ask what `form_class` says, then move each enrolment; those refused come back with why."""
        return ask_then_apply(
            self,
            request,
            queryset.select_related("agent", "session__module", "session__programme").order_by("queued_at", "pk"),
            action=action,
            title=title,
            done=done,
            form_class=form_class,
            apply=lambda enrolment, data: transition(enrolment=enrolment, by=request.user, **data),
        )

    @admin.action(description="Choisir : donner une place", permissions=["change"])
    def select(self, request, queryset):
        return self._each(request, queryset, "select", "Choisir", "Place donnée", transitions.select)

    @admin.action(description="Mettre la demande en liste d'attente", permissions=["change"])
    def put_in_line(self, request, queryset):
        return self._each(
            request, queryset, "put_in_line", "Mettre en liste d'attente", "En liste d'attente", transitions.put_in_line
        )

    @admin.action(description="Refuser", permissions=["change"])
    def refuse(self, request, queryset):
        return self._each(
            request, queryset, "refuse", "Refuser", "Refus enregistré", transitions.refuse, ReadReasonForm
        )

    @admin.action(description="Faire passer devant, en liste d'attente", permissions=["change"])
    def move_up(self, request, queryset):
        return self._each(
            request, queryset, "move_up", "Faire passer devant", "Passe devant", transitions.move_up, ReasonForm
        )

    @admin.action(description="Désister", permissions=["change"])
    def withdraw(self, request, queryset):
        return self._each(
            request, queryset, "withdraw", "Désister", "Désistement enregistré", transitions.withdraw, ReasonForm
        )

    @admin.action(description="Noter la présence", permissions=["change"])
    def note_present(self, request, queryset):
        return self._note(request, queryset, "note_present", "Noter la présence", is_present=True)

    @admin.action(description="Noter l'absence", permissions=["change"])
    def note_absent(self, request, queryset):
        return self._note(request, queryset, "note_absent", "Noter l'absence", is_present=False)

    def _note(self, request, queryset, action, title, *, is_present):
        def note(*, enrolment, by):
            transitions.note_attendance(enrolment=enrolment, is_present=is_present, by=by)

        return self._each(request, queryset, action, title, "Présence notée" if is_present else "Absence notée", note)
