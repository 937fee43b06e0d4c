"""How far two extraction passes agree: on finding a row, on its numbers and on its coded fields.

Every figure is a count over pairs; chance-corrected measures are given for coded fields only, and null where undefined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from icans_evidence.audit.extractions.pairs import NOT_COMPARED, Entry, Pair, Paired
from icans_evidence.evidence.vocabulary import Vocabulary

EMPTY = ""
"""A cell that a row leaves empty: a category of its own where the other row fills it."""
NAMES = ("cohort_id", "read_in", "cites")
"""Fields that name something: compared as they are written, by percent alone."""


@dataclass(frozen=True)
class Field:
    """What two passes give in one column over the pairs of one table in which at least one of them fills it."""

    name: str
    cells: tuple[tuple[str, str], ...]

    @property
    def compared(self) -> int:
        """Pairs in which at least one pass fills the cell; a cell that both leave empty is no agreement."""
        return len(self.cells)

    @property
    def same(self) -> int:
        """Pairs in which both give the same."""
        return sum(a == b for a, b in self.cells)

    @property
    def both(self) -> int:
        """Pairs in which both fill the cell."""
        return sum(EMPTY not in cell for cell in self.cells)

    @property
    def categories(self) -> int:
        """Different answers that occur, an empty cell among them."""
        return len({answer for cell in self.cells for answer in cell})


@dataclass(frozen=True)
class Difference:
    """A field in which a pair differs: `table` for a pair in two tables, `only in pass_a` for a row without a pair."""

    field: str
    in_a: str
    in_b: str
    entry: Entry


@dataclass(frozen=True)
class TableCount:
    """One line of the count: rows of each pass, pairs that agree, differ or stand in two tables, and rows alone.

    A pair in two tables is counted at the table of the first pass.
    """

    table: str
    rows_a: int
    rows_b: int
    agree: int
    differ: int
    across: int
    only_a: int
    only_b: int


@dataclass(frozen=True)
class Agreement:
    """The comparison of two passes: its pairs, its counts by table and for all, its fields and every difference."""

    paired: Paired
    tables: list[TableCount]
    total: TableCount
    numbers: list[Field]
    codes: list[Field]
    names: list[Field]
    differences: list[Difference]


@lru_cache(maxsize=256)
def fields_of(vocabulary: Vocabulary, table: str) -> dict[str, tuple[str, ...]]:
    """The columns of a table that are compared: its numbers, its coded fields and its names; texts are not.

    A column is coded when its schema lists the words allowed or when it is true or false; `outcome` is.
    """
    from icans_evidence.evidence.schemas import schema_of

    found: dict[str, list[str]] = {"numbers": [], "codes": ["outcome"], "names": []}
    for name, column in schema_of(vocabulary, table).columns.items():
        kind = column.dtype.type
        if name in NOT_COMPARED:
            continue
        if name in NAMES:
            found["names"].append(name)
        elif any(check.name == "isin" for check in column.checks) or str(kind) == "Boolean":
            found["codes"].append(name)
        elif kind.is_numeric() and name != "sentence":
            found["numbers"].append(name)
    return {group: tuple(names) for group, names in found.items()}


def agreement(paired: Paired, vocabulary: Vocabulary) -> Agreement:
    """The counts, fields and differences of two passes whose rows were put in pairs."""
    within = [pair for pair in paired.pairs if pair.a.table == pair.b.table]
    fields = {group: _fields(within, group, vocabulary) for group in ("numbers", "codes", "names")}
    found = [difference for pair in paired.pairs for difference in _differences(pair, vocabulary)]
    found += [Difference("only in pass_a", _saying(entry), EMPTY, entry) for entry in paired.only_a]
    found += [Difference("only in pass_b", EMPTY, _saying(entry), entry) for entry in paired.only_b]
    places = {name: place for place, name in enumerate(vocabulary.tables)}
    found.sort(key=lambda difference: places[difference.entry.table])
    counts = _counts(paired, vocabulary)
    sums = [sum(getattr(count, name) for count in counts) for name in list(TableCount.__dataclass_fields__)[1:]]
    return Agreement(paired, counts, TableCount("all", *sums), differences=found, **fields)


def _fields(pairs: Iterable[Pair], group: str, vocabulary: Vocabulary) -> list[Field]:
    cells: dict[str, list[tuple[str, str]]] = {}
    for pair in pairs:
        for name in fields_of(vocabulary, pair.a.table)[group]:
            cell = pair.a.cells.get(name, EMPTY), pair.b.cells.get(name, EMPTY)
            if cell != (EMPTY, EMPTY):
                cells.setdefault(name, []).append(cell)
    return [Field(name, tuple(given)) for name, given in cells.items()]


def _differences(pair: Pair, vocabulary: Vocabulary) -> list[Difference]:
    if pair.a.table != pair.b.table:
        return [Difference("table", _saying(pair.a), _saying(pair.b), pair.a)]
    names = [name for group in fields_of(vocabulary, pair.a.table).values() for name in group]
    cells = [(name, pair.a.cells.get(name, EMPTY), pair.b.cells.get(name, EMPTY)) for name in names]
    return [Difference(name, a, b, pair.a) for name, a, b in cells if a != b]


def _saying(entry: Entry) -> str:
    """A row in a few words, as settled.csv names it: its table, its outcome and what was printed."""
    return f"{entry.table}: {entry.cells.get('outcome', '')}, {entry.cells.get('reported', '')}"


def _counts(paired: Paired, vocabulary: Vocabulary) -> list[TableCount]:
    across = Counter(pair.a.table for pair in paired.pairs if pair.a.table != pair.b.table)
    across_b = Counter(pair.b.table for pair in paired.pairs if pair.a.table != pair.b.table)
    within = [pair for pair in paired.pairs if pair.a.table == pair.b.table]
    differ = Counter(pair.a.table for pair in within if _differences(pair, vocabulary))
    agree = Counter(pair.a.table for pair in within) - differ
    only_a, only_b = (Counter(entry.table for entry in side) for side in (paired.only_a, paired.only_b))
    counts = []
    for table in vocabulary.tables:
        pairs = agree[table] + differ[table]
        rows = pairs + across[table] + only_a[table], pairs + across_b[table] + only_b[table]
        if any(rows):
            counts.append(TableCount(table, *rows, agree[table], differ[table], across[table], only_a[table],
                                     only_b[table]))  # fmt: skip
    return counts


def positive_agreement(both: int, only_a: int, only_b: int) -> float | None:
    """Agreement on having found a row, 2a/(2a + b + c) in 0..1; what neither pass found cannot be counted.

    Fleiss' proportion of specific agreement (Statistical Methods for Rates and Proportions). None without any row.
    """
    return 2 * both / (2 * both + only_a + only_b) if both + only_a + only_b else None


def cohen_kappa(cells: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two raters on nominal categories (Educ Psychol Meas 1960;20:37).

    None when it is undefined: without a pair, and when all answers fall into one category, so that chance alone
    agrees in full.
    """
    total = len(cells)
    if not total:
        return None
    first, second = Counter(a for a, _ in cells), Counter(b for _, b in cells)
    chance = sum(first[answer] * second[answer] for answer in first) / total**2
    return None if chance == 1 else (_share(cells) - chance) / (1 - chance)


def gwet_ac1(cells: Sequence[tuple[str, str]]) -> float | None:
    """Gwet's AC1 of two raters over the categories that occur (Br J Math Stat Psychol 2008;61:29).

    None when it is undefined: without a pair, and when all answers fall into one category.
    """
    answers = Counter(answer for cell in cells for answer in cell)
    if len(answers) < 2:
        return None
    means = [count / (2 * len(cells)) for count in answers.values()]
    chance = sum(mean * (1 - mean) for mean in means) / (len(answers) - 1)
    return (_share(cells) - chance) / (1 - chance)


def _share(cells: Sequence[tuple[str, str]]) -> float:
    return sum(a == b for a, b in cells) / len(cells)
