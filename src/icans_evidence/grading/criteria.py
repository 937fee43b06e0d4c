"""The criteria of the grading scales, read once from rules/*.csv.

Every grader, table and page is derived from these rows; no grade and no cut-off is written anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from icans_evidence.errors import DataError
from icans_evidence.grading import criteria_faults
from icans_evidence.grading.rule_files import checked_rows
from icans_evidence.wording import listing

ADULT, CHILD, CRS = "astct2019_icans", "astct2019_icans_child", "astct2019_crs"
SCORES = ("ice", "capd")


@dataclass(frozen=True)
class Criterion:
    """One row of a scale: a finding, or a band of scores (both ends included), and the grade that it reaches.

    `label` stands in sentences and forms, `criterion` in the printed table, `note` gives the reading taken.
    """

    scale: str
    domain: str
    finding: str
    score_min: int | None
    score_max: int | None
    grade: int
    label: str
    criterion: str
    source: str
    note: str

    @property
    def scores(self) -> range:
        """The scores of a band; empty for a finding."""
        if self.score_min is None or self.score_max is None:
            return range(0)
        return range(self.score_min, self.score_max + 1)

    @property
    def entries(self) -> list[str]:
        """The entries, as text, that mean this row."""
        if self.finding:
            return [self.finding]
        return [text for score in self.scores for text in (str(score), f"{score}.0")]


@dataclass(frozen=True)
class Domain:
    """One domain of a scale with its rows in the order of the file."""

    code: str
    rows: tuple[Criterion, ...]

    @cached_property
    def by_code(self) -> dict[str, Criterion]:
        """Every accepted entry, as text, with its row: codes, and whole scores ("8", or "8.0" as exported)."""
        return {entry: row for row in self.rows for entry in row.entries}

    @property
    def worst(self) -> int:
        """The highest grade that this domain can add: 3 for ICE, 4 for the other ICANS domains."""
        return max(row.grade for row in self.rows)

    @property
    def allowed(self) -> str:
        """What may be entered, in words: "a whole number from 0 to 32 or unable"."""
        scores = [score for row in self.rows for score in row.scores]
        band = [f"a whole number from {min(scores)} to {max(scores)}"] if scores else []
        return listing([*band, *(row.finding for row in self.rows if row.finding)], "or")


@dataclass(frozen=True)
class Scale:
    """A grading scale: its domains in the order of the file."""

    name: str
    domains: tuple[Domain, ...]

    def domain(self, code: str) -> Domain:
        """The domain of this code; KeyError if the scale has none."""
        return {domain.code: domain for domain in self.domains}[code]


@dataclass(frozen=True)
class Instrument:
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
    label: str
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
class Caution:
    """A remark that a grade carries when the score (both ends included) and the consciousness are as given
    here.

    With `alone` it is carried only when nothing else was found, so that the grade is that of the
    consciousness.
    """

    code: str
    scale: str
    score_min: int
    score_max: int
    consciousness: str
    alone: bool
    text: str
    source: str

    @property
    def scores(self) -> range:
        """The scores that carry the remark."""
        return range(self.score_min, self.score_max + 1)

    def allows(self, grade: int) -> bool:
        """Whether a grade (its lowest possible value) may carry the remark."""
        domain = scale(self.scale).domain("consciousness")
        return not self.alone or grade == domain.by_code[self.consciousness].grade


@dataclass(frozen=True)
class IceItem:
    """One of the ten items of ICE, its task in our words."""

    item: str
    domain: str
    task: str
    points: int
    source: str
    note: str


@dataclass(frozen=True)
class DoseBand:
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
class ScoreInput:
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
def scale(name: str) -> Scale:
    """The scale of this name, checked: every domain begins at grade 0 and its bands neither overlap nor
    leave a gap.
    """
    rows = checked_rows(name, Criterion, lambda rows: criteria_faults.scale_faults(name, rows))
    domains = dict.fromkeys(row.domain for row in rows)
    return Scale(name, tuple(Domain(code, tuple(r for r in rows if r.domain == code)) for code in domains))


@cache
def instruments() -> tuple[Instrument, ...]:
    """For whom ICE and CAPD are meant, checked: every age belongs to exactly one of them without a delay."""
    return checked_rows("instruments", Instrument, criteria_faults.instrument_faults)


@cache
def shared_domains() -> tuple[Domain, ...]:
    """The four domains beside the score, checked: their findings and grades are the same with ICE and with
    CAPD.
    """
    adult, child = (
        tuple(domain for domain in scale(name).domains if domain.code not in SCORES) for name in (ADULT, CHILD)
    )
    if faults := criteria_faults.shared_faults(adult, child):
        raise DataError([f"{CHILD}.csv {fault}" for fault in faults])
    return adult


@cache
def cautions() -> tuple[Caution, ...]:
    """The remarks that some grades carry, checked: each names scores and a consciousness that its scale
    knows.
    """
    known = {name: scale(name) for name in (ADULT, CHILD)}
    return checked_rows("cautions", Caution, lambda rows: criteria_faults.caution_faults(rows, known))


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
    for reader in (scale, shared_domains, instruments, cautions, ice_items, dose_bands, score_inputs):
        reader.cache_clear()
