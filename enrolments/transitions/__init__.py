"""The changes of state of an enrolment, one function each. Nothing else assigns a state."""

from enrolments.transitions.agreements import answer_agreement
from enrolments.transitions.base import EnrolmentRefused
from enrolments.transitions.quotas import (
    RELEASED,
    change_quota,
    correct_quota,
    end_of,
    release,
    reserve,
    room_in,
    rooms_in,
    take_reserved_seat,
)
from enrolments.transitions.seats import Answers, accept, cancel_all, enrol, expire, promote, rank_of, withdraw
from enrolments.transitions.staff import (
    add_agent,
    lift_priority,
    move_up,
    note_attendance,
    put_in_line,
    refuse,
    select,
    set_priority,
)

__all__ = [
    "RELEASED",
    "Answers",
    "EnrolmentRefused",
    "accept",
    "add_agent",
    "answer_agreement",
    "cancel_all",
    "change_quota",
    "correct_quota",
    "end_of",
    "enrol",
    "expire",
    "lift_priority",
    "move_up",
    "note_attendance",
    "promote",
    "put_in_line",
    "rank_of",
    "refuse",
    "release",
    "reserve",
    "room_in",
    "rooms_in",
    "select",
    "set_priority",
    "take_reserved_seat",
    "withdraw",
]
