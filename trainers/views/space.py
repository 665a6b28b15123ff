"""« Espace formateur »: the welcome, what to answer, what comes, availabilities, hours, the directory."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from campus.personal import UNPROCESSABLE, posted
from trainers import rules, transitions
from trainers.enums import ONBOARDING_STEPS, TrainerKind, TrainerState
from trainers.forms.space import AvailabilityForm, GiveBackForm, ListingForm
from trainers.models import Assignment, HoursLine
from trainers.views.common import for_trainers

PAGE_SIZE = 20
SUBJECTS = ["session__module", "session__programme", "session__place"]


@for_trainers
def space(request, trainer):
    """What to answer, what comes, what one teaches with."""
    now = timezone.now()
    mine = trainer.assignments.select_related(*SUBJECTS)
    # With whom, for sessions that several teach.
    others = Assignment.objects.accepted().exclude(trainer=trainer).select_related("trainer__user")
    coming = (
        mine.accepted()
        .filter(session__ends_at__gt=now)
        .prefetch_related(Prefetch("session__assignments", others, to_attr="others"))
        .order_by("session__starts_at", "pk")
    )
    steps = []
    if trainer.state == TrainerState.ONBOARDING:
        left = rules.steps_left(trainer)
        steps = [(step.label, step not in left) for step in ONBOARDING_STEPS[TrainerKind(trainer.kind)]]
    # A session whose slots are all gone, for now, has no date to say.
    asked = mine.awaiting_answer().filter(answer_due_at__gt=now, session__starts_at__isnull=False)
    context = {
        "trainer": trainer,
        "steps": steps,
        "proposals": list(asked.order_by("answer_due_at", "pk")),
        "page_obj": Paginator(coming, PAGE_SIZE).get_page(request.GET.get("page")),
        "modules": trainer.modules.order_by("title_key").only("title", "slug", "kind", "state"),
    }
    return render(request, "trainers/space.html", context)


@for_trainers
@require_POST
def accept(request, trainer, pk):
    return _answer(request, trainer, pk, transitions.accept, "Session acceptée : elle est dans vos sessions à venir.")


@for_trainers
@require_POST
def decline(request, trainer, pk):
    return _answer(
        request, trainer, pk, transitions.decline, "Vous avez décliné cette session. L'équipe en est prévenue."
    )


def _answer(request, trainer, pk, transition, done):
    assignment = get_object_or_404(trainer.assignments, pk=pk)
    try:
        transition(assignment=assignment, by=request.user)
    except transitions.TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("trainers:space")


@for_trainers
def give_back(request, trainer, pk):
    """Give a session back when one is prevented: staff are told, and why."""
    coming = trainer.assignments.accepted().filter(session__ends_at__gt=timezone.now())
    assignment = get_object_or_404(coming.select_related(*SUBJECTS), pk=pk)
    form, status = GiveBackForm(posted(request)), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                transitions.take_back(assignment=assignment, by=request.user, **form.cleaned_data)
            except transitions.TransitionRefused as refusal:
                form.add_error(refusal.argument, str(refusal))
            else:
                messages.success(request, "Vous avez rendu cette session. L'équipe en est prévenue.")
                return redirect("trainers:space")
    context = {"assignment": assignment, "form": form}
    return render(request, "trainers/give_back.html", context, status=status)


@for_trainers
def availabilities(request, trainer):
    """When one is free, or is not: what is said, and a form to say more."""
    form, status = AvailabilityForm(posted(request)), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                transitions.add_availability(trainer=trainer, **form.cleaned_data)
            except transitions.TransitionRefused as refusal:
                form.add_error(refusal.argument, str(refusal))
            else:
                messages.success(request, "Vos dates sont enregistrées.")
                return redirect("trainers:availabilities")
    coming = trainer.availabilities.filter(ends_on__gte=timezone.localdate()).order_by("starts_on")
    page = Paginator(coming, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page}
    return render(request, "trainers/availabilities.html", context, status=status)


@for_trainers
@require_POST
def remove_availability(request, trainer, pk):
    get_object_or_404(trainer.availabilities, pk=pk).delete()
    messages.success(request, "Ces dates sont retirées.")
    return redirect("trainers:availabilities")


@for_trainers
def hours(request, trainer):
    """One's statements of hours, the latest first, and what no statement has yet."""
    lines = HoursLine.objects.select_related("assignment__session__module", "assignment__session__programme")
    statements = trainer.statements.prefetch_related(
        Prefetch("lines", lines.order_by("assignment__session__starts_at"))
    )
    over = trainer.assignments.accepted().filter(session__ends_at__lte=timezone.now(), hours_line__isnull=True)
    context = {
        "trainer": trainer,
        "page_obj": Paginator(statements, PAGE_SIZE).get_page(request.GET.get("page")),
        "unstated": over.select_related(*SUBJECTS).order_by("-session__starts_at")[:PAGE_SIZE],
    }
    return render(request, "trainers/hours.html", context)


@for_trainers
def listing(request, trainer):
    """Agree to be in the public directory, and to what it shows; or leave it."""
    form, status = ListingForm(posted(request), trainer=trainer), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                transitions.agree_to_listing(trainer=trainer, **form.cleaned_data)
            except transitions.TransitionRefused as refusal:
                form.add_error(refusal.argument, str(refusal))
            else:
                messages.success(request, "Votre accord est enregistré. Vous pouvez le retirer à tout moment.")
                return redirect("trainers:listing")
    return render(request, "trainers/listing.html", {"trainer": trainer, "form": form}, status=status)


@for_trainers
@require_POST
def withdraw_listing(request, trainer):
    transitions.withdraw_listing(trainer=trainer)
    messages.success(request, "Vous n'êtes plus dans l'annuaire public.")
    return redirect("trainers:listing")
