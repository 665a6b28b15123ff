from collections.abc import Iterable
from fnmatch import fnmatchcase

from django.core.validators import RegexValidator
from django.db import models

DOMAIN = r"^(?=.{3,253}$)[a-z0-9*-]+(\.[a-z0-9-]+)+$"


class EmailDomain(models.Model):
    """What follows the @ in the addresses of public agents; its subdomains count too. « ac-*.fr » stands for any academy."""

    name = models.CharField(
        "domaine",
        max_length=253,
        unique=True,
        validators=[RegexValidator(DOMAIN, "Écrivez ce qui suit l'arobase, en minuscules : insee.fr, ac-*.fr.")],
        help_text="Ce qui suit l'arobase : « insee.fr », « ac-*.fr ». Les sous-domaines comptent aussi.",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="email_domains",
        verbose_name="employeur",
        help_text="Vide : ces adresses sont celles d'agents de plusieurs employeurs.",
    )

    class Meta:
        verbose_name = "domaine de courriel"
        verbose_name_plural = "domaines de courriel"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def clean(self):
        self.name = self.name.strip().lower().removeprefix("@")


def domain_of(email: str) -> EmailDomain | None:
    """The domain of public agents that an address belongs to, the most precise first; None when it is nobody's."""
    host = host_of(email)
    return domains_of([host])[host]


def host_of(email: str) -> str:
    """What follows the @, in lower case."""
    return email.rpartition("@")[2].lower()


def domains_of(hosts: Iterable[str]) -> dict[str, EmailDomain | None]:
    """As `domain_of`, for each of `hosts`. One query."""
    suffixes = {host: _suffixes(host) for host in hosts}
    every = set().union(*suffixes.values())
    named, patterns = {}, []
    for domain in EmailDomain.objects.filter(models.Q(name__in=every) | models.Q(name__contains="*")).select_related(
        "organisation"
    ):
        if "*" in domain.name:
            patterns.append(domain)
        else:
            named[domain.name] = domain
    return {host: _most_precise(each, named, patterns) for host, each in suffixes.items()}


def _suffixes(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _most_precise(
    suffixes: list[str], named: dict[str, EmailDomain], patterns: list[EmailDomain]
) -> EmailDomain | None:
    matching = [named[suffix] for suffix in suffixes if suffix in named]
    matching += [
        domain
        for domain in patterns
        if any(fnmatchcase(suffix, domain.name) and suffix.count(".") == domain.name.count(".") for suffix in suffixes)
    ]
    return max(matching, key=lambda domain: (domain.name.count("."), "*" not in domain.name, domain.name), default=None)
