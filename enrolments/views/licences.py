"""« Mes licences »: what there is and for whom, asking, activating, sharing a result or not, giving back."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.shortcuts import redirect, render

from campus.personal import UNPROCESSABLE, posted, private
from enrolments.enums import LICENCE_LIVE, LicenceState
from enrolments.licence_forms import AskForm, ShareForm
from enrolments.licence_rules import Terms, terms_for
from enrolments.models import Licence, LicencePool
from enrolments.transitions import licence as transitions
from enrolments.transitions.licence_base import LicenceRefused
from enrolments.views.common import PAGE_SIZE, for_owner, with_profile

ASKED = {
    LicenceState.GIVEN: "Votre licence {} est attribuée : activez-la ci-dessous.",
    LicenceState.ACTIVATED: "Vous avez déjà une licence {}.",
    LicenceState.REQUESTED: "Votre demande d'une licence {} est enregistrée. La réponse vous viendra par courriel.",
}
LIVE_FIRST = Case(When(state__in=LICENCE_LIVE, then=0), default=1)


@private
@login_required
@with_profile
def licence_list(request):
    """What the agent has, then what they may ask for."""
    told = _mine(request).select_related("code").with_rank().with_last_reason().with_given_back()
    mine = told.order_by(LIVE_FIRST, "-queued_at", "-pk")
    context = {
        "page_obj": Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page")),
        "offers": [terms for terms in terms_for(request.user) if terms.mine is None],
    }
    return render(request, "enrolments/licences/list.html", context)


@private
@login_required
@with_profile
def ask(request, pk):
    """One click where licences are given at once; elsewhere a form."""
    pool = LicencePool.objects.of_this_year().filter(pk=pk).first()
    if pool is None:
        messages.info(request, "Le campus ne propose plus cette licence. Voici celles de l'année.")
        return redirect("enrolments:licences")
    form = AskForm(posted(request), pool=pool)
    if request.method != "POST":
        return _ask_page(request, pool, form)
    if not (pool.is_direct or form.is_valid()):
        return _ask_page(request, pool, form, status=UNPROCESSABLE)
    answers = {} if pool.is_direct else form.cleaned_data
    try:
        licence = transitions.ask(agent=request.user, pool=pool, by=request.user, **answers)
    except LicenceRefused as reason:
        if is_answer := reason.argument in form.fields:
            form.add_error(reason.argument, str(reason))
        return _ask_page(request, pool, form, "" if is_answer else str(reason), UNPROCESSABLE)
    messages.success(request, ASKED[licence.state].format(pool))
    return redirect("enrolments:licences")


def _ask_page(request, pool: LicencePool, form: AskForm, refusal: str = "", status: int = 200):
    terms: Terms = next(terms for terms in terms_for(request.user) if terms.pool == pool)
    context = {
        "terms": terms,
        "refusal": refusal or terms.refusal,
        "form": None if pool.is_direct else form,
        "is_refused": status == UNPROCESSABLE,
    }
    return render(request, "enrolments/licences/ask.html", context, status=status)


for_mine = for_owner(
    Licence.objects.select_related("pool").with_given_back(),
    owner="agent_id",
    gone="Cette licence n'existe plus. Voici les vôtres.",
    back="enrolments:licences",
)


def by_button(view):
    """A view whose address alone does nothing: whoever comes back to it, by signing in again, is led to the buttons."""

    @wraps(view)
    def wrapped(request, licence):
        if request.method == "POST":
            return view(request, licence)
        messages.info(request, "Rien n'a été noté : cliquez de nouveau ci-dessous.")
        return redirect("enrolments:licences")

    return wrapped


@for_mine
@by_button
def activate(request, licence):
    return _do(request, licence, transitions.activate, "C'est noté : votre licence {} est activée.")


@for_mine
@by_button
def finish(request, licence):
    return _do(request, licence, transitions.finish, "C'est noté : vous avez terminé avec votre licence {}. Bravo.")


@for_mine
@by_button
def share(request, licence):
    """Agree that others see one's result, or not any more."""
    form = ShareForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Dites si vous partagez votre résultat, par « oui » ou par « non ».")
        return redirect("enrolments:licences")
    is_shared = form.cleaned_data["is_shared"]
    told = "Vous partagez votre résultat {}." if is_shared else "Votre résultat {} n'est vu que de vous."
    return _do(request, licence, transitions.share, told, is_shared=is_shared)


@for_mine
def leave(request, licence):
    """Give a licence back, or withdraw a request; once confirmed."""
    is_request = licence.state in {LicenceState.REQUESTED, LicenceState.WITHDRAWN}
    is_done = licence.state == LicenceState.WITHDRAWN or licence.is_given_back
    if request.method == "POST" and (is_done or licence.state in LICENCE_LIVE):  # done: a double click
        told = (
            "Votre demande d'une licence {} est retirée." if is_request else "Vous avez rendu votre licence {}. Merci."
        )
        return _do(request, licence, transitions.leave, told)
    if licence.state not in LICENCE_LIVE:
        messages.info(request, f"Vous n'avez plus de licence {licence.pool} à rendre.")
        return redirect("enrolments:licences")
    return render(request, "enrolments/licences/leave.html", {"licence": licence})


def _do(request, licence: Licence, transition, told: str, **arguments):
    """Move one's own licence; say what became of it."""
    try:
        transition(licence=licence, by=request.user, **arguments)
    except LicenceRefused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, told.format(licence.pool))
    return redirect("enrolments:licences")


def _mine(request):
    return Licence.objects.filter(agent=request.user).select_related("pool")
