"""First half of an import: read every record of every file, note all that is wrong, write nothing."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from catalogue.enums import TimeZone
from catalogue.importing.columns import Column, Context
from catalogue.importing.faults import Fault, UnreadableFile
from catalogue.importing.reading import Record, read_file
from catalogue.importing.sections import SECTIONS, Section
from catalogue.importing.spool import Row, Spool
from catalogue.models import Prerequisite

ANOTHER_ID = "un identifiant que rien d'autre ne porte (déjà vu : {})"


class Checker:
    """Checks files; `faults` fills as they are read, good rows go to `spool`."""

    def __init__(self, spool: Spool, today: datetime.date):
        self.spool, self.today = spool, today
        self.faults: list[Fault] = []
        self.keys = defaultdict(dict)  # section: {id: where it is in the files}
        self._stored_keys = {}  # section: ids that the database has
        self._unique = defaultdict(dict)  # (section, column): {value: id}
        self._unknown = set()  # (file, section, column) already told
        self._pending = []  # references to ids that may come later in the files
        self._requires = {}  # module: (where, modules that it asks for)
        self._parents = {}  # organisation: (where, [organisation above it])

    def check(self, paths: Iterable[Path], track) -> None:
        """Read `paths`. `track(iterable, label, total)` returns the iterable, showing progress."""
        for path in paths:
            for record in track(self._records(path), f"Lecture de {path.name}", None):
                self._check_record(path.name, record)
        self._check_pending()
        stored = Prerequisite.objects.filter(module__external_id__isnull=False, requires__external_id__isnull=False)
        self._check_loops(self._requires, stored.values_list("module__external_id", "requires__external_id"), "modules")
        above = SECTIONS["organisations"].rows().filter(external_id__isnull=False, parent__external_id__isnull=False)
        self._check_loops(self._parents, above.values_list("external_id", "parent__external_id"), "organisations")

    def _records(self, path: Path) -> Iterator[Record]:
        try:
            yield from read_file(path)
        except UnreadableFile as error:
            self.faults.append(Fault(path.name, error.place, error.column, error.value, error.expected))

    def _check_record(self, file: str, record: Record) -> None:
        section = SECTIONS.get(record.section)
        if section is None:
            if (file, record.section, "") not in self._unknown:
                self._unknown.add((file, record.section, ""))
                self.faults.append(Fault(file, "", "", record.section, f"une rubrique : {', '.join(SECTIONS)}"))
            return
        typed, values = record.values, {}
        for name in typed.keys() - {column.name for column in section.columns}:
            if (file, section.name, name) not in self._unknown:
                self._unknown.add((file, section.name, name))
                known = ", ".join(column.name for column in section.columns)
                self.faults.append(
                    Fault(file, record.place, name, name, f"une colonne de « {section.name} » : {known}")
                )
        key = self._read(file, record.place, section, section.column("id"), typed.get("id", ""), None, values)
        if key is None:
            return
        self._check_key(file, record.place, section, key)
        before = len(self.faults)
        is_new = key not in self.stored_keys(section.name)
        context = Context(self.today, self._zone(typed))
        for column in section.columns:
            if column.name != "id" and (is_new or column.name in typed):
                self._read(file, record.place, section, column, typed.get(column.name, ""), context, values)
        if len(self.faults) > before:
            return
        if section.name == "sessions":
            values.setdefault("fuseau", TimeZone.PARIS.value)
        for name, value, expected in section.check(values) if section.check else ():
            self.faults.append(Fault(file, record.place, name, str(value), expected))
        self._note_graphs(section, key, values, (file, record.place))
        self.spool.add(section.name, Row(file, record.place, key, values))

    def _read(self, file, place, section: Section, column: Column, typed, context, values):
        """Read one cell into `values`; return its value, None when it is wrong."""
        shown = typed if isinstance(typed, str) else str(typed)
        try:
            if typed in ("", [], None) or (isinstance(typed, str) and not typed.strip()):
                if column.required:
                    raise ValueError("une valeur : ce champ est obligatoire")
                value = column.empty
            else:
                value = column.read(typed, context)
                self._clean(section, column, value)
                self._check_unique(section, column, value, values.get("id"))
        except ValueError as error:
            self.faults.append(Fault(file, place, column.name, shown, str(error)))
            return None
        values[column.name] = value
        if column.refers_to and value:
            self._note_references(file, place, column, value)
        return value

    @staticmethod
    def _clean(section: Section, column: Column, value) -> None:
        """Apply the rules of the model's own field: lengths, bounds, forms of addresses."""
        if not column.field or column.refers_to:
            return
        try:
            section.model._meta.get_field(column.field).clean(value, None)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error

    def _check_unique(self, section: Section, column: Column, value, key) -> None:
        if not column.unique:
            return
        if (section.name, column.name) not in self._unique:
            stored = section.rows().values_list(column.field, section.key)
            self._unique[section.name, column.name] = dict(stored)
        holders = self._unique[section.name, column.name]
        if value in holders and holders[value] != key:
            raise ValueError(f"une valeur qu'aucune autre fiche ne porte ({holders[value] or 'saisie à la main'})")
        holders[value] = key

    def _check_key(self, file, place, section: Section, key: str) -> None:
        if key in self.keys[section.name]:
            where = ", ".join(self.keys[section.name][key])
            self.faults.append(Fault(file, place, "id", key, ANOTHER_ID.format(where)))
            return
        self.keys[section.name][key] = (file, place)
        # Modules and parcours are kept in one table.
        others = [other.name for other in SECTIONS.values() if other.model is section.model and other is not section]
        for other in others:
            if key in self.keys[other] or key in self.stored_keys(other):
                self.faults.append(Fault(file, place, "id", key, ANOTHER_ID.format(f"rubrique « {other} »")))

    def _zone(self, typed: dict) -> ZoneInfo:
        name = typed.get("fuseau", "")
        return ZoneInfo(name if name in TimeZone.values else TimeZone.PARIS)

    def _note_references(self, file, place, column: Column, value) -> None:
        items = value if isinstance(value, list) else [value]
        for item in items:
            target = item[0] if isinstance(item, tuple) else item
            if target not in self.keys[column.refers_to] and target not in self.stored_keys(column.refers_to):
                self._pending.append((file, place, column.name, target, column.refers_to))

    def _check_pending(self) -> None:
        for file, place, column, target, section in self._pending:
            if target not in self.keys[section]:
                self.faults.append(Fault(file, place, column, target, f"l'id d'une fiche de « {section} »"))

    def _note_graphs(self, section: Section, key, values, where) -> None:
        names = {"prerequis_obligatoires", "prerequis_recommandes"}
        if section.name == "modules" and names & values.keys():
            needed = [*values.get("prerequis_obligatoires", ()), *values.get("prerequis_recommandes", ())]
            self._requires[key] = (where, needed)
        elif section.name == "organisations" and values.get("parent"):
            self._parents[key] = (where, [values["parent"]])

    def _check_loops(self, graph: dict, stored: Iterable[tuple[str, str]], section: str) -> None:
        """Note each loop that the files' edges form, alone or with those of the database."""
        if not graph:
            return
        edges = {key: list(targets) for key, (_where, targets) in graph.items()}
        for source, target in stored:
            if source not in graph:
                edges.setdefault(source, []).append(target)
        column = "prerequis_obligatoires" if section == "modules" else "parent"
        while True:
            try:
                TopologicalSorter(edges).prepare()
                return
            except CycleError as error:
                loop = error.args[1]
                culprit = next(key for key in loop if key in graph and edges[key])
                file, place = graph[culprit][0]
                self.faults.append(
                    Fault(file, place, column, " → ".join(reversed(loop)), "des liens qui ne forment pas de boucle")
                )
                edges[culprit] = []

    def stored_keys(self, section: str) -> set[str]:
        """Ids of a section that the database has."""
        if section not in self._stored_keys:
            keys = SECTIONS[section].rows().values_list(SECTIONS[section].key, flat=True)
            self._stored_keys[section] = set(keys.iterator())
        return self._stored_keys[section]
