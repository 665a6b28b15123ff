"""Sessions and their places in the admin."""

import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.db import connection, models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from campus.admin_actions import ask_then_apply
from campus.admin_mixins import DeletedOneByOneMixin
from catalogue import rules, transitions, wording
from catalogue.admin.common import PreviewMixin
from catalogue.enums import TimeZone
from catalogue.models import Place, Session, Slot, overlaps

notices = []
"""What floors above tell staff of a session they have just saved: functions of a session, that return a sentence or ""."""


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Les inscrits le liront : « Formatrice empêchée, une nouvelle date suivra ».",
    )


class WhenFilter(admin.SimpleListFilter):
    """Sessions to come, unless others are asked for."""

    title = "moment"
    parameter_name = "moment"
    coming = "a-venir"

    def lookups(self, request, model_admin):
        return [
            (self.coming, "À venir"),
            ("passees", "Commencées ou passées"),
            ("annulees", "Annulées"),
            ("toutes", "Toutes"),
        ]

    def value(self):
        return super().value() or self.coming

    def choices(self, changelist):
        """Without the « Tous » of Django, which would be the default."""
        return list(super().choices(changelist))[1:]

    def queryset(self, request, queryset):
        match self.value():
            case self.coming:
                # Those without slots yet are still to come.
                return queryset.not_cancelled().filter(Q(starts_at__gt=timezone.now()) | Q(starts_at__isnull=True))
            case "passees":
                return queryset.not_cancelled().filter(starts_at__lte=timezone.now())
            case "annulees":
                return queryset.filter(cancelled_at__isnull=False)
        return queryset


class SessionListMixin:
    """How lists of sessions say which is which: the next one first; of the others, the latest."""

    def get_ordering(self, request):
        is_coming = request.GET.get(WhenFilter.parameter_name, WhenFilter.coming) == WhenFilter.coming
        return ["starts_at", "pk"] if is_coming else ["-starts_at", "-pk"]

    @admin.display(description="session", ordering="starts_at")
    def title_and_dates(self, session):
        return format_html("{}<br>{}", session.subject.title, self.dates(session))

    @admin.display(description="dates")
    def dates(self, session):
        """In the time of its place, which is named when it is not Paris."""
        if session.starts_at is None:
            return "sans date"
        return wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone)

    @admin.display(description="état")
    def state_label(self, session):
        return session.state.label

    @admin.display(description="places prises", ordering="seats_taken")
    def taken(self, session):
        reserved = f", {session.seats_reserved} réservées" if session.seats_reserved else ""
        return f"{session.seats_taken} sur {session.seats}{reserved}"


class SlotFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """Between the slots of this form, then with what floors above know; the database refuses the rest."""
        super().clean()
        # Not `deleted_forms`, which is empty as soon as one form is wrong.
        kept = [form for form in self.forms if not self._should_delete_form(form)]
        periods = [(form.cleaned_data.get("starts_at"), form.cleaned_data.get("ends_at")) for form in kept]
        for period in overlaps(period for period in periods if all(period)):
            kept[periods.index(period)].add_error("starts_at", "Ce créneau en chevauche un autre de la même session.")
        for form, period in zip(kept, periods, strict=True):
            is_checked = self.instance.pk and form.has_changed() and all(period)
            if is_checked and (refusal := rules.refusal_of_slot(self.instance, *period)):
                form.add_error("starts_at", refusal)
        if not any(form.has_changed() or form.instance.pk for form in kept):
            raise forms.ValidationError("Une session a au moins un créneau. Elle n'a plus lieu ? Annulez-la.")


class SlotInline(admin.TabularInline):
    model = Slot
    formset = SlotFormSet
    extra = 2

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("session")  # whose zone a slot is said in


@admin.register(Session)
class SessionAdmin(DeletedOneByOneMixin, SessionListMixin, PreviewMixin, admin.ModelAdmin):
    list_display = ["title_and_dates", "preview", "state_label", "taken", "modality", "where"]
    list_filter = [WhenFilter, "modality", "domain", "place__region"]
    list_select_related = ["module", "programme", "place"]
    date_hierarchy = "starts_at"
    search_fields = ["module__title", "programme__title", "external_id"]
    autocomplete_fields = ["module", "programme", "organiser", "place", "restricted_to"]
    readonly_fields = ["seats_taken", "cancelled_at", "cancelled_by", "cancel_reason", "preview", "invited"]
    inlines = [SlotInline]
    actions = ["cancel"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (None, {"fields": ["module", "programme", "organiser", "preview"]}),
        (
            "Où et quand",
            {
                "description": "Toutes les heures de cette page, créneaux compris, se lisent dans le fuseau choisi ici.",
                "fields": ["time_zone", "modality", "place", "room", "online_url"],
            },
        ),
        ("Places", {"fields": ["seats", "minimum_seats", "seats_taken"]}),
        (
            "Inscriptions",
            {
                "fields": [
                    "enrolment_opens_at",
                    "enrolment_closes_at",
                    "is_selective",
                    "selection_question",
                    "needs_agreement",
                    "audience_note",
                    "restricted_to",
                    "invited",
                ]
            },
        ),
        ("Annulation", {"fields": ["cancelled_at", "cancelled_by", "cancel_reason"]}),
    ]

    def get_object(self, request, object_id, from_field=None):
        """Locked while it is saved: its seats are checked against those that nobody takes meanwhile."""
        if request.method == "POST" and connection.in_atomic_block and str(object_id).isdecimal():
            Session.objects.select_for_update(of=("self",), no_key=True).filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

    def get_changeform_initial_data(self, request):
        """Instants in the address too (ISO 8601), which Django does not read; those that are none are left out."""
        initial = super().get_changeform_initial_data(request)
        for name in {"enrolment_opens_at", "enrolment_closes_at"} & set(initial):
            try:
                initial[name] = datetime.datetime.fromisoformat(initial[name])
            except ValueError:
                del initial[name]
        return initial

    def save_model(self, request, obj, form, change):
        """Only what the form holds: seats taken and a cancellation are written by the transitions alone."""
        if not change:
            return super().save_model(request, obj, form, change)
        typed = {field.name for field in Session._meta.concrete_fields} & set(form.cleaned_data)
        return obj.save(update_fields=[*typed, "domain", "updated_at"])

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.refresh_from_db(fields=["starts_at", "ends_at"])  # a trigger has them follow the slots
        for notice in notices:
            if told := notice(form.instance):
                self.message_user(request, told, messages.WARNING)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with timezone.override(self._zone(request, object_id)):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return response.render() if hasattr(response, "render") else response

    def _zone(self, request, object_id):
        """The zone in which times are typed and shown: the one chosen in the form, else the session's."""
        name = request.POST.get("time_zone")
        if name not in TimeZone.values and object_id is not None:
            session = self.get_object(request, object_id)
            name = session.time_zone if session else None
        return ZoneInfo(name if name in TimeZone.values else TimeZone.PARIS)

    @admin.display(description="lieu", ordering="place")
    def where(self, session):
        return session.place or ""

    @admin.display(description="invitées par leur adresse")
    def invited(self, session):
        """Where to invite to a session of a programme, which is private."""
        if session.pk is None or not session.is_private:
            return "Pour la session d'un programme sur-mesure, une fois enregistrée : elle est privée."
        url = reverse("admin:catalogue_sessionguest_invite", args=[session.pk])
        return format_html('{} <a href="{}">Inviter</a>', session.guests.count(), url)

    def is_online(self, obj):
        return obj.subject.is_published

    def page_of(self, obj):
        return obj.subject.get_absolute_url()

    @admin.action(description="Annuler la session", permissions=["change"])
    def cancel(self, request, queryset):
        return ask_then_apply(
            self,
            request,
            queryset,
            action="cancel",
            title="Annuler la session",
            done="Session annulée",
            form_class=CancelForm,
            apply=lambda session, data: transitions.cancel_session(
                session=session, by=request.user, reason=data["reason"]
            ),
        )


@admin.register(Place)
class PlaceAdmin(admin.ModelAdmin):
    list_display = ["name", "city", "region"]
    list_filter = ["region"]
    search_fields = ["name", "city"]
