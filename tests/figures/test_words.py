"""A quoted figure is Markdown on a page and plain words where a person prints it."""

from __future__ import annotations

import pytest

from icans_evidence.figures.display import Words


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        (r"In 12\% of patients\.", "In 12% of patients."),
        (r'[58\%](audit.qmd#result-a "Study A\, 23 of 40 \(abstract\)"){.num} of patients', "58% of patients"),
        (r"[a \[b\] c](#x){.num}", "a [b] c"),
        ("[data 0.1.0]{data-version='data 0.1.0'}", "data 0.1.0"),
        ("**Hospital** · Local phone line: 1", "Hospital · Local phone line: 1"),
        ('`<img class="logo" alt="">`{=html} **Hospital**', " Hospital"),
        (r"1 \< 2 \* 3", "1 < 2 * 3"),
    ],
)
def test_no_mark_of_markdown_is_left(markdown, plain):
    words = Words(markdown)
    assert (str(words), repr(words), f"{words}", words.plain) == (plain,) * 4
    assert words._repr_markdown_() == markdown, "a page gets what it got before"


def test_a_result_is_said_as_its_sentence(monkeypatch):
    """Witness: the sentence of each row of results, which is no Markdown."""
    from icans_evidence.pages.page import report, say
    from own_project import ROOT

    monkeypatch.chdir(ROOT)
    rows = report().results
    assert len(rows) > 100
    assert {name: str(say(name)) for name in rows} == {name: row.sentence for name, row in rows.items()}
