"""The trainers of the demonstration: calls, people, applications in every state, who teaches what, hours.

Rows are written as they would be had all happened in time, with their histories: transitions would date everything of today,
and send two hundred mails.
"""

from collections import Counter

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from trainers.demo_data import applications, calls, people, teaching
from trainers.demo_data.reading import read
from trainers.models import Call

STAFF = "equipe@exemple.gouv.fr"


@transaction.atomic
def load() -> Counter:
    """Write all, once, after the demonstration catalogue; later, make what time has ended begin again. Returns how many of
    what; nothing when there is nothing to do.
    """
    said, now = read("appels"), timezone.now()
    staff = User.objects.get(email=STAFF)
    if Call.objects.filter(slug=said["appels"][0]["id"]).exists():
        renewed = {"appels rouverts": calls.renew(said, now), "propositions refaites": teaching.renew(staff, now)}
        return +Counter(renewed)
    reviewers = people.create_reviewers(said["instruction"])
    created_calls = calls.create_calls(said, reviewers, now)
    trainers = people.create_trainers(read("formateurs")["formateurs"], staff, now)
    rows = read("candidatures-1")["candidatures"] + read("candidatures-2")["candidatures"]
    written = applications.create_applications(rows, created_calls, reviewers, trainers, staff, now)
    counts = teaching.create_assignments(trainers, staff, now)
    return Counter({"appels": len(created_calls), "formateurs": len(trainers), "candidatures": written}) + counts
