from enrolments.models.agreement import Agreement
from enrolments.models.alert import SessionAlert
from enrolments.models.calendar import Announced, CalendarKey
from enrolments.models.demand import ModuleDemand
from enrolments.models.enrolment import Enrolment, EnrolmentEvent
from enrolments.models.favourite import Favourite
from enrolments.models.follow import ExternalFollow
from enrolments.models.follow_up import SessionFollowUp
from enrolments.models.licence import Licence, LicenceEvent
from enrolments.models.licence_pool import Allotment, LicenceCode, LicencePool
from enrolments.models.note import SessionNote
from enrolments.models.priority import QueuePriority
from enrolments.models.profile import Profile

__all__ = [
    "Agreement",
    "Allotment",
    "Announced",
    "CalendarKey",
    "Enrolment",
    "EnrolmentEvent",
    "ExternalFollow",
    "Favourite",
    "Licence",
    "LicenceCode",
    "LicenceEvent",
    "LicencePool",
    "ModuleDemand",
    "Profile",
    "QueuePriority",
    "SessionAlert",
    "SessionFollowUp",
    "SessionNote",
]
