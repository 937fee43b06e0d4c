"""Tables in files: graded whole and in order, or refused with row numbers; no patient's value is ever told."""

from __future__ import annotations

import csv
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import oracle
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icans_evidence.errors import DataError, UsageError, UserError
from icans_evidence.grading import grade_icans
from icans_evidence.grading.csv_shape import shape_of
from icans_evidence.grading.table_files import grade_table

COLUMNS = [
    "patient_id", "assessed_at", "age_years", "developmental_delay", "ice", "capd", "consciousness", "seizure", "motor",
    "edema",
]  # fmt: skip
ADDED = ["grade", "minimum", "maximum", "is_final", "decided_by", "unassessed", "problem"]
WELL = ["p1", "2026-03-01", "54", "", "10", "", "alert", "none", "none", "none"]
SECRET = "Zacharias-4711"


def write(path, rows, header=None):
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows([header or COLUMNS, *rows])
    return path


def graded(path, engine="polars", suffix=".csv"):
    out = path.with_name(f"out-{engine}{suffix}")
    return grade_table(path, out, engine), out


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def run(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "icans_evidence", *map(str, arguments)], capture_output=True, text=True, cwd=cwd,
        env={**os.environ, "ICANS_EVIDENCE_TRACE": ""}, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def every_state(tmp_path_factory):
    """Every state with ICE and with CAPD without an age, wrong rows, and all again with an age: 27,080 rows."""
    path = tmp_path_factory.mktemp("states") / "states.csv"
    rows = []
    for number in range(2):
        for score in ("ice", "capd"):
            for state in oracle.states(score):
                found = {k: "" if v is None else str(v) for k, v in state.items()}
                age = {"ice": "54", "capd": "6"}[score] if number else ""
                rows.append([f"p{len(rows)}", "2026-03-01", age, "", *(found.get(name, "") for name in COLUMNS[4:])])
        rows += [["p", "2026-03-01", "-3", "maybe", "1e400", "5", "Alert", "nöne", "x", " none"]] * 4
    return write(path, rows)


def test_every_state_in_a_file_is_graded_as_a_person_is(every_state):
    told, out = graded(every_state)
    assert (told.rows, told.problems) == (27_080, 8)
    for given_row, row in zip(rows_of(every_state), rows_of(out), strict=True):
        assert {name: row[name] for name in COLUMNS} == given_row
        if row["problem"]:
            assert given_row["age_years"] == "-3" and row["grade"] == row["minimum"] == row["is_final"] == ""
            continue
        one = grade_icans({name: row[name] for name in COLUMNS[4:]}, row["age_years"] or None)
        assert (row["minimum"], row["maximum"]) == (str(one.minimum), str(one.maximum))
        assert row["is_final"] == str(one.is_final).lower()
        assert row["decided_by"] == ";".join(one.decided_by) and row["unassessed"] == ";".join(one.unassessed)


@pytest.mark.parametrize(
    ("engine", "suffix"),
    [("duckdb", ".csv"), ("duckdb", ".parquet"), pytest.param("spark", ".csv", marks=pytest.mark.java)],
)
def test_the_engines_write_the_same_rows_in_the_same_order(every_state, engine, suffix):
    told, out = graded(every_state, engine, suffix)
    same, by_polars = graded(every_state, "polars", suffix)
    assert told == same
    if suffix == ".csv":
        assert out.read_bytes() == by_polars.read_bytes()
    else:
        assert pl.read_parquet(out).equals(pl.read_parquet(by_polars))


def test_further_columns_are_kept_as_they_are_and_stand_first(tmp_path):
    header = [*COLUMNS, "note", *(f"more_{n}" for n in range(40))]
    path = write(tmp_path / "wide.csv", [[*WELL, 'said "no", é', *["007"] * 40]], header)
    _, out = graded(path)
    row = rows_of(out)[0]
    assert list(row) == [*header, *ADDED]
    assert (row["note"], row["more_3"], row["grade"]) == ('said "no", é', "007", "0")


def test_a_parquet_table_with_numbers_and_categories_is_graded(tmp_path):
    path = tmp_path / "typed.parquet"
    pl.DataFrame(
        {
            "patient_id": [1, 2],
            "ice": [8, None],
            "consciousness": ["alert", "unarousable"],
            "developmental_delay": [None, True],
        }
    ).with_columns(pl.col("consciousness").cast(pl.Categorical)).write_parquet(path)
    _, out = graded(path, suffix=".parquet")
    assert pl.read_parquet(out)["minimum"].to_list() == [1, 4]
    assert pl.read_parquet(out)["maximum"].to_list() == [4, 4]


def test_missing_columns_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "bom.csv"
    path.write_bytes("\ufeffice,consciousness\r\n8,alert\r\n".encode())
    _, out = graded(path)
    row = rows_of(out)[0]
    assert (row["minimum"], row["maximum"], row["unassessed"]) == ("1", "4", "seizure;motor;edema")


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("consciousness", "Alert", "consciousness must be alert"),
        ("seizure", "none ", "seizure must be none"),
        ("edema", "önly", "edema must be none"),
        ("ice", "1e400", "ice must be a whole number from 0 to 10"),
        ("ice", "8.5", "ice must be a whole number"),
        ("ice", "11", "ice must be a whole number"),
        ("ice", "٣", "ice must be a whole number"),
        ("capd", "3", "ice and capd are both given"),
        ("age_years", "-1", "age_years must be a number from 0 to 120"),
        ("age_years", "nan", "age_years must be a number"),
        ("age_years", "4", "ice is for 12 years and over"),
        ("developmental_delay", "yes", "developmental_delay must be true or false"),
    ],
)
def test_a_wrong_cell_is_a_problem_of_its_row_and_never_a_grade(tmp_path, column, cell, message):
    wrong = list(WELL)
    wrong[COLUMNS.index(column)] = cell
    told, out = graded(write(tmp_path / "t.csv", [WELL, wrong, WELL]))
    assert told.problems == 1
    assert told.first[0].startswith("row 2: ") and message in told.first[0]
    rows = rows_of(out)
    assert [row["grade"] for row in rows] == ["0", "", "0"]
    assert message in rows[1]["problem"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.csv: the file is empty; its first line must name the columns"),
        ("\n1\n", "t.csv: the first line is empty; it must name the columns"),
        ("ice,,motor\n", "t.csv: column 2 has no name"),
        ("ice,ice\n8,8\n", "t.csv: the column ice stands twice"),
        ("patient;grade\n1;2\n", "none of the columns"),
        ("ice,motor\n8,none\n8\n", "t.csv row 2: has 1 field, the header 2"),
        ("ice,motor\n8,none,none\n", "t.csv row 1: has 3 fields, the header 2"),
        ("ice,motor\n\n8,none\n", "t.csv row 1: is empty; remove the line"),
        ('ice,motor\n8,"none"x\n', "t.csv row 1: a quotation mark is out of place"),
        ('ice,motor\n8,"none\n7,none\n', "t.csv row 1: a quotation mark is out of place"),
        ('ice,motor\n8,none\n8,no"ne\n', "t.csv row 2: a quotation mark is out of place"),
        ('ice,motor\n8,"no\nne"\n8,""x\n', "t.csv row 2: a quotation mark is out of place"),
        (b"ice,motor\n8,none\n8,\xff\n", "t.csv row 2: is not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_rows(tmp_path, text, message):
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError) as refused:
        graded(path)
    assert message in str(refused.value)
    assert list(tmp_path.iterdir()) == [path]


def test_a_cell_may_hold_commas_quotation_marks_and_line_breaks(tmp_path):
    path = write(tmp_path / "t.csv", [[*WELL, 'a, "b"\nc'], [*WELL, "d"]], [*COLUMNS, "note"])
    assert shape_of(path).rows == 2
    for engine in ("polars", "duckdb"):
        _, out = graded(path, engine)
        assert [row["note"] for row in rows_of(out)] == ['a, "b"\nc', "d"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60).map(lambda end: b"ice,motor\n8,none\n" + end))
def test_whatever_the_bytes_every_row_is_written_or_the_file_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / "t.csv"
    path.write_bytes(data)
    try:
        told, out = graded(path)
    except UserError as refused:
        assert "Traceback" not in str(refused)
        return
    assert len(rows_of(out)) == told.rows == shape_of(path).rows
    assert (rows_of(out)[0]["minimum"], rows_of(out)[0]["maximum"]) == ("1", "4")


def test_names_that_cannot_be_are_refused(tmp_path):
    path = write(tmp_path / "t.csv", [WELL])
    for source, target, engine, message in (
        (path, path, "polars", "another file"),
        (path, tmp_path / "out.xlsx", "polars", "must end in .csv or .parquet"),
        (tmp_path / "none.csv", tmp_path / "o.csv", "polars", "is not a file"),
        (path, tmp_path / "none" / "o.csv", "polars", "does not exist"),
        (path, tmp_path / "o.csv", "pandas", "engine must be polars, duckdb or spark"),
    ):
        with pytest.raises(UsageError, match=re.escape(message)):
            grade_table(source, target, engine)
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        grade_table(Path(str(path.rename(tmp_path / "t.parquet"))), tmp_path / "o.csv")
    upper = write(tmp_path / "u.csv", [["8"]], ["ICE"])
    with pytest.raises(UsageError, match="small letters"):
        graded(upper)


def test_the_command_counts_problems_and_cautions_and_tells_no_value(tmp_path):
    drowsy = [*WELL[:6], "awakens_spontaneously", *WELL[7:]]
    wrong = [SECRET, SECRET, SECRET, SECRET, SECRET, "", SECRET, SECRET, SECRET, SECRET]
    write(tmp_path / "t.csv", [WELL, drowsy, wrong])
    done = run("grade-table", tmp_path / "t.csv", "-o", tmp_path / "o.csv")
    assert done.returncode == 0, done.stderr
    assert "1 row of 3 with a problem, not graded" in done.stderr
    assert "1 row with a caution: Grade 1 rests on drowsiness alone" in done.stderr
    assert "row 3: age_years must be" in done.stderr
    assert SECRET not in done.stderr + done.stdout
    assert rows_of(tmp_path / "o.csv")[2]["patient_id"] == SECRET


def test_a_table_of_crs_is_graded_by_its_own_columns(tmp_path):
    header = ["patient_id", "age_years", "ice", "fever", "hypotension", "hypoxia"]
    rows = [
        ["p1", "54", "8", "yes", "none", "low_flow"],  # PMC9327779 table 2: low-flow oxygen is grade 2
        ["p2", "", "", "no", "multiple_vasopressors", "none"],
        ["p3", SECRET, SECRET, "", "one_vasopressor", "none"],
        ["p4", "", "", SECRET, "none", "none"],
    ]
    path = write(tmp_path / "crs.csv", rows, header)
    for engine in ("polars", "duckdb"):
        done = run("grade-table", path, "--scale", "crs", "-o", tmp_path / "o.csv", "--engine", engine)
        assert done.returncode == 0 and SECRET not in done.stderr + done.stdout
        found = [
            (row["grade"], row["minimum"], row["maximum"], row["decided_by"]) for row in rows_of(tmp_path / "o.csv")
        ]
        assert found == [("2", "2", "2", "hypoxia"), ("0", "0", "0", ""), ("", "0", "3", ""), ("", "", "", "")]
        assert "row 4: fever must be no, masked_by_treatment or yes (empty if not assessed)" in done.stderr
        assert "no column" not in done.stderr
    absent = write(tmp_path / "icans.csv", [["8"]], ["ice"])
    done = run("grade-table", absent, "--scale", "crs", "-o", tmp_path / "o.csv")
    assert done.returncode == 1 and "none of the columns fever, hypotension, hypoxia and patient_id" in done.stderr


@pytest.mark.parametrize("text", [f"ice,motor\n{SECRET},none,{SECRET}\n", f'ice,motor\n"{SECRET}"{SECRET},none\n'])
def test_no_value_of_a_broken_file_is_told(tmp_path, text):
    (tmp_path / "t.csv").write_text(text)
    for engine in ("polars", "duckdb"):
        done = run("grade-table", tmp_path / "t.csv", "-o", tmp_path / "o.csv", "--engine", engine)
        assert done.returncode == 1
        assert SECRET not in done.stderr + done.stdout and "Traceback" not in done.stderr
        assert "row 1" in done.stderr


def test_a_fault_of_ours_is_told_without_a_value(monkeypatch, tmp_path):
    from icans_evidence.cli.grading import nothing_of_a_patient

    with pytest.raises(RuntimeError) as raised, nothing_of_a_patient():
        raise KeyError(SECRET)
    assert SECRET not in str(raised.value) and raised.value.__suppress_context__


def test_rows_keep_their_order_over_many_batches(tmp_path):
    chance = random.Random(1)
    rows = [
        [f"p{n}", "", "", "", str(chance.randrange(11)), "", "alert", "none", "none", "none"] for n in range(150_000)
    ]
    path = write(tmp_path / "long.csv", rows)
    seen: list[tuple[int, int]] = []
    for engine in ("polars", "duckdb"):
        out = tmp_path / f"{engine}.csv"
        grade_table(path, out, engine, lambda *told: seen.append(told))
        assert [row["patient_id"] for row in rows_of(out)] == [row[0] for row in rows]
    assert max(seen) == (len(rows), len(rows))
