"""`analysis/plan.toml`: the decisions about what is summarised and shown, in which order and under which words."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from icans_evidence.errors import DataError
from icans_evidence.evidence.vocabulary import Vocabulary

PICTURE_KINDS = (
    "overview", "proportions", "durations", "laboratory", "directions", "thresholds", "forest", "multiverse",
    "coverage",
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """One chart with its table: which rows of which file, grouped by outcome in the order given.

    `by`: a trait of the cohorts by which the rows of an outcome are parted further.
    """

    id: str
    kind: str
    tables: tuple[str, ...]
    outcomes: tuple[str, ...]
    title: str
    unit: str = ""
    upper: float = 1.0
    denominators: tuple[str, ...] = ()
    note: str = ""
    pool: str = ""
    by: str = ""


@dataclass(frozen=True)
class Pool:
    """One planned pool: an outcome among patients counted alike, and what may be mixed in it.

    `graded`: the outcome depends on the grading scale (as the vocabulary says, else true).
    `scale`: only cohorts graded by it; `event` stands in "In a
    typical study 12% had …".
    """

    table: str
    outcome: str
    denominators: tuple[str, ...]
    event: str
    graded: bool = True
    allow_mixed_scales: bool = False
    scale: str = ""

    @property
    def id(self) -> str:
        """The start of its result ids: table, outcome, denominator ("several" of them), and the scale if only one."""
        counted = self.denominators[0] if len(self.denominators) == 1 else "several"
        parts = [self.table, self.outcome, counted, self.scale]
        return ".".join(part for part in parts if part)


@dataclass(frozen=True)
class Downgrade:
    """One judgement of a GRADE domain for one pooled result: steps down (0 to 2), the reason and who judged."""

    result: str
    domain: str
    steps: int
    reason: str
    by: str


@dataclass(frozen=True)
class Plan:
    """The decisions: the review regenerated, the pictures, the pools, the downgrades, and everything as read."""

    review: str
    pictures: dict[str, Picture]
    options: dict[str, Any]
    pools: tuple[Pool, ...] = ()
    downgrades: tuple[Downgrade, ...] = ()


def read_plan(path: Path, vocabulary: Vocabulary) -> Plan:
    """The plan in `path`; every entry that is not understood is named in one DataError.

    What may be drawn and pooled is what the vocabulary of the project knows.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError([f"{path}: the plan is missing"]) from None
    except tomllib.TOMLDecodeError as fault:
        raise DataError([f"{path}: {fault}"]) from None
    faults: list[str] = []
    pictures = [_picture(entry, path, faults) for entry in content.get("picture", [])]
    declared = [_as_declared(entry, vocabulary) for entry in content.get("pool", [])]
    pools = [_entry(Pool, entry, f"{path}: pool", faults) for entry in declared]
    downgrades = [_entry(Downgrade, entry, f"{path}: downgrade", faults) for entry in content.get("downgrade", [])]
    known = {pool.id for pool in pools if pool}
    faults += [
        f'{path}: picture {picture.id}: no pool "{picture.pool}" is planned; there are: {", ".join(sorted(known))}'
        for picture in pictures
        if picture and picture.kind in ("forest", "multiverse") and picture.pool not in known
    ]
    said = [
        *_wrong_pictures(pictures, vocabulary),
        *_wrong_pools(pools, vocabulary),
        *_wrong_downgrades(downgrades, pools),
    ]
    faults += [f"{path}: {fault}" for fault in said]
    if faults:
        raise DataError(faults)
    named = {picture.id: picture for picture in pictures if picture}
    return Plan(content.get("review", {}).get("study_id", ""), named, content, tuple(pools), tuple(downgrades))


def _as_declared(entry: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """A pool that does not say whether a grading scale decides its outcome has what the vocabulary says of it."""
    outcome = vocabulary.outcome(str(entry.get("table")), str(entry.get("outcome")))
    if "graded" in entry or outcome is None or outcome.graded is None:
        return entry
    return {**entry, "graded": outcome.graded}


def _entry(kind: Any, entry: dict[str, Any], where: str, faults: list[str]) -> Any:
    """An entry of the plan as `kind`; what is missing, unknown or of another type is told, and null returned."""
    types = {field.name: field.type for field in fields(kind)}
    needed = {field.name for field in fields(kind) if field.default is MISSING}
    said = [f"unknown entry {key}; allowed: {', '.join(types)}" for key in sorted(set(entry) - set(types))]
    said += [f"{key} is missing" for key in sorted(needed - set(entry))]
    said += [
        f"{key} is {value!r}; allowed: {TYPES[types[key]][1]}"
        for key, value in entry.items()
        if key in types and type(value) is not TYPES[types[key]][0]
    ]
    name = entry.get("outcome") or entry.get("result") or "?"
    faults += [f"{where} {name}: {words}" for words in said]
    return None if said else kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()})


TYPES: dict[Any, tuple[type, str]] = {
    "str": (str, "text"), "bool": (bool, "true, false"), "int": (int, "a whole number"),
    "tuple[str, ...]": (list, "a list of texts"),
}  # fmt: skip
DOMAINS = ("risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias")


def _wrong_pictures(pictures: list[Picture | None], vocabulary: Vocabulary) -> list[str]:
    """Pictures of files or outcomes that the data do not know, which would stay empty without a word."""
    outcomes, said = vocabulary.outcomes, []
    for picture in filter(None, pictures):
        said += [f'picture {picture.id}: no file "{name}"' for name in picture.tables if name not in outcomes]
        known = {outcome for name in picture.tables for outcome in outcomes.get(name, ())}
        said += [f'picture {picture.id}: no outcome "{name}"' for name in picture.outcomes if name not in known]
        if picture.by and picture.by not in vocabulary.traits:
            said.append(f'picture {picture.id}: by "{picture.by}"; allowed: {", ".join(vocabulary.traits)}')
    return said


def _wrong_pools(pools: list[Pool | None], vocabulary: Vocabulary) -> list[str]:
    """Pools of files, outcomes, denominators or scales that the data do not know, and pools named twice."""
    said, denominators = [], vocabulary.denominators
    for pool in filter(None, pools):
        table = vocabulary.tables.get(pool.table)
        if table is None or table.kind not in ("Proportion", "Duration"):
            said.append(f'pool {pool.id}: no table "{pool.table}" of proportions or durations')
        elif pool.outcome not in table.outcomes:
            said.append(f'pool {pool.id}: no outcome "{pool.outcome}" in {pool.table}')
        unknown = [name for name in pool.denominators if name not in denominators]
        said += [f'pool {pool.id}: denominator "{name}"; allowed: {", ".join(denominators)}' for name in unknown]
        if pool.scale and pool.scale not in vocabulary.scales:
            said.append(f'pool {pool.id}: scale "{pool.scale}"; allowed: {", ".join(vocabulary.scales)}')
    names = [pool.id for pool in pools if pool]
    return said + [f"pool {name} stands here twice" for name in sorted({n for n in names if names.count(n) > 1})]


def _wrong_downgrades(downgrades: list[Downgrade | None], pools: list[Pool | None]) -> list[str]:
    names = {f"{pool.id}.{end}" for pool in pools if pool for end in ("pooled", "pooled_mix")}
    said = []
    for entry in filter(None, downgrades):
        if entry.domain not in DOMAINS:
            said.append(f'downgrade {entry.result}: domain "{entry.domain}"; allowed: {", ".join(DOMAINS)}')
        if entry.result not in names:
            said.append(f"downgrade {entry.result}: no pool of that name is planned")
        if entry.steps not in (0, 1, 2):
            said.append(f"downgrade {entry.result}: steps {entry.steps}; allowed: 0, 1, 2")
        if not entry.reason.strip() or not entry.by.strip():
            said.append(f"downgrade {entry.result}: a reason and who judged are needed")
    return said


def _picture(entry: dict[str, Any], path: Path, faults: list[str]) -> Picture | None:
    known = set(Picture.__dataclass_fields__)
    name = entry.get("id", "?")
    faults += [f"{path}: picture {name}: unknown entry {key}" for key in sorted(set(entry) - known)]
    missing = {"id", "kind", "tables", "outcomes", "title"} - set(entry)
    faults += [f"{path}: picture {name}: {key} is missing" for key in sorted(missing)]
    if entry.get("kind") not in PICTURE_KINDS:
        allowed = ", ".join(PICTURE_KINDS)
        faults.append(f'{path}: picture {name}: kind is "{entry.get("kind")}"; allowed: {allowed}')
    if faults:
        return None
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    return Picture(**{**entry, **lists})
