"""Commands that pool the studies of any CSV file: proportions from counts, and medians."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from icans_evidence.cli.json_keys import JSON_KEYS
from icans_evidence.cli.options import command
from icans_evidence.errors import DATA, OK, DataError, UsageError

if TYPE_CHECKING:
    from icans_evidence.files.number_columns import Columns

POOL_KEYS, MEDIAN_KEYS = tuple(JSON_KEYS["pool"]), tuple(JSON_KEYS["pool-medians"])


def _answer(found: dict[str, Any], keys: tuple[str, ...], as_json: bool, names: Sequence[str] = ()) -> int:
    """Print the answer; the exit code says whether there is an estimate."""
    found["sentence"] += _named_twice(names)
    chosen = {key: found[key] for key in keys}
    click.echo(json.dumps(chosen, ensure_ascii=False) if as_json else found["sentence"])
    return OK if found["estimate"] is not None else DATA


def _named_twice(names: Sequence[str]) -> str:
    """A word on studies that stand in several rows, which may be the same patients."""
    from icans_evidence import wording

    twice = [f"{name} ({count} rows)" for name, count in Counter(filter(None, names)).items() if count > 1]
    return f" Taken as a study a row, though named more than once: {wording.listing(twice)}." if twice else ""


def _unless_faulty(work: Callable[[], int], keys: tuple[str, ...], method: str | None, as_json: bool) -> int:
    """The exit code of `work`; for JSON, faults of the data are an answer too: keys null, the faults as `sentence`."""
    try:
        return work()
    except DataError as faults:
        if not as_json:
            raise
        known: dict[str, Any] = {"k": 0, "method": method, "excluded": [], "sentence": str(faults)}
        click.echo(json.dumps({key: known.get(key) for key in keys}, ensure_ascii=False))
        return DATA


def _distinct(named: Mapping[str, str | None]) -> None:
    """UsageError where one column is named for two uses."""
    uses = Counter(name for name in named.values() if name is not None)
    for name, count in uses.items():
        if count > 1:
            options = " and ".join(f"--{use}" for use, column in named.items() if column == name)
            raise UsageError(f'column "{name}" is named for {options}; each needs a column of its own')


def _sized(columns: Columns, figures: Mapping[str, Sequence[float | None]]) -> None:
    """DataError naming every figure that no study can have."""
    from icans_evidence.synthesis.intervals import LARGEST

    faults = [
        (row, columns.fault(row, use, f"allowed: up to {LARGEST:,}"))
        for use, found in figures.items() for row, value in enumerate(found) if value is not None and value > LARGEST
    ]  # fmt: skip
    if faults:
        raise DataError([said for _, said in sorted(faults, key=lambda fault: fault[0])])


@command("pool", "icans-evidence pool studies.csv --events x --total n --interval t")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--events", required=True, help="Column of the patients with the event")
@click.option("--total", required=True, help="Column of all patients")
@click.option("--study", help="Column of the studies' names, to list each study")
@click.option("--method", type=click.Choice(["glmm", "reml", "dl", "pm"]), default="glmm", show_default=True,
              help="Binomial-normal model, or inverse variance by REML, DerSimonian–Laird or Paule–Mandel")  # fmt: skip
@click.option("--interval", type=click.Choice(["wald", "t", "knha"]), default="wald", show_default=True,
              help="Normal quantile, t on k − 1, or Knapp–Hartung (not with glmm)")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; exit code 1 without an estimate")
def pool(file: Path, events: str, total: str, study: str | None, method: str, interval: str, as_json: bool) -> int:
    """Pool the proportions of the studies in FILE, one row a study."""
    from icans_evidence.files.number_columns import counts
    from icans_evidence.synthesis.pooled import Choice
    from icans_evidence.synthesis.pooling import pool_proportions

    Choice(method, interval)
    named = {"events": events, "total": total, "study": study}
    _distinct(named)

    def pooled() -> int:
        columns = _columns(file, named)
        x, n = counts(columns)
        _sized(columns, {"events": x, "total": n})
        names = columns.cells.get("study", [])
        if names and not as_json:
            _list_studies(names, x, n)
        return _answer(pool_proportions(x, n, method, interval).as_dict(), POOL_KEYS, as_json, names)

    return _unless_faulty(pooled, POOL_KEYS, method, as_json)


def _columns(file: Path, names: Mapping[str, str | None]) -> Columns:
    """The columns named, with a word on the error stream where the file has another form than the usual."""
    from icans_evidence.files.number_columns import read_columns

    columns = read_columns(file, names)
    if columns.taken:
        click.echo(f"{columns.taken}, as the first line shows", err=True)
    return columns


def _list_studies(names: list[str], x: list[int], n: list[int]) -> None:
    """One line a study: its name and its proportion with Wilson's interval."""
    from icans_evidence import wording
    from icans_evidence.synthesis.intervals import wilson

    names = [name or f"study {place}" for place, name in enumerate(names, 1)]
    width = max((len(name) for name in names), default=0)
    for name, events, total in zip(names, x, n, strict=True):
        click.echo(f"{name:<{width}}  {wording.proportion(events, total, *wilson(events, total))}")


@command("pool-medians", "icans-evidence pool-medians studies.csv --median days")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--median", required=True, help="Column of the medians")
@click.option("--n", "n", help="Column of the patients behind each median")
@click.option("--low", help="Column of the lowest value in each study")
@click.option("--high", help="Column of the highest value in each study")
@click.option("--study", help="Column of the studies' names")
@click.option("--method", type=click.Choice(["median", "weighted", "qe", "luo-wan"]),
              help="Median of medians, weighted by n, quantile estimation, or rebuilt means (sensitivity only)  "
                   "[default: median; qe with --n --low --high; weighted with --n alone]")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; exit code 1 without an estimate")
def pool_medians(file: Path, method: str | None, study: str | None, as_json: bool, **named: str | None) -> int:
    """Pool the medians of the studies in FILE, one row a study; an empty cell leaves its study out, and says so."""
    from icans_evidence.files.number_columns import figures
    from icans_evidence.synthesis import medians

    chosen = _method_for(method, named)
    _distinct({**named, "study": study})

    def pooled() -> int:
        columns = _columns(file, {**named, "study": study})
        given = figures(columns, tuple(use for use, name in named.items() if name))
        _sized(columns, given)
        names = columns.cells.get("study", [])
        found = medians.pool_medians(
            given["median"], given.get("n"), given.get("low"), given.get("high"), method=chosen, labels=names or None
        )
        return _answer(found.as_dict(), MEDIAN_KEYS, as_json, names)

    return _unless_faulty(pooled, MEDIAN_KEYS, chosen, as_json)


def _method_for(method: str | None, named: Mapping[str, str | None]) -> str:
    """The method asked for, or else the one that the named columns allow; UsageError where they do not go together."""
    if method is not None:
        return method
    if bool(named["low"]) != bool(named["high"]) or (named["low"] and not named["n"]):
        raise UsageError("--low and --high go together and with --n; allowed: --median alone, with --n, or with all")
    return "qe" if named["low"] else "weighted" if named["n"] else "median"
