"""Signing in by e-mail: a code is sent, whoever types it back owns the address.

The answer is the same whether an account exists or not; only who owns the address learns if it may come in.
"""

import datetime
import re
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from campus.accounts.limits import allows
from campus.accounts.models import LIFE_MINUTES, TRIES, SignInAttempt, User, domain_of
from campus.mailing import outbox
from campus.mailing.worker import every_round
from campus.refusal import Refused

SALT = "sign-in link"
KEPT_DAYS = 1


class SignInRefused(Refused):
    """`is_over`: another code must be asked for."""

    def __init__(self, message: str, *, is_over: bool = False):
        super().__init__(message)
        self.is_over = is_over


@dataclass
class SignedIn:
    """What a code proved. `user` is None when the address is not that of a public agent."""

    email: str
    user: User | None
    next_path: str


@transaction.atomic
def ask(*, email: str, ip: str, origin: str, next_path: str = "") -> SignInAttempt:
    """Send a code and a link to `email`. Raises SignInRefused when it, or the IP, asked too often.

    origin: « https://campus.example », for the link.
    """
    email = email.strip().lower()
    if not (allows("sign_in_ip", ip) and allows("sign_in_address", email)):
        raise SignInRefused(
            "Trop de codes ont été demandés : réessayez dans une heure, ou servez-vous du dernier reçu."
        )
    attempt, code = SignInAttempt.begin(email, next_path)
    link = origin + reverse("accounts:sign_in_link", args=[signing.dumps(attempt.pk, salt=SALT)])
    outbox.write(
        key=f"sign-in {attempt.pk}",
        to=email,
        template="accounts/emails/sign_in",
        context={"code": f"{code[:3]} {code[3:]}", "link": link, "minutes": LIFE_MINUTES, "origin": origin},
        is_urgent=True,
        is_secret=True,
    )
    return attempt


def attempt_of_link(token: str) -> SignInAttempt | None:
    """The pending attempt that a link names."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=LIFE_MINUTES * 60)
    except signing.BadSignature:
        return None
    return pending_attempt(pk)


def pending_attempt(pk) -> SignInAttempt | None:
    return SignInAttempt.objects.pending().filter(pk=pk).first() if pk else None


def confirm(*, attempt: SignInAttempt, code: str | None) -> SignedIn:
    """Use up an attempt; find or open the account. Raises SignInRefused.

    code: as typed; None when the browser that asked follows the link, which is a proof as good.
    """
    refusal = None
    with transaction.atomic():
        attempt = SignInAttempt.objects.select_for_update().get(pk=attempt.pk)
        if not SignInAttempt.objects.pending().filter(pk=attempt.pk).exists():
            raise SignInRefused("Ce code a déjà servi ou n'est plus valable : demandez-en un autre.", is_over=True)
        if code is not None and not attempt.accepts(re.sub(r"\D", "", code, flags=re.ASCII)):
            attempt.failures += 1
            left = TRIES - attempt.failures
            refusal = SignInRefused(
                f"Ce code n'est pas le bon. Il vous reste {left} essai{'s' if left > 1 else ''}."
                if left
                else "Ce code n'est pas le bon, pour la cinquième fois : demandez-en un autre.",
                is_over=not left,
            )
        else:
            attempt.used_at = timezone.now()
        attempt.save(update_fields=["failures", "used_at"])
        # Not raised inside: the failure must be counted.
        user = None if refusal else _account_of(attempt.email)
    if refusal:
        raise refusal
    if user is not None and not user.is_active:
        raise SignInRefused("Ce compte est fermé : écrivez-nous si c'est une erreur.", is_over=True)
    return SignedIn(attempt.email, user, attempt.next_path)


def _account_of(email: str) -> User | None:
    """The account of an address that was just proved, opened when it is that of a public agent."""
    user = User.objects.filter(email=email).first()
    if user is not None:
        return user
    domain = domain_of(email)
    if domain is None:
        return None
    return User.objects.get_or_create(email=email, defaults={"organisation": domain.organisation})[0]


@every_round
def forget_old_attempts() -> None:
    old = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    SignInAttempt.objects.filter(created_at__lt=old).delete()
