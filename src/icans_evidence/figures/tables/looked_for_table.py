"""The matrix of documents and core outcomes: in which document each was looked for, and in which it is printed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from icans_evidence import wording
from icans_evidence.figures.display import Shown, nothing_yet
from icans_evidence.summaries.data_overview import document_words

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

MARKS = {"taken": ("●", "taken"), "not_printed": ("–", "not printed"), "not_looked_for": ("?", "not looked for")}
"""The mark of each state of a cell, and its words."""


def looked_for_table(evidence: Evidence) -> Shown:
    """A row a document, a mark a core outcome; marks have words for those who do not see them."""
    core = evidence.vocabulary.core
    cells = {(row["study_id"], row["core"]): row["status"] for row in evidence.looked_for.iter_rows(named=True)}
    label = "Documents by core outcomes"
    if not cells:
        return nothing_yet(label)
    names = sorted(
        ((document_words(evidence, study_id), study_id) for study_id in {study_id for study_id, _ in cells}),
        key=lambda one: (one[0].casefold(), one[1]),
    )
    said = [words for words, _ in names]
    body = "\n".join(
        f'<tr><th scope="row"><a href="#study-{escape(study_id)}">'
        f"{escape(words if said.count(words) == 1 else f'{words} ({study_id})')}</a></th>"
        + "".join(_cell(cells.get((study_id, name), "not_looked_for")) for name in core)
        + "</tr>"
        for words, study_id in names
    )
    head = "".join(
        f'<th scope="col"><span class="visually-hidden">{escape(words)}</span>'
        f'<span aria-hidden="true" data-words="{escape(words)}"><span>{place}</span></span></th>'
        for place, words in enumerate(core.values(), start=1)
    )
    key = "; ".join(f"{mark} {words}" for mark, words in MARKS.values())
    outcomes = "; ".join(f"{place} {words}" for place, words in enumerate(core.values(), start=1))
    html = (
        f'<p class="source">{escape(wording.capital(key))}. <span class="matrix-legend">{escape(outcomes)}.</span></p>'
        f'<div class="table-scroll long matrix-scroll" tabindex="0" role="region" aria-label="{label}">'
        f'<table class="matrix" data-quarto-disable-processing="true">'
        f'<caption class="visually-hidden">{label}</caption>'
        f'<thead><tr><th scope="col">Document</th>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'
    )
    return Shown(html, f"{label}: {wording.plural(len(names), 'document')}")


def _cell(status: str) -> str:
    mark, words = MARKS[status]
    return (
        f'<td class="{status}"><span aria-hidden="true">{mark}</span><span class="visually-hidden">{words}</span></td>'
    )
