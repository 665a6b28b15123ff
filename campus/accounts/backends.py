"""Who is signed in: read at each of their pages, so by a plain prepared statement."""

from django.contrib.auth.backends import ModelBackend

from campus.accounts.models import User
from campus.prepared import read_row


class CampusBackend(ModelBackend):
    """Accounts and rights as Django keeps them."""

    def get_user(self, user_id: int) -> User | None:
        user = read_row(User, id=user_id)
        return user if user and self.user_can_authenticate(user) else None
