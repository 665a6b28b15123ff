"""The outbox of decisions: read, edited, sent one by one or together, held back while there is time."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from campus.admin_actions import ask_then_apply, text_area
from campus.refusal import Refused
from trainers import permissions, transitions
from trainers.admin.act_forms import ActForm
from trainers.admin.filters import KnownFilter
from trainers.models import DecisionMail

TO_SEND = "a-envoyer"


class MailForm(forms.Form):
    subject = forms.CharField(label="Objet", max_length=200, widget=forms.TextInput(attrs={"size": 80}))
    text = forms.CharField(label="Texte", max_length=10_000, widget=text_area(22))


class StepFilter(KnownFilter):
    """Those to send, unless asked otherwise."""

    title = "où il en est"
    parameter_name = "ou"

    def lookups(self, request, model_admin):
        return [
            (TO_SEND, "À envoyer"),
            ("depart", "Sur le départ"),
            ("partis", "Partis"),
            ("annules", "Annulés"),
            ("tous", "Tous"),
        ]

    def queryset(self, request, queryset):
        match self.value() or TO_SEND:
            case "depart":
                return queryset.pending().filter(scheduled_at__isnull=False)
            case "partis":
                return queryset.filter(sent_at__isnull=False)
            case "annules":
                return queryset.filter(cancelled_at__isnull=False)
            case "tous":
                return queryset
        return queryset.pending().filter(scheduled_at__isnull=True)

    def choices(self, changelist):
        for value, label in self.lookup_choices:
            yield {
                "selected": (self.value() or TO_SEND) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }


@admin.register(DecisionMail)
class DecisionMailAdmin(admin.ModelAdmin):
    list_display = ["application", "person", "decision", "subject", "step", "prepared_by"]
    list_filter = [StepFilter]
    list_select_related = ["application__applicant", "application__call", "prepared_by"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = [
        "application__reference",
        "application__applicant__last_name",
        "application__applicant__email",
        "subject",
    ]
    actions = ["send", "hold"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == StepFilter.parameter_name

    def has_module_permission(self, request):
        return permissions.can_manage(request.user)

    def has_view_permission(self, request, obj=None):
        return permissions.can_manage(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="personne")
    def person(self, mail):
        return mail.application.applicant

    @admin.display(description="où il en est")
    def step(self, mail):
        return step_of(mail)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Courriels de décision", **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Preview, and while it is there: edit, send, hold back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        mail = self.get_object(request, object_id)
        if mail is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = MailForm(
            request.POST if "_save" in request.POST else None, initial={"subject": mail.subject, "text": mail.text}
        )
        problem = ""
        if request.method == "POST" and ("_save" not in request.POST or form.is_valid()):
            try:
                done = self._do(request, mail, form)
            except Refused as refusal:
                problem = str(refusal)
                if refusal.argument in form.fields and form.is_bound:
                    form.add_error(refusal.argument, problem)
            else:
                self.message_user(request, f"« {mail} » : {done.lower()}.", messages.SUCCESS)
                return redirect(reverse("admin:trainers_decisionmail_change", args=[mail.pk]))
        mail.refresh_from_db()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(mail),
            "mail": mail,
            "step": step_of(mail),
            "form": form if mail.is_pending and not mail.scheduled_at else None,
            "problem": problem,
            "seen": request.POST.get("seen") or mail.version,
            "minutes": settings.DECISION_UNDO_MINUTES,
            "application_url": reverse("admin:trainers_application_change", args=[mail.application_id]),
        }
        status = 422 if problem or form.errors else 200
        return render(request, "admin/trainers/decisionmail/detail.html", context, status=status)

    def _do(self, request, mail, form) -> str:
        """What a button of the page asks for; what to tell. Raises Refused."""
        by, seen = request.user, request.POST.get("seen", "")
        with transaction.atomic():
            mail.refresh_from_db()
            if "_save" in request.POST:
                transitions.edit_mail(mail=mail, by=by, seen=seen, **form.cleaned_data)
                done = "Courriel modifié"
            elif "_send" in request.POST:
                done = _send(mail, by, seen)
            else:
                transitions.hold_mail(mail=mail, by=by)
                done = "Courriel retenu"
            self._log(request, mail, done)
        return done

    def _log(self, request, mail, done):
        """In the history of the application, where all of it is read."""
        self.log_change(request, mail.application, done)

    @admin.action(description="Envoyer", permissions=["view"])
    def send(self, request, queryset):
        """Those that say what the page of confirmation has shown; the others come back, with what they say now."""
        return self._each(
            request, queryset, "send", "Envoyer", "Courriel sur le départ", lambda mail, by: _send(mail, by, mail.seen)
        )

    @admin.action(description="Retenir", permissions=["view"])
    def hold(self, request, queryset):
        def hold(mail, by):
            transitions.hold_mail(mail=mail, by=by)

        return self._each(request, queryset, "hold", "Retenir", "Courriel retenu", hold)

    def _each(self, request, queryset, action, title, done, apply):
        if "confirm" in request.POST:  # also those that have left the list meanwhile: they are told about
            queryset = self.get_queryset(request).filter(pk__in=request.POST.getlist("_selected_action"))
        mails = list(queryset.select_related("application__applicant"))
        for mail in mails:
            mail.seen = request.POST.get(f"seen-{mail.pk}", mail.version)
            mail.preview = (f"À {mail.application.applicant} : {mail.subject}", mail.text)

        def apply_to(mail, data):
            try:
                apply(mail, request.user)
            except Refused:
                mail.seen = mail.version  # the page shows it again, as it is now
                raise

        return ask_then_apply(
            self, request, mails, action=action, title=title, done=done, form_class=ActForm, apply=apply_to
        )


def _send(mail, by, seen) -> str:
    if mail.is_pending and mail.scheduled_at:
        raise Refused("Ce courriel est déjà sur le départ.")
    mail = transitions.send_mail(mail=mail, by=by, seen=seen)
    return f"Le courriel part à {timezone.localtime(mail.scheduled_at):%H:%M}"


def step_of(mail) -> str:
    """Where a mail is, in words."""
    if mail.sent_at:
        return f"parti le {timezone.localtime(mail.sent_at):%d/%m/%Y à %H:%M}"
    if mail.cancelled_at:
        return f"annulé le {timezone.localtime(mail.cancelled_at):%d/%m/%Y à %H:%M}"
    if mail.scheduled_at:
        return f"part à {timezone.localtime(mail.scheduled_at):%H:%M}"
    return "à envoyer"
