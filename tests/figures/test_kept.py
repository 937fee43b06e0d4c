"""What an earlier build drew is taken again only where it would be drawn the same, and only whole."""

import os
from pathlib import Path

import polars as pl
import pytest

from icans_evidence.figures import display, drawing_cache
from icans_evidence.figures.tables.evidence_tables import great


@pytest.fixture
def keeping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "kept"
    drawing_cache.carried(tmp_path / "none", folder)
    monkeypatch.setattr(drawing_cache, "_kept", [folder])
    return folder


def counted() -> tuple[list[str], object]:
    calls: list[str] = []

    def make() -> bytes:
        calls.append("made")
        return f"drawing {len(calls)}".encode()

    return calls, make


def test_without_a_build_everything_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing_cache, "_kept", [None])
    _, make = counted()
    assert [drawing_cache.made("svg", "rows", make), drawing_cache.made("svg", "rows", make)] == [
        b"drawing 1",
        b"drawing 2",
    ]


def test_the_same_material_is_made_once_and_another_or_another_kind_again(keeping: Path) -> None:
    calls, make = counted()
    asked = [("svg", "rows"), ("svg", "rows"), ("svg", "other rows"), ("png", "rows"), ("svg", "rows")]
    assert [drawing_cache.made(*one, make) for one in asked] == [
        b"drawing 1", b"drawing 1", b"drawing 2", b"drawing 3", b"drawing 1",
    ]  # fmt: skip
    assert len(calls) == 3


@pytest.mark.parametrize("harm", ["cut", "changed", "emptied", "swapped"])
def test_a_damaged_file_is_not_taken(keeping: Path, harm: str) -> None:
    _, make = counted()
    drawing_cache.made("svg", "rows", make)
    (path,) = keeping.iterdir()
    data = path.read_bytes()
    drawing_cache.made("svg", "other", make)
    (other,) = (one for one in keeping.iterdir() if one != path)
    harmed = {"cut": data[:-3], "changed": data[:40] + b"x" + data[41:], "emptied": b"",
              "swapped": data[:32] + other.read_bytes()[32:]}  # fmt: skip
    path.write_bytes(harmed[harm])
    assert drawing_cache.made("svg", "rows", make) == b"drawing 3"
    assert drawing_cache.made("svg", "rows", make) == b"drawing 3"


def test_the_next_build_gets_what_was_used_last(tmp_path: Path, keeping: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing_cache, "MOST", 2)
    for place, material in enumerate(("first", "second", "third")):
        before = set(keeping.iterdir())
        drawing_cache.made("svg", material, material.encode)
        (path,) = set(keeping.iterdir()) - before
        os.utime(path, (place, place))
    drawing_cache.made("svg", "first", lambda: pytest.fail("it was kept"))
    drawing_cache.carried(keeping, tmp_path / "next")
    drawing_cache.keep_in(tmp_path / "next")
    assert drawing_cache.made("svg", "first", lambda: pytest.fail("it was used last")) == b"first"
    assert drawing_cache.made("svg", "third", lambda: pytest.fail("it was made last")) == b"third"
    assert drawing_cache.made("svg", "second", lambda: b"again") == b"again"


def picture(rows: str, text: str = "Rates") -> display.Picture:
    def specs() -> display.Forms:
        marks = {"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x"}}}
        return {"wide": marks, "narrow": marks}

    return display.Picture("rates", rows, specs, "Rates", text, "<table></table>")


def test_a_picture_is_drawn_again_only_for_other_rows_or_words(keeping: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = picture("x\n1").html
    monkeypatch.setattr(display, "to_svg", lambda *args: "<svg>drawn again</svg>")
    assert picture("x\n1").html == first
    assert "drawn again" in picture("x\n2").html
    assert "drawn again" in picture("x\n1", "Rates in adults").html


def test_a_table_that_differs_in_anything_shown_is_written_again(keeping: Path) -> None:
    def table(cell: str | None = "3 of 9", label: str = "Study", note: str = "") -> str:
        frame = pl.DataFrame({"study": ["A", "B"], "rate": ["1 of 4", cell]})
        return great(frame, "rates", {"study": label, "rate": "Rate"}, note=note).html

    told = [table(), table("4 of 9"), table(None), table(""), table(label="Cohort"), table(note="Per patient.")]
    assert len({*told[:3], *told[4:]}) == 5
    assert table() == told[0]
    assert len(list(keeping.iterdir())) == 6
