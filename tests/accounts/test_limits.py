"""So many times an hour, whatever the clock shows."""

import datetime
from unittest.mock import patch

import pytest
from django.utils import timezone

from campus.accounts import limits
from campus.accounts.models import Rate

pytestmark = pytest.mark.django_db
NINE = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def ten_an_hour(settings):
    settings.RATE_LIMITS = {"sign_in_ip": 10}


def passed(times, minutes, subject="10.0.0.1"):
    """How many of `times` attempts pass, so many minutes after nine o'clock."""
    with patch.object(timezone, "now", return_value=NINE + datetime.timedelta(minutes=minutes)):
        return sum(limits.allows("sign_in_ip", subject) for _ in range(times))


def test_so_many_pass_and_no_more():
    assert passed(12, 30) == 10
    assert passed(2, 31, "10.0.0.2") == 2


def test_a_new_hour_does_not_give_them_all_again():
    assert [passed(10, 59), passed(10, 61)] == [10, 0]


def test_they_come_back_little_by_little():
    passed(10, 10)

    assert [passed(3, 60 + minutes) for minutes in (0, 5, 6, 12, 30)] == [0, 0, 1, 1, 3]


def test_insisting_makes_no_one_wait_longer():
    passed(1000, 10)

    assert passed(1000, 60 + 30) == 5


def test_after_two_hours_nothing_is_left():
    passed(10, 59)

    assert passed(12, 120) == 10


def test_old_counts_are_forgotten():
    passed(1, 0)
    with patch.object(timezone, "now", return_value=NINE + datetime.timedelta(days=2)):
        limits.forget_old_rates()

    assert not Rate.objects.exists()
