"""Putting students in a promotion: a file is read and checked, its faults corrected, then it is imported whole or not at all."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campus.accounts.models import EmailDomain, User, domains_of, host_of
from enrolments.cohorts import CohortRefused, lock_cohort
from enrolments.models import Cohort, CohortDeparture, CohortImport, CohortMember, FileImport
from enrolments.student_files import COLUMNS, HEADER, Row

LABELS = dict(zip(COLUMNS, HEADER, strict=True))
EMAIL = CohortMember._meta.get_field("email")
LONGEST_NAME = CohortMember._meta.get_field("first_name").max_length
CHUNK = 1_000
Watch = Callable[[Iterable], Iterable]
"""What wraps the rows to show how far one is, or nothing."""
REPLACED = "Un autre fichier a été envoyé depuis : voici ce qu'il contient. Rien n'a été fait de celui d'avant."
GONE = "Ce fichier a déjà été importé, ou abandonné : envoyez-le de nouveau s'il y manque quelqu'un."
MISSING = {
    "email": "Écrivez l'adresse électronique de l'élève.",
    "first_name": "Écrivez le prénom.",
    "last_name": "Écrivez le nom.",
}


class Fault(NamedTuple):
    """Something to correct in a row: `field` is one of COLUMNS, `advice` says what to do."""

    row: Row
    field: str
    advice: str

    @property
    def column(self) -> str:
        return LABELS[self.field]

    @property
    def value(self) -> str:
        return getattr(self.row, self.field)


class FaultsLeft(CohortRefused):
    """Rows that are not right, at the last moment. `faults`: sentences, one a fault."""

    def __init__(self, faults: list[Fault]):
        self.faults = [f"ligne {fault.row.line}, {fault.column} : {fault.advice}" for fault in faults]
        super().__init__("Il reste des lignes à corriger.")


class Report(NamedTuple):
    """What an import would do."""

    new: list[Row]
    asked_count: int
    """Of the new ones, how many must accept first, by their domain or since they left: not who has an account elsewhere, which
    is not the school's to know."""
    known_count: int
    """Of rows whose student is in the promotion already: nothing changes for them."""
    faults: list[Fault]

    @property
    def faulty_rows(self) -> list[Row]:
        """Each once, in the order of the file."""
        return list(dict.fromkeys(fault.row for fault in self.faults))


def check_students(cohort: Cohort, rows: Iterable[Row]) -> Report:
    """Say what importing `rows` would do. A few queries a thousand rows."""
    rows = list(rows)
    faults, first_lines, right = [], {}, []
    for row in rows:
        row = _tidy(row)
        wrong = list(_faults_of(row))
        line = first_lines.setdefault(row.email, row.line)
        if row.email and line != row.line:
            wrong.append(
                Fault(row, "email", f"Cette adresse est déjà à la ligne {line} : retirez l'une des deux lignes.")
            )
        faults += wrong
        if not wrong:
            right.append(row)
    new, asked_count, known_count = [], 0, 0
    for chunk in _chunks(right):
        emails = [row.email for row in chunk]
        known, left, domains = _known(cohort, emails), _left(cohort, emails), _domains(emails)
        own = set(
            User.objects.filter(email__in=emails, organisation=cohort.organisation_id).values_list("email", flat=True)
        )
        for row in chunk:
            if row.email in known:
                known_count += 1
            else:
                new.append(row)
                asked_count += row.email in left or (row.email not in own and _is_elsewhere(domains[row.email], cohort))
    return Report(new, asked_count, known_count, sorted(faults, key=lambda fault: fault.row.line))


def keep_import(*, cohort: Cohort, file_name: str, rows: list[Row], by: User) -> CohortImport:
    """Keep what was read until it is imported, instead of what was kept before.

    Raises CohortRefused once archived, and while the worker imports what was kept.
    """
    with transaction.atomic():
        cohort = lock_cohort(cohort)
        if FileImport.objects.live().filter(cohort=cohort).exists():
            raise CohortRefused("Un import est en cours dans cette promotion : attendez qu'il finisse.")
        pending, _is_new = CohortImport.objects.update_or_create(
            cohort=cohort,
            defaults={"file_name": file_name[:150], "rows": rows, "uploaded_at": timezone.now(), "uploaded_by": by},
        )
    return pending


def rows_of(pending: CohortImport) -> list[Row]:
    return [Row(*values) for values in pending.rows]


def correct_import(*, pending: CohortImport, corrected: dict[int, Row | None]) -> CohortImport | None:
    """Replace the rows of these lines, but those that are no more as in `pending`, corrected meanwhile; None leaves one out.
    Returns the file as it is then, None when it is gone, or is another."""
    shown = set(rows_of(pending))
    with transaction.atomic():
        same = CohortImport.objects.select_for_update().filter(pk=pending.pk, uploaded_at=pending.uploaded_at)
        pending = same.first()
        if pending:
            kept = (corrected.get(row.line, row) if row in shown else row for row in rows_of(pending))
            pending.rows = [row for row in kept if row]
            pending.save(update_fields=["rows"])
    return pending


@transaction.atomic
def import_students(
    *, cohort: Cohort, by: User | None, invites: bool, seen: CohortImport | None = None, watch: Watch = iter
) -> int:
    """Put the students of the kept file in the promotion, with an account when they have none; how many are new.

    All or nothing. invites: the worker then writes to them. seen: the file that is meant, where another may have taken its place.
    Raises CohortRefused without that file, and once archived; FaultsLeft.
    """
    cohort = lock_cohort(cohort)
    pending = CohortImport.objects.select_for_update().filter(cohort=cohort).first()
    if pending is None:
        raise CohortRefused(GONE)
    if seen and pending.uploaded_at != seen.uploaded_at:
        raise CohortRefused(REPLACED)
    report = check_students(cohort, rows_of(pending))
    if report.faults:
        raise FaultsLeft(report.faults)
    add_students(cohort, report.new, invites=invites, watch=watch)
    pending.delete()
    return len(report.new)


def add_students(cohort: Cohort, rows: list[Row], *, invites: bool, watch: Watch = iter) -> None:
    """Write `rows`, which `check_students` calls new, under the promotion's lock.

    Those of the school, and new accounts that are of no other employer, are its students at once; others are invited, and
    accept or not; so is whoever left a promotion of the school, and whose account is closed, who never answers.
    In the order of the addresses: two schools that import the same people at once wait for each other, never both.
    """
    ordered = iter(watch(sorted(rows, key=lambda row: row.email)))
    now = timezone.now()
    while chunk := list(islice(ordered, CHUNK)):
        emails = [row.email for row in chunk]
        known = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
        left, domains = _left(cohort, emails), _domains(emails)
        accounts = []
        for row in chunk:
            if row.email in known:
                continue
            employer = _employer_of_new(domains[row.email], cohort)
            account = User(
                email=row.email, first_name=row.first_name, last_name=row.last_name, organisation_id=employer
            )
            account.set_unusable_password()
            accounts.append(account)
        User.objects.bulk_create(accounts, ignore_conflicts=True)
        # Read anew: an account may have been made meanwhile, by its owner or by another school.
        found = User.objects.filter(email__in=emails).values_list("email", "pk", "organisation", "is_active")
        ids = {email: pk for email, pk, _organisation, _is_active in found}
        invited = left | {
            email
            for email, _pk, organisation, is_active in found
            if not is_active or _is_asked(cohort, domains[email], organisation, had_account=email in known)
        }
        CohortMember.objects.bulk_create(
            [
                CohortMember(
                    cohort=cohort,
                    user_id=ids[row.email],
                    email=row.email,
                    first_name=row.first_name,
                    last_name=row.last_name,
                    added_at=now,
                    accepted_at=None if row.email in invited else now,
                    invitation_asked_at=now if invites and row.email not in left else None,
                )
                for row in chunk
            ]
        )


def _is_asked(cohort: Cohort, domain: EmailDomain | None, employer: int | None, *, had_account: bool) -> bool:
    """Whether who has this address and this employer must accept before the promotion has them: those of another employer,
    and accounts that were there, of nobody known."""
    if cohort.organisation_id in (employer, domain and domain.organisation_id):
        return False
    return had_account or employer is not None


def _is_elsewhere(domain: EmailDomain | None, cohort: Cohort) -> bool:
    """Whether addresses of this domain are those of another employer."""
    return domain is not None and domain.organisation_id not in (None, cohort.organisation_id)


def _employer_of_new(domain: EmailDomain | None, cohort: Cohort) -> int | None:
    """Where a domain is that of several employers, the agent says which is theirs."""
    return domain.organisation_id if domain else cohort.organisation_id


def _domains(emails: list[str]) -> dict[str, EmailDomain | None]:
    domains = domains_of({host_of(email) for email in emails})
    return {email: domains[host_of(email)] for email in emails}


def _left(cohort: Cohort, emails: list[str]) -> set[str]:
    """Those of `emails` who left a promotion of the school: it may invite them, not put them back."""
    departures = CohortDeparture.objects.filter(cohort__organisation=cohort.organisation_id, user__email__in=emails)
    return set(departures.values_list("user__email", flat=True))


def _chunks(rows: list[Row]) -> Iterator[list[Row]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _known(cohort: Cohort, emails: list[str]) -> set[str]:
    """Those of `emails` that are in the promotion, under the address that the school gave or that of the account."""
    members = CohortMember.objects.filter(cohort=cohort).filter(Q(email__in=emails) | Q(user__email__in=emails))
    return {email for pair in members.values_list("email", "user__email") for email in pair}


def _tidy(row: Row) -> Row:
    return row._replace(
        email=row.email.strip().lower(),
        first_name=" ".join(row.first_name.split()),
        last_name=" ".join(row.last_name.split()),
    )


def _faults_of(row: Row) -> Iterator[Fault]:
    for field, advice in MISSING.items():
        value = getattr(row, field)
        if not value:
            yield Fault(row, field, advice)
        elif any(unicodedata.category(char) in {"Cc", "Cs", "Cn"} for char in value):
            yield Fault(row, field, "Retirez les caractères qui ne s'affichent pas : tapez ce texte de nouveau.")
        elif field == "email":
            try:
                EMAIL.run_validators(value)  # its form, and its length
            except ValidationError:
                yield Fault(row, field, "Écrivez une adresse complète : prenom.nom@ecole.fr.")
        elif len(value) > LONGEST_NAME:
            yield Fault(row, field, f"Écrivez {LONGEST_NAME} caractères au plus.")
        elif "@" in value:
            yield Fault(row, field, "C'est une adresse : les colonnes sont peut-être inversées.")
        elif not any(map(str.isalpha, value)):
            yield Fault(row, field, "Écrivez-le en lettres : les colonnes sont peut-être inversées.")
