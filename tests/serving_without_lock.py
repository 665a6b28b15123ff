"""The campus as it must not be: nobody waits for the lock of a session. The control of tests/enrolments/test_stampede.py."""

from tests.serving_wsgi import application  # noqa: I001 (first: it sets Django up)
from catalogue.models import Session
from enrolments.transitions import seats

__all__ = ["application"]

seats.lock = lambda pk: Session.objects.select_related("module", "programme").get(pk=pk)
