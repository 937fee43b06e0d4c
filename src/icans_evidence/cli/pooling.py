"""Commands that pool the studies of any CSV file: proportions from counts, and medians."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from icans_evidence.cli.options import command
from icans_evidence.errors import DATA, OK, DataError

POOL_KEYS = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "mu", "se", "tau2", "i2", "q", "k", "method",
             "sentence")  # fmt: skip
MEDIAN_KEYS = ("estimate", "ci_low", "ci_high", "ci_coverage", "range_low", "range_high", "k", "method", "excluded",
               "sentence")  # fmt: skip


def _answer(found: dict[str, Any], keys: tuple[str, ...], as_json: bool) -> int:
    """Print the answer; the exit code says whether there is an estimate."""
    chosen = {key: found[key] for key in keys}
    click.echo(json.dumps(chosen, ensure_ascii=False) if as_json else found["sentence"])
    return OK if found["estimate"] is not None else DATA


def _unless_faulty(work: Callable[[], int], keys: tuple[str, ...], as_json: bool) -> int:
    """The exit code of `work`; for JSON, faults of the data are an answer too: keys null, the faults as `sentence`."""
    try:
        return work()
    except DataError as faults:
        if not as_json:
            raise
        empty = {**dict.fromkeys(keys), "k": 0, "sentence": str(faults)}
        click.echo(json.dumps(empty, ensure_ascii=False))
        return DATA


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
    from icans_evidence.reporting.columns_csv import counts, read_columns
    from icans_evidence.synthesis.pooled import Choice
    from icans_evidence.synthesis.pooling import pool_proportions

    Choice(method, interval)

    def pooled() -> int:
        columns = read_columns(file, {"events": events, "total": total, "study": study})
        x, n = counts(columns)
        if study and not as_json:
            _list_studies(columns.cells["study"], x, n)
        return _answer(pool_proportions(x, n, method, interval).as_dict(), POOL_KEYS, as_json)

    return _unless_faulty(pooled, POOL_KEYS, as_json)


def _list_studies(names: list[str], x: list[int], n: list[int]) -> None:
    """One line a study: its name and its proportion with Wilson's interval."""
    from icans_evidence import wording
    from icans_evidence.synthesis.intervals import wilson

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
    from icans_evidence.errors import UsageError
    from icans_evidence.reporting.columns_csv import figures, read_columns
    from icans_evidence.synthesis import medians

    def pooled() -> int:
        columns = read_columns(file, {**named, "study": study})
        given = figures(columns, tuple(use for use, name in named.items() if name))
        chosen = method
        if chosen is None:
            if bool(named["low"]) != bool(named["high"]) or (named["low"] and not named["n"]):
                raise UsageError(
                    "--low and --high go together and with --n; allowed: --median alone, with --n, or with all"
                )
            chosen = "qe" if named["low"] else "weighted" if named["n"] else "median"
        found = medians.pool_medians(
            given["median"], given.get("n"), given.get("low"), given.get("high"), method=chosen,
            labels=columns.cells.get("study"),
        )  # fmt: skip
        return _answer(found.as_dict(), MEDIAN_KEYS, as_json)

    return _unless_faulty(pooled, MEDIAN_KEYS, as_json)
