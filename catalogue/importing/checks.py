"""What the columns of one record must say together. Each check yields (column, value, what was expected).

`values` maps the names of the columns that were given to what was read. The database keeps the same rules: these say them
in the words of the file, before anything is written.
"""

from collections.abc import Iterator
from typing import Any

from catalogue.enums import Access, Modality, PublicationState
from catalogue.models import overlaps

Problems = Iterator[tuple[str, Any, str]]


def check_domain(values: dict) -> Problems:
    start, end = values.get("valide_du"), values.get("valide_au")
    if start and end and end < start:
        yield "valide_au", end, "une date qui ne précède pas valide_du"


def check_published_on(values: dict) -> Problems:
    dated = {PublicationState.PUBLISHED, PublicationState.ARCHIVED}
    if values.get("etat") in dated and "publie_le" in values and values["publie_le"] is None:
        yield "publie_le", "", "une date : l'état est publie ou archive"


def check_training(values: dict) -> Problems:
    yield from check_published_on(values)
    if values.get("domaine") in values.get("autres_domaines", ()):
        yield "autres_domaines", values["domaine"], "des domaines autres que le domaine principal"
    if values.get("duree_minutes") == 0:
        yield "duree_minutes", 0, "un nombre de minutes, ou une cellule vide et une durée en toutes lettres"


def check_module(values: dict) -> Problems:
    yield from check_training(values)
    if "duree_minutes" in values and values["duree_minutes"] is None and values.get("duree_libelle") == "":
        yield "duree_minutes", "", "une durée en minutes ou, dans duree_libelle, en toutes lettres"
    if values.get("acces") == Access.EXTERNAL and values.get("acces_url") == "":
        yield "acces_url", "", "une adresse https://… ou mailto:… : l'inscription se fait chez l'organisme"
    required, advised = values.get("prerequis_obligatoires", ()), values.get("prerequis_recommandes", ())
    if twice := set(required) & set(advised):
        yield "prerequis_recommandes", ", ".join(sorted(twice)), "des modules qui ne sont pas déjà obligatoires"


def check_parcours(values: dict) -> Problems:
    yield from check_training(values)
    modules = [module for module, _stage, _required in values.get("etapes", ())]
    if len(set(modules)) < len(modules):
        yield "etapes", ", ".join(modules), "chaque module une seule fois dans le parcours"


def check_session(values: dict) -> Problems:
    if "module" in values and "programme" in values and bool(values["module"]) == bool(values["programme"]):
        yield "module", values["module"] or "", "un module ou un programme, l'un des deux"
    if values.get("modalite") in {Modality.ON_SITE, Modality.HYBRID} and "lieu" in values and not values["lieu"]:
        yield "lieu", "", "un lieu : la session n'est pas seulement en ligne"
    if values.get("places") == 0:
        yield "places", 0, "au moins une place"
    if values.get("minimum", 0) > values.get("places", values.get("minimum", 0)):
        yield "minimum", values["minimum"], "un nombre qui ne dépasse pas celui des places"
    opens, closes = values.get("inscriptions_du"), values.get("inscriptions_jusquau")
    if opens and closes and closes <= opens:
        yield "inscriptions_jusquau", closes, "un instant qui suit inscriptions_du"
    for start, end in overlaps(values.get("creneaux", ())):
        yield "creneaux", f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}", "des créneaux qui ne se chevauchent pas"
