"""YAML and JSON files: one object whose keys are sections, each a list of records.

Both are read as events, never as a whole. Every scalar stays the text that was typed (`oui`, `420`, `2025-03-14`): its
column says what it means, as for a spreadsheet.
"""

from collections.abc import Iterator
from pathlib import Path

import ijson
import yaml

from catalogue.importing.faults import UnreadableFile

MAX_DEPTH = 8
WHOLE = "un objet dont chaque clé est une rubrique (modules:, sessions:…) et chaque valeur une liste de fiches"
START_MAP, END_MAP, KEY, START_LIST, END_LIST, SCALAR = (
    "start_map",
    "end_map",
    "map_key",
    "start_array",
    "end_array",
    "scalar",
)


def read_yaml(path: Path) -> Iterator[tuple[str, str, dict]]:
    """Yield (section, "ligne 12", values). Raises UnreadableFile."""
    with path.open("rb") as file:
        try:
            yield from _records(_yaml_events(file))
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise UnreadableFile("du YAML bien formé", f"ligne {line}", error.problem or "") from error
        except yaml.reader.ReaderError as error:
            raise UnreadableFile("un texte en UTF-8, sans caractère de contrôle", value=str(error.reason)) from error


def read_json(path: Path) -> Iterator[tuple[str, str, dict]]:
    """Yield (section, "fiche 3", values). Raises UnreadableFile."""
    with path.open("rb") as file:
        try:
            yield from _records(_json_events(file))
        except ijson.JSONError as error:
            raise UnreadableFile("du JSON bien formé", value=str(error).splitlines()[0]) from error


def _yaml_events(file) -> Iterator[tuple[str, str, int]]:
    """Yield (kind, text, line); the kinds are those of ijson."""
    opened = []  # for each open collection, whether a key comes next; None in a list
    documents = 0
    for event in yaml.parse(file, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableFile("un texte écrit en entier, sans alias YAML", f"ligne {line}", f"*{event.anchor}")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise UnreadableFile("un seul document YAML par fichier", f"ligne {line}", "---")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            opened.pop()
            yield (END_MAP if isinstance(event, yaml.MappingEndEvent) else END_LIST), "", line
        elif isinstance(event, yaml.NodeEvent):
            is_key = bool(opened) and opened[-1] is True
            if opened and opened[-1] is not None:
                opened[-1] = not opened[-1]
            if isinstance(event, yaml.ScalarEvent):
                empty = event.implicit[0] and event.value in {"~", "null", "Null", "NULL"}
                yield (KEY if is_key else SCALAR), "" if empty else event.value, line
            elif is_key:
                raise UnreadableFile("un nom de champ", f"ligne {line}", "{…}")
            elif isinstance(event, yaml.MappingStartEvent):
                opened.append(True)
                yield START_MAP, "", line
            else:
                opened.append(None)
                yield START_LIST, "", line


def _json_events(file) -> Iterator[tuple[str, str, None]]:
    for kind, value in ijson.basic_parse(file, use_float=True):
        match kind:
            case "null":
                yield SCALAR, "", None
            case "boolean":
                yield SCALAR, "oui" if value else "non", None
            case "string" | "number":
                yield SCALAR, str(value), None
            case _:
                yield kind, value or "", None


def _records(events: Iterator) -> Iterator[tuple[str, str, dict]]:
    kind, text, line = next(events, (None, "", None))
    if kind != START_MAP:
        raise UnreadableFile(WHOLE, _place(line, 0), text)
    seen = set()
    for kind, section, line in events:
        if kind == END_MAP:
            next(events, None)  # what follows the object is a fault, which the parser then raises
            return
        if section in seen:
            raise UnreadableFile("chaque rubrique une seule fois", _place(line, 0), section)
        seen.add(section)
        kind, text, line = next(events)
        if kind == SCALAR and not text:
            continue
        if kind != START_LIST:
            raise UnreadableFile(f"une liste de fiches sous « {section} »", _place(line, 0), text)
        yield from _section_records(section, events)


def _section_records(section, events):
    for number, (kind, text, line) in enumerate(events, start=1):
        if kind == END_LIST:
            return
        place = _place(line, number)
        if kind != START_MAP:
            raise UnreadableFile("une fiche, avec ses champs", place, text)
        yield section, place, _value(kind, text, events, place)


def _value(kind, text, events, place, depth=0):
    if depth > MAX_DEPTH:
        raise UnreadableFile("des listes moins imbriquées", place)
    if kind == SCALAR:
        return text
    if kind == START_LIST:
        items = []
        for kind, text, _line in events:
            if kind == END_LIST:
                break
            items.append(_value(kind, text, events, place, depth + 1))
        return items
    fields = {}
    for kind, name, line in events:
        if kind == END_MAP:
            break
        if name in fields:
            raise UnreadableFile("chaque champ une seule fois par fiche", _place(line, 0) or place, column=name)
        kind, text, _line = next(events)
        fields[name] = _value(kind, text, events, place, depth + 1)
    return fields


def _place(line, number):
    if line:
        return f"ligne {line}"
    return f"fiche {number}" if number else ""
