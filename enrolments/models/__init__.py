from enrolments.models.agreement import Agreement
from enrolments.models.alert import SessionAlert
from enrolments.models.calendar import Announced, CalendarKey
from enrolments.models.cohort import Cohort, CohortDeparture, CohortImport, CohortMember
from enrolments.models.demand import ModuleDemand
from enrolments.models.enrolment import Enrolment, EnrolmentEvent
from enrolments.models.favourite import Favourite
from enrolments.models.feedback import Feedback
from enrolments.models.file_import import FileImport
from enrolments.models.follow import ExternalFollow
from enrolments.models.follow_up import SessionFollowUp
from enrolments.models.internal_priority import InternalPriority
from enrolments.models.licence import Licence, LicenceEvent
from enrolments.models.licence_pool import Allotment, LicenceCode, LicencePool
from enrolments.models.note import SessionNote
from enrolments.models.priority import QueuePriority
from enrolments.models.profile import Profile
from enrolments.models.quota import SeatQuota

__all__ = [
    "Agreement",
    "Allotment",
    "Announced",
    "CalendarKey",
    "Cohort",
    "CohortDeparture",
    "CohortImport",
    "CohortMember",
    "Enrolment",
    "EnrolmentEvent",
    "ExternalFollow",
    "Favourite",
    "Feedback",
    "FileImport",
    "InternalPriority",
    "Licence",
    "LicenceCode",
    "LicenceEvent",
    "LicencePool",
    "ModuleDemand",
    "Profile",
    "QueuePriority",
    "SeatQuota",
    "SessionAlert",
    "SessionFollowUp",
    "SessionNote",
]
