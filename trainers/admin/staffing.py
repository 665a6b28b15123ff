"""Who teaches what: sessions to find somebody for, candidates with the reasons, assignments."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone

from campus.admin_actions import ask_then_apply
from campus.personal import UNPROCESSABLE
from catalogue.admin.common import ReadOnlyInline
from catalogue.enums import Region
from catalogue.models import Domain, Session
from trainers import transitions
from trainers.admin.forms import ProposalForm, ReadReasonForm
from trainers.models import Assignment, AssignmentEvent
from trainers.ranking import candidates_for
from trainers.staffing import sessions_to_staff
from trainers.wording import hours_in_words, rates_in_words

PAGE_SIZE = 50
CANDIDATES = 10


class ToStaffForm(forms.Form):
    """Which sessions to find somebody for. What is unknown in it is left out."""

    domain = forms.ModelChoiceField(Domain.objects.all(), label="Domaine", required=False, empty_label="Tous")
    region = forms.ChoiceField(label="Région", required=False, choices=[("", "Toutes"), *Region.choices])
    asked = forms.ChoiceField(
        label="Demandes",
        required=False,
        choices=[("", "Toutes"), ("non", "Personne n'est sollicité"), ("oui", "Une réponse est attendue")],
    )

    def apply_to(self, sessions):
        self.is_valid()
        if domain := self.cleaned_data.get("domain"):
            sessions = sessions.filter(domain=domain)
        if region := self.cleaned_data.get("region"):
            sessions = sessions.filter(place__region=region)
        if asked := self.cleaned_data.get("asked"):
            sessions = sessions.filter(asked__gt=0) if asked == "oui" else sessions.filter(asked=0)
        return sessions


class EventInline(ReadOnlyInline):
    model = AssignmentEvent
    fields = readonly_fields = ["from_state", "to_state", "happened_at", "happened_by", "reason"]


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin):
    list_display = ["trainer", "session", "role", "state", "preparation", "teaching", "rate", "answer_due_at"]
    list_filter = ["state", "role", "trainer__kind", "session__domain"]
    list_select_related = ["trainer__user", "session__module", "session__programme"]
    search_fields = ["trainer__user__last_name", "trainer__user__email", "session__module__title", "=session__pk"]
    date_hierarchy = "session__starts_at"
    fields = readonly_fields = [
        "trainer", "session", "role", "state", "preparation", "teaching", "rate", "message", "proposed_at",
        "proposed_by", "answer_due_at", "answered_at",
    ]  # fmt: skip
    inlines = [EventInline]
    actions = ["take_back"]

    def has_add_permission(self, request):
        return False  # a session is proposed from its candidates

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description="préparation")
    def preparation(self, assignment):
        return hours_in_words(assignment.preparation_minutes)

    @admin.display(description="animation")
    def teaching(self, assignment):
        return hours_in_words(assignment.teaching_minutes)

    @admin.display(description="taux horaire", empty_value="sans objet")
    def rate(self, assignment):
        if assignment.rate_cents is None:
            return None
        return f"{assignment.get_rate_kind_display()} : {rates_in_words(assignment)}"

    @admin.action(description="Retirer la session à la personne", permissions=["change"])
    def take_back(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset.order_by("session", "trainer"),
            action="take_back",
            title="Retirer la session",
            done="Session retirée",
            form_class=ReadReasonForm,
            apply=lambda assignment, data: transitions.take_back(assignment=assignment, by=request.user, **data),
        )

    # --- Staffing -----------------------------------------------------------------------------------------------------

    def get_urls(self):
        staffing = self.admin_site.admin_view(self.staffing)
        candidates = self.admin_site.admin_view(self.candidates)
        return [
            path("a-pourvoir/", staffing, name="trainers_assignment_staffing"),
            path("a-pourvoir/<int:pk>/", candidates, name="trainers_assignment_candidates"),
            *super().get_urls(),
        ]

    def staffing(self, request):
        """The sessions that nobody has accepted to teach."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ToStaffForm(request.GET)
        sessions = form.apply_to(sessions_to_staff())
        context = {"page_obj": Paginator(sessions, PAGE_SIZE).get_page(request.GET.get("page")), "form": form}
        return self._page(request, "staffing", "Sessions sans formateur", context)

    def candidates(self, request, pk):
        """Who could teach a session, and why; a POST asks one of them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        session = get_object_or_404(Session.objects.select_related("module", "programme", "place"), pk=pk)
        may_propose = request.user.has_perm("trainers.add_assignment")
        form, status = ProposalForm(request.POST if request.method == "POST" else None), 200
        if request.method == "POST":
            if not may_propose:
                raise PermissionDenied
            if self._propose(request, session, form):
                return redirect("admin:trainers_assignment_candidates", session.pk)
            status = UNPROCESSABLE
        is_open = bool(session.starts_at and session.starts_at > timezone.now() and not session.cancelled_at)
        ranked = candidates_for(session) if is_open else []
        context = {
            "session": session,
            "is_open": is_open,
            "may_propose": may_propose,
            "form": form,
            "chosen": form["trainer"].value(),
            "page_obj": Paginator(ranked, CANDIDATES).get_page(request.GET.get("page")),
            "assignments": session.assignments.select_related("trainer__user").order_by("-proposed_at", "-pk"),
        }
        return self._page(request, "candidates", f"Qui pour « {session.subject} » ?", context, status)

    def _propose(self, request, session, form) -> bool:
        if not form.is_valid():
            return False
        try:
            assignment = transitions.propose(session=session, by=request.user, **form.cleaned_data)
        except transitions.TransitionRefused as refusal:
            form.add_error(refusal.argument if refusal.argument in form.fields else None, str(refusal))
            return False
        self.log_addition(request, assignment, "Session proposée")
        self.message_user(request, f"Session proposée à {assignment.trainer}, qui en est prévenu.", messages.SUCCESS)
        return True

    def _page(self, request, name, title, context, status=200):
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        return render(request, f"admin/trainers/{name}.html", context, status=status)
