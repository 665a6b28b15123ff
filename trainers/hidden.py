"""What floors that know nothing of applications must hide of them: messages sent, actions of the admin's log."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, TextField
from django.db.models.functions import Cast, StrIndex

from trainers import permissions
from trainers.models import Application, FollowUp
from trainers.querysets import hidden_applicants, in_conflict


def messages(queryset, user):
    """`queryset` (Message) without those about applications that `user` must not know of, or not know who makes.

    (campus.mailing.reading) By their text: they are worded when they are written, not by the worker.
    """
    applications = Application.objects.order_by()
    hidden = in_conflict(user)
    if not permissions.can_see_identity(user):
        hidden |= Q(call__is_anonymised=True)
    named = applications.filter(hidden).annotate(place=StrIndex(OuterRef("text"), F("reference"))).filter(place__gt=0)
    to_them = Q(to__in=hidden_applicants(user).values("email"))
    if not permissions.can_see_identity(user):
        to_them |= Q(to__in=applications.filter(call__is_anonymised=True).values("applicant__email"))
    about = Q(key__startswith="application ") | Q(key__startswith="decision mail ")
    return queryset.exclude(about & (to_them | Q(Exists(named))))


def log_entries(queryset, user):
    """`queryset` (LogEntry) without those about applications that are hidden from `user` by now."""
    for model in (Application, FollowUp):
        visible = model.objects.visible_to(user).order_by().annotate(key=Cast("pk", TextField()))
        kind = ContentType.objects.get_for_model(model)
        queryset = queryset.filter(~Q(content_type=kind) | Q(object_id__in=visible.values("key")))
    return queryset
