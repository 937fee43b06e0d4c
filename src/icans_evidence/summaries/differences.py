"""What a change of the data moves: results, their sentences, the verdicts on claims and the signatures on rows.

Both states are summed up by the same functions wherever their data can still be read, so that only the data differ.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from icans_evidence import wording
from icans_evidence.audit.extractions.pairs import FOLDER as PASSES
from icans_evidence.audit.releases.data_states import State
from icans_evidence.audit.releases.row_changes import Changes, Texts, changes, read_texts_of
from icans_evidence.audit.signatures.signature_file import read_signatures
from icans_evidence.audit.signatures.signature_status import LAPSED, VERIFIED, Standing, standings
from icans_evidence.errors import UserError
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.evidence.vocabulary_files import read_vocabulary
from icans_evidence.project import PLAN, Project
from icans_evidence.summaries.change_reasons import reasons
from icans_evidence.summaries.result import AGREEMENT, RESULT_COLUMNS, Result

FIGURES = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "low", "high")
"""The columns of a result in which it moves, the first filled one first."""
GONE = "the row went"


@dataclass(frozen=True)
class Moved:
    """A result before and after (one of them None when it came or went), by how much it moved and why."""

    result_id: str
    before: Result | None
    after: Result | None
    by: str
    because: list[str]

    @property
    def is_claim(self) -> bool:
        """Whether it is the verdict on a claim."""
        return self.either.statistic == "claim"

    @property
    def either(self) -> Result:
        """The result as it is now, or as it was when it went."""
        either = self.after or self.before
        assert either is not None
        return either


@dataclass(frozen=True)
class StateRead:
    """One state as it was read: its texts, its results with where they come from, its rows' standing, and troubles."""

    name: str
    version: str
    texts: Texts
    results: dict[str, Result]
    computed: bool
    standing: dict[str, Standing]
    troubles: list[str]
    committed: dict[str, Result] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """All that differs between two states; `same_method` says whether both were summed up by the same functions."""

    old: StateRead
    new: StateRead
    data: Changes
    moved: list[Moved]
    unseen: int
    by_method: list[str]
    lapsed: list[tuple[str, Standing, str]]
    signed: list[Standing]
    same_method: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        parts = (self.data.rows, self.data.columns, self.moved, self.by_method, self.lapsed, self.signed)
        return not any(parts) and not self.unseen and self.old.version == self.new.version


def difference(old: State, new: State, root: Path | None) -> Difference:
    """What changed from one state to the other, and what moved by it; a state that cannot be read whole is told.

    A state without a plan of its own is summed up by that of the project at `root`, and one without a vocabulary has
    that of the newer state. Results of the extraction passes are compared where both states hold passes.
    """
    words = _vocabulary(new) or _vocabulary(old)
    passes = all((state.data / PASSES).is_dir() for state in (old, new))  # a revision is read without them
    before, after = _read(old, root, words, passes), _read(new, root, words, passes)
    data = changes(before.texts, after.texts)
    same_method = before.computed and after.computed
    first, second = _comparable(before, after, same_method)
    moved = list(_moved(first, second, data, before.texts, after.texts))
    seen = [one for one in moved if one.before is None or one.after is None or _seen(one.before, one.after)]
    by_method = sorted(_by_method(before, after, {one.result_id for one in moved})) if same_method else []
    lapsed, signed = _signatures(before.standing, after.standing, data)
    return Difference(
        before, after, data, seen, len(moved) - len(seen), by_method, lapsed, signed, same_method
    )  # fmt: skip


def _comparable(
    before: StateRead, after: StateRead, same_method: bool
) -> tuple[Mapping[str, Result], Mapping[str, Result]]:
    """The results to compare: by the functions of today where both states allow it, else the committed ones."""
    if same_method:
        return before.results, after.results
    both = before.committed or before.results, after.committed or after.results
    if all(both):
        return both
    missing = before if not both[0] else after
    missing.troubles.append(f"{missing.name}: it has no results that can be read, so what moved cannot be told")
    return {}, {}


def _vocabulary(state: State) -> Vocabulary | None:
    """The vocabulary of a state; None where it has none that can be read."""
    try:
        return read_vocabulary(state.data)
    except UserError:
        return None


def _read(state: State, root: Path | None, words: Vocabulary | None, passes: bool) -> StateRead:
    texts = read_texts_of(state.data)
    troubles = [f"{state.name}: {trouble}" for trouble in texts.troubles]
    committed = _committed(state.results, state.name, troubles)
    if not passes:
        committed = {key: one for key, one in committed.items() if one.statistic != AGREEMENT}
    results = _computed(state, root, words, passes, troubles)
    if (
        results is not None
        and committed
        and any(_seen(results[key], committed[key]) for key in {*results} & {*committed})
    ):
        troubles.append(f"{state.name}: analysis/results.csv is not what its data give by the functions of today")
    standing: dict[str, Standing] = {}
    try:
        standing = standings(texts.book, read_signatures(state.data))
    except UserError as fault:
        troubles.append(f"{state.name}: signatures cannot be read: {fault}")
    version = state.data / "VERSION"
    told = version.read_text("utf-8", "replace").strip() if version.is_file() else "without a version"
    return StateRead(state.name, told, texts, results or committed, results is not None, standing, troubles, committed)


def _committed(path: Path | None, name: str, troubles: list[str]) -> dict[str, Result]:
    """The rows of results.csv by their id: numbers as numbers, an empty cell as None."""
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            rows = [{key: _cell(key, text) for key, text in row.items() if key} for row in csv.DictReader(file)]
    except (OSError, csv.Error) as fault:
        troubles.append(f"{name}: {path.name} cannot be read: {fault}")
        return {}
    required = {"statistic": "", "sentence": ""}
    return {row["result_id"]: Result(**{**required, **_filled(row)}) for row in rows if row.get("result_id")}


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """The filled cells of a line in the columns of today: a file of long ago may have others."""
    return {name: cell for name, cell in row.items() if name in RESULT_COLUMNS and cell is not None}


def _cell(column: str, text: Any) -> Any:
    if not isinstance(text, str) or not text:
        return None
    if RESULT_COLUMNS.get(column) in (pl.Float64, pl.Int64):
        try:
            return float(text) if RESULT_COLUMNS[column] == pl.Float64 else int(text)
        except ValueError:
            return None
    return text


def _computed(
    state: State, root: Path | None, words: Vocabulary | None, passes: bool, troubles: list[str]
) -> dict[str, Result] | None:
    """The results of a state by the functions of today; None, with the reason told, where its data cannot be read."""
    from icans_evidence.summaries.collected import results_by_id

    beside = state.data.resolve().parent
    home = beside if root is None or (beside / PLAN).is_file() else root
    try:
        project = Project(home, data=state.data, vocabulary=words)
        return results_by_id(project, passes)
    except UserError as fault:
        first, *more = str(fault).splitlines()
        told = f"{first} (and more)" if more else first
        troubles.append(f"{state.name}: its data do not pass the checks of today; its committed results stand: {told}")
        return None


def _moved(
    first: Mapping[str, Result], second: Mapping[str, Result], data: Changes, old: Texts, new: Texts
) -> Iterator[Moved]:
    for result_id in sorted({*first, *second}):
        before, after = first.get(result_id), second.get(result_id)
        if before is None or after is None or _seen(before, after) or _figures_differ(before, after):
            yield Moved(result_id, before, after, _by(before, after), reasons(before, after, data, old, new))


def _seen(before: Result, after: Result) -> bool:
    """Whether a reader sees a difference: in the sentence or in the phrase."""
    return (before.sentence, before.phrase or "") != (after.sentence, after.phrase or "")


def _figures_differ(before: Result, after: Result) -> bool:
    return any(not _alike(getattr(before, name), getattr(after, name)) for name in FIGURES)


def _alike(before: float | None, after: float | None) -> bool:
    """Whether two figures are the same to nine digits; results.csv holds ten."""
    if before is None or after is None:
        return before is after
    return math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-12)


def _by(before: Result | None, after: Result | None) -> str:
    """By how much the first figure that moved did, signed: "−1.7 points", "+2 days"; empty where none can say."""
    if before is None or after is None:
        return ""
    for name in ("estimate", "low", "high"):
        one, other = getattr(before, name), getattr(after, name)
        if one is not None and other is not None and not _alike(one, other):
            share = after.unit == "proportion"
            step = (other - one) * (100 if share else 1)
            unit = "points" if share else "" if after.unit == "count" else after.unit or ""
            end = {"low": "lower end ", "high": "upper end "}.get(name, "")
            size = wording.number(abs(step)) if abs(step) >= 0.05 else "less than 0.1"
            return f"{end}{'+' if step > 0 else '−'}{size} {unit}".rstrip()
    return ""


def _by_method(before: StateRead, after: StateRead, moved: set[str]) -> Iterator[str]:
    """Results whose committed rows differ though the data give the same by the functions of today."""
    for result_id in {*before.committed} & {*after.committed}:
        if result_id not in moved and _seen(before.committed[result_id], after.committed[result_id]):
            yield result_id


def _signatures(
    before: Mapping[str, Standing], after: Mapping[str, Standing], data: Changes
) -> tuple[list[tuple[str, Standing, str]], list[Standing]]:
    """Signatures that no longer hold (row, standing before, why), and rows that are verified now and were not."""
    lapsed = []
    by_key = data.by_key()
    for row_id, standing in before.items():
        if standing.status == VERIFIED and (row_id not in after or after[row_id].status != VERIFIED):
            renamed = by_key[row_id].new_key if row_id in by_key else ""
            gone = f"the row is now {renamed}" if renamed else GONE
            lapsed.append((row_id, standing, after[row_id].why or "its line went" if row_id in after else gone))
    for row_id, now in after.items():
        if now.status == LAPSED and (row_id not in before or before[row_id].status not in (VERIFIED, LAPSED)):
            lapsed.append((row_id, now, now.why))
    signed = [
        now for row_id, now in after.items()
        if now.status == VERIFIED and (row_id not in before or before[row_id].status != VERIFIED)
    ]  # fmt: skip
    return lapsed, signed
