"""What one may do with an application from its page: a table, each act with its form, its right and its transition."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone

from campus.refusal import Refused
from trainers import permissions, transitions
from trainers.admin import act_forms as forms
from trainers.enums import APPLICATION_MOVES, DECISIONS, REFUSALS, REVIEWABLE, ApplicationState
from trainers.models import Application

S = ApplicationState
DOUBLE_CLICK_SECONDS = 600


@dataclass(frozen=True)
class Act:
    slug: str
    """In the address of its page."""
    title: str
    done: str
    """Told afterwards, and kept in the history: it names nobody."""
    apply: Callable
    """A transition: (application=, by=, …what the form says)."""
    form_class: type[forms.ActForm] = forms.ActForm
    from_states: frozenset = frozenset(S)
    is_for: Callable = lambda user, application: permissions.can_manage(user)
    help_text: str = ""

    @property
    def url_name(self):
        return f"trainers_application_{self.slug.replace('-', '_')}"


def act_named(slug: str) -> Act:
    return next(act for act in ACTS if act.slug == slug)


def acts_for(user, application) -> list[Act]:
    """Those that `user` may do now, in the order of the table."""
    return [act for act in ACTS if application.state in act.from_states and act.is_for(user, application)]


def leading_to(state) -> frozenset:
    """States from which staff may go to `state`. Who is asked for more answers first, or staff stop waiting."""
    return frozenset(before for before, after in APPLICATION_MOVES.items() if before and state in after) - {
        S.DRAFT,
        *({S.MORE_ASKED} if state in {S.ADMISSIBLE, S.IN_REVIEW, S.INTERVIEW, S.MORE_ASKED} else ()),
    }


def _decides(user, application):
    return permissions.can_decide(user)


def _reads_all(user, application):
    return not permissions.reads_anonymised(user, application)


def _manages_and_reads_all(user, application):
    return permissions.can_manage(user) and _reads_all(user, application)


def _once(write, rows: str):
    """`write`, refused when the same person has just written the same thing: a double click."""

    @transaction.atomic
    def apply(*, application, by, text):
        Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        last = getattr(application, rows).filter(author=by).last()
        is_recent = last and (timezone.now() - last.written_at).total_seconds() < DOUBLE_CLICK_SECONDS
        if is_recent and last.text == text.strip():
            raise Refused("Vous venez d'écrire la même chose : c'est déjà enregistré.", "text")
        return write(application=application, by=by, text=text)

    return apply


def _declare_own_conflict(*, application, by, reason):
    return transitions.declare_conflict(application=application, reviewer=by, by=by, reason=reason)


def _hand_to(*, application, by, to):
    if to is not None and to.pk == application.assigned_to_id:
        raise Refused(f"{to} la suit déjà.", "to")
    return transitions.hand_to(application=application, to=to, by=by)


def _decision(slug, title, done, state, form_class) -> Act:
    return Act(
        slug=slug,
        title=title,
        done=done,
        apply=partial(transitions.decide, decision=state),
        form_class=form_class,
        from_states=leading_to(state),
        is_for=_decides,
        help_text="Rien n'est envoyé : un courriel est préparé, à relire et à envoyer ensuite.",
    )


ACTS = [
    Act(
        "recevabilite",
        "Déclarer recevable",
        "Déclarée recevable",
        transitions.declare_admissible,
        from_states=leading_to(S.ADMISSIBLE),
    ),
    Act(
        "instruction",
        "Mettre en instruction",
        "Mise en instruction",
        transitions.start_review,
        from_states=leading_to(S.IN_REVIEW),
        help_text="Les personnes qui instruisent l'appel peuvent alors rendre leur avis.",
    ),
    Act(
        "complement",
        "Demander un complément",
        "Complément demandé",
        transitions.ask_more,
        forms.AskMoreForm,
        leading_to(S.MORE_ASKED),
        _manages_and_reads_all,
        "La personne pourra modifier sa candidature jusqu'à ce qu'elle réponde.",
    ),
    Act(
        "reprise",
        "Ne plus attendre le complément",
        "Reprise sans complément",
        transitions.stop_waiting,
        forms.WhyForm,
        frozenset({S.MORE_ASKED}),
        help_text="La candidature revient à l'étape d'où le complément a été demandé, et ne se modifie plus.",
    ),
    Act(
        "entretien",
        "Proposer un entretien",
        "Entretien proposé",
        transitions.invite_to_interview,
        forms.MessageForm,
        leading_to(S.INTERVIEW),
        _manages_and_reads_all,
    ),
    Act(
        "avis-rendu",
        "Clore l'instruction",
        "Avis rendu",
        transitions.give_advice,
        forms.AdviceForm,
        leading_to(S.ADVISED) - frozenset(DECISIONS),
    ),
    _decision("irrecevabilite", "Déclarer irrecevable", "Déclarée irrecevable", S.INADMISSIBLE, forms.InadmissibleForm),
    _decision("retenue", "Retenir", "Retenue", S.ACCEPTED, forms.AcceptForm),
    _decision("vivier", "Garder au vivier", "Gardée au vivier", S.POOL, forms.PoolForm),
    _decision("refus", "Refuser", "Refusée", S.REFUSED, forms.RefuseForm),
    Act(
        "decision-reprise",
        "Reprendre la décision",
        "Décision reprise",
        transitions.undo_decision,
        forms.WhyForm,
        frozenset(DECISIONS),
        _decides,
        "Possible tant que le courriel n'est pas parti : il est annulé.",
    ),
    Act(
        "attribution",
        "Attribuer",
        "Attribution changée",
        _hand_to,
        forms.HandToForm,
        frozenset(S) - {S.WITHDRAWN, S.ACTIVE},
    ),
    Act(
        "question",
        "Écrire à la personne",
        "Message envoyé",
        _once(transitions.ask, "thread"),
        forms.MessageForm,
        is_for=_manages_and_reads_all,
    ),
    Act(
        "note",
        "Ajouter une note interne",
        "Note ajoutée",
        _once(transitions.write_note, "notes"),
        forms.TextForm,
        is_for=_reads_all,
    ),
    Act(
        "conflit",
        "Déclarer un conflit d'intérêts",
        "Conflit d'intérêts déclaré",
        _declare_own_conflict,
        forms.ConflictForm,
        is_for=lambda user, application: True,
        help_text="Toutes les candidatures de cette personne vous seront cachées, et vos avis sur elles écartés. "
        "Seule une autre personne de l'équipe pourra revenir dessus.",
    ),
    Act(
        "retrait",
        "Retirer à la demande de la personne",
        "Retirée",
        transitions.withdraw,
        forms.WithdrawForm,
        leading_to(S.WITHDRAWN) - frozenset(REFUSALS),
    ),
]


def may_review(user, application) -> bool:
    """Whether the page offers to write a review; the transition checks the rest."""
    return application.state in REVIEWABLE and permissions.can_review(user, application)
