"""The sessions to find somebody for."""

from django.db.models import Count, Exists, OuterRef, Q

from catalogue.models import Session
from trainers.enums import AssignmentState
from trainers.models import Assignment


def sessions_to_staff():
    """Sessions to come that nobody has accepted to teach, the next one first; `asked`: how many were, who have not answered."""
    taken = Assignment.objects.accepted().filter(session=OuterRef("pk"))
    asked = Count("assignments", filter=Q(assignments__state=AssignmentState.PROPOSED))
    sessions = Session.objects.not_cancelled().upcoming().filter(~Exists(taken)).annotate(asked=asked)
    return sessions.select_related("module", "programme", "place")
