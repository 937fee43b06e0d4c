"""The audit's lists: every figure, every result, the claims, the register and the documents, as escaped HTML tables."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from icans_evidence import wording
from icans_evidence.evidence.vocabulary import words_of
from icans_evidence.figures.display import Shown, anchor, nothing_yet
from icans_evidence.summaries.data_overview import all_rows, place_of, second_reading_words
from icans_evidence.summaries.proportion_rows import disputes, worded
from icans_evidence.summaries.result import Result
from icans_evidence.summaries.row_locations import Places
from icans_evidence.summaries.row_status import Stand, standing

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

FIRST = 5000
"""Rows that the audit page shows; a browser sorts these without a pause, the rest is in the CSV."""


def row_links(names: str | None) -> str:
    """Links to the rows that are named, parted by semicolons."""
    named = [name.strip() for name in (names or "").split(";")]
    return ", ".join(f'<a href="#{anchor(name)}">{escape(name)}</a>' for name in named if name)


def breakable(identifier: str) -> str:
    """An identifier that may be broken after each of its dots, escaped."""
    return escape(identifier).replace(".", ".<wbr>")


def listing_table(
    columns: list[str], rows: list[tuple[str, list[str]]], label: str, sortable: bool = True, after: str = ""
) -> Shown:
    """A table whose rows carry an id; cells are HTML, escaped by their maker; the first cell heads its row."""
    if not rows:
        return nothing_yet(label)
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = []
    for identifier, cells in rows:
        named = f' id="{escape(identifier)}"' if identifier else ""
        inner = "".join(
            f'<td data-label="{escape(column)}">{cell}</td>' if place else f'<th scope="row">{cell}</th>'
            for place, (column, cell) in enumerate(zip(columns, cells, strict=True))
        )
        body.append(f"<tr{named}>{inner}</tr>")
    kind = "sortable listing" if sortable else "listing"
    html = (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(label)}">\n'
        f'<table class="{kind}" data-quarto-disable-processing="true"><caption class="visually-hidden">{escape(label)}'
        f"</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(body) + f"\n</tbody></table></div>{after}"
    )
    return Shown(html, wording.plural(len(rows), "row"))


def figures_list(evidence: Evidence, results: dict[str, Result], places: Places) -> Shown:
    """Every figure: row, finding, printed figure, study, where it was read, its verdict, signature, flags and uses."""
    rows = worded(evidence, all_rows(evidence)).join(disputes(evidence), on="row_id", how="left", maintain_order="left")
    labels = dict(evidence.cohorts.select("cohort_id", "label").iter_rows())
    used, stands = uses(results), standing(evidence)
    listed = [
        (anchor(row["row_id"]), _figure_cells(row, labels, used, stands[row["row_id"]], places))
        for row in rows.head(FIRST).iter_rows(named=True)
    ]
    columns = ["Row", "Finding", "As printed", "Patients", "Study", "Read in", "Place", "Its sentence",
               "Second reading", "Signed by", "Flags", "Used in"]  # fmt: skip
    cut = "" if rows.height <= FIRST else f"Shown are the first {FIRST:,} of {rows.height:,} rows; the files hold all. "
    links = ", ".join(f'<a href="../data/extracted/{name}.csv">{name}</a>' for name in evidence.vocabulary.located)
    after = f"\n<p>{cut}The same rows as CSV: {links}.</p>"
    return listing_table(columns, listed, "Every figure", after=after)


def _figure_cells(
    row: dict[str, Any], labels: dict[str, str], used: dict[str, list[str]], stand: Stand, places: Places
) -> list[str]:
    words = words_of(row)
    if row["table"] == "treatment_doses":
        words = f"{row['drug']}, {row['indication']}"
    elif row.get("factor"):
        words = f"{words}: {row['factor'].replace('_', ' ')}"
    section = place_of(row)
    if row["n_locator"]:
        section = f"{section}; patients counted: {row['n_locator']}"
    if row["section"] and row["locator"]:
        section = f"{section} ({row['locator']})"
    refs = f" [refs {row['cites'].replace(';', ', ')}]" if row["cites"] else ""
    flags = [f'<a href="#{escape(name)}">{escape(name)}</a>' for name in (row["disputed"] or "").split(", ") if name]
    uses_of = [f'<a href="#{anchor(name)}">{breakable(name)}</a>' for name in used.get(row["row_id"], [])[:6]]
    uses_of += [
        f'<a href="{escape(target)}">{escape(words)}</a>'
        for target, words in dict.fromkeys(places.get((row["table"], row["outcome"]), ()))
    ][: 6 - len(uses_of)]
    note = f"<details><summary>note</summary>{escape(row['note'])}</details>" if row["note"] else ""
    return [
        f"<code>{escape(row['row_id'])}</code>", escape(words), escape(row["reported"]) + note,
        escape(row["population"] or ""), escape(labels.get(row["cohort_id"] or "", "") + refs),
        escape(row["read_in"] or "own records"), escape(section), escape(stand.verdict_words),
        escape(second_reading_words(row)), escape(stand.signed or "nobody yet"), ", ".join(flags),
        ", ".join(uses_of),
    ]  # fmt: skip


def uses(results: dict[str, Result]) -> dict[str, list[str]]:
    """For each row the results that rest on it, other than the row's own and the variations of one of them."""
    found: dict[str, list[str]] = {}
    for result_id, result in results.items():
        for row_id in () if result.is_variation else result.rows:
            if row_id != result_id:
                found.setdefault(row_id, []).append(result_id)
    return found


def results_list(results: dict[str, Result]) -> Shown:
    """Every result over several rows: sentence, method, rows behind it."""
    listed = []
    for result_id, result in results.items():
        if result.statistic in ("proportion", "claim"):
            continue
        behind = row_links(result.row_ids)
        told = [escape(part or "") for part in (result.sentence, result.method)]
        cells = [f"<code>{breakable(result_id)}</code>", *told, behind]
        listed.append((anchor(result_id), cells))
    return listing_table(["Result", "Sentence", "Method", "Rows"], listed, "Every result")


def register_list(evidence: Evidence) -> Shown:
    """The register: what is printed, what it disagrees with, why, the reading taken, and the rows it touches."""
    severity = {"high": 0, "medium": 1, "low": 2}
    entries = sorted(
        evidence.discrepancies.iter_rows(named=True),
        key=lambda row: (row["outcome"] != "open", severity[row["severity"]], row["discrepancy_id"]),
    )
    listed = []
    for row in entries:
        place = f"{row['section']}, sentence {row['sentence']}" if row["sentence"] else row["section"] or "other source"
        listed.append(
            (
                row["discrepancy_id"],
                [
                    f"<code>{escape(row['discrepancy_id'])}</code>",
                    escape(row["severity"]),
                    escape(row["category"].replace("_", " ")),
                    escape(place),
                    escape(row["printed"]),
                    escape(row["against"]),
                    escape(row["why"]),
                    escape(row["reading"]),
                    escape(row["outcome"]),
                    row_links(row["rows"]),
                ],
            )
        )
    columns = ["Entry", "Severity", "Kind", "Place", "Printed", "Against", "Why", "Reading taken", "State", "Rows"]
    return listing_table(columns, listed, "Register of disagreements")


def consistency_list(evidence: Evidence) -> Shown:
    """What the consistency checks tell: rule, severity, row, value, reason, and the entry that names the matter."""
    from icans_evidence.audit.consistency import findings

    listed = [
        ("", [
            row_links(one.row_id), escape(one.rule), escape(one.severity),
            escape(f"{one.column} {one.value}".strip()), escape(one.reason),
            f'<a href="#{escape(one.register)}">{escape(one.register)}</a>' if one.register else "none",
        ])
        for one in findings(evidence)
    ]  # fmt: skip
    columns = ["Row", "Check", "Severity", "Value", "Why a person should look", "Register"]
    return listing_table(columns, listed, "Findings of the consistency checks")


def claims_list(evidence: Evidence, results: dict[str, Result]) -> Shown:
    """Each claim, its verdict and why, with the rows that should bear it out."""
    listed = []
    for claim in evidence.claims.iter_rows(named=True):
        result = results[claim["row_id"]]
        behind = row_links(result.row_ids)
        reason = result.sentence.split(f": {result.phrase}. ", 1)[-1]
        listed.append((f"claim-{claim['row_id']}", [
            escape(claim["statement"]), escape(claim["reported"]), f"<strong>{escape(result.phrase or '')}</strong>",
            escape(reason), behind,
        ]))  # fmt: skip
    return listing_table(["Claim", "As printed", "Verdict", "Why", "Rows"], listed, "Claims over several studies")


def studies_list(evidence: Evidence) -> Shown:
    """Documents: what was read of each, its identifiers, and how many figures came from it."""
    counts = dict(all_rows(evidence).group_by("read_in").len().iter_rows())
    listed = []
    for row in evidence.studies.iter_rows(named=True):
        link = row["doi"] or (f"PMID {row['pmid']}" if row["pmid"] else "")
        about = f"about {row['about']}" if row["about"] else ""
        listed.append((f"study-{row['study_id']}", [
            escape(row["study_id"]), escape(row["title"] or row["journal"] or ""), escape(str(row["year"] or "")),
            escape(link), escape(row["document"].replace("_", " ") + (f", {about}" if about else "")),
            escape(row["notice"].replace("_", " ")), str(counts.get(row["study_id"], 0)),
        ]))  # fmt: skip
    columns = ["Document", "Title", "Year", "Identifier", "What was read", "Notices", "Figures"]
    return listing_table(columns, listed, "Documents")


def reasons_list(evidence: Evidence) -> Shown:
    """Sentences with a figure and no row: section, ordinal, reason."""
    listed = [
        (
            "",
            [
                escape(row["section"]),
                str(row["sentence"]),
                escape(row["reason"].replace("_", " ")),
                escape(row["note"] or ""),
            ],
        )
        for row in evidence.tables["sentences_without_row"].iter_rows(named=True)
    ]
    return listing_table(["Section", "Sentence", "Reason", "Figures"], listed, "Sentences without a row")
