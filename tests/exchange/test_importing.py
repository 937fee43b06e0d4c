"""What a form brings in: new rows get their names, changed rows their values, and signed rows a reason; all or nothing."""

from __future__ import annotations

import csv
import datetime
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from icans_evidence.audit.signatures.signing import sign
from icans_evidence.cli import cli
from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence import load_evidence
from icans_evidence.exchange.importing import import_form
from icans_evidence.files import recovery, replacement

DAY = datetime.date(2026, 11, 22)
SMALL = Path(__file__).parents[1] / "evidence" / "small"


def rows(data: Path, table: str = "incidence") -> list[dict[str, str]]:
    with (data / "extracted" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_new_row_gets_the_next_free_name_of_its_table(filled):
    """The small data end at INC-004, so two new rows are INC-005 and INC-006."""
    done = filled.fill().fill(7, population="adults under 60").take()
    assert [row["row_id"] for row in rows(filled.data)] == [f"INC-00{n}" for n in range(1, 7)]
    assert rows(filled.data)[4] | {"note": ""} == {
        **dict.fromkeys(rows(filled.data)[0], ""), "row_id": "INC-005", "cohort_id": "adams2020", "outcome": "any_icans",
        "n_events": "12", "n_total": "40", "percent": "30", "population": "adults of 60 or more",
        "denominator_kind": "treated", "relation": "=", "reported": "12 of 40 (30%)", "read_in": "adams2020",
        "in_review": "false", "locator": "Table 2, row 3", "certainty": "high", "extracted_by": "ab",
    }  # fmt: skip
    assert done.written == ["extracted/incidence.csv"]
    load_evidence(filled.data)


def test_a_name_in_the_form_is_kept_and_later_ones_follow_it(filled):
    filled.fill(row_id="INC-500").fill(4, population="adults under 60").take()
    assert [row["row_id"] for row in rows(filled.data)][-2:] == ["INC-500", "INC-501"]


def test_entries_of_the_register_are_numbered_too(filled):
    """The small register ends at D03 or before; the entry after the last one is the next."""
    last = max(int(row["discrepancy_id"][1:]) for row in rows(filled.data, "discrepancies"))
    entry = {"category": "arithmetic", "severity": "low", "printed": "12", "against": "13", "why": "two values",
             "reading": "12", "confidence": "low", "raised_with_authors": "no", "outcome": "open"}  # fmt: skip
    filled.fill(3, "discrepancies", **entry).take()
    assert rows(filled.data, "discrepancies")[-1]["discrepancy_id"] == f"D{last + 1:02d}"


def _as_it_stands(filled, number: int, /, **changed):
    """A row of the data written into the form, numbers as numbers, with changes."""
    numbers = ("n_events", "n_total", "percent", "percent_low", "percent_high", "sentence")
    row = {name: value or None for name, value in rows(filled.data)[number].items()}
    return filled.fill(3, **{n: float(v) if n in numbers and v else v for n, v in row.items()} | changed)


def test_a_form_that_is_taken_in_twice_adds_nothing_the_second_time(filled):
    """Its rows have no name of their own, so they are known by what they say; 12.0 is 12."""
    filled.fill().fill(4, population="adults under 60").take()
    before = rows(filled.data)
    filled.cell("n_events").number_format = "0.0"
    done = filled.take()
    assert [(one.new, one.changes, one.same) for one in done.tables if one.table == "incidence"] == [([], [], 2)]
    assert (rows(filled.data), done.written) == (before, [])


def test_a_row_without_a_name_comes_in_once(filled):
    with pytest.raises(DataError, match=r"incidence!5:5: says the same as incidence!3:3; a row comes in once"):
        filled.fill().fill(5).take()


def test_a_changed_row_changes_where_it_stands(filled):
    done = _as_it_stands(filled, 1, note="Counted again").take()
    (table,) = (one for one in done.tables if one.changes)
    assert [(c.row, c.column, c.old, c.new) for c in table.changes] == [("INC-002", "note", "", "Counted again")]
    assert (table.new, table.same) == ([], 0)
    assert [row["note"] for row in rows(filled.data)][1] == "Counted again"
    assert len(rows(filled.data)) == 4


def test_the_same_number_written_otherwise_is_no_change(filled):
    """The small data print 60.0; a spreadsheet holds 60."""
    before = (filled.data / "extracted" / "incidence.csv").read_bytes()
    done = _as_it_stands(filled, 0).take()
    assert [(one.table, one.same) for one in done.tables if one.same] == [("incidence", 1)]
    assert done.written == []
    assert (filled.data / "extracted" / "incidence.csv").read_bytes() == before


def test_a_new_study_its_cohort_and_its_rows_come_in_together(filled):
    study = {
        "study_id": "new2025",
        "title": "A new cohort",
        "year": 2025,
        "document": "article",
        "notice": "not_checked",
    }
    cohort = {"cohort_id": "new2025", "study_id": "new2025", "label": "New 2025", "population": "adults", "product": "not_stated",
              "target": "CD19", "disease": "lymphoma", "age_group": "adult", "n_treated": 40, "scale": "astct2019", "origin": "literature"}  # fmt: skip
    filled.fill(3, "studies", **study).fill(3, "cohorts", **cohort).fill(cohort_id="new2025", read_in="new2025").take()
    assert rows(filled.data)[-1]["cohort_id"] == rows(filled.data, "cohorts")[-1]["cohort_id"] == "new2025"


def test_a_dry_run_says_the_same_and_writes_nothing(filled):
    before = (filled.data / "extracted" / "incidence.csv").read_bytes()
    done = filled.fill().take(dry_run=True)
    assert (done.tables[2].new, done.written) == (["INC-005"], [])
    assert (filled.data / "extracted" / "incidence.csv").read_bytes() == before


def test_a_signed_row_is_not_overwritten_without_a_reason(filled):
    sign(load_evidence(filled.data), ["INC-002"], "zz", day=DAY)
    with pytest.raises(DataError) as raised:
        _as_it_stands(filled, 1, note="Counted again").take()
    assert str(raised.value).split("\n")[0] == (
        "incidence!3:3: INC-002 was signed by ZZ on 2026-11-22, and the row was edited; say why with --reason TEXT"
    )
    assert rows(filled.data)[1]["note"] == ""


def test_with_a_reason_it_is_and_the_reason_is_kept(filled):
    sign(load_evidence(filled.data), ["INC-002"], "zz", day=DAY)
    done = _as_it_stands(filled, 1, note="Counted again").take("The erratum, of May", day=DAY)
    assert [lapse.row_id for lapse in done.lapsed] == ["INC-002"]
    assert (filled.data / "corrections.csv").read_text(encoding="utf-8") == (
        "day,table,row,column,old,new,signed_by,reason\n"
        '2026-11-22,incidence,INC-002,note,,Counted again,ZZ,"The erratum, of May"\n'
    )


def test_a_signature_is_lost_by_an_edit_of_the_cohort_too(filled):
    sign(load_evidence(filled.data), ["INC-002"], "zz", day=DAY)
    cohort = rows(filled.data, "cohorts")[0] | {"n_treated": 101}
    with pytest.raises(
        DataError, match="INC-002 was signed by ZZ on 2026-11-22, and its cohort or its document was edited"
    ):
        filled.fill(3, "cohorts", **{name: value or None for name, value in cohort.items()}).take()


def test_an_unsigned_row_needs_no_reason_and_a_same_row_lapses_nothing(filled):
    sign(load_evidence(filled.data), ["INC-001"], "zz", day=DAY)
    assert _as_it_stands(filled, 0).take().lapsed == []
    assert _as_it_stands(filled, 1, note="Counted again").take().lapsed == []


@pytest.mark.parametrize("reason", ["", "  ", "=1+1", "@x"])
def test_a_reason_has_words(filled, reason):
    with pytest.raises(UsageError, match="--reason needs words"):
        filled.fill().take(reason)


def test_files_are_replaced_together_when_a_rename_fails(small, monkeypatch):
    """The second of two renames fails: the next call brings both files to their new content."""
    contents = {"extracted/incidence.csv": b"one\n", "extracted/symptoms.csv": b"two\n"}
    real, calls = Path.replace, []

    def breaking(self, target):
        calls.append(target)
        if len(calls) == 2:
            raise OSError(5, "input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", breaking)
    with pytest.raises(DataError, match="an import was cut off between two files"):
        replacement.replace_files(small, contents)
    monkeypatch.undo()
    assert recovery.finish(small) == list(contents)
    assert [(small / name).read_bytes() for name in contents] == list(contents.values())
    assert not list(small.glob(".import*"))
    assert recovery.finish(small) == []


def test_nothing_has_changed_before_the_deciding_rename(small, monkeypatch):
    before = (small / "extracted" / "incidence.csv").read_bytes()

    def full(self, target):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(UsageError, match="no space left on device; nothing was changed"):
        replacement.replace_files(small, {"extracted/incidence.csv": b"one\n"})
    assert (small / "extracted" / "incidence.csv").read_bytes() == before
    assert not list(small.glob(".import*"))


def test_two_imports_at_once_do_not_mix(filled):
    with replacement.alone(filled.data), pytest.raises(UsageError, match=r"another import into .* is running"):
        filled.fill().take()


def test_data_that_are_broken_elsewhere_are_not_written(filled):
    """A fault in a row that the form does not bring is told at its file and line."""
    path = filled.data / "extracted" / "symptoms.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("SYM-002", "SYM-2"), encoding="utf-8")
    before = (filled.data / "extracted" / "incidence.csv").read_bytes()
    with pytest.raises(DataError) as raised:
        filled.fill().take()
    assert "symptoms.csv:3 row_id" in str(raised.value)
    assert (filled.data / "extracted" / "incidence.csv").read_bytes() == before


def test_the_command_says_what_it_did(filled):
    path = filled.fill().save()
    done = CliRunner().invoke(cli, ["import", str(path), "--data", "data"])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "incidence: 1 new, 0 changed, 0 the same", "  INC-005 is new", "23 example rows passed over",
        "written: data/extracted/incidence.csv", "next: icans-evidence results --write, and read its diff",
    ]  # fmt: skip


def test_a_decided_import_is_finished_by_the_command_and_said(filled):
    """As a run leaves it that was killed after the deciding rename: the list and the new files, none in place."""
    decided = filled.data / ".import.tmp-decided"
    decided.mkdir()
    symptoms = filled.data / "extracted" / "symptoms.csv"
    (decided / "0").write_bytes(symptoms.read_bytes().replace(b"with tremor", b"all with tremor"))
    (decided / "files.json").write_text(json.dumps(["extracted/symptoms.csv"]))
    done = import_form(filled.fill().save(), filled.data)
    assert done.finished == ["extracted/symptoms.csv"]
    assert b"all with tremor" in symptoms.read_bytes()


def test_texts_that_a_spreadsheet_wrote_anew_as_numbers_are_refused_in_a_csv_folder(small, tmp_path):
    """A CSV file has no cells of text: 95.20 opened and saved comes back as 95.2. Adding a printed zero is fine."""
    path = small / "extracted" / "cohorts.csv"
    first = rows(small, "cohorts")[0]
    for old, new, refused in (("95.20", "95.2", True), ("007", "7", True), ("95.2", "95.20", False)):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(first), lineterminator="\n")
            writer.writeheader()
            writer.writerows([first | {"note": old}, *rows(SMALL, "cohorts")[1:]])
        shutil.copytree(small / "extracted", tmp_path / new)
        back = tmp_path / new / "cohorts.csv"
        back.write_text(back.read_text(encoding="utf-8").replace(f",{old}\n", f",{new}\n"), encoding="utf-8")
        if not refused:
            assert import_form(tmp_path / new, small).written == ["extracted/cohorts.csv"]
            continue
        with pytest.raises(
            DataError, match=rf'cohorts.csv:2 note: "{new}" stands in the data as "{old}"; a spreadsheet'
        ):
            import_form(tmp_path / new, small)


def test_a_csv_folder_comes_in_like_a_form(small, tmp_path):
    shutil.copytree(small / "extracted", tmp_path / "back")
    path = tmp_path / "back" / "incidence.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("INC-002,adams2020,severe_icans,30", "INC-002,adams2020,severe_icans,x"), encoding="utf-8")  # fmt: skip
    with pytest.raises(DataError, match=r'^incidence\.csv:3 n_events: "x" is not a whole number'):
        import_form(tmp_path / "back", small)
