from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from catalogue.models import Module, Session
from catalogue.querysets import ModuleManager
from enrolments.enums import EnrolmentState
from enrolments.models.alert import SessionAlert
from enrolments.models.enrolment import Enrolment


class DemandManager(ModuleManager):
    def get_queryset(self):
        """Modules that somebody asks for or that have a session to come, with `alert_count`, `waiting_count`,
        `session_count` (to come) and `empty_seats` (in these)."""
        alerts = SessionAlert.objects.filter(module=OuterRef("pk")).order_by().values("module")
        coming = Session.objects.not_cancelled().upcoming().filter(module=OuterRef("pk")).order_by().values("module")
        waiting = (
            Enrolment.objects.filter(session__module=OuterRef("pk"), state=EnrolmentState.WAITING)
            .order_by()
            .values("session__module")
        )
        return (
            super()
            .get_queryset()
            .annotate(
                alert_count=_number(alerts, Count("pk")),
                waiting_count=_number(waiting, Count("pk")),
                session_count=_number(coming, Count("pk")),
                empty_seats=_number(coming, Sum(F("seats") - F("seats_taken") - F("seats_reserved"))),
            )
            .filter(Q(alert_count__gt=0) | Q(waiting_count__gt=0) | Q(session_count__gt=0))
        )


def _number(rows, value):
    """`value` over the rows of a grouped subquery, 0 without any."""
    return Coalesce(Subquery(rows.annotate(value=value).values("value")), 0)


class ModuleDemand(Module):
    """A module seen by those who plan sessions: who asks for it, what is to come."""

    objects = DemandManager()

    class Meta:
        proxy = True
        verbose_name = "demande"
        verbose_name_plural = "demandes par module"
