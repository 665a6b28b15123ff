"""The life of a request for a sur-mesure programme: every pair of states, and what each move does."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campus import uploads
from campus.accounts.models import Organisation
from campus.mailing.models import Message
from catalogue.enums import PROGRAMME_REQUEST_MOVES, WITH_PROGRAMME, ProgrammeRequestState
from catalogue.models import Programme, ProgrammeRequest
from catalogue.programme_requests import transitions
from catalogue.transitions import TransitionRefused, archive, publish
from catalogue.wording import instant_in_words
from tests.files import pdf, sent

pytestmark = pytest.mark.django_db
S = ProgrammeRequestState


@pytest.fixture
def staff(new_person):
    return new_person("change_programmerequest")


def mails_to(person) -> list[str]:
    return list(Message.objects.filter(to=person.email).order_by("pk").values_list("subject", flat=True))


@pytest.mark.parametrize(("before", "after"), list(product([None, *S], S)))
def test_every_pair_of_states(new_request, new_person, new_programme, before, after):
    item = new_request(before) if before else ProgrammeRequest(requester=new_person())
    fields = {"submitted_at": timezone.now()} if after != S.DRAFT else {}
    if after in WITH_PROGRAMME and item.programme is None:
        fields["programme"] = new_programme()
    if after in PROGRAMME_REQUEST_MOVES[before]:
        event = transitions.move(item, after, None, **fields)

        item.refresh_from_db()
        assert (event.from_state, event.to_state, item.state) == (before or "", after, after)
        assert item.events.count() == 1
    else:
        with pytest.raises(TransitionRefused, match=r"ne peut pas passer à|Déjà fait|ne commence pas"):
            transitions.move(item, after, None, **fields)
        assert item.pk is None or not item.events.exists()


def test_there_is_one_draft_a_person(new_person):
    person = new_person(first_name="Ana", last_name="Roux")

    first, second = (transitions.start(requester=person) for _click in range(2))

    assert first == second and ProgrammeRequest.objects.count() == 1
    assert (first.contact_name, first.contact_email) == ("Ana Roux", person.email)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeRequest.objects.create(requester=person, state=S.DRAFT)


def test_a_request_is_sent_once_and_acknowledged(new_request):
    draft = new_request(S.DRAFT)

    for _click in range(2):
        sent_one = transitions.submit(programme_request=draft, by=draft.requester)

    assert sent_one.state == S.RECEIVED and sent_one.events.count() == 1
    assert mails_to(draft.requester) == ["Demande reçue : Former nos inspecteurs"]
    assert Message.objects.filter(subject__startswith="Demande sur-mesure reçue").count() == 1


def test_what_lacks_is_said(new_request):
    draft = new_request(S.DRAFT, need="", headcount=None)

    with pytest.raises(TransitionRefused, match="Il manque : besoin, nombre d'agents"):
        transitions.submit(programme_request=draft, by=draft.requester)


def test_what_is_sent_is_neither_edited_nor_deleted(new_request):
    asked = new_request()

    with pytest.raises(TransitionRefused, match="elle ne se modifie plus"):
        transitions.save_draft(programme_request=asked, answers={"title": "Autre", "domains": []})
    with pytest.raises(TransitionRefused, match="retirez-la"):
        transitions.discard(programme_request=asked)


def test_acceptance_makes_a_draft_programme_and_needs_an_organisation(new_request, staff, organisation, domain):
    asked = new_request(S.PROPOSAL, organisation=None, wanted_from="2027-03-01")
    with pytest.raises(TransitionRefused, match="pour quelle organisation"):
        transitions.accept(programme_request=asked, by=staff)
    asked.organisation = organisation
    asked.save()

    programme = transitions.accept(programme_request=asked, by=staff).programme

    assert (programme.state, programme.title, programme.years) == ("brouillon", "Former nos inspecteurs", [2027])
    assert (programme.beneficiary, list(programme.domains.all())) == (organisation, [domain])
    assert programme.need == "Lire les données de leurs contrôles." and programme.request == asked
    with pytest.raises(TransitionRefused, match="Déjà fait"):
        transitions.accept(programme_request=asked, by=staff)
    assert Programme.objects.count() == 1


def test_a_request_goes_to_its_end_and_the_requester_is_told_at_each_step(new_request, new_session, staff):
    asked = new_request()
    move = {"programme_request": asked, "by": staff}

    transitions.start_analysis(**move)
    transitions.propose(**move, text="Deux matinées.")
    transitions.accept(**move)
    transitions.start_design(**move)
    with pytest.raises(TransitionRefused, match="Créez d'abord une session"):
        transitions.start_rollout(**move)
    asked.refresh_from_db()
    session = new_session(module=None, programme=asked.programme)
    transitions.start_rollout(**move)
    with pytest.raises(TransitionRefused, match="encore à venir"):
        transitions.finish(**move, agents_trained=38, satisfaction_percent=95)
    session.slots.update(starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1))
    transitions.finish(**move, agents_trained=38, satisfaction_percent=95)

    asked.refresh_from_db()
    assert (asked.state, asked.agents_trained, asked.programme.agents_trained) == (S.DONE, 38, 38)
    assert [subject.split(" :")[0] for subject in mails_to(asked.requester)] == [
        "En analyse", "Proposition faite", "Acceptée", "En conception", "En déploiement", "Terminée",
    ]  # fmt: skip
    assert "Deux matinées." in Message.objects.get(subject__startswith="Proposition").text
    assert asked.thread.get().text == "Deux matinées."


def test_who_does_what_a_colleague_has_done_is_told_who_and_when(new_request, new_person):
    first, second, asked = new_person(first_name="Ana", last_name="Roux"), new_person(), new_request()
    transitions.start_analysis(programme_request=asked, by=first)

    with pytest.raises(TransitionRefused) as refusal:
        transitions.start_analysis(programme_request=asked, by=second)

    asked.refresh_from_db()
    since = instant_in_words(asked.state_changed_at)
    assert str(refusal.value) == f"Déjà fait : la demande est à l'état « En analyse » depuis le {since}, par {first}."


def test_giving_up_needs_a_reason_that_the_requester_reads(new_request, staff):
    asked = new_request(S.ANALYSIS)
    with pytest.raises(TransitionRefused, match="Dites pourquoi"):
        transitions.close(programme_request=asked, by=staff, reason=" ")

    transitions.close(programme_request=asked, by=staff, reason="Deux agents seulement.")

    assert "Deux agents seulement." in Message.objects.get(to=asked.requester.email).text


@pytest.mark.parametrize("state", [S.RECEIVED, S.ANALYSIS, S.PROPOSAL, S.ACCEPTED, S.DONE, S.CLOSED])
def test_a_request_is_taken_back_before_it_is_accepted(new_request, state, staff):
    asked = new_request(state, owner=staff)
    if state in {S.RECEIVED, S.ANALYSIS, S.PROPOSAL}:
        transitions.withdraw(programme_request=asked, by=asked.requester, reason="Budget refusé.")

        asked.refresh_from_db()
        assert asked.state == S.CLOSED and "Budget refusé." in asked.events.last().reason
        assert mails_to(staff) == [f"Demande sur-mesure retirée : {asked.reference}"]
    else:
        with pytest.raises(TransitionRefused, match="ne se retire plus"):
            transitions.withdraw(programme_request=asked, by=asked.requester)


def test_each_side_writes_and_the_other_is_told(new_request, staff):
    asked = new_request(owner=staff)

    question = transitions.write(programme_request=asked, by=staff, text="Combien de sites ?")
    answer = transitions.write(programme_request=asked, by=asked.requester, text="Onze.")

    assert (question.is_from_requester, answer.is_from_requester) == (False, True)
    assert mails_to(asked.requester) == ["Un message sur votre demande : Former nos inspecteurs"]
    assert mails_to(staff) == [f"Réponse reçue : {asked.reference}"]
    with pytest.raises(TransitionRefused, match="la même chose"):
        transitions.write(programme_request=asked, by=staff, text="Combien de sites ? ")
    with pytest.raises(TransitionRefused, match="Écrivez"):
        transitions.write(programme_request=asked, by=staff, text=" ")


def test_documents_are_added_by_both_up_to_a_number(new_request, staff, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(transitions, "MAX_DOCUMENTS", 1)
    asked, file = new_request(), sent(pdf(), "plan.pdf")
    checked = uploads.check(file, accepted=[uploads.PDF], max_bytes=10_000)
    add = {"programme_request": asked, "file": file, "checked": checked}

    transitions.attach(by=staff, **add)

    assert mails_to(asked.requester) == ["Un document sur votre demande : Former nos inspecteurs"]
    with pytest.raises(TransitionRefused, match="1 documents au plus"):
        transitions.attach(by=asked.requester, **add)


def test_a_programme_born_of_a_request_is_published_only_with_the_agreement(new_request, staff):
    asked = new_request(S.DONE)
    answer = {"programme_request": asked, "by": asked.requester}
    with pytest.raises(TransitionRefused, match="n'a pas donné son accord"):
        publish(item=asked.programme, by=staff)
    transitions.answer_publication(**answer, agrees=False)
    with pytest.raises(TransitionRefused, match="n'a pas donné son accord"):
        publish(item=asked.programme, by=staff)
    transitions.answer_publication(**answer, agrees=True)

    assert publish(item=asked.programme, by=staff).is_published


def test_who_agreed_is_told_where_the_page_is_and_may_change_their_mind(new_request, staff):
    asked = new_request(S.DONE, agrees_to_publish=True, publication_answered_at=timezone.now(), owner=staff)
    answer = {"programme_request": asked, "by": asked.requester}

    publish(item=asked.programme, by=staff)
    archive(item=asked.programme, by=staff)
    publish(item=asked.programme, by=staff)

    assert mails_to(asked.requester) == ["En ligne : la page de votre programme"]
    assert asked.programme.get_absolute_url() in Message.objects.get(to=asked.requester.email).text
    for _click in range(2):
        assert transitions.answer_publication(**answer, agrees=False).agrees_to_publish is False
    assert mails_to(staff) == [f"Page publique à retirer : {asked.reference}"]
    assert "archivez-le" in Message.objects.get(to=staff.email).text
    archive(item=asked.programme, by=staff)
    transitions.answer_publication(**answer, agrees=True)
    transitions.answer_publication(**answer, agrees=False)
    assert len(mails_to(staff)) == 1


def test_a_programme_is_published_once_it_is_written_and_its_request_done(new_request, staff, new_session):
    asked = new_request(S.PROPOSAL)
    move = {"programme_request": asked, "by": staff}
    programme = transitions.accept(**move).programme
    transitions.start_design(**move)
    new_session(module=None, programme=programme, in_days=-5)
    transitions.start_rollout(**move)
    transitions.answer_publication(programme_request=asked, by=asked.requester, agrees=True)
    with pytest.raises(TransitionRefused, match="écrivez « en quelques mots » et « ce qui a été conçu »"):
        publish(item=programme, by=staff)
    Programme.objects.update(summary="Deux matinées.", design=" À rédiger.\n")
    with pytest.raises(TransitionRefused, match="écrivez « ce qui a été conçu », puis publiez"):
        publish(item=programme, by=staff)
    Programme.objects.update(design="Un jeu de données.")
    with pytest.raises(TransitionRefused, match="« En déploiement » : sa page se publie une fois la demande terminée"):
        publish(item=programme, by=staff)
    transitions.finish(**move, agents_trained=38, satisfaction_percent=None)

    assert publish(item=programme, by=staff).is_published


def test_the_agreement_is_not_asked_before_the_rollout(new_request):
    asked = new_request(S.DESIGN)

    with pytest.raises(TransitionRefused, match="une fois le programme en déploiement"):
        transitions.answer_publication(programme_request=asked, by=asked.requester, agrees=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": S.DRAFT, "submitted_at": timezone.now()},
        {"state": S.RECEIVED, "submitted_at": None},
        {"state": S.ACCEPTED, "programme": None},
        {"wanted_from": "2027-03-02", "wanted_until": "2027-03-01"},
        {"satisfaction_percent": 101},
        {"agrees_to_publish": True},
    ],
)
def test_the_database_refuses(new_request, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        new_request(**fields)


def test_who_asks_writes_so_many_messages_an_hour_and_staff_as_many_as_needed(new_request, staff, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "thread_message": 1}
    asked = new_request()
    transitions.write(programme_request=asked, by=asked.requester, text="Bonjour.")

    with pytest.raises(TransitionRefused, match="dans une heure") as refusal:
        transitions.write(programme_request=asked, by=asked.requester, text="Toujours là ?")

    assert refusal.value.argument == "text" and asked.thread.count() == 1
    for text in ("Oui.", "Nous y travaillons."):
        transitions.write(programme_request=asked, by=staff, text=text)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("ministère des essais ", "their own"),
        ("MEssais", "their own"),
        ("Préfecture de l'Isère", "another"),
        ("Direction des essais du Rhône", None),
    ],
)
def test_the_organisation_is_that_which_was_typed_not_the_requesters(new_request, new_person, staff, typed, known):
    organisations = {
        "their own": Organisation.objects.create(name="Ministère des Essais", acronym="MEssais", kind="ministere"),
        "another": Organisation.objects.create(name="Préfecture de l'Isère", kind="ministere"),
    }
    requester = new_person(organisation=organisations["their own"])
    draft = new_request(S.DRAFT, requester=requester, organisation=requester.organisation)

    transitions.save_draft(
        programme_request=draft, answers={"organisation_name": typed, "domains": list(draft.domains.all())}
    )

    draft.refresh_from_db()
    assert draft.organisation == organisations.get(known)
    if known is None:
        asked = new_request(S.PROPOSAL, organisation=None, organisation_name=typed)
        with pytest.raises(TransitionRefused, match=typed):
            transitions.accept(programme_request=asked, by=staff)


@pytest.mark.django_db(transaction=True)
def test_what_publishes_a_programme_waits_for_what_moves_its_request(new_request, new_programme, staff):
    asked = new_request(S.ROLLOUT, agrees_to_publish=True, publication_answered_at=timezone.now())
    with ThreadPoolExecutor() as threads:
        with transaction.atomic():
            ProgrammeRequest.objects.select_for_update().get(pk=asked.pk)
            published = threads.submit(in_a_connection, partial(publish, item=asked.programme, by=staff))
            while not someone_waits():
                time.sleep(0.02)
            # Not locked by who waits: `finish` writes the programme with the request in hand, and neither waits for ever.
            transitions.finish(programme_request=asked, by=staff, agents_trained=12, satisfaction_percent=None)
        published.result(timeout=10)

    programme = Programme.objects.get()
    assert programme.is_published and programme.agents_trained == 12


def in_a_connection(work):
    try:
        return work()
    finally:
        connection.close()


def someone_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0
