from trainers.models.application import Application, ApplicationEvent, ApplicationSkill
from trainers.models.assignment import AssignedSlot, Assignment, AssignmentEvent
from trainers.models.attachment import Attachment
from trainers.models.availability import Availability
from trainers.models.call import AccessLink, Call, CallSkill, Criterion
from trainers.models.conflict import Conflict
from trainers.models.contribution import Contribution
from trainers.models.decision_mail import DecisionMail
from trainers.models.exchange import Note, ThreadMessage
from trainers.models.follow_up import FollowUp, FollowUpStep
from trainers.models.hours import HoursLine, HoursStatement
from trainers.models.rate import Rate
from trainers.models.review import Review, Score
from trainers.models.reviewer import Reviewer
from trainers.models.trainer import OnboardingTick, Trainer, TrainerEvent, TrainerSkill

__all__ = [
    "AccessLink",
    "Application",
    "ApplicationEvent",
    "ApplicationSkill",
    "AssignedSlot",
    "Assignment",
    "AssignmentEvent",
    "Attachment",
    "Availability",
    "Call",
    "CallSkill",
    "Conflict",
    "Contribution",
    "Criterion",
    "DecisionMail",
    "FollowUp",
    "FollowUpStep",
    "HoursLine",
    "HoursStatement",
    "Note",
    "OnboardingTick",
    "Rate",
    "Review",
    "Reviewer",
    "Score",
    "ThreadMessage",
    "Trainer",
    "TrainerEvent",
    "TrainerSkill",
]
