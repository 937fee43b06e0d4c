"""Rows of two extraction passes put in pairs: one row of each that tells the same finding of the same place.

Names and order of rows say nothing. Within a place the pairs are those whose likenesses add up to the most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import permutations
from pathlib import Path
from typing import Any

import polars as pl

from icans_evidence.audit.signatures.signed_content import canonical
from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence.vocabulary import Vocabulary

Row = Mapping[str, Any]

FOLDER = "extraction_passes"
"""Where the two passes, `a` and `b`, lie beside the data."""

WEIGHTS = {
    "outcome": 3.0, "cohort_id": 3.0, "population": 2.0, "factor": 2.0, "drug": 2.0, "indication": 1.0,
    "statement": 2.0, "statistic": 1.0, "unit": 0.5, "threshold": 0.5,
}  # fmt: skip
"""What each part of a row counts when two rows of one table and place are held against each other. Parts of text count
by the words that they share, parts that neither row has not at all."""
FIGURES_WEIGHT = 1.0
"""What the printed figures count: little, so that a misread figure does not part two readings of one finding."""
LEAST = 0.1
"""The least likeness, in 0..1, at which two rows of one table and place are taken to tell the same finding. On the two
passes of the review any value from 0.05 to 0.1 gives the same pairs, and up to 0.25 all of them but one."""
MOST = 1000
"""Rows of one place in one pass; more are no sentence."""
TRIED = 6
"""Rows of one place in one pass up to which every choice of pairs is tried."""
IN_WORDS = ("population", "factor", "indication", "statement")
SAYING = ("outcome", "population", "factor", "statement", "reported", "indication", "drug")
NOT_COMPARED = ("row_id", "line", "extracted_by", "second_reading")


@dataclass(frozen=True)
class Entry:
    """A row of a pass: its table, its cells as texts (filled ones only), and its place."""

    table: str
    cells: Mapping[str, str]

    @property
    def place(self) -> tuple[str, ...]:
        """The sentence by its fingerprint, or else document and locator."""
        if "fingerprint" in self.cells:
            return ("sentence", self.cells["fingerprint"])
        return ("locator", *(self.cells.get(name, "") for name in ("read_in", "section", "sentence", "locator")))

    @cached_property
    def key(self) -> str:
        """All that is compared, as one text: equal for equal rows, and the order in which ties are broken."""
        return json.dumps([self.table, sorted(self.cells.items())], ensure_ascii=False)


@dataclass(frozen=True)
class Pair:
    """A row of each pass that tell the same finding; how alike they are, in 0..1."""

    a: Entry
    b: Entry
    likeness: float


@dataclass(frozen=True)
class Paired:
    """All pairs, and the rows that only one pass has, in the order of tables and places."""

    pairs: list[Pair]
    only_a: list[Entry]
    only_b: list[Entry]


def holds_passes(folder: Path, vocabulary: Vocabulary) -> bool:
    """Whether both passes lie in the folder, each with a table at least."""
    return all(any((folder / side / f"{name}.csv").is_file() for name in vocabulary.located) for side in "ab")


def read_pass(folder: Path, vocabulary: Vocabulary) -> list[Entry]:
    """Every row of the CSV files of a pass; a table without a file has no row.

    A pass stands as it was made, so its texts are taken as they are; columns and numbers must be right. UsageError when
    the folder holds no table, DataError with every fault of every file.
    """
    from icans_evidence.evidence.cells import typed
    from icans_evidence.evidence.kinds import ADDED
    from icans_evidence.evidence.schemas import columns_of, types_of
    from icans_evidence.files.csv_text import read_texts
    from icans_evidence.files.faults import Faults

    files = {name: folder / f"{name}.csv" for name in vocabulary.located}
    present = {name: path for name, path in files.items() if path.is_file()}
    if not present:
        raise UsageError(f"{folder} holds no table of a pass")
    columns = {name: columns_of(vocabulary, name) for name in present}
    faults = Faults(columns, {name: str(path) for name, path in present.items()})
    entries: list[Entry] = []
    for name, path in present.items():
        data = path.read_bytes()
        texts = read_texts(data, columns[name], partial(faults.at, name), ADDED)
        if texts is not None:
            entries += _entries(name, typed(texts, name, types_of(vocabulary, name), set(), faults))
    faults.raise_any()
    return entries


def _entries(table: str, frame: pl.DataFrame) -> Iterable[Entry]:
    numeric = {name for name, kind in frame.schema.items() if kind.is_numeric()}
    for row in frame.iter_rows(named=True):
        filled = ((name, value) for name, value in row.items() if value is not None and name not in NOT_COMPARED)
        yield Entry(table, {name: canonical(value, name in numeric) for name, value in filled})


def paired(first: Iterable[Entry], second: Iterable[Entry], vocabulary: Vocabulary) -> Paired:
    """The rows of two passes in pairs, whatever the order of either; DataError for a place with more than MOST rows.

    First the rows of one table are paired, then what is left over of the same place and cohort in another table.
    """
    places = {name: place for place, name in enumerate(vocabulary.tables)}
    order = partial(_order, places)
    alone = sorted(first, key=order), sorted(second, key=order)
    pairs: list[Pair] = []
    for group, like in ((_same_table, likeness), (_same_cohort, _likeness_across)):
        parts: dict[tuple[str, ...], tuple[list[Entry], list[Entry]]] = {}
        for side, entries in enumerate(alone):
            for entry in entries:
                parts.setdefault(group(entry), ([], []))[side].append(entry)
        found = [_pairs_of(*part, like) for part in parts.values()]
        pairs += [pair for part in found for pair in part.pairs]
        alone = [e for part in found for e in part.only_a], [e for part in found for e in part.only_b]
    pairs.sort(key=lambda pair: (order(pair.a), order(pair.b)))
    return Paired(pairs, *(sorted(side, key=order) for side in alone))


def _order(tables: Mapping[str, int], entry: Entry) -> tuple[int, tuple[str, str, int], str]:
    """Tables in their order, then places as the article goes, then content: never the order of a file."""
    sentence = entry.cells.get("sentence", "0")
    place = (entry.cells.get("section", ""), entry.cells.get("locator", ""), int(float(sentence)))
    return tables[entry.table], place, entry.key


def _same_table(entry: Entry) -> tuple[str, ...]:
    return (entry.table, *entry.place)


def _same_cohort(entry: Entry) -> tuple[str, ...]:
    return (entry.cells.get("cohort_id", ""), *entry.place)


def _pairs_of(a: list[Entry], b: list[Entry], like: Callable[[Entry, Entry], float]) -> Paired:
    """The best pairs among rows in their order; equal rows are pairs at once, since no sum would be larger."""
    if max(len(a), len(b)) > MOST:
        raise DataError([f"{' '.join(a[0].place)}: more than {MOST:,} rows stand at one place; that is no sentence"])
    pairs = []
    for entry in list(a):
        twin = next((other for other in b if other.key == entry.key), None)
        if twin is not None:
            pairs.append(Pair(entry, twin, 1.0))
            a.remove(entry)
            b.remove(twin)
    chosen = _best([[like(one, other) for other in b] for one in a]) if a and b else []
    pairs += [Pair(a[i], b[j], alike) for i, j, alike in chosen]
    taken = {i for i, _, _ in chosen}, {j for _, j, _ in chosen}
    left = ([entry for i, entry in enumerate(side) if i not in done] for side, done in zip((a, b), taken, strict=True))
    return Paired(pairs, *left)


def _best(likenesses: list[list[float]]) -> list[tuple[int, int, float]]:
    """The one-to-one choice with the greatest sum of likenesses; a likeness of 0 makes no pair.

    The rows of a sentence are few and are tried out: loading a solver takes longer than all sentences of a review.
    """
    tall, wide = len(likenesses), len(likenesses[0])
    if max(tall, wide) > TRIED:
        from scipy.optimize import linear_sum_assignment

        chosen = list(zip(*linear_sum_assignment(likenesses, maximize=True), strict=True))
    elif tall <= wide:
        chosen = list(enumerate(_tried(likenesses)))
    else:
        chosen = sorted((i, j) for j, i in enumerate(_tried(list(zip(*likenesses, strict=True)))))
    return [(int(i), int(j), likenesses[i][j]) for i, j in chosen if likenesses[i][j] > 0]


def _tried(likenesses: Sequence[Sequence[float]]) -> tuple[int, ...]:
    """For each line the place of its partner, of which there are no fewer than lines."""
    choices = permutations(range(len(likenesses[0])), len(likenesses))
    return max(choices, key=lambda places: sum(line[place] for line, place in zip(likenesses, places, strict=True)))


def likeness(a: Entry, b: Entry) -> float:
    """How far two rows of one table and place tell the same finding: the weighted share of the parts that agree.

    In 0..1; less than LEAST is 0.
    """
    total, same = FIGURES_WEIGHT, FIGURES_WEIGHT * _shared(_words(a, ("reported",)), _words(b, ("reported",)))
    for name, weight in WEIGHTS.items():
        if name in a.cells or name in b.cells:
            total += weight
            in_words = _shared(_words(a, (name,)), _words(b, (name,)))
            same += weight * (in_words if name in IN_WORDS else a.cells.get(name) == b.cells.get(name))
    return same / total if same >= LEAST * total else 0.0


def _likeness_across(a: Entry, b: Entry) -> float:
    """The words that two rows of different tables share; their columns cannot be held against each other."""
    return 0.0 if a.table == b.table else _shared(_words(a, SAYING), _words(b, SAYING))


def _words(entry: Entry, names: Iterable[str]) -> frozenset[str]:
    return _words_of(" ".join(entry.cells.get(name, "") for name in names))


@lru_cache(maxsize=4096)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold().replace("_", " ")))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of words that two sets have in common; 1 for two empty ones."""
    return len(one & other) / len(one | other) if one | other else 1.0
