"""What a cell may hold: each function here makes a reader, which turns what was typed into a value.

A reader is called with what was typed (str; list or dict of str in YAML and JSON) and a Context. It raises ValueError
with the French words that complete « attendu : … ».
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from catalogue.importing import dates

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
ID_MAX_LENGTH = 100
WHOLE_MAX = 2_147_483_647


class Context(NamedTuple):
    """What dates are read against."""

    today: datetime.date
    zone: ZoneInfo


Reader = Callable[[Any, Context], Any]


@dataclass(frozen=True)
class Column:
    """A column of a section. `field` is its attribute of the model, "" when the section stores it otherwise.

    `refers_to` names the section whose ids it holds; `empty` is the value of an empty cell.
    """

    name: str
    read: Reader
    field: str = ""
    required: bool = False
    refers_to: str = ""
    empty: Any = ""
    unique: bool = False


def text(raw, context) -> str:
    if not isinstance(raw, str):
        raise ValueError("un texte")
    if "\x00" in raw:
        raise ValueError("un texte sans caractère nul")
    return raw.strip()


def identifier(raw, context) -> str:
    value = text(raw, context)
    if not ID.fullmatch(value) or len(value) > ID_MAX_LENGTH:
        raise ValueError("un identifiant : lettres minuscules sans accent, chiffres et tirets, 100 au plus")
    return value


def whole(raw, context) -> int:
    value = text(raw, context)
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) > WHOLE_MAX:
        raise ValueError("un nombre entier, en chiffres")
    return int(value)


def euros(raw, context) -> int:
    """An amount in euros, as cents."""
    try:
        cents = Decimal(text(raw, context).replace(",", ".")) * 100
        if cents != cents.to_integral_value() or not 0 <= cents <= WHOLE_MAX:
            raise InvalidOperation
    except InvalidOperation:
        raise ValueError("un montant en euros, comme 120 ou 120,50") from None
    return int(cents)


def yes_no(raw, context) -> bool:
    value = text(raw, context).lower()
    if value in {"oui", "true", "vrai", "1"}:
        return True
    if value in {"non", "false", "faux", "0"}:
        return False
    raise ValueError("oui ou non")


def date(raw, context) -> datetime.date:
    return dates.parse_date(text(raw, context), today=context.today)


def instant(raw, context) -> datetime.datetime:
    return dates.parse_instant(text(raw, context), zone=context.zone, today=context.today)


def slot(raw, context) -> tuple[datetime.datetime, datetime.datetime]:
    return dates.parse_slot(text(raw, context), zone=context.zone, today=context.today)


def choice(values) -> Reader:
    values = [str(value) for value in values]

    def read(raw, context):
        value = text(raw, context)
        if value not in values:
            raise ValueError(f"l'une de ces valeurs : {', '.join(values)}")
        return value

    return read


def many(item: Reader) -> Reader:
    """A list; in a spreadsheet, its values are separated by « | »."""

    def read(raw, context):
        if isinstance(raw, str):
            raw = [part for part in re.split(r"\s*\|\s*", raw.strip()) if part]
        if not isinstance(raw, list):
            raise ValueError("une liste")
        values = [item(part, context) for part in raw]
        if len(set(values)) < len(values):
            raise ValueError("une liste sans répétition")
        return values

    return read


def group(**parts: tuple[Reader, Any]) -> Reader:
    """A small record; in a spreadsheet, its parts are separated by « ; ». `parts`: name = (reader, value when absent).

    A value when absent of None makes the part required. The result is a tuple, in the order of `parts`.
    """

    def read(raw, context):
        if isinstance(raw, str):
            raw = dict(zip(parts, (part.strip() for part in raw.split(";")), strict=False))
        if not isinstance(raw, dict) or not raw.keys() <= parts.keys():
            raise ValueError(f"un groupe {{{', '.join(parts)}}}")
        values = []
        for name, (reader, absent) in parts.items():
            typed = raw.get(name, "")
            if typed == "" and absent is None:
                raise ValueError(f"une valeur pour « {name} »")
            values.append(absent if typed == "" else reader(typed, context))
        return tuple(values)

    return read


def optional_step(raw, context) -> bool:
    """« facultatif » in a spreadsheet, `facultatif: oui` in YAML: whether the step is required."""
    return text(raw, context).lower() != "facultatif" and not yes_no(raw, context)
