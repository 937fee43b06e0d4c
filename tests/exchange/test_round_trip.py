"""What is exported and imported again is the same, byte for byte; and a spreadsheet runs none of it."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icans_evidence.evidence import load_evidence
from icans_evidence.exchange.exporting import export
from icans_evidence.exchange.importing import import_form
from icans_evidence.files.formula_guard import harmless, original
from own_project import SMALL_VOCABULARY as VOCABULARY

REAL = Path(__file__).parents[2] / "data"


def files(data: Path) -> dict[str, bytes]:
    return {table: (data / "extracted" / f"{table}.csv").read_bytes() for table in VOCABULARY.tables}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the data with what is hard to carry: an id of zeros, a long text, quotes, commas, signs at the start."""
    data = tmp_path_factory.mktemp("copy") / "data"
    shutil.copytree(REAL, data, ignore=shutil.ignore_patterns("extraction_passes", "verification.csv"))
    path = data / "extracted" / "cohorts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    place = rows[0].index
    rows[1][place("center")] = "007"
    rows[2][place("center")] = "-5"
    rows[3][place("center")] = "−3"
    rows[4][place("center")] = "≥ 2 µg, “so”"
    rows[5][place("center")] = "1e5"
    rows[6][place("note")] = 'He said "x", ' + "и так далее " * 700 + "end"
    rows[7][place("center")] = "'twas"
    rows[8][place("center")] = "_x0041_"
    rows[9][place("center")] = "TRUE"
    rows[10][place("center")] = "95.20"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    load_evidence(data)
    return data


@pytest.fixture(params=["xlsx", "csv"])
def exported(request, copy, tmp_path) -> Path:
    out = tmp_path / "out"
    export(load_evidence(copy), request.param, out)
    return out / "icans-evidence.xlsx" if request.param == "xlsx" else out


def test_importing_an_export_changes_nothing(copy, exported):
    before = files(copy)
    done = import_form(exported, copy)
    assert done.written == []
    assert sum(one.same for one in done.tables) == sum(frame.height for frame in load_evidence(copy).tables.values())
    assert files(copy) == before


def test_an_export_brings_back_all_rows_after_all_were_deleted(copy, exported, tmp_path):
    """The registers of numbers are texts: 95.20, 5.0 and 007 come back as they were."""
    empty = tmp_path / "data"
    shutil.copytree(copy, empty)
    for table in VOCABULARY.tables:
        path = empty / "extracted" / f"{table}.csv"
        path.write_bytes(path.read_bytes().partition(b"\n")[0] + b"\n")
    import_form(exported, empty)
    assert files(empty) == files(copy)


@pytest.mark.beside
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice Calc")
def test_a_workbook_saved_again_by_libreoffice_is_the_same(copy, tmp_path):
    """Another program's way of writing the same cells: strings, styles, drop-downs and all."""
    export(load_evidence(copy), "xlsx", tmp_path)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", "again", "icans-evidence.xlsx"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    if not (tmp_path / "again" / "icans-evidence.xlsx").is_file():
        pytest.skip("needs LibreOffice Calc")
    before = files(copy)
    done = import_form(tmp_path / "again" / "icans-evidence.xlsx", copy)
    assert (done.written, [change for one in done.tables for change in one.changes]) == ([], [])
    assert files(copy) == before


@pytest.mark.beside
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice Calc")
def test_a_form_that_libreoffice_saved_keeps_its_checks_and_its_rows(filled, tmp_path):
    """A form of openpyxl's hands saved again: each drop-down, limit and message on the same cells, 30.00 still 30.00."""
    filled.fill(percent=30).cell("percent").number_format = "0.00"
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
               "--outdir", "again", str(filled.save())]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    saved = tmp_path / "again" / "filled.xlsx"
    if not saved.is_file():
        pytest.skip("needs LibreOffice Calc")
    ours, theirs = openpyxl.load_workbook(filled.path), openpyxl.load_workbook(saved)
    for sheet in ours:
        assert _rules(sheet) == _rules(theirs[sheet.title]), sheet.title
    import_form(saved, filled.data)
    last = (filled.data / "extracted" / "incidence.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert last.startswith("INC-005,adams2020,any_icans,12,40,30.00,")


def _rules(sheet) -> dict[str, tuple[object, ...]]:
    """What each range of cells may hold and says; a rule without a check has no formula that counts."""
    return {
        str(rule.sqref): (
            rule.type,
            (rule.formula1 or "").removesuffix(".0") if rule.type else "",
            rule.prompt,
            rule.error,
        )
        for rule in sheet.data_validations.dataValidation
    }


def test_no_cell_of_the_workbook_is_a_formula(copy, tmp_path):
    export(load_evidence(copy), "xlsx", tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "icans-evidence.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
    assert book["incidence"]["L2"].value in "=≤≥~<>"


SIGNS = "=+-@\t\r'−≥ab1 ＝"


@given(st.text(SIGNS, max_size=6))
def test_harmless_is_undone_and_never_starts_with_a_sign(text):
    safe = harmless(text)
    assert original(safe) == text
    number = re.fullmatch(r"-(\d|[1-9]\d+)", safe)
    assert safe in ("=", "-") or number or safe[:1] not in set("=+-@\t\r＝")


@pytest.mark.parametrize("text, safe", [
    ("=1+1", "'=1+1"), ("-5%", "'-5%"), ("@x", "'@x"), ("'-5%", "''-5%"),
    ("=", "="), ("−3", "−3"), ("≥ 2", "≥ 2"), ("'twas", "'twas"), ("95.20", "95.20"), ("", ""),
])  # fmt: skip
def test_only_what_would_run_is_touched(text, safe):
    assert (harmless(text), original(safe)) == (safe, text)
