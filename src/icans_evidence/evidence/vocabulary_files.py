"""The files of `vocabulary/` read into a Vocabulary, with every fault of every file named by its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from icans_evidence.errors import UsageError
from icans_evidence.evidence.vocabulary import (
    BACKGROUND,
    COUNTS,
    FOLDER,
    KINDS,
    TRAITS,
    Column,
    Denominator,
    Outcome,
    Table,
    Terms,
    Vocabulary,
    folded,
)
from icans_evidence.files.faults import Faults, allowed, shown

FILES: dict[str, tuple[str, ...]] = {
    "tables": ("table", "kind", "prefix", "about", "role"),
    "outcomes": (
        "table", "outcome", "words", "part_of", "sums_to", "units", "graded", "si_units", "cut_off_for", "counts",
        "core", "counted_as", "formed_of",
    ),
    "denominators": (
        "denominator", "words", "part_of", "counted_by", "graded", "population_words", "sentence_words",
    ),
    "units": ("unit", "measures"),
    "columns": ("table", "column", "after", "meaning", "allowed", "low", "high", "required"),
    "products": ("product", "short", "synonyms", "target"),
    "targets": ("target", "words"),
    "diseases": ("disease", "broader", "synonyms"),
    "scales": ("scale", "words", "counts"),
    "factors": ("factor", "units"),
    "core": ("core", "words"),
    "topics": ("topic", "words"),
    "prophylaxis": ("prophylaxis", "words", "apart"),
}  # fmt: skip
"""The files of a vocabulary and their columns."""
ADDED = ("core", "counted_as", "formed_of", "counts")
"""Columns that came after vocabularies of others were made: a file without one of them declares nothing by it."""
NEEDED = ("tables", "outcomes", "denominators", "units")
"""The files that every project has; one that is absent of the others declares nothing."""
FILLED = {
    "tables": ("table", "kind", "prefix", "about"), "outcomes": ("table", "outcome", "words"),
    "denominators": ("denominator", "words"), "units": ("unit",), "columns": ("table", "column"),
    "products": ("product",), "targets": ("target", "words"), "diseases": ("disease",), "scales": ("scale", "words"),
    "factors": ("factor", "units"), "core": ("core", "words"), "topics": ("topic", "words"),
    "prophylaxis": ("prophylaxis", "words"),
}  # fmt: skip
"""The columns of each file that are never empty."""
FIRST = {"studies": ("Study", "documents read or cited"), "cohorts": ("Cohort", "analysed groups")}
LAST = {
    "discrepancies": ("Discrepancy", "disagreements and the readings taken"),
    "sentences_without_row": ("SentenceWithoutRow", "figures that are not evidence"),
    "appraisal": ("Appraisal", "risk of bias"),
    "looked_for": ("LookedFor", "core outcomes looked for in each document"),
    "published_pools": ("PublishedPool", "pooled estimates of others"),
    "recommendations": ("Recommendation", "what guidelines and labels advise"),
}
"""The files that every review has, whatever it is about, before and after those of its figures."""
KEYS = {
    "studies": ("study_id",), "cohorts": ("cohort_id",), "discrepancies": ("discrepancy_id",),
    "sentences_without_row": ("fingerprint", "section", "sentence"), "appraisal": ("cohort_id", "item"),
    "looked_for": ("study_id", "core"), "published_pools": ("pool_id",), "recommendations": ("rec_id",),
}  # fmt: skip
"""The columns that name a row, in files whose rows have no row_id."""
MAY_LACK = ("looked_for", "published_pools", "recommendations")
"""Those of LAST that came after data of others were made: a file that is absent has no rows."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PREFIX = re.compile(r"[A-Z]{3}")
_TRUTH = {"true": True, "false": False}
Row = dict[str, str]


@dataclass
class _Draft:
    """The rows of every file as texts, empty cells as empty texts, each with its line, and the faults found."""

    faults: Faults
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def fault(self, file: str, row: Row, column: str, text: str) -> None:
        self.faults.at(_key(file), int(row["line"]), column, text)

    def unknown(self, file: str, row: Row, column: str, what: str, known: Iterable[str]) -> None:
        """A cell that names what is not there."""
        self.fault(file, row, column, f"{shown(row[column])} is no {what}; {allowed(row[column], known)}")


def _key(file: str) -> str:
    return f"{FOLDER}/{file}"


def read_vocabulary(data: Path, faults: Faults | None = None) -> Vocabulary:
    """The vocabulary of a data folder. Faults go to `faults`, or are raised as one DataError where none is given.

    UsageError where the folder holds no `vocabulary/`.
    """
    folder = data / FOLDER
    if not folder.is_dir():
        raise UsageError(
            f"{folder} is missing: a project says there which tables, outcomes and words it knows; "
            "`icans-evidence new` makes one, and its README tells how an older project gets it"
        )
    own = Faults(*places(data)) if faults is None else faults
    draft = _Draft(own)
    for file, columns in FILES.items():
        draft.rows[file] = _rows(folder / f"{file}.csv", file, columns, own)
    vocabulary = _vocabulary(draft)
    if faults is None:
        own.raise_any()
    return vocabulary


def places(data: Path) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The columns and the path of each file of the vocabulary, as `Faults` takes them."""
    columns = {_key(file): list(names) for file, names in FILES.items()}
    return columns, {_key(file): (data / FOLDER / f"{file}.csv").as_posix() for file in FILES}


def _rows(path: Path, file: str, columns: tuple[str, ...], faults: Faults) -> list[Row]:
    from icans_evidence.files.csv_text import read_texts

    if not path.is_file() or path.is_symlink():
        if file in NEEDED or path.exists() or path.is_symlink():
            faults.about(path.as_posix(), "is no plain file" if path.exists() else "the file is missing")
        return []
    texts = read_texts(
        path.read_bytes(), list(columns), lambda line, name, text: faults.at(_key(file), line, name, text),
        [name for name in ADDED if name != "counts" or file == "scales"],
    )  # fmt: skip
    rows = [] if texts is None else [{k: str(v or "") for k, v in row.items()} for row in texts.iter_rows(named=True)]
    whole = []
    for row in rows:
        empty = [name for name in FILLED[file] if not row[name].strip()]
        for name in empty:
            faults.at(_key(file), int(row["line"]), name, "is missing; this column is never empty")
        for name in columns:
            if row[name] != row[name].strip():
                faults.at(_key(file), int(row["line"]), name, f"{shown(row[name])} begins or ends with a space")
        if not empty:
            whole.append(row)
    return _each_once(whole, file, columns, faults)


def _each_once(rows: list[Row], file: str, columns: tuple[str, ...], faults: Faults) -> list[Row]:
    """The rows without those whose name stands in an earlier line."""
    named = columns[:2] if columns[0] == "table" and file != "tables" else columns[:1]
    first: dict[tuple[str, ...], str] = {}
    kept = []
    for row in rows:
        name = tuple(row[column] for column in named)
        if name in first:
            where = f" of {row['table']}" if len(named) > 1 else ""
            faults.at(_key(file), int(row["line"]), named[-1],
                      f"{shown(name[-1])}{where} stands already in line {first[name]}")  # fmt: skip
        else:
            first[name] = row["line"]
            kept.append(row)
    return kept


def _items(cell: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in cell.split(";") if item.strip())


def _vocabulary(draft: _Draft) -> Vocabulary:
    """The vocabulary of rows that are right by themselves; what refers to nothing is a fault and is left out."""
    units = {row["unit"]: row["measures"] for row in draft.rows["units"]}
    targets = {row["target"]: row["words"] for row in draft.rows["targets"]}
    scales = {row["scale"]: row["words"] for row in draft.rows["scales"]}
    declared = list(_outcomes(draft, units))
    columns, limits = _columns(draft)
    tables = _tables(draft, declared, columns)
    products = draft.rows["products"]
    for row in products:
        if row["target"] and row["target"] not in targets:
            draft.fault(
                "products", row, "target", f"{shown(row['target'])} is no target; {allowed(row['target'], targets)}"
            )
    diseases = draft.rows["diseases"]
    known = [row["disease"] for row in diseases]
    for row in diseases:
        if row["broader"] and row["broader"] not in known:
            draft.fault(
                "diseases", row, "broader", f"{shown(row['broader'])} is no disease; {allowed(row['broader'], known)}"
            )
    return Vocabulary(
        tables, tuple(declared), _terms(draft, "products", "product"),
        {row["product"]: row["short"] for row in products if row["short"]},
        {row["product"]: row["target"] for row in products if row["target"]}, targets,
        _terms(draft, "diseases", "disease"), scales, _denominators(draft, declared), units,
        {row["factor"]: _items(row["units"]) for row in draft.rows["factors"]}, limits, _counted_by(draft),
        {row["core"]: row["words"] for row in draft.rows["core"]},
        {row["topic"]: row["words"] for row in draft.rows["topics"]},
        {row["prophylaxis"]: row["words"] for row in draft.rows["prophylaxis"]},
        frozenset(r["prophylaxis"] for r in draft.rows["prophylaxis"] if _truth(draft, "prophylaxis", r, "apart")),
    )  # fmt: skip


def _counted_by(draft: _Draft) -> dict[str, str]:
    """For each scale what it counts, a word that outcomes say in `counted_as`."""
    known = sorted({row["counted_as"] for row in draft.rows["outcomes"]} - {""})
    for row in draft.rows["scales"]:
        if row["counts"] and row["counts"] not in known:
            draft.unknown("scales", row, "counts", "word that an outcome is counted as", known)
    return {row["scale"]: row["counts"] for row in draft.rows["scales"] if row["counts"]}


def _tables(draft: _Draft, declared: list[Outcome], columns: dict[str, list[Column]]) -> dict[str, Table]:
    found = {name: Table(kind, about, columns=tuple(columns.get(name, ()))) for name, (kind, about) in FIRST.items()}
    prefixes: dict[str, str] = {}
    for row in draft.rows["tables"]:
        for column, text in _table_faults(row, prefixes):
            draft.fault("tables", row, column, text)
        prefixes[row["prefix"]] = row["line"]
        words = {outcome.name: outcome.words for outcome in declared if outcome.table == row["table"]}
        if row["kind"] in KINDS and row["table"] not in (*FIRST, *LAST):
            own = tuple(columns.get(row["table"], ()))
            found[row["table"]] = Table(row["kind"], row["about"], row["prefix"], row["role"], words, own)
    return found | {name: Table(kind, about) for name, (kind, about) in LAST.items()}


def _table_faults(row: Row, prefixes: dict[str, str]) -> Iterator[tuple[str, str]]:
    if not _NAME.fullmatch(row["table"]):
        yield "table", f"{shown(row['table'])} is no name; small letters, digits and _, as in onset_days"
    if row["table"] in (*FIRST, *LAST):
        yield "table", f"{shown(row['table'])} is a file of every review and is not declared"
    if row["kind"] not in KINDS:
        yield "kind", f"{shown(row['kind'])} is no kind of table; {allowed(row['kind'], KINDS)}"
    if not _PREFIX.fullmatch(row["prefix"]):
        yield "prefix", f"{shown(row['prefix'])} is no prefix of row names; three capitals, as in SEI"
    elif row["prefix"] in prefixes:
        yield "prefix", f"{shown(row['prefix'])} stands already in line {prefixes[row['prefix']]}"
    if row["role"] not in ("", BACKGROUND):
        yield "role", f"{shown(row['role'])} is no role; {BACKGROUND}, or empty"


def _outcomes(draft: _Draft, units: dict[str, str]) -> Iterator[Outcome]:
    tables = {row["table"] for row in draft.rows["tables"]}
    names = {row["outcome"] for row in draft.rows["outcomes"]}
    cores = {row["core"] for row in draft.rows["core"]}
    for row in draft.rows["outcomes"]:
        part_of, sums_to, measured = _items(row["part_of"]), _items(row["sums_to"]), _items(row["units"])
        wrong = [("part_of", name, "outcome", names) for name in part_of if name not in names or name == row["outcome"]]
        wrong += [("sums_to", name, "outcome", names) for name in sums_to if name.partition(":")[0] not in names]
        formed = tuple(tuple(part.split("+")) for part in _items(row["formed_of"]))
        wrong += [("formed_of", name, "outcome", names) for part in formed for name in part if name not in names]
        wrong += [("units", name, "unit of vocabulary/units.csv", set(units)) for name in measured if name not in units]
        if row["cut_off_for"] and row["cut_off_for"] not in names:
            wrong.append(("cut_off_for", row["cut_off_for"], "outcome", names))
        if row["counts"] not in ("", *COUNTS):
            wrong.append(("counts", row["counts"], "count of patients", set(COUNTS)))
        if row["core"] and row["core"] not in cores:
            wrong.append(("core", row["core"], "core outcome of vocabulary/core.csv", cores))
        if row["table"] not in tables:
            wrong.append(("table", row["table"], "file of outcomes", tables))
        for column, name, what, known in wrong:
            draft.fault("outcomes", row, column, f"{shown(name)} is no {what}; {allowed(name, sorted(known))}")
        if not _NAME.fullmatch(row["outcome"]):
            name = f"{shown(row['outcome'])} is no name; small letters, digits and _, as in any_bleeding"
            draft.fault("outcomes", row, "outcome", name)
        elif not any(column == "table" for column, *_ in wrong):
            graded = _truth(draft, "outcomes", row, "graded")
            yield Outcome(row["table"], row["outcome"], row["words"], part_of, sums_to, measured, graded,
                          _si_units(draft, row), row["cut_off_for"], row["counts"], row["core"],
                          row["counted_as"], formed)  # fmt: skip


_SI_UNIT = re.compile(r"(.+) × ([0-9.]+) = (.+)")


def _si_units(draft: _Draft, row: Row) -> dict[str, tuple[float, str]]:
    """Units with the factor to their SI unit: "mg/dL × 10 = mg/L"."""
    found = {}
    for item in _items(row["si_units"]):
        if match := _SI_UNIT.fullmatch(item):
            found[match[1]] = (float(match[2]), match[3])
        else:
            draft.fault("outcomes", row, "si_units", f"{shown(item)} is no conversion; write mg/dL × 10 = mg/L")
    return found


def _truth(draft: _Draft, file: str, row: Row, column: str) -> bool | None:
    if row[column] and row[column] not in _TRUTH:
        draft.fault(file, row, column, f"{shown(row[column])} is neither true nor false")
    return _TRUTH.get(row[column])


def _denominators(draft: _Draft, declared: list[Outcome]) -> dict[str, Denominator]:
    rows = draft.rows["denominators"]
    names = [row["denominator"] for row in rows]
    outcomes = sorted({outcome.name for outcome in declared})
    nearest = {row["denominator"]: _items(row["part_of"]) for row in rows}
    found = {}
    for row in rows:
        for name in _items(row["part_of"]):
            if name not in names or name == row["denominator"]:
                draft.fault("denominators", row, "part_of", f"{shown(name)} is no denominator; {allowed(name, names)}")
        for name in _items(row["counted_by"]):
            if name not in outcomes:
                draft.fault(
                    "denominators", row, "counted_by", f"{shown(name)} is no outcome; {allowed(name, outcomes)}"
                )
        for column in ("population_words", "sentence_words"):
            if not _is_pattern(row[column]):
                draft.fault("denominators", row, column, f"{shown(row[column])} is no pattern")
        found[row["denominator"]] = Denominator(
            row["denominator"], row["words"], _all_around(row["denominator"], nearest), _items(row["counted_by"]),
            bool(_truth(draft, "denominators", row, "graded")), row["population_words"], row["sentence_words"],
        )  # fmt: skip
    return found


def _all_around(name: str, nearest: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The kinds of denominator around one, the nearest first."""
    found: dict[str, None] = {}
    todo = list(nearest[name])
    while todo:
        around = todo.pop(0)
        if around not in found and around != name:
            found[around] = None
            todo += nearest.get(around, ())
    return tuple(found)


def _is_pattern(words: str) -> bool:
    import polars as pl

    try:
        pl.Series([""]).str.contains(words)
        re.compile(words)
    except (pl.exceptions.PolarsError, re.error):
        return False
    return True


def _columns(
    draft: _Draft,
) -> tuple[dict[str, list[Column]], dict[tuple[str, str], tuple[float | None, float | None]]]:
    """The columns that a project declares by table, and the limits that it sets to columns of its own or of every
    review: a line that names no column to stand after limits one that is there."""
    found: dict[str, list[Column]] = {}
    limits = {}
    tables = [*FIRST, *(row["table"] for row in draft.rows["tables"]), *LAST]
    for row in draft.rows["columns"]:
        if row["table"] not in tables:
            draft.unknown("columns", row, "table", "table", tables)
            continue
        ends = [_number(draft, row, column) for column in ("low", "high")]
        if any(end is not None for end in ends):
            limits[row["table"], row["column"]] = (ends[0], ends[1])
        if row["after"]:
            if not row["meaning"]:
                draft.fault("columns", row, "meaning", "is missing; a column says what stands in it")
            required = bool(_truth(draft, "columns", row, "required"))
            column = Column(row["column"], row["after"], row["meaning"], row["allowed"], required)
            found.setdefault(row["table"], []).append(column)
            if row["column"] in TRAITS and row["table"] != "cohorts":
                draft.fault("columns", row, "table", f"{row['column']} is a column of cohorts")
        elif not any(end is not None for end in ends):
            draft.fault("columns", row, "after", "is missing; it names the column that this one stands after")
    return found, limits


def _number(draft: _Draft, row: Row, column: str) -> float | None:
    if not row[column]:
        return None
    try:
        return float(row[column])
    except ValueError:
        draft.fault("columns", row, column, f"{shown(row[column])} is no number")
        return None


def _terms(draft: _Draft, file: str, column: str) -> Terms:
    """The names of a file with their synonyms; a word that stands for two of them is a fault."""
    names, meant = {}, dict[str, str]()
    for row in draft.rows[file]:
        short = [row["short"]] if row.get("short") else []
        others = [word for word in (*short, *_items(row["synonyms"])) if folded(word) != folded(row[column])]
        for word in dict.fromkeys((row[column], *others)):
            other = meant.setdefault(folded(word), row[column])
            if other != row[column]:
                draft.fault(file, row, "synonyms", f"{shown(word)} stands for {other} already")
        names[row[column]] = others
    broader = {row[column]: row["broader"] for row in draft.rows[file] if row.get("broader")}
    return Terms(names, broader)
