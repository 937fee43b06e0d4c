"""Each fault that a file can have, planted in a valid folder, and the message a reader gets, word for word."""

from __future__ import annotations

import pytest

SEI = "data/extracted/seizure_rates.csv"
HEADER = (
    "row_id, cohort_id, outcome, n_events, n_total, percent, percent_low, percent_high, spread, population, "
    "denominator_kind, relation, reported, read_in, in_review, cites, section, sentence, fingerprint, locator, "
    "certainty, note, extracted_by"
)


def test_the_small_folder_is_valid(data):
    assert data.faults() == []


@pytest.mark.parametrize("edit", [lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b"\n", b"\r\n"), lambda b: b[:-1],
                                  lambda b: b"\xef\xbb\xbf" + b.replace(b"\n", b"\r\n")])  # fmt: skip
def test_byte_order_mark_crlf_and_a_missing_last_line_end_are_accepted(data, edit):
    for file in (data.root / "extracted").iterdir():
        file.write_bytes(edit(file.read_bytes()))
    assert data.faults() == []


def test_header_only_is_an_empty_table(data):
    data.file("appraisal").write_text("cohort_id,item,judgement,by,note\n")
    assert data.faults() == []
    data.file("appraisal").write_text("cohort_id,item,judgement,by,note")
    assert data.faults() == []


def _bytes(old: bytes, new: bytes, count: int = 1):
    return lambda data: data.swap("seizure_rates", old, new, count)


WHOLE = {
    "semicolons": (
        lambda data: data.swap("seizure_rates", b",", b";", -1),
        [f"{SEI}:1: the cells are separated by semicolons; separate them by commas"],
    ),
    "empty file": (
        lambda data: data.file("seizure_rates").write_bytes(b""),
        [f"{SEI}:1: the file is empty; its first line must name the columns: {HEADER}"],
    ),
    "blank file": (
        lambda data: data.file("seizure_rates").write_bytes(b"\n\n"),
        [f"{SEI}:1: the file is empty; its first line must name the columns: {HEADER}"],
    ),
    "no header": (
        lambda data: data.file("seizure_rates").write_bytes(b"SEI-001,adams2020,seizure\n"),
        [f"{SEI}:1: the first line must name the columns: {HEADER}"],
    ),
    "utf-16": (
        lambda data: data.file("seizure_rates").write_text("row_id", encoding="utf-16"),
        [f"{SEI}:1: the file is UTF-16; save it as UTF-8"],
    ),
    "missing column": (
        _bytes(b"n_events,n_total", b"n_events,total"),
        [
            f'{SEI}:1: no column "total" belongs here; did you mean n_total?',
            f"{SEI}:1 n_total: this column is missing; it belongs after n_events",
        ],
    ),
    "repeated column": (
        _bytes(b"n_events,n_total", b"n_events,n_events"),
        [
            f"{SEI}:1: the column n_events stands here 2 times; it must stand once",
            f"{SEI}:1 n_total: this column is missing; it belongs after n_events",
        ],
    ),
    "wrong order": (
        _bytes(b"row_id,cohort_id", b"cohort_id,row_id"),
        [
            f"{SEI}:1: cohort_id stands where row_id belongs; the order is {HEADER}",
            f'{SEI}:2 row_id: "adams2020" is no row name; a row name has three capitals, a hyphen and at least three '
            "digits, as in SEI-014",
            f'{SEI}:2 cohort_id: "SEI-001" is no cohort_id of cohorts.csv',
            f"{SEI}:3 row_id: is missing; this column is never empty",
            f'{SEI}:3 cohort_id: "SEI-002" is no cohort_id of cohorts.csv',
        ],
    ),
    "missing file": (lambda data: data.file("seizure_rates").unlink(), [f"{SEI}: the file is missing"]),
    "unknown file": (
        lambda data: data.file("seizures_rate").write_text("x"),
        ["data/extracted/seizures_rate.csv: no such table belongs here; did you mean seizure_rates.csv?"],
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_faults_of_a_file_as_a_whole(data, name):
    plant, expected = WHOLE[name]
    plant(data)
    assert data.faults() == expected


def test_an_extra_column_is_named_and_the_rest_still_read(data):
    lines = data.file("seizure_rates").read_text().splitlines()
    lines = [f"{line},{end}" for line, end in zip(lines, ["remark", "", ""], strict=True)]
    data.file("seizure_rates").write_text("\n".join(lines) + "\n")
    assert data.faults() == [f'{SEI}:1: no column "remark" belongs here; remove it']


@pytest.mark.parametrize("make, reason", [
    (lambda path: path.symlink_to("incidence.csv"), "is a symbolic link; a plain file is needed"),
    (lambda path: path.mkdir(), "is a folder; a plain file is needed"),
])  # fmt: skip
def test_no_plain_file(data, make, reason):
    data.file("seizure_rates").unlink()
    make(data.file("seizure_rates"))
    assert data.faults() == [f"{SEI}: {reason}"]


BYTES = {
    "latin-1": (b"with ICANS", b"with na\xefve", [
        f"{SEI}:2 population: the byte EF is not UTF-8 (in Latin-1 it is ï); save the file as UTF-8"]),
    "NUL": (b"with ICANS", b"with\x00ICANS", [
        f'{SEI}:2 population: "withU+0000ICANS" holds the invisible character U+0000; remove it']),
    "bell": (b"with ICANS", b"with\x07ICANS", [
        f'{SEI}:2 population: "withU+0007ICANS" holds the invisible character U+0007; remove it']),
    "right-to-left": (b"with ICANS", "with\u202eICANS".encode(), [
        f'{SEI}:2 population: "withU+202EICANS" holds the invisible character U+202E; remove it']),
    "line break": (b"with ICANS", b'"with\nICANS"', [
        f"{SEI}:2 population: holds a line break; a cell is one line"]),
    "unclosed quote": (b"with ICANS", b'"with ICANS', [
        f'{SEI}:2: a quotation mark is opened and not closed, or stands alone inside a cell; '
        'write "so ""quoted"" here"']),
    "quote inside": (b"with ICANS", b'with "ICANS"', [
        f'{SEI}:2: a quotation mark is opened and not closed, or stands alone inside a cell; '
        'write "so ""quoted"" here"']),
    "a cell too few": (b"adams2020,seizure", b"adams2020", [f"{SEI}:2: 22 cells where 23 are needed"]),
    "a cell too many": (b"adams2020,seizure", b"adams2020,,seizure", [
        f"{SEI}:2: 24 cells where 23 are needed; a cell with a comma in it needs quotation marks around it"]),
    "empty line": (b"\nSEI-002", b"\n\nSEI-002", [f"{SEI}:3: the line is empty"]),
    "10 MB": (b"with ICANS", b"x" * 10_000_000, [
        f"{SEI}:2 population: holds 10,000,000 characters; a cell holds at most 10,000"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
def test_faults_in_the_bytes(data, name):
    old, new, expected = BYTES[name]
    data.swap("seizure_rates", old, new)
    assert data.faults() == expected


def test_lines_after_a_broken_cell_keep_their_numbers(data):
    data.swap("seizure_rates", b"with ICANS", b'"with\n\n\nICANS"')
    data.swap("seizure_rates", b"SEI-002,,seizure", b"SEI-002,,siezure")
    assert data.faults() == [
        f"{SEI}:2 population: holds a line break; a cell is one line",
        f'{SEI}:6 outcome: "siezure" is no outcome of this file; did you mean seizure?',
    ]


NUMBERS = {
    "9-May": "is a date: a spreadsheet has probably turned 5–9 into it; write the figures as they were printed",
    "May-09": "is a date: a spreadsheet has probably turned 5–9 into it; write the figures as they were printed",
    "2026-05-09": "is a date: a spreadsheet has probably turned 5–9 into it; write the figures as they were printed",
    "4,5": "has a decimal comma; write 4.5",
    "1,000": "holds a comma; write 1000, or a decimal point if a decimal was meant",
    " 60": "has spaces around the number; write 60",
    "60 ": "has spaces around the number; write 60",
    "“60”": "has quotation marks around the number; write 60",
    '"60"': "has quotation marks around the number; write 60",
    "60%": "has a percent sign; write 60",
    "60 per cent": "has a percent sign; write 60",
    "４０": "has full-width or foreign digits; write 40",
    "≥60": "has the sign with the number; the sign belongs in the column relation, here write 60",
    "5–9": "is a range; its two ends have columns of their own",
    "n/a": "is no number; leave a missing value empty",
    "-": "is no number; leave a missing value empty",
    "12.0": "is not a whole number",
    "many": "is not a whole number, such as 12",
    "1e3": "is not a whole number, such as 12",
    "−3": "has a typographic minus; write -3",
    "=30+30": "begins with =, which a spreadsheet runs as a formula; write the number itself",
}


@pytest.mark.parametrize("written", NUMBERS)
def test_a_cell_that_is_no_number_is_explained(data, written):
    data.put("seizure_rates", 2, n_total=written)
    assert data.faults() == [f'{SEI}:2 n_total: "{written}" {NUMBERS[written]}']


def test_a_negative_count(data):
    data.put("seizure_rates", 2, n_events="-3")
    assert data.faults() == [f'{SEI}:2 n_events: "-3" is not allowed here; allowed: 0 or more']


TEXTS = [
    ("reported", "9-May", '"9-May" is a date: a spreadsheet has probably turned 5–9 into it; write the figures as they '
     "were printed"),
    ("note", "=cmd()", '"=cmd()" begins with =, which a spreadsheet runs as a formula; begin with a word'),
    ("note", "+1 more", '"+1 more" begins with +, which a spreadsheet runs as a formula; begin with a word'),
    ("note", "@home", '"@home" begins with @, which a spreadsheet runs as a formula; begin with a word'),
    ("note", "-2+3", '"-2+3" begins with -, which a spreadsheet runs as a formula; begin with a word'),
    ("note", "-", '"-" is no value; leave a missing value empty'),
    ("note", " padded", '" padded" begins or ends with a space'),
    ("population", "<b>all</b>", '"<b>all</b>" holds what reads as an HTML tag; cells are plain text'),
    ("population", "<script src=x", '"<script src=x" holds what reads as an HTML tag; cells are plain text'),
    ("relation", "≈", '"≈" is not allowed here; allowed: =, ≤, ≥, ~, <, >'),
    ("certainty", "hihg", '"hihg" is not allowed here; did you mean high?'),
    ("certainty", "", "is missing; this column is never empty"),
    ("in_review", "TRUE", '"TRUE" is neither true nor false'),
    ("cites", "1,2", '"1,2" is no list of reference numbers; a list of reference numbers is written as in 10;15;16'),
    ("cites", "1;9", '"9" is no ref_number of studies.csv'),
    ("fingerprint", "XYZ", '"XYZ" is no fingerprint; a fingerprint has 12 digits of 0-9 and a-f'),
    ("cohort_id", "adam2020", '"adam2020" is no cohort_id of cohorts.csv; did you mean adams2020?'),
    ("outcome", "siezure", '"siezure" is no outcome of this file; did you mean seizure?'),
    ("row_id", "INC-099", '"INC-099" does not begin with SEI-'),
    ("row_id", "INC-001", '"INC-001" stands already in line 2 of incidence.csv; it must stand once'),
]  # fmt: skip


@pytest.mark.parametrize("column, written, reason", TEXTS, ids=[f"{c}-{w}" for c, w, _ in TEXTS])
def test_a_text_that_may_not_stand_there(data, column, written, reason):
    data.put("seizure_rates", 2, **{column: written})
    assert f"{SEI}:2 {column}: {reason}" in data.faults()


@pytest.mark.parametrize("reported", ["none, < 5 of 60", "−0.5, none of 60", "-0.5%", "= none of 60"])
def test_signs_that_a_printed_figure_begins_with(data, reported):
    """A lone number with a hyphen is data; a text that a spreadsheet would compute is not."""
    data.put("seizure_rates", 2, reported=reported)
    formula = any("formula" in fault for fault in data.faults())
    assert formula == reported.startswith("=")


def test_a_row_id_stands_once(data):
    data.put("seizure_rates", 3, row_id="SEI-001")
    assert data.faults() == [f'{SEI}:3 row_id: "SEI-001" stands already in line 2; it must stand once']


def test_every_fault_at_once_sorted_by_file_line_and_column(data):
    data.put("symptoms", 3, n_total="6O")
    data.put("incidence", 3, relation="?", n_events="130")
    data.put("incidence", 2, cohort_id="adam2020")
    assert data.faults() == [
        'data/extracted/incidence.csv:2 cohort_id: "adam2020" is no cohort_id of cohorts.csv; did you mean adams2020?',
        'data/extracted/incidence.csv:3 n_events: "130" does not stand in reported, "30 of 100"',
        'data/extracted/incidence.csv:3 n_events: "130" is more than n_total, 100 (cohort adams2020)',
        'data/extracted/incidence.csv:3 relation: "?" is not allowed here; allowed: =, ≤, ≥, ~, <, >',
        'data/extracted/symptoms.csv:3 n_total: "6O" is not a whole number, such as 12',
    ]


def test_a_long_value_is_cut_in_the_message(data):
    data.put("seizure_rates", 2, spread="r" * 500)
    assert data.faults() == [
        f'{SEI}:2 spread: "{"r" * 60}…" is not allowed here; allowed: range, iqr, ci95, sd, not_stated'
    ]


def test_version_and_bibliography_are_needed(data):
    (data.root / "VERSION").write_text("one\n")
    (data.root / "references.bib").unlink()
    assert data.faults() == [
        'data/VERSION: "one" is not a version and a day, as in 0.1.0 2026-11-22',
        "data/references.bib: the file is missing",
    ]


def test_paths_are_shown_as_the_folder_was_named(data):
    data.file("claims").unlink()
    assert data.faults() == ["data/extracted/claims.csv: the file is missing"]
    from icans_evidence.errors import DataError
    from icans_evidence.evidence import load_evidence

    with pytest.raises(DataError, match=rf"^{data.root.resolve()}/extracted/claims\.csv: the file is missing"):
        load_evidence(data.root.resolve())
