"""What two people change from pages that both have open: who saves last is shown what the other wrote, and decides."""

import hashlib

from campus.refusal import Refused


class Outdated(Refused):
    """What is saved is no longer what the page showed.

    `saved`: what is now saved, by name of field. `version`: of that, for the page to send back if it is to be replaced.
    """

    def __init__(self, saved: dict, by):
        by = f"par {by}" if by else "que vous avez ouvert cette page"
        super().__init__(
            f"Modifié depuis {by} : voici ce qui est enregistré maintenant. Enregistrez de nouveau pour le remplacer."
        )
        self.saved, self.version = saved, version_of(saved)


def version_of(saved: dict) -> str:
    """What tells this content from any other: `saved`, by name of field, always in the same order."""
    return hashlib.sha256(repr(saved).encode()).hexdigest()[:32]


def check(version: str, *, saved: dict, wanted: dict, by) -> None:
    """Raise Outdated unless the page that asks for `wanted` showed what is `saved`, read under a lock, or asks for no more.

    `version`: of what the page showed, empty for who read no page. `by`: who wrote `saved`, None when it is not known.
    """
    if version and version != version_of(saved) and wanted != saved:
        raise Outdated(saved, by)
