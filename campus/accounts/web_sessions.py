"""Sessions of browsers in the database, as Django keeps them; read at each page, so by a plain prepared statement."""

from django.contrib.sessions.backends import db
from django.utils import timezone

from campus.prepared import read_row


class SessionStore(db.SessionStore):
    def load(self) -> dict:
        row = read_row(self.model, session_key=self.session_key)
        if row is None or row.expire_date <= timezone.now():
            self._session_key = None
            return {}
        return self.decode(row.session_data)
