"""Figures about several people: rounded as one reads them in French."""

import datetime
from decimal import Decimal

import pytest
from django.db.models import F

from enrolments.enums import EnrolmentState
from enrolments.figures import figures_of, half_up
from enrolments.models import Enrolment
from enrolments.templatetags.enrolments_tags import shown_mean


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [(0.5, 0, 1), (2.5, 0, 3), (1.49, 0, 1), (0, 0, 0), (4.25, 1, 4.3), (Decimal("3.65"), 1, 3.7)],
)
def test_a_half_is_rounded_up(value, places, rounded):
    assert half_up(value, places) == rounded


def test_a_mean_is_rounded_not_cut():
    assert shown_mean(4.27) == "4,3"


@pytest.mark.django_db
def test_five_people_at_half_an_hour_have_followed_three_hours(new_agent, new_session):
    session = new_session(in_days=-3)
    session.slots.update(ends_at=F("starts_at") + datetime.timedelta(minutes=30))
    for _ in range(5):
        Enrolment.objects.create(agent=new_agent(), session=session, state=EnrolmentState.PRESENT)

    assert figures_of(Enrolment.objects.all()).hours == 3
