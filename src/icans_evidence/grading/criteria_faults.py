"""What the tables of criteria must fulfil before anybody is graded by them.

Each function takes the rows of one table and gives its faults: the row, the column, and what is wrong; nothing when
there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from icans_evidence.wording import listing

if TYPE_CHECKING:
    from icans_evidence.grading.criteria import (
        Caution,
        Condition,
        Criterion,
        Domain,
        DomainWords,
        DoseBand,
        IceItem,
        Instrument,
        Scale,
        ScaleWords,
        ScoreInput,
    )
    from icans_evidence.grading.rule_files import Fault, Row

HIGHEST = 4
MOST_NUMBERS = 10_000
KINDS = ("entry", "closing", "mask", "assume")
RESERVED = {
    "age", "age_years", "delay", "developmental_delay", "way", "patient_id", "assessed_at", "scale", "json", "as_json",
    "help", "grade", "minimum", "maximum", "is_final", "decided_by", "unassessed", "problem",
}  # fmt: skip
"""Names of columns, options and fields that stand beside the domains."""
NOT_NAMED = "finding", "score_min", "score_max"


def heading_faults(rows: Sequence[ScaleWords]) -> Iterator[Fault]:
    """Faults of the list of scales: names that cannot be typed, grades that cannot be, texts that are missing."""
    yield from _twice(rows, "scale", lambda row: row.scale)
    yield from _twice(rows, "table", lambda row: row.table)
    first = {row.name: row for row in reversed(rows)}
    for row in rows:
        yield from _not_a_code(row, "scale", "name", "table")
        yield from _empty(row, "title", "zero", "attribution", "source")
        if not 1 <= row.highest <= HIGHEST:
            yield row, "highest", f"must be a grade from 1 to {HIGHEST}"
        elif row.severe_from is not None and not 1 <= row.severe_from <= row.highest:
            yield row, "severe_from", f"must be a grade from 1 to {row.highest} or empty"
        for column in ("title", "severe_from", "form_note", "attribution"):
            if getattr(row, column) != getattr(first[row.name], column):
                yield row, column, f"must be that of {first[row.name].scale}, the first scale of this name"


def scale_faults(about: ScaleWords, rows: Sequence[Criterion], words: dict[str, DomainWords]) -> Iterator[Fault]:
    """Faults of a scale: each row a finding or a band, grades rising from 0 in every domain to the highest."""
    for row in rows:
        yield from _empty(row, "label", "criterion", "source")
        if row.scale != about.scale:
            yield row, "scale", f"must be {about.scale}"
        if not 0 <= row.grade <= about.highest:
            yield row, "grade", f"must be 0 to {about.highest}"
        if row.domain not in words:
            yield row, "domain", f"has no row of {about.name} in domains.csv"
    if max(row.grade for row in rows) < about.highest:
        yield rows[-1], "grade", f"or another one must be {about.highest}, the highest of scales.csv"
    for domain in dict.fromkeys(row.domain for row in rows if row.domain in words):
        yield from _domain_faults([row for row in rows if row.domain == domain], words[domain].decimals)


def _domain_faults(rows: Sequence[Criterion], decimals: int | None) -> Iterator[Fault]:
    findings = [row for row in rows if row.finding]
    yield from _twice(findings, "finding", lambda row: row.finding)
    for row in rows:
        yield from _not_a_code(row, "domain", *(["finding"] if row.finding else []))
        if (row.score_min is None) != (row.score_max is None):
            yield row, "score_max", "a band has both ends"
        elif bool(row.finding) == (row.score_min is not None):
            yield row, "finding", "a row is either a finding or a band of numbers"
        elif (row.score_min is not None) and decimals is None:
            yield row, "score_min", "a domain of numbers needs its decimals in domains.csv"
    if decimals is not None and len(findings) > 1:
        yield findings[1], "finding", "a domain of numbers has at most one finding beside them"
    if min(row.grade for row in rows) != 0:
        yield rows[0], "grade", "or another one of the domain must be 0"
    for mild, worse in pairwise(findings):
        if worse.grade < mild.grade:
            yield worse, "grade", "findings stand from the mildest to the worst"
    if decimals is not None:
        yield from _band_faults(rows, decimals)


def _band_faults(rows: Sequence[Criterion], decimals: int) -> Iterator[Fault]:
    """Bands follow one another by one step of the last decimal; whole numbers begin at 0, as totals do."""
    factor = 10**decimals
    bands = sorted((row.score_min, row.score_max, place) for place, row in enumerate(rows)
                   if row.score_min is not None and row.score_max is not None)  # fmt: skip
    if not bands:
        yield rows[0], "score_min", "a domain with decimals in domains.csv has bands of numbers"
        return
    for low, high, place in bands:
        for column, end in (("score_min", low), ("score_max", high)):
            if abs(end * factor - round(end * factor)) > 1e-6:
                yield rows[place], column, f"has more than {decimals} decimals"
        if high < low:
            yield rows[place], "score_max", "a band ends before it begins"
    if decimals == 0 and bands[0][0] != 0:
        yield rows[bands[0][2]], "score_min", "bands must begin at 0"
    for one, other in pairwise(bands):
        if round(one[1] * factor) + 1 != round(other[0] * factor):
            yield rows[other[2]], "score_min", "bands must follow one another without gap or overlap"
    if (bands[-1][1] - bands[0][0]) * factor > MOST_NUMBERS:
        yield rows[bands[-1][2]], "score_max", f"makes more than {MOST_NUMBERS:,} numbers: take fewer decimals"


def word_faults(rows: Sequence[DomainWords]) -> Iterator[Fault]:
    """Faults of the names of domains."""
    yield from _twice(rows, "domain", lambda row: (row.name, row.domain))
    for row in rows:
        yield from _not_a_code(row, "domain")
        yield from _empty(row, "heading", "words")
        if row.domain in RESERVED:
            yield row, "domain", "is taken: it is the name of a column or an option beside the findings"
        if row.decimals is not None and not 0 <= row.decimals <= 3:
            yield row, "decimals", "must be 0 to 3, or empty for a domain without numbers"


def unused_word_faults(rows: Sequence[DomainWords], used: set[tuple[str, str]]) -> Iterator[Fault]:
    """Faults of names for a domain that no scale of the name has."""
    for row in rows:
        if (row.name, row.domain) not in used:
            yield row, "domain", f"is no domain of a scale of {row.name or 'scales.csv'}"


def instrument_faults(rows: Sequence[Instrument], scales: Sequence[Scale]) -> Iterator[Fault]:
    """Faults of the instruments of one name: without a delay the ages must be covered once, from 0 upward."""
    plain = sorted((row for row in rows if row.developmental_delay is None), key=lambda row: row.age_min_years)
    yield from _chain_faults(plain, "age_min_years", "age_below_years")
    if not plain or plain[-1].age_below_years is not None:
        yield (plain or rows)[-1], "age_below_years", "the last age group must be open"
    known = {scale.name: scale for scale in scales}
    for row in rows:
        if row.scale not in known:
            yield row, "scale", f"must be {listing(known, 'or')}"
        elif row.instrument not in {domain.code for domain in known[row.scale].domains if domain.is_number}:
            yield row, "instrument", f"must be a domain of numbers of {row.scale}"
        if row.developmental_delay is False:
            yield row, "developmental_delay", "must be true or empty"
        elif row.developmental_delay:
            yield from _addition_faults(row, rows)
    for scale in scales:
        if len({row.instrument for row in rows if row.scale == scale.name}) != 1:
            yield rows[-1], "scale", f"or another one must give {scale.name} its one instrument"


def _addition_faults(row: Instrument, rows: Sequence[Instrument]) -> Iterator[Fault]:
    """A group with developmental delay goes on where the instrument's own group ends, without an upper age."""
    ends = [r.age_below_years for r in rows if r.instrument == row.instrument and r.developmental_delay is None]
    if ends != [row.age_min_years] or row.age_below_years is not None:
        yield row, "age_min_years", "the group with developmental_delay must go on where the other one ends"


def shared_faults(first: Scale, other: Scale, own: set[str]) -> Iterator[Fault]:
    """Faults of a scale that differs from the first of its name in the domains that are graded alike at every age."""
    mine, theirs = (
        {domain.code: domain for domain in scale.domains if domain.code not in own} for scale in (first, other)
    )
    if list(mine) != list(theirs):
        yield other.domains[0].rows[0], "domain", f"domains beside the score must be those of {first.name}"
        return
    alike = "finding", "score_min", "score_max", "grade", "label", "criterion"
    for code, domain in theirs.items():
        rows = mine[code].rows
        if len(rows) != len(domain.rows):
            yield domain.rows[-1], "finding", f"findings, grades and labels must be those of {first.name}"
        for one, row in zip(rows, domain.rows, strict=False):
            for column in alike:
                if getattr(one, column) != getattr(row, column):
                    yield row, column, f"findings, grades and labels must be those of {first.name}"


def caution_faults(rows: Sequence[Caution], scales: dict[str, Scale]) -> Iterator[Fault]:
    """Faults of the cautions: a number or a finding that its scale does not know."""
    for row in rows:
        yield from _empty(row, "code", "text", "source")
        if row.scale not in scales:
            yield row, "scale", f"must be {listing(scales, 'or')}"
            continue
        domains = {domain.code: domain for domain in scales[row.scale].domains}
        number, finding = domains.get(row.domain), domains.get(row.with_domain)
        if number is None or not number.is_number:
            yield row, "domain", f"must be a domain of numbers of {row.scale}"
        elif row.score_max < row.score_min or not known_numbers(number, row.score_min, row.score_max):
            yield row, "score_min", f"to score_max must be {number.allowed}"
        if finding is None:
            yield row, "with_domain", f"must be {listing(domains, 'or')}"
        elif row.with_finding not in {one.finding for one in finding.rows if one.finding}:
            yield row, "with_finding", f"must be {finding.allowed}"


def known_numbers(domain: Domain, low: float, high: float) -> bool:
    """Whether a domain knows both ends of a band."""
    return all(f"{end:.12g}" in domain.by_code for end in (low, high))


def condition_faults(rows: Sequence[Condition], shared: Sequence[Domain], has_instruments: bool) -> Iterator[Fault]:
    """Faults of the conditions of one name: what its domains do not know, and conditions that contradict each other."""
    domains = {domain.code: domain for domain in shared}
    kinds: dict[str, list[Condition]] = {kind: [row for row in rows if row.kind == kind] for kind in KINDS}
    for row in rows:
        yield from _empty(row, "source")
        if row.kind not in KINDS:
            yield row, "kind", f"must be {listing(KINDS, 'or')}"
        elif row.kind == "assume":
            yield from _filled(row, "domain", *NOT_NAMED, "lifts", "text_with_others")
            yield from _empty(row, "text")
            if not has_instruments:
                yield row, "kind", "is for a name with instruments in instruments.csv"
        elif row.domain not in domains:
            yield row, "domain", f"must be {listing(domains, 'or')}"
        elif row.kind == "entry":
            yield from _filled(row, *NOT_NAMED, "lifts", "text")
            yield from _empty(row, "text_with_others")
        else:
            yield from _met_faults(row, domains[row.domain])
    closing = {row.domain for row in kinds["closing"]}
    entry = {row.domain for row in kinds["entry"]}
    yield from _twice(kinds["entry"], "domain", lambda row: row.domain)
    yield from _twice(kinds["assume"], "kind", lambda row: row.kind)
    yield from ((row, "domain", "has no entry row of its own") for row in kinds["closing"] if row.domain not in entry)
    yield from ((row, "domain", "has no closing row") for row in kinds["entry"] if row.domain not in closing)
    yield from ((row, "lifts", f"must be {listing(closing, 'or') or 'a domain with a closing row'}")
                for row in kinds["mask"] if row.lifts not in closing)  # fmt: skip
    if has_instruments and rows and not kinds["assume"]:
        yield rows[0], "kind", "or another one of this name must be assume, which says what a missing score is taken as"
    yield from _contradictions(kinds["closing"], kinds["mask"], domains)


def _met_faults(row: Condition, domain: Domain) -> Iterator[Fault]:
    """Faults of a condition that a finding or a band of numbers meets: it must be known, and of grade 0."""
    yield from _empty(row, "text")
    if row.kind == "closing":
        yield from _filled(row, "lifts")
    else:
        yield from _filled(row, "text_with_others")
    if row.finding:
        yield from _filled(row, "score_min", "score_max")
        if row.finding not in {one.finding for one in domain.rows}:
            yield row, "finding", f"must be {domain.allowed}"
            return
    elif row.score_min is None or row.score_max is None or row.score_max < row.score_min:
        yield row, "finding", "a condition names a finding, or numbers by both of their ends"
        return
    elif not domain.is_number or not known_numbers(domain, row.score_min, row.score_max):
        yield row, "score_min", f"to score_max must be {domain.allowed}"
        return
    if any(domain.by_code[entry].grade for entry in row.entries(domain)):
        yield row, "finding", "and its numbers must be of grade 0 in the criteria"
    if row.kind == "mask" and row.lifts != row.domain and domain.worst:
        yield row, "domain", "a domain that lifts the closing of another one must add no grade"


def _contradictions(closing: Sequence[Condition], masks: Sequence[Condition], domains: dict[str, Domain]
                    ) -> Iterator[Fault]:  # fmt: skip
    """An entry that two conditions claim; a domain whose every entry closes the scale."""
    taken: dict[tuple[str, str], Condition] = {}
    for row in (*closing, *masks):
        for entry in row.entries(domains[row.domain]) if row.domain in domains else ():
            if taken.setdefault((row.domain, entry), row) is not row:
                yield row, "finding", f"already {taken[row.domain, entry].kind} in line {taken[row.domain, entry].line}"
                break
    for code in dict.fromkeys(row.domain for row in closing if row.domain in domains):
        own = [row for row in closing if row.domain == code]
        if set(domains[code].by_code) <= {entry for row in own for entry in row.entries(domains[code])}:
            yield own[-1], "finding", f"leaves no entry of {code} with which there is a grade"


def dose_faults(rows: Sequence[DoseBand]) -> Iterator[Fault]:
    """Faults of the weight bands."""
    yield from _chain_faults(rows, "weight_min_kg", "weight_max_kg")
    for row in rows:
        for column in ("mg_per_kg", "cap_mg"):
            if getattr(row, column) <= 0:
                yield row, column, "must be above 0"


def _chain_faults(rows: Sequence[Any], low: str, high: str) -> Iterator[Fault]:
    if rows and getattr(rows[0], low) != 0:
        yield rows[0], low, "bands must begin at 0"
    for one, other in pairwise(rows):
        if getattr(one, high) != getattr(other, low):
            yield other, low, "bands must follow one another without gap or overlap"
    for row in rows:
        if getattr(row, high) is not None and getattr(row, high) <= getattr(row, low):
            yield row, high, "a band ends before it begins"


def item_faults(rows: Sequence[IceItem]) -> Iterator[Fault]:
    """Faults of the ICE items: ten of them, one point each."""
    yield from _twice(rows, "item", lambda row: row.item)
    if len(rows) != 10:
        yield rows[-1], "item", "ICE has ten items of one point"
    yield from ((row, "points", "ICE has ten items of one point") for row in rows if row.points != 1)


def score_faults(rows: Sequence[ScoreInput]) -> Iterator[Fault]:
    """Faults of the laboratory scores: no unit twice, factors above 0."""
    yield from _twice(rows, "unit", lambda row: (row.score, row.variable, row.unit))
    yield from ((row, "to_formula_unit", "must be above 0") for row in rows if row.to_formula_unit <= 0)


def _twice(rows: Sequence[Any], column: str, key: Callable[[Any], Any]) -> Iterator[Fault]:
    first: dict[Any, Row] = {}
    for row in rows:
        if first.setdefault(key(row), row) is not row:
            yield row, column, f"stands twice, first in line {first[key(row)].line}"


def _empty(row: Row, *columns: str) -> Iterator[Fault]:
    yield from ((row, column, "must not be empty") for column in columns if getattr(row, column) == "")


def _filled(row: Row, *columns: str) -> Iterator[Fault]:
    yield from ((row, column, "must be empty here") for column in columns if getattr(row, column) not in ("", None))


def _not_a_code(row: Row, *columns: str) -> Iterator[Fault]:
    for column in columns:
        text = getattr(row, column)
        if not (text.isascii() and text.isidentifier() and text == text.lower()):
            yield row, column, "must be a word of small letters, digits and _"
