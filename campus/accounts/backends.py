"""Who is signed in, with the roles that every page may ask of them: read with the account, in one query."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from campus.accounts.models import Membership, User


class CampusBackend(ModelBackend):
    def get_user(self, user_id):
        """The account of a session, active, with `roles`: the values of Role that it has in one organisation or another."""
        roles = Membership.objects.filter(user=OuterRef("pk")).order_by().values("role").distinct()
        user = User.objects.annotate(roles=ArraySubquery(roles)).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
