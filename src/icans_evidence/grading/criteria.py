"""The rows of rules/*.csv: what reaches which grade, for whom, and under which conditions.

Every grader, table and page is derived from these rows; no grade and no cut-off is written anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from icans_evidence.grading import criteria_faults
from icans_evidence.grading.rule_files import Row, checked_rows
from icans_evidence.wording import listing, plural


@dataclass(frozen=True)
class Criterion(Row):
    """One row of a scale: a finding, or a band of numbers (both ends included), and the grade that it reaches.

    `label` stands in sentences and forms, `criterion` in the printed table, `note` gives the reading taken.
    """

    scale: str
    domain: str
    finding: str
    score_min: float | None
    score_max: float | None
    grade: int
    label: str
    criterion: str
    source: str
    note: str


@dataclass(frozen=True)
class DomainWords(Row):
    """How a domain is called and asked for: `heading` in tables and forms, `words` in sentences.

    `findings_follow` adds "findings" after the words ("motor findings not assessed"); `decimals` and `unit` are of a
    domain whose entries are numbers; the two last cells stand in the form of the page.
    """

    name: str
    domain: str
    heading: str
    words: str
    findings_follow: bool
    decimals: int | None
    unit: str
    form_hint: str
    form_choice: str


@dataclass(frozen=True)
class Domain:
    """One domain of a scale with its rows in the order of the file."""

    code: str
    rows: tuple[Criterion, ...]
    about: DomainWords

    @property
    def words(self) -> str:
        """The domain in a sentence."""
        return self.about.words

    @property
    def is_number(self) -> bool:
        """Whether its entries are numbers: a score or a measurement, told as it was entered."""
        return self.about.decimals is not None

    @property
    def bands(self) -> tuple[tuple[float, float, int], ...]:
        """Lowest and highest number of each band, and its grade."""
        return tuple(
            (row.score_min, row.score_max, row.grade)
            for row in self.rows
            if row.score_min is not None and row.score_max is not None
        )

    def numbers(self, low: float, high: float) -> list[float]:
        """The numbers from `low` to `high`, both included, that can be entered: 37.9, 38.0 with one decimal."""
        factor = 10 ** (self.about.decimals or 0)
        return [step / factor for step in range(round(low * factor), round(high * factor) + 1)]

    def entries(self, finding: str, low: float | None, high: float | None) -> list[str]:
        """The entries, as text, that mean a finding or a number from `low` to `high`: "8" and "8.0" as exported."""
        if finding or low is None or high is None:
            return [finding] if finding else []
        decimals = self.about.decimals or 0
        return [text for number in self.numbers(low, high) for text in spellings(number, decimals)]

    @cached_property
    def by_code(self) -> dict[str, Criterion]:
        """Every accepted entry, as text, with its row of criteria."""
        return {entry: row for row in self.rows for entry in self.entries(row.finding, row.score_min, row.score_max)}

    @property
    def worst(self) -> int:
        """The highest grade that this domain can add: 3 for ICE, 4 for the other ICANS domains."""
        return max(row.grade for row in self.rows)

    @property
    def span(self) -> str:
        """The lowest and the highest number that may be entered: "0 to 10", "30 to 45 °C"."""
        low, high = min(low for low, _, _ in self.bands), max(high for _, high, _ in self.bands)
        return f"{low:.12g} to {high:.12g} {self.about.unit}".rstrip()

    @property
    def range_words(self) -> str:
        """The numbers that may be entered: "a whole number from 0 to 10", "a number from 30 to 45 °C"."""
        return f"a {'' if self.about.decimals else 'whole '}number from {self.span}"

    @property
    def allowed(self) -> str:
        """What may be entered, in words: "a whole number from 0 to 32 or unable"."""
        decimals = self.about.decimals
        places = f" with at most {plural(decimals, 'decimal')}" if decimals else ""
        band = [self.range_words + places] if self.is_number else []
        return listing([*band, *(row.finding for row in self.rows if row.finding)], "or")


def spellings(number: float, decimals: int) -> list[str]:
    """The texts that mean a number: "8" and "8.0"; with decimals all that say it exactly, "38", "38.0", "38.00"."""
    text = f"{number:.{max(1, decimals)}f}"
    texts = [text]
    while text.endswith("0") and "." in text:
        text = text[:-1].removesuffix(".")
        texts.append(text)
    return texts[::-1]


@dataclass(frozen=True)
class ScaleWords(Row):
    """A scale: the `name` under which people ask for it (one name may have a scale for each instrument), the name of
    its printed `table`, its highest grade, and what is said of every grade.

    `severe_from` is the lowest severe grade, None where grades are not called mild and severe; `zero` is what a final
    grade 0 means.
    """

    scale: str
    name: str
    table: str
    title: str
    highest: int
    severe_from: int | None
    zero: str
    form_note: str
    attribution: str
    source: str


@dataclass(frozen=True)
class Scale:
    """A grading scale: its domains in the order of the file."""

    name: str
    domains: tuple[Domain, ...]
    about: ScaleWords

    def domain(self, code: str) -> Domain:
        """The domain of this code; KeyError if the scale has none."""
        return {domain.code: domain for domain in self.domains}[code]


@dataclass(frozen=True)
class Instrument(Row):
    """For whom a score is meant: ages from `age_min_years` to below `age_below_years`, with or without a
    condition.

    `developmental_delay` is None where the row holds either way, True where the delay must be known to be
    present.
    """

    instrument: str
    scale: str
    developmental_delay: bool | None
    age_min_years: float
    age_below_years: float | None
    source: str
    note: str

    def fits(self, age_years: float, developmental_delay: bool | None) -> bool:
        """Whether a person of this age, with a delay present, absent or not known (None), is meant."""
        within = self.age_min_years <= age_years and (self.age_below_years is None or age_years < self.age_below_years)
        return within and self.developmental_delay in (None, developmental_delay)

    @property
    def group(self) -> str:
        """The people meant, in words: "12 years and over with developmental delay"."""
        low, below = f"{self.age_min_years:g} years and over", self.age_below_years
        ages = low if below is None else f"under {below:g} years"
        return ages + (" with developmental delay" if self.developmental_delay else "")


@dataclass(frozen=True)
class Condition(Row):
    """What opens or closes a scale beside its grades; `finding`, or the numbers from `score_min` to `score_max`, of a
    domain.

    closing: with it the grade is 0 whatever else was found. entry: the domain that can close the scale; while nobody
    assessed it the lowest possible grade is 0. mask: with it the closing of the domain `lifts` does not hold. assume:
    what is said where neither a score nor an age was given. `text_with_others` is said where another domain has a
    finding.
    """

    name: str
    kind: str
    domain: str
    finding: str
    score_min: float | None
    score_max: float | None
    lifts: str
    text: str
    text_with_others: str
    source: str
    note: str

    def entries(self, domain: Domain) -> list[str]:
        """The entries of its domain, as text, that meet the condition."""
        return domain.entries(self.finding, self.score_min, self.score_max)


@dataclass(frozen=True)
class Caution(Row):
    """A remark that a grade carries when the number of a domain (both ends included) and the finding of another one
    are as given here.

    With `alone` it is carried only when nothing else was found, so that the grade is that of the finding.
    """

    code: str
    scale: str
    domain: str
    score_min: float
    score_max: float
    with_domain: str
    with_finding: str
    alone: bool
    text: str
    source: str

    def allows(self, grade: int, scale: Scale) -> bool:
        """Whether a grade (its lowest possible value) on this scale may carry the remark."""
        return not self.alone or grade == scale.domain(self.with_domain).by_code[self.with_finding].grade


@dataclass(frozen=True)
class IceItem(Row):
    """One of the ten items of ICE, its task in our words."""

    item: str
    domain: str
    task: str
    points: int
    source: str
    note: str


@dataclass(frozen=True)
class DoseBand(Row):
    """Tocilizumab for CRS: mg per kg from `weight_min_kg` to below `weight_max_kg`, at most `cap_mg` a
    dose.
    """

    weight_min_kg: float
    weight_max_kg: float
    mg_per_kg: float
    cap_mg: float
    source: str
    note: str


@dataclass(frozen=True)
class ScoreInput(Row):
    """A laboratory value of EASIX or m-EASIX in one accepted unit; `refuse_above` is in that unit."""

    score: str
    variable: str
    label: str
    role: str
    unit: str
    to_formula_unit: float
    refuse_above: float | None
    source: str
    note: str


@cache
def ice_items() -> tuple[IceItem, ...]:
    """The ten items of ICE, checked: 10 points in all."""
    return checked_rows("ice_items", IceItem, criteria_faults.item_faults)


@cache
def dose_bands() -> tuple[DoseBand, ...]:
    """Tocilizumab by weight, checked: bands follow one another without gap or overlap."""
    return checked_rows("tocilizumab_crs", DoseBand, criteria_faults.dose_faults)


@cache
def score_inputs() -> tuple[ScoreInput, ...]:
    """The laboratory values of EASIX and m-EASIX with their units."""
    return checked_rows("scores", ScoreInput, criteria_faults.score_faults)


def forget() -> None:
    """Empty the caches, so that changed files are read again (for tests that change them)."""
    for reader in (ice_items, dose_bands, score_inputs):
        reader.cache_clear()
