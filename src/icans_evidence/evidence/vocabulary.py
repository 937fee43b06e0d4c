"""The vocabulary of a review: which tables, outcomes, products, diseases, scales, denominators and units it knows.

It is data of the project, `vocabulary/*.csv` in its data folder; what validates, asks, sums up and draws reads it here,
and nothing that it says is said in code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from icans_evidence import wording

FOLDER = "vocabulary"
NOT_STATED = "not_stated"
KINDS = ("Proportion", "Duration", "Measurement", "Association", "Dose", "Claim")
"""The kinds that a project may declare tables of; the models are in `kinds`."""
BACKGROUND = "background"
"""The role of a table whose rows are compared with no others, since they have no other home."""
COUNTS = ("cohort", "groups")
"""What an outcome may count: the patients of the cohort, or of groups that make it up."""
TRAITS = ("product", "target", "disease", "scale", "prophylaxis")
"""What a project may declare of its cohorts, and what the engine can tell them apart by."""


@dataclass(frozen=True)
class Column:
    """A column that a project declares for one of its tables: after which it stands, what it means, what it may hold.

    `words` is what is allowed: the name of another vocabulary, or words parted by semicolons; empty for any text.
    """

    name: str
    after: str
    meaning: str
    words: str = ""
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One file of rows: its kind (a model in `kinds`), the prefix of its row ids, its outcomes and what it is about."""

    kind: str
    about: str
    prefix: str = ""
    role: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()

    @property
    def located(self) -> bool:
        """Whether its rows are figures, each with the place where it was read."""
        return bool(self.prefix)


@dataclass(frozen=True)
class Outcome:
    """What may be observed: its words, the outcomes that hold it, the wholes that it adds up to with others of the same
    set, the units it is measured in, whether a grading scale decides it (None where that is not said), for a unit the
    factor to its SI unit and that unit, the measured outcome whose cut-off it is, whether its value is the size of the
    cohort or of groups of it, the core outcome that it answers, what was counted (outcomes that count different
    things never stand in one range), and the outcomes whose counts make up its own where it is not printed."""

    table: str
    name: str
    words: str
    part_of: tuple[str, ...] = ()
    sums_to: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    graded: bool | None = None
    si_units: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    cut_off_for: str = ""
    counts: str = ""
    core: str = ""
    counted_as: str = ""
    formed_of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Denominator:
    """Whom a total counts: its words, the kinds around it, the outcomes whose count it is, whether a scale chooses
    them, and the patterns by which a population and a sentence say so."""

    name: str
    words: str
    part_of: tuple[str, ...] = ()
    counted_by: tuple[str, ...] = ()
    graded: bool = False
    population_words: str = ""
    sentence_words: str = ""


def folded(name: str) -> str:
    """A name as it is compared: without case, marks of trade, forms of hyphen and doubled blanks."""
    plain = unicodedata.normalize("NFKC", name).translate(_SAME_SIGN)
    return " ".join(plain.split()).casefold()


_SAME_SIGN = str.maketrans({**dict.fromkeys("‐‑‒–—−", "-"), "®": None, "™": None})
_APART = re.compile(r"\s*[,;/]\s*(?:(?:or|and)\s+)?|\s+(?:or|and)\s+")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")


class Terms:
    """Names of one sort (products, diseases), each with its synonyms and the broader name above it."""

    def __init__(self, names: Mapping[str, Iterable[str]], broader: Mapping[str, str] | None = None) -> None:
        self.names: dict[str, tuple[str, ...]] = {name: tuple(others) for name, others in names.items()}
        self.broader = dict(broader or {})
        self._known = {folded(word): name for name, others in self.names.items() for word in (name, *others)}

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def one(self, text: str) -> str | None:
        """The canonical name of what a text names; None where it is not known. "Name (synonym)" is the name."""
        if found := self._known.get(folded(text)):
            return found
        outside, inside = _BRACKETS.sub("", text), _BRACKETS.findall(text)
        found = self._known.get(folded(outside))
        agree = all(self._known.get(folded(word)) in (found, None) for word in inside)
        return found if inside and agree else None

    def parts(self, text: str) -> tuple[list[str], list[str]]:
        """The names in a text that may list several, canonical and in the order of the vocabulary, and the unknown."""
        if whole := self.one(text):
            return [whole], []
        words = [word for word in _APART.split(text) if word]
        found = {word: self.one(word) for word in words}
        order = list(self.names)
        known = sorted({name for name in found.values() if name}, key=order.index)
        return known, [word for word, name in found.items() if name is None]

    def canonical(self, text: str) -> str:
        """A text with its names in one form and order: "B or A" is "A or B"; one with an unknown name stays."""
        if not self.names or text == NOT_STATED:
            return text
        known, unknown = self.parts(text)
        return wording.listing(known, "or") if known and not unknown else text

    def ancestry(self, name: str) -> list[str]:
        """A name and the broader ones above it, the nearest first."""
        above = [name]
        while (up := self.broader.get(above[-1])) and up not in above:
            above.append(up)
        return above

    def related(self, one: str, other: str) -> bool:
        """Whether one of two names is the other, or a broader one of it."""
        return one in self.ancestry(other) or other in self.ancestry(one)

    def pattern(self, name: str) -> str:
        """A pattern that finds a name or a synonym in running text; capitals matter in what has no small letter."""
        return "|".join(rf"\b{_spelled(word)}\b" for word in (name, *self.names[name]))


def _spelled(word: str) -> str:
    exact = re.escape(word)
    return exact if word.upper() == word else f"(?i:{exact})"


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All of `vocabulary/*.csv`; two readings are never equal, so that what is worked out from one is kept for it.

    `tables` are the files of `extracted/` in their order, `outcomes` for each the words of its outcomes; `scales`,
    `targets`, `units`, `core`, `topics`, `prophylaxis` a word → what it means; `factors` a pattern of factors → their
    units, `counted_by` a scale → what it counts. Cohorts given a prophylaxis of `apart` stand beside natural incidence.
    """

    tables: Mapping[str, Table]
    declared: tuple[Outcome, ...] = ()
    products: Terms = field(default_factory=lambda: Terms({}))
    short: Mapping[str, str] = field(default_factory=dict)
    target_of: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    diseases: Terms = field(default_factory=lambda: Terms({}))
    scales: Mapping[str, str] = field(default_factory=dict)
    denominators: Mapping[str, Denominator] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    factors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Mapping[tuple[str, str], tuple[float | None, float | None]] = field(default_factory=dict)
    counted_by: Mapping[str, str] = field(default_factory=dict)
    core: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    prophylaxis: Mapping[str, str] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()

    @cached_property
    def outcomes(self) -> Mapping[str, Mapping[str, str]]:
        """For each table its outcomes with the words for each."""
        return {name: table.outcomes for name, table in self.tables.items()}

    @cached_property
    def located(self) -> tuple[str, ...]:
        """The tables whose rows are figures."""
        return tuple(name for name, table in self.tables.items() if table.located)

    def of_kind(self, *kinds: str, background: bool = True) -> tuple[str, ...]:
        """The tables of some kinds, in their order; without `background` those alone whose rows may be compared."""
        return tuple(
            name
            for name, table in self.tables.items()
            if table.kind in kinds and (background or table.role != BACKGROUND)
        )

    @cached_property
    def background(self) -> tuple[str, ...]:
        """The tables whose rows are compared with no others."""
        return tuple(name for name, table in self.tables.items() if table.role == BACKGROUND)

    @cached_property
    def traits(self) -> tuple[str, ...]:
        """Those of TRAITS that this project declares of its cohorts."""
        names = {column.name for column in self.tables["cohorts"].columns}
        return tuple(name for name in TRAITS if name in names)

    @cached_property
    def nested(self) -> tuple[tuple[str, str], ...]:
        """Every pair of a narrower outcome and a broader one that holds it, directly or through others."""
        above: dict[str, set[str]] = {}
        for outcome in self.declared:
            above.setdefault(outcome.name, set()).update(outcome.part_of)
        pairs = []
        for name, nearest in above.items():
            reached: dict[str, None] = {}
            todo = sorted(nearest)
            while todo:
                up = todo.pop(0)
                if up not in reached and up != name:
                    reached[up] = None
                    todo += sorted(above.get(up, ()))
            pairs += [(name, up) for up in reached]
        return tuple(pairs)

    def counting(self, *counts: str) -> list[str]:
        """The outcomes whose value is a size of the cohort, or of groups of it."""
        return [outcome.name for outcome in self.declared if outcome.counts in counts]

    @cached_property
    def sums(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """The sets of outcomes that add up to a whole: the parts, in their order, and the whole."""
        sets: dict[str, list[str]] = {}
        for outcome in self.declared:
            for whole in outcome.sums_to:
                sets.setdefault(whole, []).append(outcome.name)
        return tuple((tuple(dict.fromkeys(parts)), whole.partition(":")[0]) for whole, parts in sets.items())

    def outcome(self, table: str, name: str) -> Outcome | None:
        """What is declared of an outcome of a table."""
        return self._by_name.get((table, name))

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Outcome]:
        return {(outcome.table, outcome.name): outcome for outcome in self.declared}

    @cached_property
    def denominator_words(self) -> Mapping[str, str]:
        """The words for each kind of denominator, in their order."""
        return {name: kind.words for name, kind in self.denominators.items()}

    @cached_property
    def inside(self) -> tuple[tuple[str, str], ...]:
        """Every pair of a kind of denominator and one around it, the nearest first."""
        return tuple((name, around) for name, kind in self.denominators.items() for around in kind.part_of)

    @cached_property
    def counting_treated(self) -> tuple[str, ...]:
        """Kinds of denominator that count patients of the cohort treated: those within no other, said of whom, and
        those within them."""
        within = {name for name, around in self.inside} | {around for _, around in self.inside}
        return tuple(name for name in self.denominators if name in within)

    def short_names(self, text: str) -> str:
        """A text with products in the short form that the field uses, and codes without their underscores."""
        for name, short in self.short.items():
            text = text.replace(name, short)
        return text.replace("_", " ")

    def reason_words(self, value: str) -> str:
        """A listed value of a column as what something was done for; abbreviations as the vocabulary has them."""
        if value == NOT_STATED:
            return "for a reason not stated"
        return "for " + " ".join(self._abbreviations.get(word, word) for word in value.split("_"))

    @cached_property
    def _abbreviations(self) -> dict[str, str]:
        said = " ".join([*(outcome.words for outcome in self.declared), *self.core.values()])
        return {word.lower(): word for word in re.findall(r"\b[A-Z]{2,}\b", said)}

    def scale_words(self, scale: str | None) -> str:
        """The words for a grading scale."""
        return self.scales.get(scale or NOT_STATED, (scale or NOT_STATED).replace("_", " "))

    def words_of(self, name: str) -> tuple[str, ...]:
        """The words that a column may hold which names another vocabulary; a list parted by semicolons is itself."""
        if name in ("scales", "targets", "denominators", "units", "core", "topics", "prophylaxis"):
            return tuple(getattr(self, name))
        if name in ("products", "diseases"):
            return ()
        if name.startswith("units:"):
            return tuple(unit for unit, measures in self.units.items() if measures == name.partition(":")[2])
        return tuple(filter(None, name.split(";")))

    def is_name(self, column: str) -> Terms | None:
        """The terms that a column of cohorts names, where it names any: products or diseases."""
        terms = {"products": self.products, "diseases": self.diseases}
        for declared in self.tables["cohorts"].columns:
            if declared.name == column:
                return terms.get(declared.words)
        return None


def outcome_words(vocabulary: Vocabulary, table: str, outcome: str) -> str:
    """The words for an outcome, with a capital; an undeclared outcome is said without its underscores."""
    words = vocabulary.outcomes.get(table, {}).get(outcome, outcome.replace("_", " "))
    return wording.capital(words)


OUTCOME_WORDS = "outcome_words"
"""The column in which described rows carry the words for their outcome."""


def words_of(row: Mapping[str, Any]) -> str:
    """The words for a row's outcome, which it carries; its name without underscores where it carries none."""
    return row.get(OUTCOME_WORDS) or wording.capital(row["outcome"].replace("_", " "))
