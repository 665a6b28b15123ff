"""What staff may do with a request for a programme: a table, each act with its form and its transition."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db.models import Sum

from campus.admin_actions import NothingForm, text_area
from campus.plurals import pluralize
from catalogue.enums import PROGRAMME_REQUEST_MOVES, PUBLICATION_ASKED, ProgrammeRequestState
from catalogue.models import ProgrammeRequest
from catalogue.programme_requests import transitions
from catalogue.programme_requests.forms import DocumentForm, PublicationForm

S = ProgrammeRequestState
SENT = frozenset(S) - {S.DRAFT}
READ = "L'administration le reçoit par courriel et le retrouve sur sa page de suivi."


class MessageForm(forms.Form):
    text = forms.CharField(label="Message", max_length=5000, widget=text_area(10), help_text=READ)


class NoteForm(forms.Form):
    text = forms.CharField(label="Note", max_length=5000, widget=text_area(), help_text="Lue par l'équipe seulement.")


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=1000, widget=text_area(4), help_text=READ)


class FiguresForm(forms.Form):
    agents_trained = forms.IntegerField(label="Agents formés", min_value=0, max_value=1_000_000)
    satisfaction_percent = forms.IntegerField(
        label="Satisfaction (%)", min_value=0, max_value=100, required=False, help_text="Vide : pas mesurée."
    )


class StaffDocumentForm(DocumentForm):
    """As who asked sends one; `checked` goes with it."""

    def clean(self):
        cleaned = super().clean()
        return {**cleaned, "checked": self.checked} if "file" in cleaned else cleaned


@dataclass(frozen=True)
class Act:
    slug: str
    """In the address of its page."""
    title: str
    done: str
    """Told afterwards, and kept in the history."""
    apply: Callable
    """A transition: (programme_request=, by=, …what the form says)."""
    from_states: frozenset
    form_class: type[forms.Form] = NothingForm
    help_text: str = ""
    fact: Callable[[ProgrammeRequest], str] = lambda asked: ""
    """What to know of a request before the form is filled in."""

    @property
    def url_name(self):
        return f"catalogue_programmerequest_{self.slug.replace('-', '_')}"


def seats_taken(asked: ProgrammeRequest) -> str:
    """Beside the figures of the end: agents may have been trained otherwise, so nothing is refused."""
    taken = asked.programme.sessions.not_cancelled().aggregate(taken=Sum("seats_taken", default=0))["taken"]
    s = pluralize(taken)
    return (
        f"Dans les sessions du programme, {taken} place{s} prise{s}. Vérifiez si vos agents formés sont plus nombreux."
    )


def leading_to(state) -> frozenset:
    return frozenset(before for before, after in PROGRAMME_REQUEST_MOVES.items() if before and state in after)


def acts_for(programme_request: ProgrammeRequest) -> list[Act]:
    """Those that its state allows, in the order of the table."""
    return [act for act in ACTS if programme_request.state in act.from_states]


ACTS = [
    Act("analyse", "Mettre en analyse", "Mise en analyse", transitions.start_analysis, leading_to(S.ANALYSIS)),
    Act(
        "proposition",
        "Faire une proposition",
        "Proposition faite",
        transitions.propose,
        leading_to(S.PROPOSAL),
        MessageForm,
        "Joignez d'abord les documents de la proposition.",
    ),
    Act(
        "acceptation",
        "Noter l'acceptation",
        "Acceptée : un programme en brouillon est créé",
        transitions.accept,
        leading_to(S.ACCEPTED),
        help_text="Un programme en brouillon naît de la demande : il reste à le rédiger et à créer ses sessions privées.",
    ),
    Act("conception", "Commencer la conception", "Mise en conception", transitions.start_design, leading_to(S.DESIGN)),
    Act(
        "deploiement",
        "Commencer le déploiement",
        "Mise en déploiement",
        transitions.start_rollout,
        leading_to(S.ROLLOUT),
        help_text="Il faut au moins une session privée du programme.",
    ),
    Act(
        "bilan",
        "Terminer, avec les chiffres",
        "Terminée",
        transitions.finish,
        leading_to(S.DONE),
        FiguresForm,
        "L'administration les lit sur sa page de suivi ; les agents formés passent au programme.",
        seats_taken,
    ),
    Act("sans-suite", "Classer sans suite", "Classée sans suite", transitions.close, leading_to(S.CLOSED), ReasonForm),
    Act("message", "Écrire à l'administration", "Message envoyé", transitions.write, SENT, MessageForm),
    Act("document", "Ajouter un document", "Document ajouté", transitions.attach, SENT, StaffDocumentForm),
    Act("note", "Ajouter une note interne", "Note ajoutée", transitions.note, SENT, NoteForm),
    Act(
        "publication",
        "Noter l'accord pour une page publique",
        "Réponse sur la page publique notée",
        transitions.answer_publication,
        frozenset(PUBLICATION_ASKED),
        PublicationForm,
        "Quand l'administration l'a donné autrement que sur sa page de suivi.",
    ),
]
