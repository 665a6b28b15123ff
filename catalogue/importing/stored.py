"""What the database holds, said in the columns of an import file, so that both can be compared."""

from collections import defaultdict
from typing import Any, NamedTuple

from catalogue.importing.sections import SECTIONS, Section


class Stored(NamedTuple):
    """A row of the database; `values` maps every column of its section to what a file would say."""

    pk: int
    values: dict[str, Any]


def read(section: Section, keys: list[str]) -> dict[str, Stored]:
    """Return the rows whose ids are among `keys`, by id. The number of queries does not depend on that of the ids."""
    paths = {column.name: _path(column) for column in section.columns if column.field}
    if section.publishable:
        paths["etat"] = "state"
    rows = section.rows().filter(**{f"{section.key}__in": keys}).values_list("pk", section.key, *paths.values())
    found = {}
    by_pk = {}
    for pk, key, *values in rows:
        record = found[key] = by_pk[pk] = Stored(pk, dict(zip(paths, values, strict=True)))
        record.values["id"] = key
    for links in section.links:
        target = SECTIONS[section.column(links.column).refers_to]
        _fill(by_pk, links, [f"{links.target}__{target.key}"], links.constants)
        for record in by_pk.values():
            record.values[links.column] = sorted(key for (key,) in record.values[links.column] if key)
    for children in section.children:
        fields = list(children.fields)
        if children.reference:
            fields[0] = f"{fields[0]}__{SECTIONS[children.reference].key}"
        _fill(by_pk, children, fields, {}, children.position or fields[0])
    return found


def differences(section: Section, old: dict, new: dict) -> list[tuple[str, Any, Any]]:
    """List (column, old value, new value) for the columns given in `new` that say something else."""
    unordered = {links.column for links in section.links}
    unordered |= {children.column for children in section.children if not children.position}
    changed = []
    for name, value in new.items():
        if name == "id" or (name == "slug" and not value):
            continue
        former = old[name]
        if isinstance(value, list | tuple):
            order = sorted if name in unordered else list
            value, former = order(value), order(former)
        if value != former:
            changed.append((name, former, value))
    return changed


def _path(column) -> str:
    return f"{column.field}__{SECTIONS[column.refers_to].key}" if column.refers_to else column.field


def _fill(by_pk: dict[int, Stored], spec, fields: list[str], constants: dict, *ordering: str) -> None:
    lists = defaultdict(list)
    rows = spec.table._base_manager.filter(**{f"{spec.source}__in": list(by_pk)}, **constants).order_by(*ordering)
    for pk, *values in rows.values_list(f"{spec.source}_id", *fields):
        lists[pk].append(tuple(values))
    for pk, record in by_pk.items():
        record.values[spec.column] = lists[pk]
