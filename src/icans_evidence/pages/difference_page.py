"""The difference between two states of the data as lines for a terminal, as JSON and as a page of its own.

Worded for a guideline group: what a reader now sees differently comes first, and why; the rows follow.
"""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from typing import Any

from icans_evidence import wording
from icans_evidence.audit.releases.row_changes import CAME, CHANGED, RENAMED, WENT
from icans_evidence.audit.signatures.signature_status import Standing
from icans_evidence.pages.plain_page import plain_page
from icans_evidence.summaries.change_reasons import of_row
from icans_evidence.summaries.differences import Difference, Moved

REASONS = 4
"""Rows that a reason names; of more it gives the number."""
LONGEST_POPULATION = 60
"""Letters of a population that a title has room for; the sentence has it whole."""


def sections(found: Difference) -> dict[str, list[str]]:
    """The difference in plain sentences under headings; a heading without a sentence is left out."""
    counts = [one for one in found.moved if one.result_id.startswith("state.")]
    results = [one for one in found.moved if not one.is_claim and one not in counts]
    told = {
        "To know first": _first(found),
        "Results that moved": [_moved(one) for one in results if one.before and one.after],
        "Results that came or went": [_moved(one) for one in results if not (one.before and one.after)],
        "Verdicts on claims": [_moved(one) for one in found.moved if one.is_claim],
        "Signatures": _signatures(found),
        "Counts": [_moved(one) for one in counts],
        "Figures": _rows(found, figures=True),
        "Documents, cohorts and registers": _rows(found, figures=False),
        "Columns": [
            f"{one.table}.csv: column {one.column} {one.kind}, filled in {wording.plural(one.filled, 'row')}"
            for one in found.data.columns
        ],
    }
    return {heading: lines for heading, lines in told.items() if lines}


def _first(found: Difference) -> list[str]:
    old, new, data = found.old, found.new, found.data
    told = [f"From {old.name} (data {old.version}) to {new.name} (data {new.version})."]
    if found.is_empty:
        return [*told, "Nothing differs.", *_troubles(found)]
    counts = [f"{len(data.of_kind(kind)):,} {words}" for kind, words in (
        (CAME, "came"), (WENT, "went"), (CHANGED, "changed"), (RENAMED, "took another name"))]  # fmt: skip
    told.append(f"Figures: {old.texts.figures:,} → {new.texts.figures:,}; {wording.listing(counts)}.")
    verdicts = sum(one.is_claim for one in found.moved)
    where = "" if found.same_method else "In the committed results alone, as one state cannot be summed up, "
    told.append(
        f"{where}{wording.plural(len(found.moved) - verdicts, 'result')} and {wording.plural(verdicts, 'verdict')} on "
        f"claims read otherwise now; {wording.plural(found.unseen, 'result')} moved by less than is printed; "
        f"{wording.plural(len(found.lapsed), 'signature no longer holds', 'signatures no longer hold')}."
    )
    told.append(
        "Both states were summed up by the functions of today, so every move below comes from the data."
        if found.same_method
        else "The two states could not both be summed up by the functions of today: a change of method shows here too."
    )
    if found.by_method:
        others = ["others"] if len(found.by_method) > REASONS else []
        names = wording.listing([*found.by_method[:REASONS], *others])
        told.append(
            f"{wording.plural(len(found.by_method), 'result')} read otherwise in results.csv though the data give the "
            f"same today, by the plan or the code alone: {names}."
        )
    return [*told, *_troubles(found)]


def _troubles(found: Difference) -> list[str]:
    return [wording.capital(f"{trouble}.") for trouble in (*found.old.troubles, *found.new.troubles)]


def _moved(one: Moved) -> str:
    """One result: what it is, before and after, by how much, and because of what; with its sentence now."""
    because = one.because[:REASONS]
    if len(one.because) > REASONS:
        because.append(f"{wording.plural(len(one.because) - REASONS, 'further reason')}")
    why = f" because {wording.listing(because)}" if because else ""
    if not one.before or not one.after:
        what = f"came: {one.after.sentence}" if one.after else f"went; it was: {one.either.sentence}"
        return f"{one.result_id} {what}{'' if why == '' else f' It {CAME if one.after else WENT}{why}.'}"
    by = f" ({one.by})" if one.by else ""
    before, after = one.before.phrase or "–", one.after.phrase or "–"
    if before == after:
        return f"{_title(one)}: {after}{by}{why}. It read: {one.before.sentence} It reads: {one.after.sentence}"
    return f"{_title(one)}: {before} → {after}{by}{why}."


def _title(one: Moved) -> str:
    """What a result is about: the head of its sentence, of whom, and its name."""
    result = one.either
    head, colon, _ = result.sentence.partition(":")
    whom = "" if one.is_claim else result.population or ""
    whom = whom if whom not in head and len(whom) <= LONGEST_POPULATION else ""
    return f"{head if colon else one.result_id}{f', {whom}' if whom else ''} [{one.result_id}]"


def _signatures(found: Difference) -> list[str]:
    lapsed = [
        f"{row_id}, signed by {wording.listing(standing.by)} on {standing.date}: no longer holds, {why}"
        for row_id, standing, why in found.lapsed
    ]
    return lapsed + [f"{now.row_id}: signed by {wording.listing(now.by)} on {now.date}" for now in found.signed]


def _rows(found: Difference, figures: bool) -> list[str]:
    rows = [change for change in found.data.rows if change.is_figure == figures]
    return [f"{change.table}.csv: {of_row(change, found.old.texts, found.new.texts)}" for change in rows]


def lines(found: Difference) -> list[str]:
    """The difference for a terminal."""
    out: list[str] = []
    for heading, told in sections(found).items():
        out += ["", heading, *(f"  {line}" for line in told)]
    return out[1:]


def page(found: Difference) -> str:
    """The difference as a page of HTML that needs no other file."""
    parts = {
        heading: "<ul>\n" + "\n".join(f"<li>{escape(line)}</li>" for line in told) + "\n</ul>"
        for heading, told in sections(found).items()
    }
    return plain_page("What changed in the data, and what moved by it", parts)


def as_dict(found: Difference) -> dict[str, Any]:
    """The difference for JSON: `different`, both states, figures, results, verdicts and signatures."""
    return {
        "different": not found.is_empty,
        "old": _state(found.old), "new": _state(found.new),
        "summed_up_by_the_same_functions": found.same_method,
        "figures": {kind: _changes(found, kind, True) for kind in (CAME, WENT, CHANGED, RENAMED)},
        "other_rows": {kind: _changes(found, kind, False) for kind in (CAME, WENT, CHANGED)},
        "columns": [asdict(change) for change in found.data.columns],
        "results": [_result(one) for one in found.moved if not one.is_claim],
        "results_moved_by_less_than_is_printed": found.unseen,
        "results_moved_by_method_alone": found.by_method,
        "verdicts": [_result(one) for one in found.moved if one.is_claim],
        "signatures": {
            "lapsed": [{**_signed(standing), "row_id": row_id, "why": why} for row_id, standing, why in found.lapsed],
            "new": [_signed(now) for now in found.signed],
        },
    }  # fmt: skip


def _state(state: Any) -> dict[str, Any]:
    return {"name": state.name, "version": state.version, "figures": state.texts.figures, "troubles": state.troubles}


def _changes(found: Difference, kind: str, figures: bool) -> list[dict[str, Any]]:
    return [
        {
            "table": change.table, "row_id": change.key, "new_row_id": change.new_key or None,
            "cells": [{"column": name, "before": before, "after": after} for name, before, after in change.cells],
            "in_words": of_row(change, found.old.texts, found.new.texts),
        }
        for change in found.data.of_kind(kind, figures)
    ]  # fmt: skip


def _result(one: Moved) -> dict[str, Any]:
    keep = ("phrase", "sentence", "estimate", "ci_low", "ci_high", "low", "high", "unit")
    before, after = ({name: getattr(side, name) for name in keep} if side else None for side in (one.before, one.after))
    return {
        "result_id": one.result_id, "before": before, "after": after, "by": one.by or None, "because": one.because,
        "in_words": _moved(one),
    }  # fmt: skip


def _signed(standing: Standing) -> dict[str, Any]:
    return {"row_id": standing.row_id, "by": list(standing.by), "date": standing.date}
