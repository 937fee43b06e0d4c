"""A reader's copy read from a file, the command that walks it, and the verdicts that are recorded.

What a file is (its bytes, its size, its encoding) is made here; no expected value comes from our own code.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from icans_evidence.audit.row_checks.recorded_verdicts import recorded_verdicts
from icans_evidence.audit.source import documents
from icans_evidence.audit.source.documents import read_copy
from icans_evidence.audit.source.pdf_text import without_running_heads
from icans_evidence.cli import cli
from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence import load_evidence

TEXT = "Findings\n\nIn 19 of 22 patients – “all” ≥ 3 days.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_read_in_its_encoding(tmp_path, encoding):
    path = tmp_path / "copy.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert read_copy(path).lstrip("\ufeff") == TEXT


def test_an_old_text_is_read_as_windows_1252(tmp_path):
    path = tmp_path / "copy.txt"
    path.write_bytes("19 of 22 – “all”".encode("cp1252"))
    assert read_copy(path) == "19 of 22 – “all”"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no text"),
        (b" \n\t\n", "holds no text"),
        (bytes(range(256)) * 40, "is binary"),
        (b"text\0\0\0and more" * 50, "is binary"),
        (b"1 " * 150_000, "line 1 has 300,000 characters"),
    ],
)
def test_what_is_no_text_is_said(tmp_path, data, said):
    path = tmp_path / "copy.txt"
    path.write_bytes(data)
    with pytest.raises(DataError, match=said):
        read_copy(path)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "copy.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(DataError, match=r"is 200\.0 MB; at most 3 MB are read"):
        read_copy(path)


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_what_is_no_file_is_used_wrongly(tmp_path, name):
    with pytest.raises(UsageError):
        read_copy(tmp_path / name)


def test_a_pdf_that_is_broken_ends_in_a_sentence(tmp_path):
    path = tmp_path / "copy.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"[" * 100_000)
    with pytest.raises((DataError, UsageError), match="PDF"):
        read_copy(path)


def test_a_pdf_without_pypdf_says_what_to_install(tmp_path, monkeypatch):
    path = tmp_path / "copy.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    monkeypatch.setitem(sys.modules, "pypdf", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'icans-evidence\[audit\]'"):
        read_copy(path)


def test_running_heads_of_pages_go_and_their_text_stays():
    bodies = ["one ran", "two sat", "three lay"]
    pages = [[f"Journal | CP {n}", body, f"and {body}", "so it is", body, str(n)] for n, body in enumerate(bodies, 7)]
    kept = without_running_heads(pages)
    assert [line for line in kept if line.startswith("Journal") or line.isdigit()] == []
    assert set(bodies) <= set(kept)


def test_without_a_copy_every_row_is_said_to_be_unchecked():
    done = CliRunner().invoke(cli, ["audit", "--json"], standalone_mode=False)
    counts = json.loads(done.stdout)["counts"]
    assert (counts["agrees"], counts["disagrees"]) == (0, 0)
    assert counts["not_checkable"] > 700
    told = CliRunner().invoke(cli, ["audit"], standalone_mode=False).stdout
    assert "NO number was compared" in told


def test_a_copy_that_is_no_known_study_must_be_named(tmp_path):
    path = tmp_path / "copy.txt"
    path.write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(cli, ["audit", "--article", str(path)])
    assert isinstance(done.exception, UsageError)
    assert "STUDY_ID=" in str(done.exception)


@pytest.mark.article
def test_the_command_writes_no_sentence_but_to_the_page_asked_for(tmp_path, article_text):
    """The page holds a sentence of the copy, what is printed and recorded does not; an edited row loses its verdict."""
    data, article, html = tmp_path / "data", tmp_path / "a.txt", tmp_path / "a.html"
    shutil.copytree("data", data)
    article.write_text(article_text, encoding="utf-8")
    call = ["audit", "--data", str(data), "--article", str(article), "--json", "--html", str(html), "--write"]
    done = CliRunner().invoke(cli, call, standalone_mode=False)
    sentence = "expressive aphasia was the first"
    assert sentence in html.read_text(encoding="utf-8")
    assert "default-src 'none'" in html.read_text(encoding="utf-8")
    assert sentence not in done.stdout + (data / "article_verdicts.csv").read_text(encoding="utf-8")
    assert recorded_verdicts(load_evidence(data))["SYM-008"] == "agrees"
    _edit(data / "extracted" / "symptoms.csv", "phase I trial", "phase 1 trial")
    after = recorded_verdicts(load_evidence(data))
    assert (after["SYM-008"], after["SYM-009"]) == ("lapsed", "agrees")


def _edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_the_limits_are_those_that_are_told():
    assert (documents.MOST_BYTES, documents.LONGEST_LINE) == (3_000_000, 200_000)
