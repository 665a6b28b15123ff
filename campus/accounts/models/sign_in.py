import datetime
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

LIFE_MINUTES = 15
TRIES = 5
DIGITS = 6


class SignInAttemptQuerySet(models.QuerySet):
    def pending(self):
        """Attempts that a code may still confirm."""
        return self.filter(used_at=None, failures__lt=TRIES, created_at__gt=oldest())


class SignInAttempt(models.Model):
    """Somebody asks to sign in with an address; the code sent there proves that it is theirs. Single use.

    Of the code only a keyed hash is kept. Fifteen minutes, five tries.
    """

    email = models.EmailField("adresse électronique")
    code_hash = models.CharField(max_length=64)
    next_path = models.CharField(max_length=2000, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    objects = SignInAttemptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="sign_in_created_at")]

    def __str__(self):
        return f"{self.email}, {timezone.localtime(self.created_at):%d/%m/%Y %H:%M}"

    @classmethod
    def begin(cls, email: str, next_path: str = "") -> tuple["SignInAttempt", str]:
        """A new attempt, saved, and its code in clear."""
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        attempt = cls(email=email.strip().lower(), next_path=next_path, code_hash="")
        attempt.save()
        attempt.code_hash = attempt.hash_of(code)
        attempt.save(update_fields=["code_hash"])
        return attempt, code

    def hash_of(self, code: str) -> str:
        return salted_hmac(f"sign-in {self.pk}", code, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()

    def accepts(self, code: str) -> bool:
        return constant_time_compare(self.hash_of(code), self.code_hash)


def oldest() -> datetime.datetime:
    """Attempts begun before this instant are over."""
    return timezone.now() - datetime.timedelta(minutes=LIFE_MINUTES)
