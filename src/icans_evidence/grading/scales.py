"""The scales that people ask for by name, each with its instruments, cautions and conditions, read once and checked.

A name (icans, crs) may have a scale for each instrument (ICE, CAPD); whatever the tables of rules hold is graded by the
same interpreter, so a further scale is rows in `scales.csv`, `domains.csv`, `conditions.csv` and a table of criteria.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from icans_evidence.errors import DataError, UsageError
from icans_evidence.grading import criteria, criteria_faults, rule_files
from icans_evidence.grading.criteria import (
    Caution,
    Condition,
    Criterion,
    Domain,
    DomainWords,
    Instrument,
    Scale,
    ScaleWords,
)
from icans_evidence.grading.rule_files import checked_rows, read_rows, refuse
from icans_evidence.wording import listing

PERSON = "age_years", "developmental_delay"
ASSUMED = "instrument_assumed"


@dataclass(frozen=True)
class Grader:
    """All that grades one syndrome: its scales, for whom each is meant, and what opens, closes or questions a grade."""

    name: str
    scales: tuple[Scale, ...]
    instruments: tuple[Instrument, ...]
    cautions: tuple[Caution, ...]
    conditions: tuple[Condition, ...]

    @property
    def about(self) -> ScaleWords:
        """What holds for every scale of this name."""
        return self.scales[0].about

    @cached_property
    def first_rows(self) -> tuple[Instrument, ...]:
        """The first row of each instrument, in the order of the file: ICE, CAPD."""
        return tuple({row.instrument: row for row in reversed(self.instruments)}.values())[::-1]

    @cached_property
    def scores(self) -> dict[str, Domain]:
        """The domain of each instrument by its code; empty where everybody is graded on one scale."""
        return {row.instrument: self.scale(row.scale).domain(row.instrument) for row in self.first_rows}

    @cached_property
    def shared(self) -> tuple[Domain, ...]:
        """The domains that are graded alike for everybody."""
        return tuple(domain for domain in self.scales[0].domains if domain.code not in self.scores)

    @cached_property
    def domains(self) -> dict[str, Domain]:
        """Every domain by its code, the scores first."""
        return self.scores | {domain.code: domain for domain in self.shared}

    @property
    def columns(self) -> list[str]:
        """The columns that are read of a table, those of the person last."""
        return [*self.domains, *(PERSON if self.instruments else ())]

    def scale(self, name: str) -> Scale:
        """The scale of this name; KeyError if there is none."""
        return {scale.name: scale for scale in self.scales}[name]

    def scale_with(self, code: str) -> Scale:
        """The first scale that has this domain."""
        return next(scale for scale in self.scales if any(domain.code == code for domain in scale.domains))

    def of_kind(self, kind: str) -> tuple[Condition, ...]:
        """The conditions of one kind."""
        return tuple(row for row in self.conditions if row.kind == kind)

    @property
    def caution_texts(self) -> dict[str, str]:
        """What each caution that a table is counted for says, by its code; that of the first scale where two differ."""
        texts = {row.code: row.text for row in reversed(self.cautions)}
        assumed = self.of_kind("assume")
        return texts | ({ASSUMED: assumed[0].text} if assumed else {})

    def groups(self, instrument: str) -> str:
        """For whom an instrument is meant, in words: "under 12 years, or 12 years and over with developmental
        delay".
        """
        return ", or ".join(row.group for row in self.instruments if row.instrument == instrument)


def graders(rules: Path | None = None) -> dict[str, Grader]:
    """Every grader by its name, in the order of `scales.csv`, from a folder of rules (ours by default).

    DataError names file, line, column and cell of every fault.
    """
    return _graders(rules or rule_files.RULES)


def grader(name: str = "", rules: Path | None = None) -> Grader:
    """The grader of this name, the first one for ""; UsageError names those that there are."""
    known = graders(rules)
    if name and name not in known:
        raise UsageError(f'no scale "{name}": there is {listing(known, "or")}')
    return known[name or next(iter(known))]


def scale(name: str, rules: Path | None = None) -> Scale:
    """The scale of this name, as astct2019_icans; KeyError if there is none."""
    return {one.name: one for grader in graders(rules).values() for one in grader.scales}[name]


def forget() -> None:
    """Empty the caches, so that changed files are read again (for tests that change them)."""
    _graders.cache_clear()
    criteria.forget()


@cache
def _graders(rules: Path) -> dict[str, Grader]:
    headings = checked_rows("scales", ScaleWords, criteria_faults.heading_faults, rules)
    words = checked_rows("domains", DomainWords, criteria_faults.word_faults, rules)
    scales = _scales(headings, words, rules)
    refuse("domains", criteria_faults.unused_word_faults(
        words, {(scale.about.name, domain.code) for scale in scales for domain in scale.domains}))  # fmt: skip
    known = {scale.name: scale for scale in scales}
    cautions = checked_rows("cautions", Caution, lambda rows: criteria_faults.caution_faults(rows, known), rules, True)
    instruments = read_rows("instruments", Instrument, rules, may_be_empty=True)
    refuse("instruments", [(row, "scale", f"must be {listing(known, 'or')}")
                           for row in instruments if row.scale not in known])  # fmt: skip
    conditions = read_rows("conditions", Condition, rules, may_be_empty=True)
    names = dict.fromkeys(row.name for row in headings)
    refuse("conditions", [(row, "name", f"must be {listing(names, 'or')}")
                          for row in conditions if row.name not in names])  # fmt: skip
    made = {}
    for name in names:
        own = tuple(scale for scale in scales if scale.about.name == name)
        codes = {scale.name for scale in own}
        made[name] = _checked(Grader(
            name, own, tuple(row for row in instruments if row.scale in codes),
            tuple(row for row in cautions if row.scale in codes), tuple(row for row in conditions if row.name == name),
        ))  # fmt: skip
    return made


def _scales(headings: tuple[ScaleWords, ...], words: tuple[DomainWords, ...], rules: Path) -> list[Scale]:
    """Every scale with its criteria; the faults of all their tables at once."""
    scales, faults = [], []
    for about in headings:
        own = {row.domain: row for row in words if row.name == about.name}
        try:
            rows = read_rows(about.scale, Criterion, rules)
            refuse(about.scale, criteria_faults.scale_faults(about, rows, own))
        except DataError as fault:
            faults += fault.faults
            continue
        codes = dict.fromkeys(row.domain for row in rows)
        domains = (Domain(code, tuple(row for row in rows if row.domain == code), own[code]) for code in codes)
        scales.append(Scale(about.scale, tuple(domains), about))
    if faults:
        raise DataError(faults)
    return scales


def _checked(made: Grader) -> Grader:
    """The grader, if its scales, instruments and conditions go together."""
    if made.instruments:
        refuse("instruments", criteria_faults.instrument_faults(made.instruments, made.scales))
    elif len(made.scales) > 1:
        second = made.scales[1].about
        refuse("scales", [(second, "name", "has a scale already: instruments.csv must say for whom each is")])
    for other in made.scales[1:]:
        refuse(other.name, criteria_faults.shared_faults(made.scales[0], other, set(made.scores)))
    refuse("conditions", criteria_faults.condition_faults(made.conditions, made.shared, bool(made.instruments)))
    return made
