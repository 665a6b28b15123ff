"""Who is invited to private sessions by their address: the list, and the page where staff paste or import more."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse

from campus.admin_mixins import ReadOnlyMixin
from campus.plurals import pluralize
from campus.refusal import Refused
from catalogue.models import Session, SessionGuest
from catalogue.programme_requests import guests


class GuestsForm(forms.Form):
    """Addresses, pasted or in a text file. `addresses`: what they are, once the form is valid."""

    text = forms.CharField(
        label="Adresses",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 12, "cols": 80}),
        help_text="Une par ligne, ou plusieurs séparées par des virgules ou des points-virgules.",
    )
    file = forms.FileField(
        label="Ou un fichier",
        required=False,
        help_text=(
            "CSV ou XLSX, avec une colonne « Adresse électronique » (les autres ne sont pas lues), ou texte d'une adresse "
            f"par ligne. {guests.MAX_MB} Mo au plus."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        error_messages={"empty": "Ce fichier est vide : choisissez-en un autre."},
    )

    def clean(self):
        """All or nothing: each bad line is told where it was typed."""
        cleaned = super().clean()
        name = "file" if cleaned.get("file") else "text"
        if "file" in cleaned and "text" in cleaned:
            try:
                self.addresses = self._read(cleaned["file"], cleaned["text"])
            except ValidationError as faults:
                self.add_error(name, faults)
        return cleaned

    def _read(self, file, text: str) -> list[str]:
        if file is None:
            return guests.read(text)
        if text:
            raise ValidationError("Collez les adresses ou choisissez un fichier, l'un des deux.")
        return guests.read_file(file)


@admin.register(SessionGuest)
class SessionGuestAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Invited and taken out, never edited. Who is enrolled keeps their seat."""

    may_delete = True
    list_display = ["email", "session", "invited_at", "invited_by"]
    list_select_related = ["session__programme", "session__module", "invited_by"]
    list_filter = [("session", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["email", "session__programme__title", "=session__pk"]
    list_per_page = 100

    def get_urls(self):
        invite = self.admin_site.admin_view(self.invite_view)
        return [path("session/<int:pk>/", invite, name="catalogue_sessionguest_invite"), *super().get_urls()]

    def invite_view(self, request, pk):
        """Paste or import addresses; what is wrong comes back line by line, and nothing is written then."""
        if not request.user.has_perm("catalogue.change_session"):
            raise PermissionDenied
        session = get_object_or_404(Session.objects.select_related("programme", "module"), pk=pk)
        is_posted = request.method == "POST"
        form = GuestsForm(*((request.POST, request.FILES) if is_posted else ()))
        if is_posted and form.is_valid():
            try:
                new = guests.invite(session=session, addresses=form.addresses, by=request.user)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                known = len(form.addresses) - new
                told = f"{new} personne{pluralize(new)} invitée{pluralize(new)}"
                told += f", {known} l'étai{pluralize(known, 't,ent')} déjà." if known else "."
                self.message_user(request, told, messages.SUCCESS)
                url = reverse("admin:catalogue_sessionguest_changelist", query={"session__id__exact": session.pk})
                return redirect(url)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Inviter à une session privée",
            "session": session,
            "count": session.guests.count(),
            "form": form,
        }
        template = "admin/catalogue/sessionguest/invite.html"
        return render(request, template, context, status=422 if is_posted else 200)
