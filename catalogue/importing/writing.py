"""Second half of an import: compare the checked rows with the database and write the difference, a batch at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone

from campus.accounts.models import Organisation, User
from campus.slugs.models import Slugged, remember_slug, slug_not_in
from catalogue import rules, transitions
from catalogue.enums import PublicationState
from catalogue.importing import stored
from catalogue.importing.faults import Fault
from catalogue.importing.sections import SECTIONS, Section
from catalogue.importing.spool import Row, Spool
from catalogue.models import Module, Session, Step, Training

BATCH = 1000
MOVES = {
    PublicationState.DRAFT: transitions.back_to_draft,
    PublicationState.IN_REVIEW: transitions.submit_for_review,
    PublicationState.PUBLISHED: transitions.publish,
    PublicationState.ARCHIVED: transitions.archive,
}


class Change(NamedTuple):
    """What an import does to one record. `differences`: (column, old value, new value)."""

    section: str
    key: str
    action: str
    differences: list[tuple[str, Any, Any]] = []


CREATED, CHANGED, UNCHANGED, ARCHIVED = "créée", "modifiée", "inchangée", "archivée"


class Writer:
    """Writes checked rows inside the caller's transaction. `faults` are the refusals that only the database knows of."""

    def __init__(self, spool: Spool, *, by: User | None, reason: str, track, on_change: Callable[[Change], None]):
        self.spool, self.by, self.reason = spool, by, reason
        self.track, self.on_change = track, on_change
        self.faults: list[Fault] = []
        self._pks = {}  # section: {id: primary key}
        self._slugs = {}  # model: slugs in use
        self._later = []  # links between rows of one section, once all of them are there
        self._cleared = []  # dates to take away, once the transitions allow it
        self._acts = []  # transitions to ask for at the end: (row, column, value, function)
        self._with_new_steps = []  # parcours: (primary key, where the file says so)
        self._with_new_slots = {}  # sessions that were there: primary key: (where the file says so, periods)

    def write(self) -> None:
        for section in SECTIONS.values():
            if not self.spool.counts[section.name]:
                continue
            rows = self.track(
                self.spool.rows(section.name), f"Écriture de {section.name}", self.spool.counts[section.name]
            )
            for batch in batches(rows):
                self._write_batch(section, batch)
            self._pks.pop(section.name, None)
            for write in self._later:
                write()
            self._later.clear()
        for row, column, value, act in self._acts:
            try:
                act()
            except transitions.TransitionRefused as refusal:
                self.faults.append(Fault(row.file, row.place, column, str(value), str(refusal)))
        for clear in self._cleared:
            clear()
        self._check_published_parcours()
        self._check_slots()

    def archive_missing(self, section: Section, keys) -> None:
        """Archive what an import once created, is online, and is not among `keys`."""
        online = section.rows().filter(external_id__isnull=False, state=PublicationState.PUBLISHED)
        missing = [key for key in online.values_list("external_id", flat=True).iterator() if key not in keys]
        for key in self.track(missing, f"Archivage de {section.name}", len(missing)):
            item = section.model.objects.get(external_id=key)
            try:
                transitions.archive(item=item, by=self.by, reason=self.reason)
            except transitions.TransitionRefused as refusal:
                self.faults.append(Fault("", f"rubrique « {section.name} »", "id", key, str(refusal)))
            else:
                self.on_change(Change(section.name, key, ARCHIVED))

    def _write_batch(self, section: Section, batch: list[Row]) -> None:
        known = stored.read(section, [row.key for row in batch])
        self._create(section, [row for row in batch if row.key not in known])
        changes = []
        for row in batch:
            if row.key not in known:
                self.on_change(Change(section.name, row.key, CREATED))
                continue
            record = known[row.key]
            differences = stored.differences(section, record.values, row.values)
            problems = list(section.check({**record.values, **row.values})) if differences and section.check else []
            self.faults += [
                Fault(row.file, row.place, name, str(value), expected) for name, value, expected in problems
            ]
            if differences and not problems:
                changes.append((row, record, differences))
            self.on_change(Change(section.name, row.key, CHANGED if differences else UNCHANGED, differences))
        if changes:
            self._update(section, changes)

    # --- New rows ---------------------------------------------------------------------------------------------------

    def _create(self, section: Section, rows: list[Row]) -> None:
        items = [self._new_item(section, row) for row in rows]
        if section.model is Session:
            self._set_domains(items)
        section.model._base_manager.bulk_create(items)
        for links in section.links:
            self._write_links(
                section, links, [(item.pk, row.values[links.column]) for item, row in zip(items, rows, strict=True)]
            )
        for children in section.children:
            pairs = [(item.pk, row.values[children.column]) for item, row in zip(items, rows, strict=True)]
            self._write_children(children, pairs)
        if section.publishable:
            transitions.log_first_states(items=items, by=self.by, reason=self.reason)
        if section.name == "parcours":
            self._with_new_steps += [(item.pk, _where(row)) for item, row in zip(items, rows, strict=True)]

    def _new_item(self, section: Section, row: Row):
        item = section.model(**section.constants)
        for column in section.columns:
            if column.field and column.name != "slug":
                self._set(section, item, column.name, row.values[column.name])
        if issubclass(section.model, Slugged) and section.key != "slug":
            # An organisation's id is its slug; a training's comes from its title.
            wanted = row.key if section.model is Organisation else getattr(item, section.model.slug_source)
            item.slug = self._free_slug(section, row, wanted)
        if section.publishable:
            item.state = row.values["etat"]
            if item.state == PublicationState.ARCHIVED:
                item.archived_on = timezone.localdate()
        if section.model is Session and item.cancel_reason:
            item.cancelled_at = min(timezone.now(), row.values["creneaux"][0][0])
            item.cancelled_by = self.by
        return item

    def _free_slug(self, section: Section, row: Row, wanted: str) -> str:
        """The slug that the row asks for, or one made from `wanted`; notes a fault when the former is taken."""
        if section.model not in self._slugs:
            self._slugs[section.model] = set(section.model._base_manager.values_list("slug", flat=True).iterator())
        taken = self._slugs[section.model]
        slug = row.values.get("slug")
        if not slug:
            slug = slug_not_in(taken, wanted)
        elif slug in taken:
            self.faults.append(Fault(row.file, row.place, "slug", slug, "une adresse qu'aucune autre page ne porte"))
            slug = slug_not_in(taken, slug)
        taken.add(slug)
        return slug

    @staticmethod
    def _set_domains(sessions: list[Session]) -> None:
        """As Session.save does: a session counts under the domain that its module has when it becomes its module."""
        modules = {session.module_id for session in sessions if session.module_id}
        domains = dict(Module.objects.filter(pk__in=modules).values_list("pk", "domain_id"))
        for session in sessions:
            session.domain_id = domains.get(session.module_id)

    # --- Rows that exist --------------------------------------------------------------------------------------------

    def _update(self, section: Section, changes: list) -> None:
        items = section.model._base_manager.select_for_update().in_bulk(
            [record.pk for _row, record, _differences in changes]
        )
        fields = set()
        records = defaultdict(list)
        for row, record, differences in changes:
            item = items[record.pk]
            for name, old, new in differences:
                if name == "publie_le" and new is None:
                    self._cleared.append(partial(section.rows().filter(pk=item.pk).update, published_on=None))
                elif name == "etat":
                    # A parcours goes before its modules: online, it keeps one at least.
                    first = section.name == "parcours" and new != PublicationState.PUBLISHED
                    self._ask(row, name, new, MOVES[new], first, item=item, reason=self.reason)
                elif name == "annulee" and not old:
                    self._ask(row, name, new, transitions.cancel_session, session=item, reason=new)
                elif name == "annulee" and not new:
                    self.faults.append(Fault(row.file, row.place, name, "", "un motif : une session annulée le reste"))
                elif section.column(name).field:
                    if name == "slug":
                        remember_slug(kind=item.past_slug_kind, slug=old, object_id=item.pk)
                        self._free_slug(section, row, new)
                    fields.add(section.column(name).field)
                    self._set(section, item, name, new)
                    if section.model is Session and name == "module":
                        self._set_domains([item])
                        fields.add("domain")
                else:
                    records[name].append((item.pk, new))
                    if name == "creneaux":
                        self._with_new_slots[item.pk] = (_where(row), new)
                    if name == "etapes":
                        self._with_new_steps.append((item.pk, _where(row)))
        if fields:
            if hasattr(section.model, "updated_at"):
                fields.add("updated_at")
                for item in items.values():
                    item.updated_at = timezone.now()
            section.model._base_manager.bulk_update(items.values(), fields)
        # All that goes, then all that comes: a prerequisite may pass from one column to the other.
        for spec in [*section.links, *section.children]:
            gone = [pk for pk, _value in records[spec.column]]
            spec.table._base_manager.filter(**{f"{spec.source}__in": gone}, **spec.constants).delete()
        for spec in section.links:
            self._write_links(section, spec, records[spec.column])
        for spec in section.children:
            self._write_children(spec, records[spec.column])

    def _ask(self, row: Row, column: str, value, transition, first=False, **arguments) -> None:
        place = 0 if first else len(self._acts)
        self._acts.insert(place, (row, column, value, lambda: transition(by=self.by, **arguments)))

    # --- Both -------------------------------------------------------------------------------------------------------

    def _set(self, section: Section, item, name: str, value) -> None:
        column = section.column(name)
        if not column.refers_to:
            setattr(item, column.field, list(value) if isinstance(value, tuple) else value)
        elif not value or column.refers_to != section.name:
            setattr(item, f"{column.field}_id", value and self._pk(column.refers_to, value))
        else:
            self._later.append(lambda: self._set_reference(section, item, column, value))

    def _set_reference(self, section, item, column, value) -> None:
        section.rows().filter(pk=item.pk).update(**{f"{column.field}_id": self._pk(section.name, value)})

    def _write_links(self, section: Section, links, pairs: list[tuple[int, Iterable[str]]]) -> None:
        target = section.column(links.column).refers_to

        def write():
            links.table._base_manager.bulk_create(
                (
                    links.table(
                        **{f"{links.source}_id": pk, f"{links.target}_id": self._pk(target, key)}, **links.constants
                    )
                    for pk, keys in pairs
                    for key in keys
                ),
                batch_size=BATCH,
            )

        if target == section.name:
            self._later.append(write)
        else:
            write()

    def _write_children(self, children, pairs: list[tuple[int, list[tuple]]]) -> None:
        items = []
        for pk, records in pairs:
            for position, record in enumerate(records, start=1):
                item = children.table(**{f"{children.source}_id": pk})
                for field, value in zip(children.fields, record, strict=True):
                    if children.reference and field == children.fields[0]:
                        field, value = f"{field}_id", self._pk(children.reference, value)
                    setattr(item, field, value)
                if children.position:
                    setattr(item, children.position, position)
                items.append(item)
        children.table._base_manager.bulk_create(items, batch_size=BATCH)

    def _pk(self, section: str, key: str) -> int:
        if section not in self._pks:
            rows = SECTIONS[section].rows().values_list(SECTIONS[section].key, "pk")
            self._pks[section] = dict(rows.iterator())
        return self._pks[section][key]

    def _check_published_parcours(self) -> None:
        """A parcours is online with at least one step that can be followed (catalogue.transitions)."""
        steps = Step.objects.filter(parcours=OuterRef("pk"), module__state=PublicationState.PUBLISHED)
        for batch in batches(iter(self._with_new_steps)):
            places = dict(batch)
            empty = Training.objects.published().filter(~Exists(steps), pk__in=places).values_list("pk", flat=True)
            for file, place, key in (places[pk] for pk in empty):
                self.faults.append(Fault(file, place, "etapes", key, "au moins une étape publiée"))

    def _check_slots(self) -> None:
        """Who teaches a session is never in two at once. Looked at when all slots are written: sessions may change places."""
        for batch in batches(self._with_new_slots.items()):
            sessions = Session.objects.in_bulk([pk for pk, _said in batch])
            for pk, ((file, place, _key), periods) in batch:
                for start, end in periods:
                    if refusal := rules.refusal_of_slot(sessions[pk], start, end):
                        value = f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}"
                        self.faults.append(Fault(file, place, "creneaux", value, f"un autre créneau. {refusal}"))


def _where(row: Row) -> tuple[str, str, str]:
    return row.file, row.place, row.key


def batches(rows: Iterable) -> Iterator[list]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
