"""A person's signature: bound to content, lapsed by an edit, never by the extractor, written whole by many at once."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from edits import edit

from icans_evidence.audit import consistency
from icans_evidence.audit.findings import Finding
from icans_evidence.audit.row_checks import recorded_verdicts
from icans_evidence.audit.signatures import checks_passed, signature_file
from icans_evidence.audit.signatures.signature_file import COLUMNS, FILE, append_signatures, read_signatures
from icans_evidence.audit.signatures.signature_status import shares, signatures_without_row, status
from icans_evidence.audit.signatures.signed_content import Book, book_of, leans_on_hash, row_hash
from icans_evidence.audit.signatures.signing import sign
from icans_evidence.cli.signatures import sign as sign_command
from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence import load_evidence
from icans_evidence.figures.tables import signature_tables
from icans_evidence.summaries import signature_shares

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "evidence" / "small"
DAY = date(2026, 11, 22)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A small folder of data that holds no signature yet."""
    return Path(shutil.copytree(SMALL, tmp_path / "data"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What the checks of consistency tell; a test adds to it."""
    findings: list[Finding] = []
    monkeypatch.setattr(consistency, "findings", lambda evidence: findings)
    return findings


@pytest.fixture(autouse=True)
def _quiet(told: list[Finding]) -> None:
    """Only what a test plants is told."""


def standing(data: Path, row_id: str) -> dict[str, str | None]:
    return status(load_evidence(data)).row(by_predicate=pl.col("row_id") == row_id, named=True)


def signed(data: Path, *row_ids: str, by: str = "JD", **more):
    return sign(load_evidence(data), row_ids, by, day=DAY, **more)


def test_the_project_ships_with_none_verified():
    assert (ROOT / "data" / FILE).read_text("utf-8") == ",".join(COLUMNS) + "\n"
    assert "data/verification.csv merge=union" in (ROOT / ".gitattributes").read_text("utf-8").splitlines()


def test_a_row_is_unverified_then_verified_by_whom_and_when(data):
    assert standing(data, "INC-001")["status"] == "unverified"
    signed(data, "INC-001", by="j.d.")
    row = standing(data, "INC-001")
    assert (row["status"], row["by"], row["date"]) == ("verified", "JD", "2026-11-22")


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("n_events", "61"), ("reported", "60 of 100 (60.00%)"), ("population", "all treated"), ("sentence", "2"),
        ("fingerprint", "0a1b2c3d4e5e"), ("cites", "2"), ("cohort_id", "baker2021"), ("note", "read again"),
        ("relation", "≤"), ("certainty", "medium"), ("locator", "Table 1"),
    ],
)  # fmt: skip
def test_any_edit_of_a_row_changes_its_hash(column, text):
    row = load_evidence(SMALL).incidence.row(0, named=True)
    assert row_hash("incidence", {**row, column: text}) != row_hash("incidence", row)


def test_an_edited_row_loses_its_mark_by_itself_and_gets_it_back_with_its_content(data):
    signed(data, "INC-002")
    edit(data, "incidence", "INC-002", n_events="31", reported="31 of 100")
    row = standing(data, "INC-002")
    assert (row["status"], row["by"], row["why"]) == ("lapsed", "JD", "the row was edited")
    edit(data, "incidence", "INC-002", n_events="30", reported="30 of 100")
    assert standing(data, "INC-002")["status"] == "verified"


@pytest.mark.parametrize(
    ("table", "row", "cells"),
    [
        ("cohorts", "adams2020", {"population": "adults with leukemia"}),
        ("cohorts", "adams2020", {"n_treated": "101"}),
        ("studies", "adams2020", {"doi": "10.1000/adults.18"}),
        ("studies", "adams2020", {"notice": "retracted"}),
        ("studies", "review2024", {"title": "Another review"}),
    ],
)
def test_an_edit_of_the_cohort_or_the_document_lapses_the_rows_that_lean_on_it(table, row, cells):
    before = book_of(load_evidence(SMALL))
    named = {"cohorts": dict(before.cohorts), "studies": dict(before.studies)}
    named[table][row] = {**named[table][row], **cells}
    inc = before.rows["INC-001"][1]
    assert leans_on_hash(inc, before) != leans_on_hash(inc, Book(before.rows, **named))


def test_a_label_a_note_and_a_notice_looked_up_lapse_nothing(data):
    signed(data, "INC-001")
    edit(data, "cohorts", "adams2020", label="Adams and others 2020", note="see Table 1")
    edit(data, "studies", "adams2020", notice="not_checked", notice_checked="")
    assert standing(data, "INC-001")["status"] == "verified"
    edit(data, "cohorts", "adams2020", n_treated="110")
    assert standing(data, "INC-001")["why"] == "its cohort or its document was edited"


def test_the_hash_knows_a_number_however_written_and_no_order_of_columns():
    row = load_evidence(SMALL).incidence.row(0, named=True)
    texts = {"row_id": "INC-001", "percent": "60", "n_events": "60.0", "in_review": "true"}
    written = {**row, **texts, "a_new_column": None, "another": ""}
    backwards = dict(reversed(list(written.items())))
    assert row_hash("incidence", row) == row_hash("incidence", backwards)
    assert row_hash("incidence", row) == row_hash("incidence", {**row, "extracted_by": "someone else"})
    assert row_hash("incidence", row) != row_hash("incidence", {**row, "a_new_column": "filled"})
    assert row_hash("incidence", row) != row_hash("symptoms", row)


def test_cells_do_not_run_into_each_other():
    """A hash over joined texts would take these two rows for one."""
    assert row_hash("incidence", {"reported": "1", "population": "2,3"}) != row_hash(
        "incidence", {"reported": "1,2", "population": "3"}
    )


def test_an_extractor_cannot_sign_his_own_row_however_he_writes_his_initials(data):
    edit(data, "incidence", "INC-001", extracted_by="pass_a;J.D.")
    for by in ("JD", "jd", "j.d.", "J. D."):
        with pytest.raises(UsageError, match="JD entered INC-001"):
            signed(data, "INC-001", "INC-002", by=by)
    assert read_signatures(data) == []
    signed(data, "INC-001", by="AB")


def test_a_signer_named_later_as_extractor_loses_the_mark(data):
    signed(data, "INC-001")
    edit(data, "incidence", "INC-001", extracted_by="by hand;jd")
    assert standing(data, "INC-001")["why"] == "the signer is named as one who entered it"


def test_unknown_rows_are_all_named_at_once_and_nothing_is_written(data):
    with pytest.raises(UsageError) as error:
        signed(data, "INC-001", "INC-999", "QQQ-001")
    assert '"INC-999"' in str(error.value) and '"QQQ-001"' in str(error.value)
    assert "INC-001 " not in str(error.value).split("did you mean")[0]
    assert not (data / FILE).exists()


@pytest.mark.parametrize("by", ["", " ", ".", "J", "ABCDEF", "pass_a", "J1", "test", "J\nD2", "=JD", "none"])
def test_initials_that_are_none_are_refused(data, by):
    with pytest.raises(UsageError, match="no initials of a person"):
        signed(data, "INC-001", by=by)
    assert not (data / FILE).exists()


@pytest.mark.parametrize(
    ("note", "why"),
    [("two\nlines", "line break"), ("=HYPERLINK(1)", "formula"), ("+1", "formula"), ("-cmd", "formula"),
     ("@sum", "formula"), ("<b>bold</b>", "plain text"), ("n" * 501, "500 characters"), ("a\u202eb", "invisible"),
     ("a\x00b", "invisible")],
)  # fmt: skip
def test_a_note_that_cannot_stand_in_a_cell_is_refused(data, note, why):
    with pytest.raises(UsageError, match=why):
        signed(data, "INC-001", note=note)
    assert not (data / FILE).exists()


def test_a_note_with_quotes_and_commas_comes_back_as_it_was(data):
    signed(data, "INC-001", note='read in Table 2, "row 3"; 60 of 100')
    assert read_signatures(data)[0].note == 'read in Table 2, "row 3"; 60 of 100'


def test_the_same_signature_twice_says_so_and_another_person_may_sign_too(data):
    signed(data, "INC-001")
    again = signed(data, "INC-001", "INC-002", by="jd")
    assert [s.row_id for s in again.known] == ["INC-001"]
    assert [s.row_id for s in again.written] == ["INC-002"]
    signed(data, "INC-001", by="AB")
    assert standing(data, "INC-001")["by"] == "JD; AB"
    done = CliRunner().invoke(sign_command, ["INC-001", "--by", "JD", "--data", str(data)])
    assert done.output == "INC-001 was signed by JD on 2026-11-22 as it is now; not signed twice\n"


def test_the_names_of_the_checks_stand_beside_the_mark_and_flags_apart(data, told):
    told.append(Finding("doubtful rule", "question", "incidence", 2, "INC-001", "n_events", "60", "A reason.", "D01"))
    told.append(Finding("mere note", "note", "incidence", 2, "INC-001", "n_events", "60", "A reason."))
    (line,) = signed(data, "INC-001").written
    assert "printed percentages agree with counts" in line.checks
    assert line.flags == ("doubtful rule",)
    assert read_signatures(data) == [line]


@pytest.mark.parametrize(
    ("verdict", "passed", "flagged"),
    [("agrees", True, False), ("disagrees", False, True), ("moved", False, True), ("not_found", False, True),
     ("not_checkable", False, False), ("lapsed", False, False)],
)  # fmt: skip
def test_the_recorded_verdict_of_the_article_is_a_check_like_another(data, monkeypatch, verdict, passed, flagged):
    monkeypatch.setattr(recorded_verdicts, "recorded_verdicts", lambda evidence: {"INC-001": verdict})
    (line,) = signed(data, "INC-001").written
    assert (checks_passed.ARTICLE in line.checks, checks_passed.ARTICLE in line.flags) == (passed, flagged)


def test_a_rule_that_the_register_excuses_flags_its_row(data):
    edit(data, "seizure_rates", "SEI-001", n_events="61", reported="61 of 60")
    edit(data, "discrepancies", "D01", rows="SEI-001")
    (line,) = signed(data, "SEI-001").written
    assert "no more events than patients" in line.flags
    assert "no more events than patients" not in line.checks


def test_a_check_that_newly_fails_is_shown_next_to_the_mark(data, told):
    signed(data, "INC-001")
    assert standing(data, "INC-001")["fails_now"] is None
    told.append(Finding("new rule", "error", "incidence", 2, "INC-001", "n_events", "60", "A reason."))
    checks_passed.row_checks.cache_clear()
    row = standing(data, "INC-001")
    assert (row["status"], row["fails_now"]) == ("verified", "new rule")
    edit(data, "incidence", "INC-001", note="looked at")
    signed(data, "INC-001")
    assert standing(data, "INC-001")["fails_now"] is None, "what the signer saw is not new"


def test_shares_by_table_count_each_row_once(data):
    signed(data, "INC-001", "INC-002", "SEI-001")
    signed(data, "INC-001", by="AB")
    edit(data, "incidence", "INC-002", note="edited")
    counted = {row["table"]: row for row in shares(status(load_evidence(data))).iter_rows(named=True)}
    assert counted["incidence"] == {"table": "incidence", "rows": 4, "verified": 1, "lapsed": 1, "unverified": 2}
    assert (counted["all"]["verified"], counted["all"]["lapsed"]) == (2, 1)
    assert counted["all"]["rows"] == sum(row["rows"] for name, row in counted.items() if name != "all")


def test_the_site_says_who_signed_and_never_shows_a_lapsed_mark_as_one_that_holds(data):
    assert signature_shares.sentence(load_evidence(data)).startswith("No person has signed a row yet; all ")
    signed(data, "INC-001", "INC-002")
    edit(data, "incidence", "INC-002", note="edited")
    evidence = load_evidence(data)
    assert signature_shares.sentence(evidence).startswith("1 of 21 rows are signed by a person; 1 signed row lapsed")
    assert signature_shares.mark(evidence, "INC-001")["in_words"] == "JD on 2026-11-22"
    assert signature_shares.mark(evidence, "INC-002")["in_words"].startswith("nobody for what it says now; JD on")
    assert signature_shares.mark(evidence, "INC-003")["in_words"] == "nobody yet"
    assert "25%" in signature_tables.signoff_table(evidence).html, "one of four rows of incidence"


def test_a_signature_of_a_row_that_went_is_found(data):
    signed(data, "INC-004")
    path = data / "extracted" / "incidence.csv"
    path.write_text(
        "".join(line for line in path.read_text("utf-8").splitlines(True) if "INC-004" not in line), "utf-8"
    )
    assert [s.row_id for s in signatures_without_row(load_evidence(data))] == ["INC-004"]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_whose_last_line_is_open_or_ends_otherwise_is_continued_on_a_line_of_its_own(data, end):
    signed(data, "INC-001")
    text = (data / FILE).read_text("utf-8").rstrip("\n")
    (data / FILE).write_bytes((text + end).encode())
    signed(data, "INC-002")
    assert [s.row_id for s in read_signatures(data)] == ["INC-001", "INC-002"]
    assert (data / FILE).read_bytes().endswith(b"\n")


def test_faults_of_the_file_are_named_line_by_line_and_nothing_is_appended(data):
    signed(data, "INC-001")
    with (data / FILE).open("a", encoding="utf-8") as file:
        file.write("<<<<<<< HEAD\nINC-1,xyz,xyz,JD,today,,,\n")
    before = (data / FILE).read_bytes()
    with pytest.raises(DataError) as error:
        signed(data, "INC-002")
    assert "verification.csv:3" in str(error.value) and 'verification.csv:4 row_id: "INC-1"' in str(error.value)
    assert (data / FILE).read_bytes() == before


def test_a_link_in_place_of_the_file_is_refused(data, tmp_path):
    (tmp_path / "elsewhere").write_text("")
    (data / FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataError):
        signed(data, "INC-001")
    assert (tmp_path / "elsewhere").read_text() == ""


class HalfFull(io.FileIO):
    """A file on a disk that takes half of what is written."""

    def write(self, data):
        return super().write(data[: len(data) // 2])


def test_half_a_write_is_taken_back(tmp_path):
    path = tmp_path / FILE
    path.write_bytes(b"whole\n")
    with HalfFull(path, "r+") as file, pytest.raises(DataError, match="nothing was signed"):
        file.seek(0, os.SEEK_END)
        signature_file._write_whole(file, b"half of this line\n", 6, path)
    assert path.read_bytes() == b"whole\n"


WRITER = """
import sys
from pathlib import Path
from icans_evidence.audit.signatures.signature_file import Signature, append_signatures
for n in range(int(sys.argv[3])):
    name = f"INC-{int(sys.argv[2]) * 1000 + n:05d}"
    append_signatures(Path(sys.argv[1]), [Signature(name, "a" * 32, "b" * 32, "JD", "2026-11-22", ("check",) * 300),
                                          Signature("INC-001", "a" * 32, "b" * 32, "AB", "2026-11-22")])
"""


def test_processes_at_once_write_whole_lines_and_none_twice(tmp_path):
    """Lines of more than 4 KB, beyond what a pipe or page would keep whole by itself."""
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(number), "15"]) for number in range(1, 4)
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    found = read_signatures(tmp_path)
    assert len({s.row_id for s in found}) == len(found) == 3 * 15 + 1
    assert sum(s.by == "AB" for s in found) == 1
    assert (tmp_path / FILE).read_text("utf-8").count("row_id,content") == 1


def test_two_branches_that_sign_merge_as_a_union(data, tmp_path):
    def git(*words):
        done = subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *words],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    shutil.copy(ROOT / ".gitattributes", tmp_path)
    shutil.copy(ROOT / "data" / FILE, data)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "none verified")
    for branch, row_id in (("one", "INC-001"), ("two", "SEI-001")):
        git("checkout", "-q", "-b", branch, "main")
        signed(data, row_id, by="AB" if branch == "one" else "CD")
        git("commit", "-qam", branch)
    git("merge", "-q", "-m", "both", "one")
    assert {(s.row_id, s.by) for s in read_signatures(data)} == {("INC-001", "AB"), ("SEI-001", "CD")}
    assert standing(data, "INC-001")["status"] == standing(data, "SEI-001")["status"] == "verified"


def test_the_command_tells_that_initials_are_taken_on_trust(data):
    done = CliRunner().invoke(sign_command, ["inc-001", "--by", "JD", "--data", str(data)])
    assert done.exit_code == 0
    assert "no command can tell who types them" in done.output
    assert "no command can tell who types them" in " ".join(CliRunner().invoke(sign_command, ["--help"]).output.split())


def test_appending_nothing_new_leaves_the_bytes_alone(tmp_path):
    one = signature_file.Signature("INC-001", "a" * 32, "b" * 32, "JD", "2026-11-22")
    append_signatures(tmp_path, [one, one])
    before = (tmp_path / FILE).read_bytes()
    assert append_signatures(tmp_path, [one]) == ([], [one])
    assert (tmp_path / FILE).read_bytes() == before
