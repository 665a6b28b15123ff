"""Importing files into the catalogue: what is written, what is compared, and what is undone."""

import csv
import json
from datetime import UTC, datetime

import openpyxl
import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import timezone

from campus.accounts.models import Organisation, User
from campus.slugs.models import PastSlug
from catalogue.importing.faults import ImportRefused
from catalogue.importing.service import import_files
from catalogue.importing.writing import ARCHIVED, CHANGED, CREATED, UNCHANGED
from catalogue.models import Domain, ImportRun, Module, Parcours, Programme, PublicationEvent, Session, Training

pytestmark = pytest.mark.django_db

BASE = {
    "domaines": [
        {"id": "data", "nom": "Data", "description": "Les données.", "pictogramme": "digital/coding", "ordre": 1,
         "valide_du": "2023-12-18"},
        {"id": "design", "nom": "Design", "description": "Le design.", "pictogramme": "digital/coding", "ordre": 2,
         "valide_du": "2023-12-18"},
    ],
    "publics": [{"id": "tous-agents", "nom": "Tous les agents"}],
    "organisations": [
        {"id": "dinum", "nom": "Direction interministérielle du numérique", "type": "ministere", "parent": "spm"},
        {"id": "spm", "nom": "Services du Premier ministre", "type": "ministere"},
    ],
    "lieux": [
        {"id": "segur", "nom": "Ségur", "adresse": "20 avenue de Ségur", "code_postal": "75007", "ville": "Paris",
         "region": "ile-de-france"},
    ],
}  # fmt: skip


def module(key="lire", **fields):
    return {
        "id": key,
        "titre": f"Module {key}",
        "type": "atelier",
        "domaine": "data",
        "resume": f"Ce que l'on fait dans {key}.",
        "description": "Une **matinée**.",
        "objectifs": ["Lire", "Compter"],
        "publics": ["tous-agents"],
        "niveau": "debutant",
        "modalites": ["presentiel"],
        "rythme": "horaire-fixe",
        "duree_minutes": "210",
        "langues": ["fr"],
        "organismes": ["dinum"],
        "acces": "campus",
        "etat": "publie",
        "publie_le": "2026-01-05",
        **fields,
    }


def parcours(key="chemin", etapes=("lire",), **fields):
    record = module(key, etapes=[{"module": step, "temps": "Découvrir", "facultatif": "non"} for step in etapes])
    for column in ("type", "duree_minutes", "acces"):
        del record[column]
    return {**record, **fields}


def session(key="s-1", **fields):
    return {
        "id": key,
        "module": "lire",
        "organisateur": "dinum",
        "modalite": "presentiel",
        "lieu": "segur",
        "places": "12",
        "inscriptions_du": "S+1 lundi 09:00",
        "inscriptions_jusquau": "S+3 lundi 12:00",
        "creneaux": ["S+4 mardi 09:30-12:30", "S+4 mardi 14:00-17:00"],
        **fields,
    }


ALL_ARCHIVED = {
    "modules": [{"id": "lire", "etat": "archive"}],
    "parcours": [{"id": "chemin", "etat": "archive"}],
}


@pytest.fixture
def write(tmp_path):
    """A function that writes a YAML file of sections and returns its path."""

    def write_file(name="catalogue.yaml", **sections):
        path = tmp_path / name
        path.write_text(yaml.safe_dump(sections, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def imported(write):
    """The base, one module and one parcours, already imported."""
    import_files([write("base.yaml", **BASE, modules=[module()], parcours=[parcours()])])


def test_records_are_created_whatever_their_order(write):
    later = module("compter", prerequis_obligatoires=["lire"])
    files = [write("b.yaml", sessions=[session()], parcours=[parcours(etapes=["lire", "compter"])]),
             write("a.yaml", modules=[later, module()], **BASE)]  # fmt: skip

    counts = import_files(files)

    assert counts == {CREATED: 10}
    assert [step.module.external_id for step in Parcours.objects.get().steps.all()] == ["lire", "compter"]
    assert list(Module.objects.get(external_id="compter").prerequisites.values_list("requires__external_id")) == [
        ("lire",)
    ]
    assert Organisation.objects.get(slug="dinum").parent.external_id == "spm"
    created = Session.objects.get()
    assert created.domain.slug == "data"
    assert created.slots.count() == 2 and created.starts_at > timezone.now()
    assert PublicationEvent.objects.filter(to_state="publie").count() == 3


def test_a_second_import_changes_nothing(write, imported):
    counts = import_files([write(**BASE, modules=[module()], parcours=[parcours()])])

    assert counts == {UNCHANGED: 8}
    assert Training.objects.count() == 2


def test_a_dry_run_tells_the_difference_and_writes_nothing(write, imported):
    changes = []
    file = write(
        modules=[module(titre="Lire une donnée", objectifs=["Lire"]), module("neuf")], parcours=[parcours("p")]
    )

    import_files([file], dry_run=True, archive_missing=True, on_change=changes.append)

    assert changes == [
        ("modules", "lire", CHANGED, [("titre", "Module lire", "Lire une donnée"),
                                      ("objectifs", ["Lire", "Compter"], ["Lire"])]),
        ("modules", "neuf", CREATED, []),
        ("parcours", "p", CREATED, []),
        ("parcours", "chemin", ARCHIVED, []),
    ]  # fmt: skip
    assert Module.objects.get().title == "Module lire"
    assert Parcours.objects.get().is_published
    assert ImportRun.objects.count() == 1


def test_an_update_touches_only_the_columns_given(write, imported):
    file = write(modules=[{"id": "lire", "titre": "Lire une donnée", "organismes": ["spm"], "slug": "lire-une-donnee"}])

    counts = import_files([file])

    updated = Module.objects.get()
    assert counts == {CHANGED: 1}
    assert (updated.title, updated.summary) == ("Lire une donnée", "Ce que l'on fait dans lire.")
    assert [provider.external_id for provider in updated.providers.all()] == ["spm"]
    assert updated.slug == "lire-une-donnee"
    assert PastSlug.objects.get(kind="training").slug == "module-lire"


def test_children_are_rewritten_when_they_change(write, imported):
    file = write(modules=[module("autre")], parcours=[{"id": "chemin", "etapes": [
        {"module": "autre"}, {"module": "lire", "temps": "Pratiquer", "facultatif": "oui"}]}])  # fmt: skip

    import_files([file])

    steps = Parcours.objects.get().steps.values_list("module__external_id", "stage", "is_required")
    assert list(steps) == [("autre", "", True), ("lire", "Pratiquer", False)]


def test_a_state_changes_through_its_transition(write, imported):
    author = User.objects.create_user("equipe@exemple.gouv.fr", is_staff=True)

    import_files([write(**ALL_ARCHIVED)], by=author)

    archived = Module.objects.get()
    event = archived.publication_events.first()
    assert (archived.state, archived.archived_on) == ("archive", timezone.localdate())
    assert (event.from_state, event.to_state, event.happened_by) == ("publie", "archive", author)


def test_a_move_that_the_rules_forbid_undoes_the_whole_import(write, imported):
    import_files([write(**ALL_ARCHIVED)])

    with pytest.raises(ImportRefused) as refused:
        import_files([write(modules=[{"id": "lire", "etat": "relecture"}, module("neuf")])])

    assert [(fault.column, fault.value) for fault in refused.value.faults] == [("etat", "relecture")]
    assert Module.objects.count() == 1


def test_what_is_missing_is_archived_only_when_asked(write, imported):
    file = write(modules=[module("neuf")], parcours=[{"id": "chemin", "etapes": [{"module": "neuf"}]}])

    import_files([file])
    assert Module.objects.get(external_id="lire").is_published

    counts = import_files([file], archive_missing=True)
    assert counts == {UNCHANGED: 2, ARCHIVED: 1}
    assert Module.objects.get(external_id="lire").state == "archive"
    assert Parcours.objects.get().is_published


@pytest.mark.parametrize(
    "sections",
    [
        {"modules": [{"id": "lire", "etat": "archive"}]},
        {"modules": [module("neuf")]},  # the module of « chemin » is missing
        {"modules": [module("neuf", etat="brouillon", publie_le="")],
         "parcours": [{"id": "chemin", "etapes": [{"module": "neuf"}]}]},
    ],
)  # fmt: skip
def test_no_import_empties_a_parcours_that_is_online(write, imported, sections):
    with pytest.raises(ImportRefused, match=r"dernier module publié|au moins une étape publiée"):
        import_files([write(**sections)], archive_missing=True)

    assert Module.objects.get().is_published


def test_a_parcours_and_its_modules_go_together(write, imported):
    import_files([write(modules=[module("neuf")], parcours=[parcours("autre", etapes=["neuf"])])], archive_missing=True)

    assert set(Training.objects.published().values_list("external_id", flat=True)) == {"neuf", "autre"}


def test_a_session_is_read_in_its_own_time(write, imported):
    place = {**BASE["lieux"][0], "id": "reunion", "region": "la-reunion"}
    overseas = session(fuseau="Indian/Reunion", lieu="reunion", creneaux=["2027-03-16 09:00-12:00"])

    import_files([write(lieux=[place], sessions=[overseas])])

    assert Session.objects.get().starts_at == datetime(2027, 3, 16, 5, 0, tzinfo=UTC)


def test_a_cancelled_session_stays_cancelled(write, imported):
    import_files([write(sessions=[session()])])
    import_files([write(sessions=[session(annulee="Formatrice empêchée")])])

    cancelled = Session.objects.get()
    assert (cancelled.cancel_reason, cancelled.cancelled_at is None) == ("Formatrice empêchée", False)
    with pytest.raises(ImportRefused, match="une session annulée le reste"):
        import_files([write(sessions=[session(annulee="")])])


def test_a_published_parcours_needs_a_published_step(write, imported):
    draft = module("brouillon", etat="brouillon", publie_le="")

    with pytest.raises(ImportRefused, match="au moins une étape publiée"):
        import_files([write(modules=[draft], parcours=[parcours("vide", etapes=["brouillon"])])])

    assert Training.objects.count() == 2


def as_cell(value):
    if isinstance(value, dict):
        return " ; ".join([value["module"], value["temps"], *(["facultatif"] if value["facultatif"] == "oui" else [])])
    return " | ".join(map(as_cell, value)) if isinstance(value, list) else value


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_each_format_says_the_same_as_yaml(write, tmp_path, form):
    """Compared by importing the YAML afterwards: everything must be unchanged."""
    sections = {**BASE, "modules": [module(), module("compter", prerequis_recommandes=["lire"])],
                "parcours": [parcours(etapes=["lire", "compter"])]}  # fmt: skip
    if form == "json":
        files = [tmp_path / "c.json"]
        files[0].write_text(json.dumps(sections))
    elif form == "csv":
        files = []
        for name, records in sections.items():
            files.append(tmp_path / f"{name}.csv")
            with files[-1].open("w", encoding="utf-8-sig", newline="") as file:
                lines = csv.DictWriter(file, list({key: 0 for record in records for key in record}), delimiter=";")
                lines.writeheader()
                lines.writerows({key: as_cell(value) for key, value in record.items()} for record in records)
    else:
        files = [tmp_path / "c.xlsx"]
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, records in sections.items():
            sheet = book.create_sheet(name)
            columns = list({key: 0 for record in records for key in record})
            sheet.append(columns)
            for record in records:
                sheet.append([as_cell(record.get(column, "")) for column in columns])
        book.save(files[0])

    import_files(files)

    assert import_files([write(**sections)]) == {UNCHANGED: 9}


def test_a_spreadsheet_keeps_dates_and_numbers(write, tmp_path, imported):
    book = openpyxl.Workbook()
    book.active.title = "modules"
    book.active.append(["id", "duree_minutes", "publie_le", "prix_euros", "en_vedette"])
    book.active.append(["lire", 420, datetime(2026, 2, 3), 120.5, True])
    book.save(tmp_path / "c.xlsx")

    import_files([tmp_path / "c.xlsx"])

    updated = Module.objects.get()
    assert (updated.duration_minutes, updated.price_cents, updated.is_featured) == (420, 12050, True)
    assert updated.published_on.isoformat() == "2026-02-03"


def test_programmes_keep_their_testimonials_in_order(write, imported):
    programme = {
        "id": "pro", "titre": "Programme", "beneficiaire": "spm", "resume": "Court.", "besoin": "Besoin.",
        "conception": "Conçu.", "domaines": ["design", "data"], "annees": [2024, 2025], "modules": ["lire"],
        "temoignages": [{"citation": "Utile.", "auteur": "Cheffe"}, {"citation": "Clair.", "auteur": "Agent"}],
        "etat": "publie", "publie_le": "2025-01-01",
    }  # fmt: skip

    import_files([write(programmes=[programme])])

    created = Programme.objects.get()
    assert [quote.author for quote in created.testimonials.all()] == ["Cheffe", "Agent"]
    assert import_files([write(programmes=[programme])]) == {UNCHANGED: 1}


def test_the_command_prints_the_difference(write, imported, capsys):
    call_command("import_catalogue", write(modules=[{"id": "lire", "niveau": "expert"}]), "--dry-run")

    printed = capsys.readouterr().out
    assert "niveau : « debutant » → « expert »" in printed
    assert "0 créée(s), 1 modifiée(s)" in printed


def test_the_command_refuses_an_unknown_author(write):
    with pytest.raises(CommandError, match="pas un compte de l'équipe"):
        call_command("import_catalogue", write(**BASE), "--by", "personne@exemple.fr")


def test_many_batches_keep_their_links(write, monkeypatch):
    monkeypatch.setattr("catalogue.importing.writing.BATCH", 2)
    modules = [module(f"m-{n}", prerequis_obligatoires=[f"m-{n - 1}"] if n else []) for n in range(5)]

    import_files([write(**BASE, modules=modules)])

    assert Module.objects.required_ids(Module.objects.get(external_id="m-4").pk) == set(
        Module.objects.exclude(external_id="m-4").values_list("pk", flat=True)
    )
    assert Domain.objects.count() == 2


def test_a_published_module_goes_back_to_draft_without_its_date(write, imported):
    drafts = [
        write(
            "module.yaml",
            modules=[module(etat="brouillon", publie_le="")],
            parcours=[parcours(etat="brouillon", publie_le="")],
        )
    ]

    counts = import_files(drafts)

    assert counts[CHANGED] == 2
    changed = Module.objects.get()
    assert (changed.state, changed.published_on) == ("brouillon", None)
    assert import_files(drafts)[UNCHANGED] == 2


def test_a_session_given_to_another_module_counts_under_its_domain(write, imported):
    drawing = module("dessiner", domaine="design")
    import_files([write("session.yaml", modules=[drawing], sessions=[session()])])

    import_files([write("moved.yaml", sessions=[session(module="dessiner")])])

    assert Session.objects.get().domain.name == "Design"
