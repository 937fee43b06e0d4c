"""The form asks what the schemas declare: read back by openpyxl, another program than the one that wrote it."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from icans_evidence.cli import cli
from icans_evidence.evidence.schemas import columns_of, schema_of, types_of
from icans_evidence.evidence.vocabulary_files import read_vocabulary
from icans_evidence.exchange.example_rows import EXAMPLE, example_row
from icans_evidence.exchange.form import form
from icans_evidence.exchange.form_columns import NOT_TYPED, names_of_rows
from icans_evidence.exchange.importing import import_form
from icans_evidence.wording import EDUCATIONAL
from own_project import ROOT, VOCABULARY

FORMS = [table for table in VOCABULARY.tables if table not in NOT_TYPED]


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(BytesIO(form(VOCABULARY)))


def rules(book, table: str) -> dict[str, object]:
    """The check on each column, by the column's name."""
    found = {}
    for rule in book[table].data_validations.dataValidation:
        column = next(iter(rule.sqref.ranges)).min_col
        found[columns_of(VOCABULARY, table)[column - 1]] = rule
    return found


def listed(book, formula: str) -> list[str]:
    """The words in a range such as Lists!$A$2:$A$9."""
    sheet, _, cells = formula.partition("!")
    return [row[0].value for row in book[sheet][cells]]


def test_a_sheet_for_each_table_after_one_that_says_how(book):
    assert book.sheetnames == ["How to", *FORMS, "Columns", "Lists"]
    said = [cell.value for row in book["How to"] for cell in row if cell.value]
    assert EDUCATIONAL in said
    assert any("never imported" in line for line in said)


def test_the_form_is_the_same_each_time():
    assert form(VOCABULARY) == form(VOCABULARY)


@pytest.mark.parametrize("table", FORMS)
def test_headers_are_the_columns_and_stay_in_sight(book, table):
    sheet = book[table]
    assert [cell.value for cell in sheet[1]] == columns_of(VOCABULARY, table)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B2", "$1:$1")
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize("table", FORMS)
def test_every_column_says_what_it_means(book, table):
    for name, rule in rules(book, table).items():
        assert rule.promptTitle == name[:32]
        assert rule.prompt.startswith(schema_of(VOCABULARY, table).columns[name].description[:100])
        assert len(rule.prompt) <= 255
    assert set(rules(book, table)) == set(columns_of(VOCABULARY, table))


@pytest.mark.parametrize("table", FORMS)
def test_drop_downs_hold_the_allowed_words_and_no_other(book, table):
    found = rules(book, table)
    for name, column in schema_of(VOCABULARY, table).columns.items():
        words = next((c.statistics["allowed_values"] for c in column.checks if c.name == "isin"), None)
        if name == "outcome" and VOCABULARY.tables[table].outcomes:
            words = list(VOCABULARY.tables[table].outcomes)
        if types_of(VOCABULARY, table)[name] == pl.Boolean:
            words = ["true", "false"]
        if words:
            assert found[name].type == "list"
            assert listed(book, found[name].formula1) == list(words)


def test_a_projects_own_outcomes_are_offered_too(small):
    with (small / "vocabulary" / "outcomes.csv").open("a", encoding="utf-8") as text:
        text.write("incidence,any_bleeding,any bleeding,,,,,,,\n")
    assert CliRunner().invoke(cli, ["template", "form.xlsx", "--data", "data"]).exit_code == 0
    book = openpyxl.load_workbook("form.xlsx")
    assert "any_bleeding" in listed(book, rules(book, "incidence")["outcome"].formula1)


def test_limits_are_those_of_the_schema(book):
    """percent is from 0 to 100, n_events 0 or more and whole, interval_hours more than 0, year 1990 to 2100."""
    found = rules(book, "incidence")
    percent, events = found["percent"], found["n_events"]
    assert (percent.type, percent.formula1, percent.formula2) == ("decimal", "0", "100")
    assert (events.type, events.operator, events.formula1) == ("whole", "greaterThanOrEqual", "0")
    hours = rules(book, "treatment_doses")["interval_hours"]
    assert (hours.type, hours.operator, hours.formula1) == ("decimal", "greaterThan", "0")
    year = rules(book, "studies")["year"]
    assert (year.type, year.formula1, year.formula2) == ("whole", "1990", "2100")


def test_text_columns_are_formatted_as_text(book):
    """So that 95.20 stays 95.20 and 5-10 does not become a date."""
    sheet = book["incidence"]
    formats = {name: sheet.column_dimensions[cell.column_letter].number_format
               for name, cell in zip(columns_of(VOCABULARY, "incidence"), sheet[1], strict=True)
               if cell.column_letter in sheet.column_dimensions}  # fmt: skip
    assert formats["reported"] == "@"
    assert formats["n_events"] == "General"


@pytest.mark.parametrize("table", FORMS)
def test_the_example_keeps_to_its_schema(book, table):
    """Held by Pandera, in the types of the columns, with a name in place of EXAMPLE."""
    names = {
        "row_id": f"{VOCABULARY.tables[table].prefix}-001", "discrepancy_id": "D01",
        "pool_id": "POOL-001", "rec_id": "REC-001",
    }  # fmt: skip
    key = names_of_rows(VOCABULARY, table)[0]
    cells = example_row(VOCABULARY, table)
    assert cells[key] == EXAMPLE
    cells = cells | {key: names.get(key, "example2020")}
    types = types_of(VOCABULARY, table)
    frame = pl.DataFrame({n: [v or None] for n, v in cells.items()}, schema=dict.fromkeys(cells, pl.String))
    frame = frame.with_columns(
        pl.col(n) == "true" if kind == pl.Boolean else pl.col(n).cast(kind) for n, kind in types.items()
    )
    schema_of(VOCABULARY, table).validate(frame)
    assert not VOCABULARY.tables[table].outcomes or cells["outcome"] in VOCABULARY.tables[table].outcomes


def test_an_untouched_form_brings_nothing(small, tmp_path):
    path = tmp_path / "form.xlsx"
    words = read_vocabulary(small)
    path.write_bytes(form(words))
    done = import_form(path, small)
    assert (done.written, len(done.examples)) == ([], len(words.tables) - len(NOT_TYPED))


def test_the_command_writes_no_file_over_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["template", "form.xlsx", "--data", str(ROOT / "data")]).exit_code == 0
    before = (tmp_path / "form.xlsx").read_bytes()
    again = CliRunner().invoke(cli, ["template", "form.xlsx", "--data", str(ROOT / "data")])
    assert str(again.exception) == "form.xlsx is there already and may be filled; name another file"
    assert (tmp_path / "form.xlsx").read_bytes() == before
    assert str(CliRunner().invoke(cli, ["template", "form.xls"]).exception) == "form.xls must end in .xlsx"
