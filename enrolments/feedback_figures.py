"""What trainers read of the feedback on their sessions: figures and comments without names, from five answers on."""

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet

from catalogue.models import Session
from enrolments.enums import EnrolmentState, Reinvestment
from enrolments.figures import FEWEST
from enrolments.models import Feedback

PATH = "session__enrolments__feedback"
COUNTED = Q(session__enrolments__state=EnrolmentState.PRESENT)


def with_feedback(assignments: QuerySet) -> QuerySet:
    """Annotate `answers`, then what they say, which means nothing of fewer than five: `mean`, from 1 to 5, `reinvesting`,
    how many will use what they have learned, and `has_comments`."""
    said = Feedback.objects.counted().filter(enrolment__session=OuterRef("session")).exclude(comment="")
    return assignments.annotate(
        answers=Count(PATH, filter=COUNTED),
        mean=Avg(f"{PATH}__satisfaction", filter=COUNTED),
        reinvesting=Count(PATH, filter=COUNTED & Q(**{f"{PATH}__reinvestment": Reinvestment.YES})),
        has_comments=Exists(said),
    )


def comments_on(session: Session) -> QuerySet:
    """The comments, in the order of their words: that of their arrival could tell who wrote them. None of fewer than five
    answers."""
    given = Feedback.objects.counted().filter(enrolment__session=session)
    if given.count() < FEWEST:
        return given.none()
    return given.exclude(comment="").order_by("comment", "pk")
