"""Plant one fault at a time into copies of the real data and count what the checks catch, with the article and without.

    python analysis/seeded_faults.py --article your-copy-of-the-review.txt

writes analysis/seeded_faults.csv, one line a fault, which the methods page sums up. The faults are drawn by a seeded
generator, most of them from the rows read in the review; half of those that change a value change the printed form too.
What is caught without the article is counted twice: with the two extraction passes as a second witness, and without.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from fault_kinds import OTHER_KINDS, VALUE_KINDS, Edit, Row, Table, identifiers, replaced

from icans_evidence.audit.consistency import RULES, findings
from icans_evidence.audit.row_checks.walk import walk
from icans_evidence.errors import DataError
from icans_evidence.evidence import load_evidence
from icans_evidence.evidence.vocabulary_files import read_vocabulary

ROOT = Path(__file__).parents[1]
REVIEW = "cevering2026"
SEED = 46090
EACH = 12
"""Faults of one kind in one half."""


@dataclass(frozen=True)
class Fault:
    """One fault: its kind, whether the printed form was changed with the value, where it was planted, and what it did.

    `source` is "review" for rows read in it, otherwise "added"; `changes_print` says whether the row now states
    something else than the article prints.
    """

    kind: str
    half: str
    source: str
    table: str
    row_id: str
    changes_print: bool
    before: str
    after: str


Tables = dict[str, Table]
Planted = tuple[Fault, Tables]


def read_tables() -> tuple[Tables, dict[str, list[str]]]:
    """Every file of data/extracted/ as texts, and its columns."""
    tables, columns = {}, {}
    for path in sorted((ROOT / "data" / "extracted").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            tables[path.stem], columns[path.stem] = list(reader), list(reader.fieldnames or [])
    return tables, columns


def planted(rng: random.Random) -> Iterator[Planted]:
    """Every fault with the one or two tables that it changes."""
    tables, _ = read_tables()
    names = read_vocabulary(ROOT / "data").located
    located = [(name, place) for name in names for place in range(len(tables[name]))]
    of_review = [(name, place) for name, place in located if tables[name][place]["read_in"] == REVIEW]
    added = [place for place in located if place not in set(of_review)]
    for kind, edit in VALUE_KINDS.items():
        for half in ("value alone", "value and printed form"):
            yield from _of_kind(rng, kind, half, edit, True, tables, of_review)
            yield from _of_kind(rng, kind, half, edit, False, tables, added)
    for kind, (edit, changes_print) in OTHER_KINDS.items():
        yield from _of_kind(rng, kind, "", edit, changes_print, tables, of_review)
    for kind, edit_studies in identifiers():
        for _ in range(EACH):
            done = None
            while done is None:
                studies = [dict(row) for row in tables["studies"]]
                done = edit_studies(rng, studies)
            yield Fault(kind, "", "added", "studies", done[0], False, done[1], done[2]), {"studies": studies}


def _of_kind(
    rng: random.Random,
    kind: str,
    half: str,
    edit: Edit,
    changes_print: bool,
    tables: Tables,
    rows: list[tuple[str, int]],
) -> Iterator[Planted]:
    """Up to EACH faults of a kind, each at another row."""
    made = 0
    for name, place in rng.sample(rows, len(rows)):
        table = [dict(row) for row in tables[name]]
        row = table[place]
        if made == EACH or not edit(rng, row, table):
            continue
        was, now = row["_was"], row["_now"]
        if half == "value and printed form":
            printed = row["reported"]
            _print_too(row, was, now)
            if row["reported"].replace(",", "") == printed.replace(",", ""):
                continue
        made += 1
        source = "review" if row["read_in"] == REVIEW else "added"
        yield Fault(kind, half, source, name, row["row_id"], changes_print, was, now), {name: table}


def _print_too(row: Row, was: str, now: str) -> None:
    if "_swap" not in row:
        replaced(row, was, now)
        return
    first, second = row["_swap"].split("\t")
    replaced(row, first, "\0")
    replaced(row, second, first)
    row["reported"] = row["reported"].replace("\0", second)


PASS_RULES = {rule.name for rule in RULES if rule.run.__module__.endswith(".passes")}
"""Checks that hold a row against the two extraction passes."""
Alarm = tuple[str, str]


def alarms(data: Path, text: str) -> tuple[set[Alarm], set[Alarm]]:
    """What the checks say of the data: without the article (rule and row), and with it (verdict and row)."""
    try:
        evidence = load_evidence(data)
    except DataError as fault:
        return {("validate", line) for line in str(fault).splitlines()}, set()
    found = {(one.rule, one.row_id) for one in findings(evidence) if one.is_open}
    read = {(one.verdict, one.row_id) for one in walk(evidence, {REVIEW: text}) if one.is_open}
    return found, read


_STATE: dict[str, object] = {}


def _begin(text: str) -> None:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    folder = Path(tempfile.mkdtemp(prefix="seeded-"))
    shutil.copytree(ROOT / "data", folder / "data")
    _STATE.update(folder=folder, text=text, columns=read_tables()[1], clean=alarms(folder / "data", text))


def judged(fault: Fault, changed_tables: Tables) -> dict[str, object]:
    """The fault as a line of the result: whether it raised an alarm that the clean data do not raise."""
    folder, text, columns, clean = (_STATE[name] for name in ("folder", "text", "columns", "clean"))
    data = Path(str(folder)) / "data"
    for name, table in changed_tables.items():
        with (data / "extracted" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns[name], lineterminator="\n", extrasaction="ignore")  # type: ignore[index]
            writer.writeheader()
            writer.writerows(table)
    without, with_it = alarms(data, str(text))
    for name in changed_tables:
        shutil.copy(ROOT / "data" / "extracted" / f"{name}.csv", data / "extracted" / f"{name}.csv")
    new = without - clean[0]  # type: ignore[index]
    read = bool(with_it - clean[1])  # type: ignore[index]
    rules = sorted({rule for rule, _ in (without - clean[0]) | (with_it - clean[1])})  # type: ignore[index]
    alone = any(rule not in PASS_RULES for rule, _ in new)
    found = {"caught_without_passes": alone, "caught_without": bool(new), "caught_with": bool(new) or read}
    return {**asdict(fault), **found, "by": ";".join(rules)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--article", type=Path, required=True, help="Your own copy of the review, as text")
    options.add_argument("--out", type=Path, default=ROOT / "analysis" / "seeded_faults.csv")
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    faults = list(planted(random.Random(SEED)))
    text = chosen.article.read_text(encoding="utf-8")
    with ProcessPoolExecutor(chosen.workers, initializer=_begin, initargs=(text,)) as pool:
        lines = list(pool.map(judged, *zip(*faults, strict=True), chunksize=8))
    with chosen.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {name: str(v).lower() if isinstance(v, bool) else v for name, v in line.items()} for line in lines
        )
    printed = [line for line in lines if line["changes_print"]]
    for words, chosen_lines, column in (
        ("without the article and the passes, of all", lines, "caught_without_passes"),
        ("with the article, of those that change what is printed", printed, "caught_with"),
        ("without the article, of all", lines, "caught_without"),
    ):
        caught = sum(bool(line[column]) for line in chosen_lines)
        print(f"caught {words}: {caught} of {len(chosen_lines)} ({100 * caught / len(chosen_lines):.1f} %)")


if __name__ == "__main__":
    main()
