"""Data and forms made before a column or file was: they come in and go out whole, and lose nothing that is there."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from icans_evidence.evidence import load_evidence
from icans_evidence.exchange.exporting import export
from icans_evidence.exchange.importing import import_form


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_an_import_writes_the_whole_file_and_leaves_the_others_as_they_were(filled):
    """The small data have no `second_reading`; the file that a row comes into has it, and the older rows have it empty."""
    before = (filled.data / "extracted" / "symptoms.csv").read_bytes()
    done = filled.fill(n_locator="Table 1", second_reading="agrees").take()
    assert done.written == ["extracted/incidence.csv"]
    names, *rows = cells(filled.data / "extracted" / "incidence.csv")
    assert names[names.index("locator") :] == [
        "locator",
        "n_locator",
        "certainty",
        "second_reading",
        "note",
        "extracted_by",
    ]
    at = names.index("second_reading")
    assert [row[at] for row in rows] == ["", "", "", "", "agrees"]
    assert [row[names.index("n_events")] for row in rows] == ["60", "30", "17", "8", "12"]
    assert (filled.data / "extracted" / "symptoms.csv").read_bytes() == before
    assert load_evidence(filled.data).incidence["n_locator"].to_list() == [None] * 4 + ["Table 1"]


def test_a_file_that_data_lack_comes_with_its_first_row(filled):
    filled.fill(3, "looked_for", study_id="adams2020", core="onset", status="taken")
    (filled.data / "vocabulary" / "core.csv").write_text("core,words\nonset,onset\n", encoding="utf-8")
    assert filled.take().written == ["extracted/looked_for.csv"]
    path = filled.data / "extracted" / "looked_for.csv"
    assert path.read_text() == "study_id,core,status,note\nadams2020,onset,taken,\n"


def _without(book, *names: str) -> None:
    sheet = book["incidence"]
    for name in names:
        sheet.delete_cols([cell.value for cell in sheet[1]].index(name) + 1)


def test_a_form_without_the_later_columns_changes_nothing_that_they_hold(filled, tmp_path):
    """INC-005 comes in with a second reading; an older form corrects its note, and the reading stays."""
    filled.fill(second_reading="agrees").take()
    older = type(filled)(tmp_path / "older.xlsx", filled.data)
    older.fill(row_id="INC-005", note="seen again")
    _without(older.book, "n_locator", "second_reading")
    changes = [(one.column, one.new) for table in older.take().tables for one in table.changes]
    assert changes == [("note", "seen again")]
    assert load_evidence(filled.data).incidence["second_reading"][4] == "agrees"


def test_a_folder_without_the_later_columns_changes_nothing_that_they_hold(filled, tmp_path):
    filled.fill(second_reading="agrees").take()
    names, *rows = cells(filled.data / "extracted" / "incidence.csv")
    kept = [at for at, name in enumerate(names) if name not in ("n_locator", "second_reading")]
    (tmp_path / "older").mkdir()
    with (tmp_path / "older" / "incidence.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([[row[at] for at in kept] for row in (names, *rows)])
    assert import_form(tmp_path / "older", filled.data).written == []


def test_a_package_of_them_has_fields_that_fit_its_files(small, tmp_path):
    export(load_evidence(small), "datapackage", tmp_path / "out")
    described = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    resources = {one["name"]: one for one in described["resources"]}
    assert {"looked_for", "published_pools", "recommendations", "incidence"} <= set(resources)
    for one in resources.values():
        header = cells(tmp_path / "out" / one["path"])[0]
        assert header == [field["name"] for field in one["schema"]["fields"]]
    rows = cells(tmp_path / "out" / "data" / "incidence.csv")
    assert {len(row) for row in rows} == {25} and [row[3] for row in rows[1:]] == ["60", "30", "17", "8"]
