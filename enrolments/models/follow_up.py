from catalogue.models import Session


class SessionFollowUp(Session):
    """A session as who runs it sees it: who is in, who waits, who was offered a seat (enrolments.admin.sessions)."""

    class Meta:
        proxy = True
        verbose_name = "session suivie"
        verbose_name_plural = "sessions suivies"
