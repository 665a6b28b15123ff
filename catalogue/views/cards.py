"""Trainings as a page of cards."""

from django.core.paginator import Paginator

from catalogue.models import Session

PAGE_SIZE = 20


def page_of_cards(trainings, number):
    """The page `number` of `trainings` (or the nearest), each with what its card says and its `next_session`."""
    page = Paginator(trainings, PAGE_SIZE).get_page(number)
    page.object_list = list(page.object_list.for_cards())
    next_sessions = Session.objects.next_of_each_module([training.pk for training in page])
    by_module = {session.module_id: session for session in next_sessions.only("module_id", "starts_at", "time_zone")}
    for training in page:
        training.next_session = by_module.get(training.pk)
    return page
