"""What the reader sees in a workbook: styles by what they do, texts as meant, and only what is filled."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from icans_evidence.exchange.form import form
from icans_evidence.exchange.form_columns import asked
from icans_evidence.exchange.workbook_cells import Refused, text_of
from icans_evidence.files.sheet import Cell, address, position, read_sheet, without_empty_rows
from icans_evidence.files.workbook import Style, Workbook, read_workbook, style_of, unescaped
from icans_evidence.files.zip_limits import Container
from own_project import SMALL_VOCABULARY as VOCABULARY

COLUMNS = {column.name: column for column in asked(VOCABULARY, "incidence")} | {
    "notice_checked": asked(VOCABULARY, "studies")[11]
}

STYLES = [
    (0, "General", "number", None), (1, "0", "number", 0), (2, "0.00", "number", 2), (9, "0%", "percent", None),
    (14, "", "date", None), (22, "", "date", None), (49, "@", "text", None), (165, "0.0##############", "number", 1),
    (164, "yyyy-mm-dd", "date", None), (164, "[$-409]d mmm yyyy;@", "date", None), (164, "[h]:mm", "date", None),
    (164, '0.0" days"', "number", 1), (164, "#,##0", "number", None), (164, "0.00%", "percent", None),
    (164, '"m"0', "number", 0), (164, "[Red]0.0;[Blue]-0.0", "number", 1),
]  # fmt: skip


@pytest.mark.parametrize("number, code, kind, decimals", STYLES)
def test_a_number_format_is_known_by_what_it_shows(number, code, kind, decimals):
    """Numbers of built-in formats are those of ECMA-376, part 1, section 18.8.30."""
    assert style_of(number, code)[0] == kind
    if kind == "number":
        assert style_of(number, code).decimals == decimals


@pytest.mark.parametrize("column, letters", [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA"), (16384, "XFD")])
def test_addresses(column, letters):
    assert address(7, column) == f"{letters}7"
    assert position(f"{letters}7") == (7, column)


def test_escapes_are_those_of_the_format():
    assert unescaped("a_x0007_b_x005F_x0041_") == "a\x07b_x0041_"
    assert unescaped("_xD800_") == "_xD800_", "half a character is no character"


def taken(text: str, style: Style, column: str, *, from_1904: bool = False) -> str:
    workbook = Workbook([], [], [style], from_1904)
    return text_of(Cell("number", text, 0), COLUMNS[column], workbook)


@pytest.mark.parametrize("text, style, figure", [
    ("33.299999999999997", Style(), "33.3"),  # as spreadsheets store 33.3
    ("5", Style("number", 1), "5.0"), ("5.25", Style("number", 1), "5.25"), ("1E-3", Style(), "0.001"),
    ("12.0", Style(), "12"), ("0", Style(), "0"), ("-4.5", Style(), "-4.5"), ("1E+3", Style(), "1000"),
])  # fmt: skip
def test_numbers_are_the_shortest_that_say_the_same(text, style, figure):
    assert taken(text, style, "percent") == figure


def test_a_day_is_right_in_a_column_of_days():
    """Excel counts 2026-11-22 as day 46348; the Mac's old count is 1,462 days behind."""
    days = (date(2026, 11, 22) - date(1899, 12, 30)).days
    assert days == 46348
    assert taken("46348", Style("date"), "notice_checked") == "2026-11-22"
    assert taken(str(46348 - 1462), Style("date"), "notice_checked", from_1904=True) == "2026-11-22"
    with pytest.raises(Refused, match="a spreadsheet has probably turned"):
        taken("46348", Style("date"), "percent")


@pytest.mark.parametrize("text", ["1E+15", "-1E+15", "1E+400"])
def test_numbers_beyond_fifteen_digits_are_refused(text):
    with pytest.raises(Refused, match="at most 15 digits"):
        taken(text, Style(), "percent")


def read(content: bytes, name: str):
    path = BytesIO(content)
    with Container.__new__(Container) as container:
        container.file, container._zip = "x.xlsx", zipfile.ZipFile(path)
        container.names = frozenset(container._zip.namelist())
        workbook = read_workbook(container)
        part = next(sheet.part for sheet in workbook.sheets if sheet.name == name)
        return read_sheet(container, workbook, name, part)


def test_rich_text_and_pronunciation_are_read_as_shown():
    """A cell with inline rich text, and a phonetic guide that is no part of it (ECMA-376, 18.4.6)."""
    book = openpyxl.Workbook()
    book.active["A1"] = "here"
    target = BytesIO()
    book.save(target)
    sheet = '<row r="1"><c r="A1" t="inlineStr"><is><r><t>ab</t></r><r><t> c</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c></row>'
    content = _with_rows(target.getvalue(), "xl/worksheets/sheet1.xml", sheet)
    assert read(content, "Sheet").cells == {(1, 1): Cell("text", "ab c", 0)}


def _with_rows(content: bytes, part: str, rows: str) -> bytes:
    """A workbook with the rows of a sheet replaced."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == part:
                start, end = body.index(b"<sheetData>") + 11, body.index(b"</sheetData>")
                body = body[:start] + rows.encode() + body[end:]
            new.writestr(name, body)
    return target.getvalue()


def test_a_million_empty_formatted_rows_are_trimmed():
    """Rows 3 to 1,000,002 are formatted and empty; the row after them is found, in a few megabytes."""
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>row_id</t></is></c></row>'
    empty = "".join(f'<row r="{row}"><c r="A{row}" s="2"/><c r="B{row}" s="2"/></row>' for row in range(3, 1_000_003))
    last = '<row r="1000003"><c r="B1000003"><v>7</v></c></row>'
    content = _with_rows(form(VOCABULARY), "xl/worksheets/sheet4.xml", head + empty + last)
    tracemalloc.start()
    sheet = read(content, "incidence")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sheet.cells == {(1, 1): Cell("text", "row_id", 0), (1000003, 2): Cell("number", "7", 0)}
    assert peak < 20 << 20


@pytest.mark.parametrize("rows", [
    '<row r="2"/><row r="3"><c r="A3"><v>1</v></c></row>',
    '<row r="2"><c r="A2"/></row><row><c r="A3"><v>1</v></c></row>',
    '<row><c/></row><row r="3"><c><v>1</v></c></row>',
    "<row/><row/><row><c><v>1</v></c></row>",
    '<row r="2"><!-- a comment --></row><row r="3"><c r="A3"><v>1</v></c></row>',
])  # fmt: skip
def test_leaving_out_empty_rows_changes_nothing_that_is_read(rows):
    """Cut into pieces of any size, the filled cells are where a reader of the whole finds them: in row 3."""
    body = f"<x><sheetData>{rows}</sheetData></x>".encode()
    for size in (1, 7, 20, 1000):
        kept = b"".join(without_empty_rows(body[at : at + size] for at in range(0, len(body), size)))
        content = _with_rows(
            form(VOCABULARY),
            "xl/worksheets/sheet4.xml",
            kept[len(b"<x><sheetData>") : -len(b"</sheetData></x>")].decode(),
        )
        assert read(content, "incidence").cells == {(3, 1): Cell("number", "1", 0)}
