"""One set of words for what is no CSV of ours, and one way to take what the first line leaves no doubt about."""

from __future__ import annotations

import gzip
import io
import zipfile

import openpyxl
import polars as pl
import pytest

from icans_evidence.errors import DataError
from icans_evidence.files.csv_form import CsvForm, form_of, not_csv, strictly
from icans_evidence.files.csv_text import read_texts
from icans_evidence.files.number_columns import counts, read_columns
from icans_evidence.grading.csv_shape import shape_of
from icans_evidence.grading.table_files import grade_table, read_table


def workbook() -> bytes:
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def open_document() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return target.getvalue()


def parquet() -> bytes:
    target = io.BytesIO()
    pl.DataFrame({"ice": [1]}).write_parquet(target)
    return target.getvalue()


NO_CSV = {
    "xlsx": (workbook(), "is a workbook (.xlsx or .ods), no CSV; save the sheet as CSV UTF-8"),
    "ods": (open_document(), "is a workbook (.xlsx or .ods), no CSV; save the sheet as CSV UTF-8"),
    "xls": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "is an old Excel workbook (.xls), no CSV; save the sheet as CSV UTF-8"),
    "parquet": (parquet(), "is Parquet, no CSV; end its name in .parquet"),
    "gzip": (gzip.compress(b"ice\n8\n"), "is compressed (gzip), no CSV; unpack it"),
    "pdf": (b"%PDF-1.7\n", "is a PDF, no CSV"),
    "html saved as .xls": (b"\xef\xbb\xbf<html><table><tr><td>ice</td></tr></table></html>", "is a web page, no CSV; open it in a spreadsheet and save the sheet as CSV UTF-8"),
    "xml": (b'<?xml version="1.0"?>\n<Workbook/>', "is a web page, no CSV; open it in a spreadsheet and save the sheet as CSV UTF-8"),
    "UTF-16 without its mark": ("ice,motor\n8,none\n".encode("utf-16-le"), "the file is UTF-16; save it as UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("data, words", NO_CSV.values(), ids=NO_CSV)
def test_every_reader_says_the_same_of_what_is_no_csv(tmp_path, data, words):
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    assert not_csv(data) == words
    told: list[str] = []
    assert read_texts(data, ["ice", "motor"], lambda line, column, text: told.append(text)) is None
    assert told == [words]
    for reader in (lambda: read_columns(path, {"events": "ice"}), lambda: shape_of(path)):
        with pytest.raises(DataError) as refused:
            reader()
        assert words in str(refused.value)


def test_a_byte_00_is_a_fault_of_its_line(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"study,x,n\nA,3,10\nB,4\0,20\n")
    with pytest.raises(DataError, match=r"t\.csv:3"):
        counts(read_columns(path, {"events": "x", "total": "n"}))


FORMS = {
    b"a,b,c\n": CsvForm(), b"a;b;c\n": CsvForm(";"), b"a\tb\tc\r\n": CsvForm("\t"), b"a\n1,2\n": CsvForm(),
    b"sep=;\na;b\n": CsvForm(";", 1), b"\xef\xbb\xbfSEP=,\r\na,b\r\n": CsvForm(",", 1), b'"sep=\t"\na\tb\n': CsvForm("\t", 1),
    b'"a;b;c",d\n': CsvForm(), b'"a,b";c\n': CsvForm(";"), b"a;b\r1,5;2\r": CsvForm(";"), b"": CsvForm(),
}  # fmt: skip


@pytest.mark.parametrize("data, form", FORMS.items())
def test_the_first_line_shows_the_separator(data, form):
    assert form_of(data) == form


@pytest.mark.parametrize("data, words", [
    (b"a;b;c,d\n", "the first line holds both commas and semicolons; separate the cells by commas alone"),
    (b"a\tb\tc,d\n", "the first line holds both commas and tabs; separate the cells by commas alone"),
    (b"sep=|\na|b\n", "the cells are separated by |; separate them by commas"),
    (b"sep=;\na;b\n", "the first line is Excel's own sep=; remove it and separate the cells by commas"),
    (b"a;b\n", "the cells are separated by semicolons; separate them by commas"),
    (b"a\tb\n", "the cells are separated by tabs; separate them by commas"),
])  # fmt: skip
def test_a_strict_reader_says_what_to_do(data, words):
    assert strictly(form_of(data)) == words
    told: list[str] = []
    assert read_texts(data, ["x", "y"], lambda line, column, text: told.append(text)) is None
    assert told == [words]


TABLES = {
    "commas": b"study,x,n\nA,3,10\nB,4,20\n",
    "BOM and CRLF": b"\xef\xbb\xbfstudy,x,n\r\nA,3,10\r\nB,4,20\r\n",
    "CR of an old Mac": b"study,x,n\rA,3,10\rB,4,20\r",
    "semicolons": b"study;x;n\nA;3;10\nB;4;20\n",
    "tabs": b"study\tx\tn\nA\t3\t10\nB\t4\t20\n",
    "sep= of Excel": b"sep=;\r\nstudy;x;n\r\nA;3;10\r\nB;4;20\r\n",
    "UTF-16 of Excel's Unicode text": "study\tx\tn\r\nA\t3\t10\r\nB\t4\t20\r\n".encode("utf-16"),
    "blank rows at the end": b"study,x,n\nA,3,10\nB,4,20\n,,\n , ,\n\n\n",
    "blank columns at the end": b"study,x,n,,\nA,3,10,,\nB,4,20,,\n",
    "blank cells beyond the header": b"study,x,n\nA,3,10,,\nB,4,20,\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_any_users_table_is_taken_in_every_usual_form(tmp_path, name):
    path = tmp_path / "t.csv"
    path.write_bytes(TABLES[name])
    columns = read_columns(path, {"study": "study", "events": "x", "total": "n"})
    assert columns.cells == {"study": ["A", "B"], "events": ["3", "4"], "total": ["10", "20"]}
    wanted = {
        "semicolons": "semicolons",
        "tabs": "tabs",
        "sep= of Excel": "semicolons",
        "UTF-16 of Excel's Unicode text": "tabs",
    }
    encoding = "text in UTF-16, " if name.startswith("UTF-16") else ""
    assert columns.taken == (f"{encoding}cells separated by {wanted[name]}" if name in wanted else "")


@pytest.mark.parametrize("data, fault", [
    (b"study,x,n\nA,3\n", ":2: 2 cells where 3 are needed"),
    (b"study,x,n\nA,3,10,7\n", ":2: 4 cells where 3 are needed; a cell with a comma in it needs quotation marks around it"),
    (b"study;x;n\nA;3;10;7\n", ":2: 4 cells where 3 are needed; a cell with a semicolon in it needs quotation marks around it"),
    (b"study,x,n\n,,\nA,3,10\n", ":2: the line holds nothing but commas; remove it"),
    (b"study,x,n\nB\xf6hm,3,10\n", ":2: the byte F6 is not UTF-8 (in Latin-1 it is ö); save the file as UTF-8"),
    (b"sep=;\nstudy;x;n\nA;3\n", ":3: 2 cells where 3 are needed"),
    (b"\xff\xfes", ": is damaged UTF-16; save it as UTF-8"),
])  # fmt: skip
def test_what_does_not_fit_is_named_with_its_line(tmp_path, data, fault):
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    with pytest.raises(DataError) as refused:
        read_columns(path, {"study": "study", "events": "x", "total": "n"})
    assert f"{path}{fault}" in str(refused.value).splitlines()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("data, words", [
    (b"patient_id;ice;note\nA;8;x,y\nB;2;-1+1\n", "cells separated by semicolons"),
    (b"patient_id\tice\tnote\nA\t8\tx,y\nB\t2\t-1+1\n", "cells separated by tabs"),
    (b"sep=;\r\npatient_id;ice;note\r\nA;8;x,y\r\nB;2;-1+1\r\n", "cells separated by semicolons"),
    (b'patient_id,ice,note\nA,8,"x,y"\nB,2,-1+1\n', ""),
])  # fmt: skip
def test_a_registry_is_graded_in_every_usual_form_and_its_cells_run_nowhere(tmp_path, engine, data, words):
    """ICE 8 is grade 1, ICE 2 grade 3 at least (Lee 2019, table 4); a cell that a spreadsheet would run is quoted."""
    path, out = tmp_path / "t.csv", tmp_path / "out.csv"
    path.write_bytes(data)
    told = grade_table(path, out, engine)
    assert (told.rows, told.taken, shape_of(path).rows) == (2, words, 2)
    written = pl.read_csv(out, infer_schema=False)
    assert written["minimum"].to_list() == ["1", "3"]
    assert written["note"].to_list() == ["x,y", "'-1+1"]
    assert read_table(path)["note"].to_list() == ["x,y", "-1+1"]
