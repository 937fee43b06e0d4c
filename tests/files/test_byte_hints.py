"""A fault never goes without its hint, wherever in a file it stands; a clean file gives none."""

from __future__ import annotations

import pytest

from icans_evidence.files import byte_hints
from icans_evidence.files.byte_hints import hints_in

CLEAN = 'row,text\n1,"a, b"\n2,≥ 5 µL – 10⁹ (−3)\n3,=\n4,a-b <5\n'


def test_what_a_clean_file_gives_reason_for():
    """A comma with a space behind it in a quoted text looks like a padded cell; nothing else looks like anything."""
    assert hints_in(CLEAN.encode()) == {"blank"}
    assert hints_in(CLEAN.replace(", ", ",").encode()) == set()
    assert hints_in(b"") == set()


@pytest.mark.parametrize("text, hint", [
    ("=A1", "formula"), ("+1", "formula"), ("-1", "formula"), ("@x", "formula"), ("<b>", "tag"), ("</b>", "tag"),
    ("<!--", "tag"), (" x", "blank"), ("x ", "blank"), ("x\x00", "hidden"), ("x\r", "hidden"), ("x\x7f", "hidden"),
    ("x\u0085", "hidden"), ("x\u00ad", "hidden"), ("x\u200b", "hidden"), ("x\u202e", "hidden"), ("x\u2028", "hidden"),
    ("x\u2066", "hidden"), ("x\ufeff", "hidden"),
])  # fmt: skip
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_fault_has_its_hint_across_every_border_of_parts(text, hint, quote, monkeypatch):
    """Parts of 7 to 12 bytes put each border once between every two bytes of the cell."""
    for size in range(7, 13):
        monkeypatch.setattr(byte_hints, "_CHUNK", size)
        for lead in range(12):
            assert hint in hints_in(f"{'y' * lead},{quote}{text}{quote},z\n".encode())
            assert hint in hints_in(f"{'y' * lead}\n{quote}{text}{quote}".encode())
