"""The page that shows a reader his own copy's sentences beside the rows that were read in them, for him alone.

One file that loads nothing and runs nothing; every text in it is escaped. It is never part of the site.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from icans_evidence import wording

if TYPE_CHECKING:
    from icans_evidence.audit.findings import Finding
    from icans_evidence.audit.row_checks.verdicts import RowVerdict, Walk

_WORDS = {
    "agrees": "agree", "disagrees": "disagree", "moved": "moved", "not_found": "sentence not found",
    "not_checkable": "not checkable",
}  # fmt: skip
_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
blockquote { margin: 1rem 0 .3rem; padding-left: .8rem; border-left: 3px solid #888; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid #8886; }
.counts td { font-size: 1.2rem; }
.open { border-left: .4rem solid #b00020; }
.kept { font-weight: bold; }
"""
_POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'"
)


def page(walk: Walk, findings: Iterable[Finding]) -> str:
    """The whole page: counts, what is open, every sentence with its rows, sentences without a row, findings."""
    apart = [row for row in walk.rows if row.verdict not in ("agrees", "not_checkable")]
    parts = [
        "<h1>Numbers walked back to their sentences</h1>",
        '<p class="kept">This page holds sentences of your own copy of a source. Keep it to yourself.</p>',
        _counts(walk), "<h2>What a person has to look at</h2>", _rows(apart) if apart else "<p>Nothing.</p>",
        "<h2>Sentence by sentence</h2>", *_sentences(walk.rows), *_uncovered(walk), *_findings(list(findings)),
    ]  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Numbers walked back to their sentences</title>\n<style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + f"\n<p>{escape(wording.EDUCATIONAL)}</p>\n</body></html>\n"
    )


def _counts(walk: Walk) -> str:
    cells = "".join(
        f'<tr><td>{count:,}</td><th scope="row">{escape(_WORDS[name])}</th></tr>'
        for name, count in walk.counts().items()
    )
    unread = "" if walk.digests else "<p>No copy was given, so no number was compared.</p>"
    return f'<table class="counts"><caption>Rows by verdict</caption>{cells}</table>{unread}'


def _rows(rows: Iterable[RowVerdict]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Row", "Verdict", "Printed", "Held", "Why"))
    body = []
    for row in rows:
        why = f"{row.reason} [register: {row.register}]" if row.register else row.reason
        place = f"{row.row_id} ({row.table}.csv:{row.line})"
        cells = "".join(f"<td>{escape(text)}</td>" for text in (_WORDS[row.verdict], row.printed, row.held, why))
        opened = ' class="open"' if row.is_open else ""
        body.append(f'<tr{opened}><th scope="row">{escape(place)}</th>{cells}</tr>')
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _sentences(rows: Iterable[RowVerdict]) -> Iterable[str]:
    """Each sentence of the copy with the rows read in it, in the order of the rows' places."""
    shown = sorted((row for row in rows if row.text), key=_place)
    for (_, section, ordinal, text), group in groupby(shown, key=_place):
        place = f"{section}, sentence {ordinal}" if ordinal else section
        yield f"<h3>{escape(place)}</h3><blockquote>{escape(text)}</blockquote>{_rows(group)}"


def _place(row: RowVerdict) -> tuple[str, str, int, str]:
    return row.study, row.section, row.sentence or 0, row.text


def _uncovered(walk: Walk) -> Iterable[str]:
    yield "<h2>Sentences with figures that no row holds</h2>"
    if not walk.uncovered:
        yield "<p>None.</p>"
    for found in walk.uncovered:
        figures = ", ".join(found.figures)
        place = f"{found.section}, sentence {found.sentence}: {figures}"
        yield f"<p>{escape(place)}</p><blockquote>{escape(found.text)}</blockquote>"


def _findings(findings: list[Finding]) -> Iterable[str]:
    opened = [finding for finding in findings if finding.is_open]
    yield f"<h2>The data against themselves</h2><p>{wording.plural(len(findings), 'finding')}, {len(opened)} open.</p>"
    items = "".join(f"<li>{escape(f'{f.row_id} ({f.table}.csv:{f.line}): {f.reason}')}</li>" for f in opened)
    if items:
        yield f"<ul>{items}</ul>"
