"""Who sees which application: calls, drafts, conflicts of interest, anonymised reading."""

import pytest
from django.utils import timezone

from campus.mailing.models import Message
from trainers import permissions, transitions
from trainers.anonymity import MASK, TO_REREAD, anonymised, redact, texts_to_reread
from trainers.enums import ApplicationState
from trainers.models import (
    Application,
    ApplicationEvent,
    Attachment,
    Contribution,
    DecisionMail,
    Note,
    Review,
    Reviewer,
    ThreadMessage,
)

pytestmark = pytest.mark.django_db
S = ApplicationState
HANGING = [ApplicationEvent, Attachment, Contribution, DecisionMail, Note, Review, ThreadMessage]


def hang(application, author):
    """One row of each thing that hangs on an application."""
    ApplicationEvent.objects.create(application=application, to_state=S.SUBMITTED, happened_by=application.applicant)
    Attachment.objects.create(
        application=application,
        kind="cv",
        file="x",
        name="CV Camille Lenoir.pdf",
        content_type="application/pdf",
        size=1,
    )
    DecisionMail.objects.create(application=application, decision=S.ACCEPTED, subject="…", text="Camille")
    Note.objects.create(application=application, author=author, text="Camille Lenoir, vue hier.")
    ThreadMessage.objects.create(application=application, is_from_applicant=True, text="Camille")
    Review.objects.create(
        application=application, reviewer=author, recommendation="retenir", submitted_at=timezone.now()
    )


def test_drafts_are_their_authors_alone_and_reviewers_see_their_calls(new_application, new_call, staff, new_reviewer):
    call = new_call()
    submitted, draft = new_application(S.SUBMITTED, call=call), new_application(call=call)
    given_up = new_application(S.WITHDRAWN, call=call, submitted_at=None)
    elsewhere = new_application(S.SUBMITTED, call=new_call("Ailleurs"))
    reviewer = new_reviewer(call)

    assert set(Application.objects.visible_to(staff)) == {submitted, elsewhere}
    assert set(Application.objects.visible_to(reviewer)) == {submitted}
    assert not Application.objects.visible_to(submitted.applicant).exists()
    assert set(Application.objects.made_by(draft.applicant)) == {draft} and given_up.is_live is False


def test_what_hangs_on_an_application_is_seen_with_it(new_application, new_call, staff, new_agent, new_reviewer):
    call = new_call()
    application = new_application(S.IN_REVIEW, call=call)
    hang(application, staff)
    other = new_reviewer(new_call("Ailleurs"))

    for model in HANGING:
        assert model.objects.visible_to(staff).count() == 1, model
        assert model.objects.visible_to(other).count() == 0, model
        assert model.objects.visible_to(new_agent()).count() == 0, model


@pytest.mark.parametrize("is_superuser", [True, False])
def test_a_declared_link_hides_all_even_from_administrators(new_application, new_call, new_staff, is_superuser):
    user = new_staff(is_superuser=is_superuser)
    first = new_application(S.IN_REVIEW)
    second = new_application(S.SUBMITTED, call=new_call("Autre"), applicant=first.applicant)
    hang(first, user)
    transitions.hand_to(application=first, to=user, by=user)

    for _ in range(2):
        transitions.declare_conflict(application=first, reviewer=user, by=user, reason="Cousins")

    assert not Application.objects.visible_to(user).filter(pk__in=[first.pk, second.pk]).exists()
    assert [model for model in HANGING if model.objects.visible_to(user).exists()] == []
    first.refresh_from_db()
    assert first.assigned_to is None
    assert Review.objects.get().set_aside_at and not Review.objects.submitted().exists()


@pytest.mark.parametrize(
    ("service", "applicant_service", "is_seen"),
    [
        ("Bureau de la paie", "Bureau des essais", True),
        ("bureau DES ESSAIS", "Bureau des essais", False),
        ("Bureau des éssais ", "Bureau des essais", False),
        ("", "Bureau des essais", False),
        ("Bureau de la paie", "", False),
    ],
)
def test_colleagues_of_a_service_do_not_see_each_other(
    new_application, new_staff, employer, service, applicant_service, is_seen
):
    user = new_staff(organisation=employer)
    Reviewer.objects.create(user=user, service=service)
    application = new_application(S.SUBMITTED, service=applicant_service)

    assert Application.objects.visible_to(user).filter(pk=application.pk).exists() is is_seen


def test_a_service_of_the_same_name_elsewhere_is_no_conflict(new_application, new_staff, organisation):
    user = new_staff(organisation=organisation)
    Reviewer.objects.create(user=user, service="Bureau des essais")

    assert Application.objects.visible_to(user).filter(pk=new_application(S.SUBMITTED).pk).exists()
    assert not Application.objects.visible_to(new_staff(organisation=new_application().organisation)).filter(
        state=S.SUBMITTED
    )


def test_who_handles_an_application_is_not_written_to_once_it_is_hidden_from_them(new_application, new_staff, employer):
    user = new_staff()
    application = transitions.hand_to(application=new_application(S.SUBMITTED), to=user, by=user)
    transitions.answer(application=application, by=application.applicant, text="Merci.")
    user.organisation = employer
    user.save()

    transitions.answer(application=application, by=application.applicant, text="Encore merci.")

    assert Message.objects.filter(to=user.email).count() == 1


def test_ones_own_application_is_hidden_from_the_reviewer_that_one_is(new_application, new_staff):
    user = new_staff()
    application = new_application(S.SUBMITTED, applicant=user)

    assert not Application.objects.visible_to(user).exists()
    assert list(Application.objects.made_by(user)) == [application]


def test_the_reviews_of_others_are_seen_once_one_has_given_ones_own(new_application, new_call, new_reviewer, staff):
    call = new_call()
    application = new_application(S.IN_REVIEW, call=call)
    first, second = new_reviewer(call), new_reviewer(call)
    given = Review.objects.create(
        application=application, reviewer=first, recommendation="retenir", submitted_at=timezone.now()
    )
    draft = Review.objects.create(application=application, reviewer=second)

    assert set(Review.objects.visible_to(second)) == {draft}
    assert set(Review.objects.visible_to(first)) == {given}
    assert set(Review.objects.visible_to(staff)) == {given}
    Review.objects.filter(pk=draft.pk).update(recommendation="refuser", submitted_at=timezone.now())
    assert set(Review.objects.visible_to(second)) == {given, draft}


# --- Anonymised reading -----------------------------------------------------------------------------------------------


@pytest.fixture
def hidden(new_application, new_call):
    """An application that tells its identity wherever it can."""
    call = new_call(is_anonymised=True)
    application = new_application(
        S.IN_REVIEW,
        call=call,
        motivation="Moi, Camille LENOIR, je veux transmettre ce que j'ai appris au Ministère des Essais.",
        experience="Au MEssais (Bureau des essais) ; écrire à camille.lenoir@essais.gouv.fr ou au 06 12 34 56 78.",
    )
    application.contributions.update(feedback="« Merci Camille ! », voir https://lenoir.exemple.fr/avis")
    return application


def test_identity_is_nowhere_in_an_anonymised_reading(hidden, staff):
    hang(hidden, staff)

    reading = repr(anonymised(hidden))

    applicant = hidden.applicant
    for trace in [
        "amille",
        "enoir",
        "LENOIR",
        "Essais",
        "essais",
        "06 12",
        applicant.email,
        applicant.email.split("@")[0],
    ]:
        assert trace not in reading, trace
    assert MASK in reading and "je veux transmettre" in reading and "La personne qui candidate" in reading
    assert "Camille" not in str(hidden) and "Lenoir" not in str(Attachment.objects.get())


def test_what_could_name_the_applicant_is_hidden_from_an_anonymised_reader(hidden, staff, new_reviewer):
    hang(hidden, staff)
    reviewer = new_reviewer(hidden.call)

    assert permissions.reads_anonymised(reviewer, hidden) and not permissions.reads_anonymised(staff, hidden)
    for model in [Attachment, DecisionMail, Note, ThreadMessage]:
        assert model.objects.visible_to(staff).count() == 1
        assert model.objects.visible_to(reviewer).count() == 0, model
    Attachment.objects.update(is_identity_free=True)
    assert Attachment.objects.visible_to(reviewer).count() == 1
    assert anonymised(hidden).files == [(Attachment.objects.get().pk, "Pièce 1 (CV, PDF)")]


def test_staff_may_rewrite_what_masking_does_not_see(hidden):
    contribution = hidden.contributions.get()

    redact(hidden, hidden, "motivation", "Veut transmettre.")
    redact(hidden, contribution, "past_runs", "En 2025.")
    reading = anonymised(Application.objects.get(pk=hidden.pk))

    assert reading.texts["motivation"] == "Veut transmettre."
    assert reading.contributions[0].texts["past_runs"] == "En 2025."
    redact(hidden, hidden, "motivation", "")
    assert MASK in anonymised(hidden).texts["motivation"]


def test_a_rewritten_text_is_hidden_once_the_applicant_changes_the_original(hidden):
    contribution = hidden.contributions.get()
    redact(hidden, hidden, "motivation", "Veut transmettre.")
    redact(hidden, contribution, "objectives", "Lire")
    redact(hidden, contribution, "past_runs", "En 2025.")
    Application.objects.filter(pk=hidden.pk).update(motivation="Camille, de la rue des Essais.")
    hidden.contributions.update(objectives=["Lire avec Camille"], past_runs="")

    hidden = Application.objects.get(pk=hidden.pk)
    reading = anonymised(hidden)

    assert reading.texts["motivation"] == TO_REREAD and reading.contributions[0].objectives == [TO_REREAD]
    assert "past_runs" not in reading.contributions[0].texts
    assert len(texts_to_reread(hidden)) == 3
    redact(hidden, hidden, "motivation", "Veut toujours transmettre.")
    assert anonymised(hidden).texts["motivation"] == "Veut toujours transmettre."
    assert len(texts_to_reread(hidden)) == 2
