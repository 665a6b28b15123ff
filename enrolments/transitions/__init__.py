"""The changes of state of an enrolment, one function each. Nothing else assigns a state."""

from enrolments.transitions.base import EnrolmentRefused
from enrolments.transitions.seats import accept, cancel_all, enrol, expire_offer, promote, rank_of, withdraw

__all__ = ["EnrolmentRefused", "accept", "cancel_all", "enrol", "expire_offer", "promote", "rank_of", "withdraw"]
