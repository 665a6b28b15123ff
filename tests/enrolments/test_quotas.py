"""Seats kept for a school or an employer: counted by the database, taken by their people alone, given back to all in time."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue.models import Session
from enrolments import rules, tasks, transitions
from enrolments.bookable import sessions_for
from enrolments.cohorts import accept
from enrolments.enums import EnrolmentState
from enrolments.models import Agreement, Cohort, CohortMember, Enrolment, SeatQuota
from enrolments.transitions import EnrolmentRefused, enrol, release, reserve, withdraw
from tests.threads import at_once

S = EnrolmentState
IN_TEN_DAYS = datetime.timedelta(days=10)


@pytest.fixture
def keep(school):
    """A function that reserves seats of a session for the school."""

    def reserve_seats(session, seats, organisation=school, **fields):
        until = fields.pop("reserved_until", timezone.now() + IN_TEN_DAYS)
        return reserve(session=session, organisation=organisation, seats=seats, reserved_until=until, by=None, **fields)

    return reserve_seats


def counts(session):
    """(taken, reserved, left to all)."""
    session = Session.objects.get(pk=session.pk)
    return session.seats_taken, session.seats_reserved, session.seats_left


def ask(agent, session):
    return S(enrol(agent=agent, session=session, by=agent).state)


@pytest.mark.django_db
class TestWhoTakesWhat:
    def test_others_wait_when_only_reserved_seats_are_left_students_do_not(
        self, new_session, new_agent, new_student, keep
    ):
        session = new_session(seats=4)
        quota = keep(session, 3)

        assert [ask(new_agent(), session) for _ in range(2)] == [S.ENROLLED, S.WAITING]
        assert [ask(new_student(), session) for _ in range(3)] == [S.ENROLLED] * 3
        assert ask(new_student(), session) == S.WAITING

        quota.refresh_from_db()
        assert quota.used == 3 and counts(session) == (4, 0, 0)

    def test_a_reserved_seat_that_is_left_goes_back_to_its_quota(self, new_session, new_agent, new_student, keep):
        session, student = new_session(seats=2), new_student()
        quota = keep(session, 1)
        ask(new_agent(), session), ask(new_agent(), session)
        enrolment = enrol(agent=student, session=session, by=student)

        withdraw(enrolment=enrolment, by=student)

        quota.refresh_from_db()
        assert quota.used == 0 and counts(session) == (1, 1, 0)
        assert not Enrolment.objects.filter(state=S.OFFERED).exists()

    def test_agents_of_the_employer_and_below_it_take_them_when_it_is_proved(self, new_session, new_agent, keep):
        ministry = Organisation.objects.create(name="Ministère", kind="ministere")
        service = Organisation.objects.create(name="Service", kind="autre", parent=ministry)
        session = new_session(seats=2)
        keep(session, 2, ministry)
        said = new_agent(organisation=service)
        said.profile.chose_employer = True
        said.profile.save()

        assert ask(said, session) == S.WAITING
        assert ask(new_agent(organisation=service), session) == S.ENROLLED

    def test_an_archived_promotion_has_none(self, new_session, new_student, keep):
        session, student = new_session(seats=1), new_student()
        keep(session, 1)
        Cohort.objects.update(archived_at=timezone.now())

        assert ask(student, session) == S.WAITING

    def test_a_request_holds_a_reserved_seat_until_the_superior_answers(self, new_session, new_student, keep):
        session, student = new_session(seats=1, needs_agreement=True), new_student()
        quota = keep(session, 1)
        request = enrol(agent=student, session=session, by=student, superior_email="chef@exemple.gouv.fr")
        assert request.held_until and counts(session) == (1, 0, 0)

        transitions.answer_agreement(agreement=Agreement.objects.get(), is_given=False, reason="Non")

        quota.refresh_from_db()
        assert quota.used == 0 and counts(session) == (0, 1, 0)

    def test_staff_select_on_the_reserve_where_a_session_selects(self, new_session, new_student, new_agent, keep):
        session, student, other = new_session(seats=1, is_selective=True), new_student(), new_agent()
        keep(session, 1)
        theirs, another = (enrol(agent=agent, session=session, by=agent) for agent in (student, other))

        with pytest.raises(EnrolmentRefused, match="Plus de place"):
            transitions.select(enrolment=another, by=other)
        assert transitions.select(enrolment=theirs, by=other).state == S.ENROLLED
        assert counts(session) == (1, 0, 0)

    def test_somebody_who_waits_with_all_may_be_given_a_reserved_seat(self, new_session, new_student, new_agent, keep):
        session, student = new_session(seats=1), new_student()
        ask(new_agent(), session)
        assert ask(student, session) == S.WAITING
        Session.objects.filter(pk=session.pk).update(seats=3)
        SeatQuota.objects.create(
            session=session, organisation=Cohort.objects.get().organisation, seats=2, reserved_until=timezone.now()
        )

        waiting = Enrolment.objects.get(agent=student)
        assert transitions.take_reserved_seat(enrolment=waiting, by=None).state == S.ENROLLED
        assert transitions.take_reserved_seat(enrolment=waiting, by=None).state == S.ENROLLED  # a double click
        assert counts(session) == (2, 1, 0)


@pytest.mark.django_db
class TestTheLifeOfAQuota:
    def test_what_is_left_is_released_in_time_to_who_waits(self, new_session, new_agent, new_student, keep):
        session = new_session(seats=3)
        keep(session, 3)
        ask(new_student(), session), ask(new_agent(), session)
        tasks.release_quotas()
        assert counts(session) == (1, 2, 0)
        SeatQuota.objects.update(reserved_until=timezone.now())

        tasks.release_quotas()

        assert SeatQuota.objects.get().released_at and counts(session) == (2, 0, 1)
        assert Enrolment.objects.filter(state=S.OFFERED).count() == 1
        assert release(quota=SeatQuota.objects.get()).used == 1  # nothing more

    def test_seats_are_changed_within_what_is_free_and_what_is_taken(self, new_session, new_student, keep):
        session = new_session(seats=5)
        quota = keep(session, 2)
        ask(new_student(), session), ask(new_student(), session)
        change = {"quota": quota, "reserved_until": quota.reserved_until}

        transitions.change_quota(**change, seats=5)
        assert counts(session) == (2, 3, 0)
        with pytest.raises(EnrolmentRefused, match="5 au plus"):
            transitions.change_quota(**change, seats=6)
        with pytest.raises(EnrolmentRefused, match="au moins autant"):
            transitions.change_quota(**change, seats=1)
        transitions.release(quota=quota)
        with pytest.raises(EnrolmentRefused, match="rendues à tous"):
            transitions.change_quota(**change, seats=3)

    def test_refusals_say_what_to_do(self, new_session, new_agent, keep):
        session = new_session(seats=2)
        with pytest.raises(EnrolmentRefused, match="2 au plus"):
            keep(session, 3)
        with pytest.raises(EnrolmentRefused, match="avant la clôture"):
            keep(session, 1, reserved_until=session.starts_at)
        with pytest.raises(EnrolmentRefused, match="jour à venir"):
            keep(session, 1, reserved_until=timezone.now())
        with pytest.raises(EnrolmentRefused, match="annulée"):
            keep(new_session(in_days=50, cancelled_at=timezone.now(), cancel_reason="Panne"), 1)
        keep(session, 1)
        with pytest.raises(EnrolmentRefused, match="déjà réservées"):
            keep(session, 1)
        full = new_session(in_days=60, seats=1)
        ask(new_agent(), full), ask(new_agent(), full)
        with pytest.raises(EnrolmentRefused, match="des personnes attendent"):
            keep(full, 1)

    def test_the_database_keeps_the_sum(self, new_session, school, new_agent, keep):
        session = new_session(seats=2)
        ask(new_agent(), session)
        fields = {"organisation": school, "reserved_until": timezone.now()}
        with pytest.raises(IntegrityError, match="session_seats_not_oversold"), transaction.atomic():
            SeatQuota.objects.create(session=session, seats=2, **fields)
        quota = SeatQuota.objects.create(session=session, seats=1, **fields)
        with pytest.raises(IntegrityError, match="session_seats_not_oversold"), transaction.atomic():
            Session.objects.filter(pk=session.pk).update(seats=1)
        with pytest.raises(IntegrityError, match="another session"), transaction.atomic():
            Enrolment.objects.create(agent=new_agent(), session=new_session(60), state=S.ENROLLED, quota=quota)
        with pytest.raises(IntegrityError, match="seat_quota_one_in_force"), transaction.atomic():
            SeatQuota.objects.create(session=session, seats=1, **fields)


@pytest.mark.django_db
class TestTheShareThatMayBeReserved:
    @pytest.fixture(autouse=True)
    def half(self, settings):
        settings.RESERVED_PERCENT = 50

    def test_all_organisations_together_reserve_half_of_a_public_session(self, new_session, keep):
        session, other = new_session(seats=9), Organisation.objects.create(name="Autre école", kind="autre")
        quota = keep(session, 3)

        with pytest.raises(EnrolmentRefused, match=r"en réserver 1 au plus.* confondues, dont 3 le sont déjà"):
            keep(session, 2, other)
        keep(session, 1, other)
        with pytest.raises(
            EnrolmentRefused, match=r"en réserver 3 au plus en tout .* confondues, et une autre l'est déjà"
        ):
            transitions.change_quota(quota=quota, seats=4, reserved_until=quota.reserved_until)
        transitions.change_quota(quota=quota, seats=2, reserved_until=quota.reserved_until)
        assert counts(session) == (0, 3, 6) and transitions.room_in(session).most == 1

    def test_seats_taken_before_the_others_are_given_back_still_count(self, new_session, new_student, keep):
        session = new_session(seats=4)
        quota = keep(session, 2)
        ask(new_student(), session)
        release(quota=quota)

        with pytest.raises(EnrolmentRefused, match="1 au plus"):
            keep(session, 2)

    def test_what_is_refused_says_one_number_the_smaller_and_why(self, new_session, new_agent, keep):
        """Whatever is asked: who then asks for that number has it."""
        session = new_session(seats=10)

        for seats in (6, 11):
            with pytest.raises(
                EnrolmentRefused, match=r"^Vous pouvez en réserver 5 au plus : 50 % des places"
            ) as refusal:
                keep(session, seats)
            assert refusal.value.argument == "seats"
        for _ in range(7):
            ask(new_agent(), session)
        with pytest.raises(EnrolmentRefused, match=r"^Vous pouvez en réserver 3 au plus : il n'y a pas d'autre place"):
            keep(session, 6)
        keep(session, 3)

        other = Organisation.objects.create(name="Autre école", kind="autre")
        with pytest.raises(EnrolmentRefused, match=r"^Vous ne pouvez pas réserver de places ici : il n'y a pas"):
            keep(session, 1, other)

    def test_in_a_session_of_one_seat_the_share_is_told_to_be_less_than_one(self, new_session, keep):
        with pytest.raises(EnrolmentRefused, match=r"peuvent être réservées, ce qui fait ici moins d'une place\.$"):
            keep(new_session(seats=1), 1)

    def test_who_has_a_quota_already_is_named_to_the_school_and_to_staff_alike(self, new_session, school, keep):
        keep(session := new_session(seats=4), 1)

        with pytest.raises(EnrolmentRefused, match=f"déjà réservées pour {school.short_name} : changez-en le nombre"):
            keep(session, 1)

    def test_staff_go_beyond_with_a_reason_that_is_kept(self, new_session, keep):
        session = new_session(seats=4)
        with pytest.raises(EnrolmentRefused, match=r"2 au plus.* jusqu'à 4, dites pourquoi") as refusal:
            keep(session, 3, exceeds_because="")
        assert refusal.value.argument == "exceeds_because"
        with pytest.raises(EnrolmentRefused, match="4 au plus : il n'y a pas d'autre place libre") as refusal:
            keep(session, 5, exceeds_because="Convention signée")
        assert refusal.value.argument == "seats"

        assert keep(session, 3, exceeds_because="Convention signée").exceeds_because == "Convention signée"
        assert counts(session) == (0, 3, 1)

    def test_the_reason_goes_once_the_quota_is_back_within_the_share(self, new_session, keep):
        quota = keep(new_session(seats=8), 7, exceeds_because="Convention signée")
        change = {"quota": quota, "reserved_until": quota.reserved_until}

        assert transitions.change_quota(**change, seats=5).exceeds_because == "Convention signée"
        assert transitions.change_quota(**change, seats=4).exceeds_because == ""

    def test_a_private_session_may_be_reserved_whole(self, new_session, new_programme, keep):
        session = new_session(module=None, programme=new_programme(), seats=4)
        keep(session, 4)
        assert counts(session) == (0, 4, 0)


@pytest.mark.django_db
class TestWhoWaitsForAReservedSeat:
    @pytest.fixture
    def full(self, new_session, new_student, new_agent, keep):
        """A session where the school's one seat and the other are taken; then somebody waits, and a student after them."""
        session, first = new_session(seats=2), new_student()
        keep(session, 1)
        ask(first, session), ask(new_agent(), session)
        ask(new_agent(), session)
        return session, first

    def test_a_reserved_seat_that_is_left_goes_to_the_next_student(self, full, new_student):
        session, first = full
        student = new_student()
        assert ask(student, session) == S.WAITING

        withdraw(enrolment=Enrolment.objects.get(agent=first), by=first)

        offered = Enrolment.objects.get(state=S.OFFERED)
        assert (offered.agent, offered.quota.used) == (student, 1) and counts(session) == (2, 0, 0)
        Enrolment.objects.filter(pk=offered.pk).update(offer_expires_at=timezone.now())
        tasks.expire_what_is_over()
        assert counts(session) == (1, 1, 0) and not Enrolment.objects.filter(state=S.OFFERED).exists()

    def test_near_the_start_who_agreed_to_it_is_enrolled_at_once(self, new_session, new_student, new_agent, keep):
        session, first, student = new_session(seats=1, in_days=2), new_student(), new_student()
        keep(session, 1, reserved_until=session.enrolment_closes_at)
        ask(first, session)
        answers = transitions.Answers(accepts_direct=True)
        enrol(agent=student, session=session, by=student, answers=answers)

        withdraw(enrolment=Enrolment.objects.get(agent=first), by=first, reason="Malade")

        assert Enrolment.objects.get(agent=student).state == S.ENROLLED

    def test_more_seats_of_the_school_and_a_new_student_serve_the_line(self, full, new_agent, cohort):
        session, _first = full
        waits = Enrolment.objects.get(state=S.WAITING)
        Session.objects.filter(pk=session.pk).update(seats=3)
        SeatQuota.objects.update(seats=2)  # staff added a seat for the school alone
        tasks.offer_free_seats()
        assert Enrolment.objects.get(pk=waits.pk).state == S.WAITING
        student = CohortMember.objects.create(
            cohort=cohort, user=waits.agent, email=waits.agent.email, first_name="A", last_name="B"
        )
        tasks.offer_free_seats()
        assert Enrolment.objects.get(pk=waits.pk).state == S.WAITING  # only invited
        accept(member=student)

        tasks.offer_free_seats()

        assert Enrolment.objects.get(pk=waits.pk).state == S.OFFERED and counts(session) == (3, 0, 0)

    def test_sessions_where_nobody_of_theirs_waits_come_before_no_other(
        self, new_session, new_student, new_agent, keep, monkeypatch
    ):
        """However many there are: a round takes so many sessions at most."""
        monkeypatch.setattr(tasks, "A_ROUND", 1)
        first, second = new_session(seats=2), new_session(in_days=60, seats=1)
        keep(first, 1)
        ask(new_agent(), first), ask(new_agent(), first)
        student = new_student()
        ask(new_agent(), second), ask(student, second)
        Session.objects.filter(pk=second.pk).update(seats=2)
        until = timezone.now() + IN_TEN_DAYS
        school = Cohort.objects.get().organisation
        SeatQuota.objects.create(session=second, organisation=school, seats=1, reserved_until=until)

        tasks.offer_free_seats()

        assert Enrolment.objects.get(state=S.OFFERED).agent == student and counts(first) == (1, 1, 0)

    def test_agents_below_the_employer_count_when_it_is_proved(self, new_session, new_agent, keep):
        ministry = Organisation.objects.create(name="Ministère", kind="ministere")
        service = Organisation.objects.create(name="Service", kind="autre", parent=ministry)
        session, said = new_session(seats=1), new_agent(organisation=service)
        said.profile.chose_employer = True
        said.profile.save()
        quota = keep(session, 1, ministry)
        proved = new_agent(organisation=service)
        first = new_agent(organisation=ministry)
        ask(first, session), ask(said, session), ask(proved, session)

        withdraw(enrolment=Enrolment.objects.get(agent=first), by=first)

        assert Enrolment.objects.get(state=S.OFFERED).agent == proved
        assert Enrolment.objects.get(agent=said).state == S.WAITING
        quota.refresh_from_db()
        assert quota.used == 1


@pytest.mark.django_db
def test_an_organisation_reserves_in_what_is_kept_for_those_above_it(new_session, organisation):
    ministry = Organisation.objects.create(name="Ministère", kind="ministere")
    school = Organisation.objects.create(name="École du ministère", kind="autre", parent=ministry)
    stranger = Organisation.objects.create(name="Étranger", kind="autre")
    session = new_session()
    session.restricted_to.add(ministry, school)
    session.module.restricted_to.add(ministry)

    found = {each.name: list(sessions_for(each)) for each in (ministry, school, stranger)}

    assert found == {"Ministère": [session], "École du ministère": [session], "Étranger": []}


@pytest.mark.django_db
def test_a_line_however_long_is_read_as_one_row(new_session, new_agent, new_student, keep):
    session = new_session(seats=1)
    keep(session, 1)
    ask(new_agent(), session)  # waits
    for _ in range(3):
        ask(new_student(), session)  # the first has the seat
    Session.objects.filter(pk=session.pk).update(seats=2)
    SeatQuota.objects.update(seats=2)

    with CaptureQueriesContext(connection) as queries:
        assert transitions.rooms_in([session])[session.pk].is_waited_for
        assert tasks._waited_for_by_their_people(Session.objects.all()) == {session.pk}

    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            cursor.execute(query["sql"])
            assert len(cursor.fetchall()) == 1, query["sql"]


@pytest.mark.django_db
def test_a_session_without_quota_costs_no_query_more(new_session, new_agent, django_assert_num_queries):
    session, agent = new_session(), new_agent()
    with django_assert_num_queries(0):
        assert rules.Terms(session, agent).quota is None


@pytest.mark.django_db(transaction=True)
def test_quotas_hold_while_everybody_asks_at_once(new_session, new_agent, new_student, keep, settings):
    """Sixteen of the public and ten students on ten seats, of which six are reserved, then more that would be."""
    settings.LOCK_SECONDS = 120  # the machine may be slow
    session = new_session(seats=10)
    keep(session, 6)
    students, public = [new_student() for _ in range(10)], [new_agent() for _ in range(16)]
    other = Organisation.objects.create(name="Autre école", kind="autre")
    works = [lambda agent=agent: ask(agent, session) for pair in zip(students, public, strict=False) for agent in pair]
    works += [lambda agent=agent: ask(agent, session) for agent in public[10:]]

    results = at_once(*works, lambda: keep(session, 4, other))

    late = results.pop()
    kept = 0 if isinstance(late, EnrolmentRefused) else 4
    assert set(results) == {S.ENROLLED, S.WAITING}
    assert Enrolment.objects.filter(state=S.ENROLLED, agent__in=students).count() >= 6
    taken, reserved, left = counts(session)
    assert SeatQuota.objects.get(organisation__acronym="EE").used == 6
    assert (taken, reserved, left) == (10 - kept, kept, 0)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_database_still_refuses_the_seat_too_many(new_session, school):
    """The control: two reservations that have not locked the session; only one is written."""
    session = new_session(seats=3)
    other = Organisation.objects.create(name="Autre école", kind="autre")

    def write(organisation):
        SeatQuota.objects.create(session=session, organisation=organisation, seats=2, reserved_until=timezone.now())

    results = at_once(lambda: write(school), lambda: write(other))

    assert {type(result) for result in results} == {IntegrityError, type(None)}
    assert counts(session) == (0, 2, 1)
