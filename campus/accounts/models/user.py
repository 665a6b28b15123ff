from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """Create an account.

        email: str, any case; stored in lower case. password: str, or None for an account without a password.
        Returns the saved User. Raises ValueError without an e-mail address.
        """
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """Create an account that may do everything, as `create_user` does."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, by e-mail address: an agent, a trainer, a member of Dinum's staff."""

    email = models.EmailField("adresse électronique", unique=True, error_messages={"unique": "Un compte existe déjà."})
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name="organisation",
    )
    is_active = models.BooleanField(
        "compte actif", default=True, help_text="Décochez pour fermer un compte sans rien effacer."
    )
    is_staff = models.BooleanField("équipe du campus", default=False, help_text="Donne accès à l'administration.")
    is_demo = models.BooleanField(
        "compte de démonstration",
        default=False,
        editable=False,
        help_text="Peut être ouvert sans mot de passe quand le site est en démonstration, et seulement alors.",
    )
    joined_at = models.DateTimeField("inscrit depuis", default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["last_name", "first_name", "email"]
        constraints = [
            # With the unique index, this makes addresses unique whatever their case.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower",
                violation_error_message="L'adresse électronique s'écrit en minuscules.",
            ),
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def clean(self):
        self.email = self.email.strip().lower()

    def save(self, *args, **kwargs):
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def end_sessions(self):
        """Sign this person out of every device: each session carries a hash of the password field (Django's session hash).

        Nobody signs in with a password, so it only holds an unusable one, drawn anew here.
        """
        self.set_unusable_password()
        self.save(update_fields=["password"])

    def get_full_name(self):
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self):
        return self.first_name or self.email
