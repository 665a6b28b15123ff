"""The queue of applications with 10,000 of them, as a ratio to the same page with 100, and its queries.

All is written in one transaction, then undone, in the database that DATABASE_URL or the embedded server gives.
"""

import datetime
import time

import django

FEW, MANY = 100, 10_000
READINGS = 15
MAX_QUERIES, MAX_RATIO = 15, 2


def main() -> None:
    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from campus.accounts.models import User  # noqa: PLC0415
    from trainers.models import Call  # noqa: PLC0415

    with transaction.atomic():
        now = datetime.datetime.now(datetime.UTC)
        call = Call.objects.create(title="Banc", summary="…", text="…", is_permanent=True, opens_at=now)
        call.criteria.create(name="Mesure")
        browsers = {}
        for who, superuser in [("équipe", True), ("instruction", False)]:
            user = User.objects.create_user(f"banc-{superuser}@exemple.gouv.fr", is_staff=True, is_superuser=superuser)
            browsers[who] = Client(SERVER_NAME="127.0.0.1")
            browsers[who].force_login(user)
        grant(user, call)
        measured = []
        for first, last in [(0, FEW), (FEW, MANY)]:
            write(call, user, first, last)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            measured.append({who: measure(browser) for who, browser in browsers.items()})
        transaction.set_rollback(True)
    few, many = measured
    for who in browsers:
        ratio, queries = many[who][0] / few[who][0], many[who][1]
        is_ok = ratio < MAX_RATIO and queries <= MAX_QUERIES
        print(
            f"Queue of applications, {who}: {few[who][0] * 1000:.0f} ms with {FEW}, {many[who][0] * 1000:.0f} ms with"
            f" {MANY:,}: × {ratio:.2f} (< {MAX_RATIO}), {queries} queries (≤ {MAX_QUERIES}) {'ok' if is_ok else 'ABOVE'}"
        )


def grant(user, call) -> None:
    """Make `user` a reviewer of `call`."""
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    user.user_permissions.add(Permission.objects.get(codename="view_application"))
    call.reviewers.add(user)


def write(call, reviewer, first: int, last: int) -> None:
    """Applications numbered from `first` to `last`, each of its own agent, all to handle, each with a review."""
    from campus.accounts.models import User  # noqa: PLC0415
    from trainers.models import Application, Criterion, Review, Score  # noqa: PLC0415

    numbers = range(first, last)
    users = User.objects.bulk_create(
        User(email=f"banc-{number}@exemple.gouv.fr", first_name="Agent", last_name=f"{number}", password="!")
        for number in numbers
    )
    today, now = datetime.date.today(), datetime.datetime.now(datetime.UTC)
    applications = Application.objects.bulk_create(
        Application(
            applicant=user,
            call=call,
            state="instruction",
            submitted_at=now - datetime.timedelta(hours=number),
            due_on=today + datetime.timedelta(days=number % 90 - 10),
            service=f"Service {number % 50}",
        )
        for number, user in zip(numbers, users, strict=True)
    )
    reviews = Review.objects.bulk_create(
        Review(application=application, reviewer=reviewer, recommendation="retenir", submitted_at=now)
        for application in applications
    )
    criterion = Criterion.objects.get(call=call)
    Score.objects.bulk_create(Score(review=review, criterion=criterion, value=1 + review.pk % 5) for review in reviews)


def measure(browser) -> tuple[float, int]:
    """Seconds of the page, and its queries."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    address = reverse("admin:trainers_application_changelist")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
        count = len(connection.queries_log) - queries.initial_queries  # before the next request forgets them
    times = []
    for _ in range(READINGS):
        start = time.perf_counter()
        browser.get(address)
        times.append(time.perf_counter() - start)
    return min(times), count  # the fastest: what else runs on the machine only slows it


if __name__ == "__main__":
    main()
