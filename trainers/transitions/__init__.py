"""The changes of state of trainers' applications, trainers and assignments, one function each. Nothing else assigns a state."""

from trainers.transitions.application import (
    ask_more,
    declare_admissible,
    give_advice,
    invite_to_interview,
    send_more,
    start,
    start_review,
    stop_waiting,
    submit,
    withdraw,
)
from trainers.transitions.assignment import accept, cancel_all, decline, expire, propose, take_back
from trainers.transitions.availability import add_availability
from trainers.transitions.base import TransitionRefused
from trainers.transitions.decision import decide, undo_decision, welcome
from trainers.transitions.decision_mail import deliver, edit_mail, hold_mail, send_mail
from trainers.transitions.exchange import answer, ask, mark_read
from trainers.transitions.follow_up import close_follow_up, complete_step, draft_module_of, open_follow_up
from trainers.transitions.hours import (
    amount_cents,
    change_line,
    prepare_statement,
    prepare_statements,
    validate_statement,
)
from trainers.transitions.merge import Merger, merge_applicants
from trainers.transitions.review import declare_conflict, hand_out, hand_to, save_review, submit_review, write_note
from trainers.transitions.trainer import (
    activate,
    agree_to_listing,
    come_back,
    create_trainer,
    leave,
    pause,
    resume,
    tick,
    untick,
    withdraw_listing,
)

__all__ = [
    "Merger",
    "TransitionRefused",
    "accept",
    "activate",
    "add_availability",
    "agree_to_listing",
    "amount_cents",
    "answer",
    "ask",
    "ask_more",
    "cancel_all",
    "change_line",
    "close_follow_up",
    "come_back",
    "complete_step",
    "create_trainer",
    "decide",
    "declare_admissible",
    "declare_conflict",
    "decline",
    "deliver",
    "draft_module_of",
    "edit_mail",
    "expire",
    "give_advice",
    "hand_out",
    "hand_to",
    "hold_mail",
    "invite_to_interview",
    "leave",
    "mark_read",
    "merge_applicants",
    "open_follow_up",
    "pause",
    "prepare_statement",
    "prepare_statements",
    "propose",
    "resume",
    "save_review",
    "send_mail",
    "send_more",
    "start",
    "start_review",
    "stop_waiting",
    "submit",
    "submit_review",
    "take_back",
    "tick",
    "undo_decision",
    "untick",
    "validate_statement",
    "welcome",
    "withdraw",
    "withdraw_listing",
    "write_note",
]
