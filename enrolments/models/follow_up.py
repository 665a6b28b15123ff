from catalogue.models import Session


class SessionFollowUp(Session):
    """A session as who runs it sees it: who is in, who waits, who was offered a seat (enrolments.admin.sessions)."""

    class Meta:
        proxy = True
        verbose_name = "suivi d'une session"
        verbose_name_plural = "suivi des sessions"
