"""Requests for sur-mesure programmes, as who makes them sees them: begun, filled in, sent, followed, taken back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from campus import uploads
from campus.personal import UNPROCESSABLE, posted, private
from campus.threads import MessageForm
from catalogue.enums import ProgrammeRequestState
from catalogue.models import ProgrammeRequest, ProgrammeRequestDocument
from catalogue.programme_requests import transitions
from catalogue.programme_requests.forms import (
    DocumentForm,
    PublicationForm,
    RequestForm,
    WithdrawForm,
)
from catalogue.programme_requests.transitions import TransitionRefused

PAGE_SIZE = 20
MOST_SESSIONS = 50
S = ProgrammeRequestState
STAGES = ["Demande reçue", "Analyse des besoins", "Proposition", "Conception", "Déploiement", "Bilan"]
STAGE_OF = {S.RECEIVED: 1, S.ANALYSIS: 2, S.PROPOSAL: 3, S.ACCEPTED: 4, S.DESIGN: 4, S.ROLLOUT: 5, S.DONE: 6}


@private
@login_required
def start(request):
    """What will be asked, then the draft; the one begun already on a second click."""
    if request.method == "POST":
        draft = transitions.start(requester=request.user)
        return redirect("catalogue:programme_request_edit", draft.reference)
    mine = ProgrammeRequest.objects.made_by(request.user).only("reference", "state")
    context = {"draft": mine.filter(state=S.DRAFT).first(), "has_others": mine.exclude(state=S.DRAFT).exists()}
    return render(request, "catalogue/programme_requests/start.html", context)


@private
@login_required
def request_list(request):
    page = Paginator(ProgrammeRequest.objects.made_by(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "catalogue/programme_requests/list.html", {"page_obj": page})


@private
@login_required
def edit(request, reference):
    """The draft: kept (« Enregistrer ») or sent (« Envoyer »). What is wrong is told at the field."""
    asked = _mine(request, reference)
    is_sent = "send" in request.POST
    if not asked.is_draft:
        return _already_sent(request, asked, is_sent)
    form, status = RequestForm(posted(request), instance=asked, is_sent=is_sent), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                saved = transitions.save_draft(programme_request=asked, answers=form.cleaned_data)
                if is_sent:
                    transitions.submit(programme_request=saved, by=request.user)
            except TransitionRefused as refusal:
                if not _mine(request, reference).is_draft:  # a double click: it is done
                    return _already_sent(request, asked, is_sent)
                form.add_error(None, str(refusal))
            else:
                messages.success(request, SENT if is_sent else SAVED)
                return redirect(asked) if is_sent else redirect("catalogue:programme_request_edit", reference)
    context = {"asked": asked, "form": form, "is_sent": is_sent}
    return render(request, "catalogue/programme_requests/edit.html", context, status=status)


SAVED = "Votre brouillon est enregistré : vous pouvez y revenir quand vous voulez, d'un autre appareil aussi."
SENT = "Votre demande est envoyée. Une confirmation part par courriel."
NOT_KEPT = "Votre demande est déjà envoyée : ce que vous venez de taper n'est pas gardé. Écrivez-nous ici."


def _already_sent(request, asked, is_sent):
    """To the follow-up page. Who clicked « Envoyer » twice loses nothing; who saves an old tab is told that it is not kept."""
    if request.method == "POST" and not is_sent:
        messages.warning(request, NOT_KEPT)
        return redirect(f"{asked.get_absolute_url()}#messages")
    return redirect(asked)


@private
@login_required
def detail(request, reference):
    """The follow-up page; a draft is gone on with."""
    asked = _mine(request, reference)
    if asked.is_draft:
        return redirect("catalogue:programme_request_edit", reference)
    return _follow_up_page(request, asked)


def _follow_up_page(request, asked, *, message=None, document=None, publication=None, status=200):
    stage = STAGE_OF.get(asked.state)
    sessions = asked.programme.sessions.filter(starts_at__isnull=False) if asked.programme else []
    answer = {True: "oui", False: "non"}.get(asked.agrees_to_publish)
    context = {
        "asked": asked,
        "stage": stage,
        "stage_label": STAGES[stage - 1] if stage else "",
        "next_stage_label": STAGES[stage] if stage and stage < len(STAGES) else "",
        "stage_count": len(STAGES),
        "domains": list(asked.domains.all()),
        "history": list(asked.events.exclude(to_state=S.DRAFT)),
        "thread": list(asked.thread.all()),
        "documents": list(asked.documents.all()),
        "sessions": list(sessions[:MOST_SESSIONS]),
        "message_form": message or MessageForm(),
        "document_form": document or DocumentForm(),
        "publication_form": publication or PublicationForm(initial={"agrees": answer}),
        "is_refused": status == UNPROCESSABLE,
    }
    return render(request, "catalogue/programme_requests/detail.html", context, status=status)


@private
@login_required
@require_POST
def answer(request, reference):
    """A message in the thread."""
    asked, form = _mine(request, reference), MessageForm(request.POST)
    if form.is_valid():
        try:
            transitions.write(programme_request=asked, by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(refusal.argument, str(refusal))
        else:
            messages.success(request, "Votre message est envoyé.")
            return redirect(asked)
    return _follow_up_page(request, asked, message=form, status=UNPROCESSABLE)


@private
@login_required
@require_POST
def attach(request, reference):
    asked, form = _mine(request, reference), DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            added = transitions.attach(
                programme_request=asked, by=request.user, file=form.cleaned_data["file"], checked=form.checked
            )
        except TransitionRefused as refusal:
            form.add_error(refusal.argument, str(refusal))
        else:
            messages.success(request, f"« {added.name} » est joint à votre demande.")
            return redirect(asked)
    return _follow_up_page(request, asked, document=form, status=UNPROCESSABLE)


@private
@login_required
def document(request, reference, pk):
    """A file, for who made the request and for staff who handle requests; anybody else gets a 404."""
    readable = Q(request__requester=request.user)
    if request.user.is_staff and request.user.has_perm("catalogue.view_programmerequest"):
        readable |= Q(request__in=ProgrammeRequest.objects.handed_in())
    found = get_object_or_404(ProgrammeRequestDocument.objects.filter(readable, request__reference=reference), pk=pk)
    return uploads.attachment(found.file, name=found.name, content_type=found.content_type)


@private
@login_required
@require_POST
def answer_publication(request, reference):
    asked, form = _mine(request, reference), PublicationForm(request.POST)
    if form.is_valid():
        try:
            transitions.answer_publication(programme_request=asked, by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Votre réponse est enregistrée.")
            return redirect(asked)
    return _follow_up_page(request, asked, publication=form, status=UNPROCESSABLE)


@private
@login_required
def withdraw(request, reference):
    """Ask, then delete a draft or take the request back."""
    asked = _mine(request, reference)
    if not (asked.is_draft or asked.can_withdraw):
        messages.info(request, "Cette demande ne se retire plus ici : écrivez-nous ci-dessous.")
        return redirect(asked)
    form, status = WithdrawForm(posted(request)), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                if asked.is_draft:
                    transitions.discard(programme_request=asked)
                else:
                    transitions.withdraw(programme_request=asked, by=request.user, **form.cleaned_data)
            except TransitionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request, "Votre brouillon est supprimé." if asked.is_draft else "Votre demande est retirée."
                )
                return redirect("catalogue:programme_request_list")
    return render(request, "catalogue/programme_requests/withdraw.html", {"asked": asked, "form": form}, status=status)


def _mine(request, reference) -> ProgrammeRequest:
    """The request of who asks. Raises Http404 for anybody else's, staff included: theirs is the admin."""
    requests = ProgrammeRequest.objects.made_by(request.user).select_related("programme")
    return get_object_or_404(requests, reference=reference)
