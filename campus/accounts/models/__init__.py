from campus.accounts.models.access_request import AccessRequest, AccessRequestState
from campus.accounts.models.email_domain import EmailDomain, domain_of, domains_of, host_of
from campus.accounts.models.employer_number import EmployerNumber, employer_of
from campus.accounts.models.membership import Membership
from campus.accounts.models.organisation import Organisation
from campus.accounts.models.proconnect_identity import ProConnectIdentity
from campus.accounts.models.rate import Rate
from campus.accounts.models.sign_in import LIFE_MINUTES, TRIES, SignInAttempt
from campus.accounts.models.user import User

__all__ = [
    "LIFE_MINUTES",
    "TRIES",
    "AccessRequest",
    "AccessRequestState",
    "EmailDomain",
    "EmployerNumber",
    "Membership",
    "Organisation",
    "ProConnectIdentity",
    "Rate",
    "SignInAttempt",
    "User",
    "domain_of",
    "domains_of",
    "employer_of",
    "host_of",
]
