"""What the catalogue asks the floors above before it accepts what staff type."""

slot_checks = []
"""Functions of (session, start, end) that say, in a French sentence, why a session may not have a slot then; "" when it may."""


def refusal_of_slot(session, start, end) -> str:
    """Why `session` may not have a slot from `start` to `end`, the first reason found; "" when it may."""
    return next(filter(None, (check(session, start, end) for check in slot_checks)), "")
