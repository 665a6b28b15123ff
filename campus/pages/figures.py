"""The key figures of the campus, as the Dinum published them; change the year, the source and the list together."""

from typing import NamedTuple

YEAR = 2024
SOURCE = "https://numerique.gouv.fr/espace-presse/campus-du-numerique-public-bilan-1-an"


class Figure(NamedTuple):
    value: str
    label: str


FIGURES = [
    Figure("21\u202f000", "agents formés"),
    Figure("190", "cadres dirigeants formés"),
    Figure("50", "parcours de formation"),
    Figure("100", "modules"),
    Figure("10", "programmes sur-mesure"),
    Figure("Une cinquantaine", "de formateurs : plus de 20 internes et rémunérés, 32 externes « d'intérêt général »"),
]
