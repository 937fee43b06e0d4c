"""What others say beside what is ours: pooled estimates that they published, and what they advise, by topic."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.figures.display import Shown, nothing_yet, quoting
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.summaries.data_overview import LONGEST_TITLE, document_words, shortened
from icans_evidence.summaries.published import estimate_words, published_for, published_id

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


def others_table(evidence: Evidence, outcomes: tuple[str, ...], name: str) -> Shown:
    """The published estimates of some outcomes: by whom, what they count, whom they pool, how many, and how they
    differ from a pool of ours."""
    found = [published_for(evidence, outcome) for outcome in outcomes]
    rows = pl.concat(found).unique("pool_id").sort("n_patients", "pool_id", descending=[True, False], nulls_last=True)
    if rows.is_empty():
        return Shown("<p>No pooled rate of others is in the data.</p>", "No pooled rate of others is in the data.")
    cells = [_others_cells(evidence, row) for row in rows.iter_rows(named=True)]
    labels = {
        "by": "Published by", "figure": "Estimate", "size": "From", "whom": "Whom", "counts": "What they count",
        "differs": "How it was made, how it differs",
    }  # fmt: skip
    return great(pl.DataFrame(cells), f"table-others-{name}", labels, raw=("by", "figure"))


def _others_cells(evidence: Evidence, row: dict[str, Any]) -> dict[str, str]:
    known = [
        wording.plural(row["k_studies"], "study", "studies") if row["k_studies"] else "",
        f"{row['n_patients']:,} patients" if row["n_patients"] else "",
    ]
    product = evidence.vocabulary.short_names(row["product"] or "")
    target = row["target"] if row["target"] in evidence.vocabulary.targets and row["target"] != "mixed" else ""
    together = f"{target}-directed products together" if target else "all products together"
    ours = [name for name in (row["includes"] or "").split(";") if name]
    shared = f"includes {wording.plural(len(ours), 'cohort')} of ours" if ours else ""
    bare = "no interval printed" if row["low"] is None and row["high"] is None else ""
    differs = ". ".join(
        wording.capital(words).rstrip(".") for words in (row["method"], bare, shared, row["note"]) if words
    )
    return {
        "by": document_link(evidence, row["study_id"]),
        "figure": f'<span class="nowrap">{quoting(published_id(row["pool_id"]), estimate_words(row))}</span>',
        "size": ", ".join(filter(None, known)) or "not printed", "counts": row["counts"] or "not said",
        "whom": ", ".join(filter(None, (product or together, row["population"]))),
        "differs": f"{differs}." if differs else "",
    }  # fmt: skip


def document_link(evidence: Evidence, study_id: str) -> str:
    """A document by its words, as a link to its entry in the audit."""
    return f'<a href="audit.html#study-{escape(study_id)}">{escape(document_words(evidence, study_id))}</a>'


SAYS_NOTHING = {
    "not_printed": "Prints nothing on this.",
    "not_seen": "Not seen: the part of the document that would say it could not be read.",
}


def advice_table(evidence: Evidence, topic: str) -> Shown:
    """What each document advises on a topic, grade by grade, in our words with its figures as printed; those that print
    nothing on it, or of which that was not seen, come last.

    Documents without an entry on the topic are named beneath.
    """
    words = evidence.vocabulary.topics[topic]
    everything = evidence.recommendations
    rows = everything.filter(pl.col("topic") == topic)
    if rows.is_empty():
        return nothing_yet(f"What others advise on {words}")
    years = dict(evidence.studies.select("study_id", "year").iter_rows())
    saying = set(rows.filter(pl.col("status") == "stated")["study_id"])
    named = sorted(rows["study_id"].unique(), key=lambda one: (one not in saying, -(years.get(one) or 0), one))
    body = "\n".join(_advice_row(evidence, study_id, rows.filter(pl.col("study_id") == study_id)) for study_id in named)
    label = f"What documents advise: {words}"
    head = "".join(f'<th scope="col">{column}</th>' for column in ("Document", "What it advises", "Read in"))
    lacking = sorted(set(everything["study_id"]) - set(named))
    links = wording.listing([document_link(evidence, one) for one in lacking])
    after = f'\n<p class="source">No entry on this yet from {links}.</p>' if lacking else ""
    html = (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(label)}">\n'
        f'<table class="advice" data-quarto-disable-processing="true"><caption class="visually-hidden">{escape(label)}'
        f"</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>{after}"
    )
    return Shown(html, wording.plural(len(named), "document"))


def _advice_row(evidence: Evidence, study_id: str, rows: pl.DataFrame) -> str:
    """One document: its name, year and whether another took its place; its advice; where it was read."""
    superseded = [name for name in rows["superseded_by"].unique() if name]
    stands = "".join(
        f'<br><strong class="superseded">Superseded</strong> by {document_link(evidence, name)}' for name in superseded
    )
    said = "\n".join(_advice(evidence, row) for row in rows.iter_rows(named=True))
    places = ", ".join(dict.fromkeys(filter(None, (_place(evidence, row) for row in rows.iter_rows(named=True)))))
    return (
        f'<tr><th scope="row">{document_link(evidence, study_id)}{_title(evidence, study_id)}{stands}</th>'
        f'<td data-label="What it advises"><ul>{said}</ul></td>'
        f'<td data-label="Read in">{places}</td></tr>'
    )


def _title(evidence: Evidence, study_id: str) -> str:
    """The title of a document whose words do not begin it, else its year, which they then lack."""
    found = evidence.studies.filter(pl.col("study_id") == study_id)
    title, year = found.select("title", "year").row(0) if found.height else (None, None)
    named = title is not None and document_words(evidence, study_id).rstrip(" …") not in title
    said = shortened(title, 2 * LONGEST_TITLE) if named and title else year
    return f'<br><span class="muted">{escape(str(said))}</span>' if said else ""


def _place(evidence: Evidence, row: dict[str, Any]) -> str:
    elsewhere = row["read_in"] != row["study_id"]
    where = [document_link(evidence, row["read_in"])] if elsewhere else []
    return ": ".join([*where, *([escape(row["locator"])] if row["locator"] else [])])


def _advice(evidence: Evidence, row: dict[str, Any]) -> str:
    """One entry: grade and product it is said for, our words, the figures as printed, how sure the reading is."""
    of = [_grade(row["grade"]), evidence.vocabulary.short_names(row["product"] or "")]
    before = wording.capital(", ".join(filter(None, of)))
    words = SAYS_NOTHING.get(row["status"]) or row["statement"] or ""
    printed = f' <span class="muted">Printed: {escape(row["figures"])}.</span>' if row["figures"] else ""
    unsure = f' <span class="flag">Read with {escape(row["certainty"])} certainty.</span>' if _is_unsure(row) else ""
    note = f' <span class="muted">{escape(row["note"])}</span>' if row["note"] else ""
    head = f"<strong>{escape(before)}:</strong> " if before else ""
    ended = words if words.endswith((".", "!", "?")) else f"{words}."
    return f'<li id="{escape(row["rec_id"].lower())}">{head}{escape(ended)}{printed}{unsure}{note}</li>'


def _is_unsure(row: dict[str, Any]) -> bool:
    """Whether it is not quite sure that the document says what is told of it."""
    return row["status"] == "stated" and row["certainty"] not in (None, "high")


def _grade(grade: str | None) -> str:
    text = (grade or "").strip()
    if text in ("all", "any"):
        return f"{text} grade{'s' if text == 'all' else ''}"
    return f"grade {text}" if text[:1].isdigit() else text
