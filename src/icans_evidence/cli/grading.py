"""Commands that grade: one patient on one day, a table of assessments, a center's own patients.

Tables hold patients: a message names rows and columns, never a value, whatever goes wrong.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from icans_evidence.cli.options import command
from icans_evidence.errors import UsageError, UserError
from icans_evidence.grading.criteria import Domain
from icans_evidence.grading.scales import graders
from icans_evidence.wording import EDUCATIONAL, plural


def scale_option(text: str) -> Callable[..., Any]:
    """The option --scale, with the names of rules/scales.csv."""
    names = list(graders())
    return click.option("--scale", type=click.Choice(names), default=names[0], show_default=True, help=text)


def domain_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each domain of every scale, its help made from the criteria."""
    helps: dict[str, list[str]] = {}
    for place, by in enumerate(graders().values()):
        for code, domain in by.domains.items():
            own = _allowed(domain) if place == 0 else f"With --scale {by.name}: {_allowed(domain)}"
            helps.setdefault(code, []).append(own)
    for code, texts in reversed(helps.items()):
        function = click.option(f"--{code.replace('_', '-')}", code, type=str, help="; ".join(texts))(function)
    return function


def _allowed(domain: Domain) -> str:
    """What a domain takes: "ICE score, 0 to 10", or the findings that its criteria name."""
    findings = [row.finding for row in domain.rows if row.finding]
    if not domain.is_number:
        return ", ".join(findings)
    return ", ".join([domain.about.heading, domain.span, *(f"or {finding}" for finding in findings)])


def _columns() -> str:
    """Which columns each scale reads."""
    by_name = {name: ", ".join(by.columns) for name, by in graders().items()}
    return "; ".join(f"{name} reads {columns}" for name, columns in by_name.items())


@command("grade", "icans-evidence grade --ice 8 --consciousness alert --seizure resolved --motor none --edema none")
@scale_option("The scale: its name decides which of the findings below are read")
@domain_options
@click.option("--age", type=str, help="Age in years, 0 to 120")
@click.option("--developmental-delay", is_flag=True, default=None, help="Developmental delay: CAPD at 12 years or over")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON")
def grade(as_json: bool, scale: str, age: str | None, developmental_delay: bool | None, **findings: Any) -> None:
    """Grade ICANS (or CRS) from the findings of one patient on one day; a domain left out was not assessed."""
    from icans_evidence.grading import grade_answer

    own = graders()[scale].domains
    given = {code: value for code, value in findings.items() if code in own or value is not None}
    answer = grade_answer(given, age, developmental_delay, scale)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(answer["sentence"])
        click.echo(answer["attribution"])
        click.echo(EDUCATIONAL)


@command("grade-table", "icans-evidence grade-table assessments.csv -o graded.csv")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Graded table, .csv or .parquet")
@scale_option(f"The scale: {_columns()}")
@click.option("--engine", type=click.Choice(["polars", "duckdb", "spark"]), default="polars", show_default=True)
def grade_table(table: Path, out: Path, scale: str, engine: str) -> None:
    """Grade every row of TABLE (.csv or .parquet): an empty cell or a missing column was not assessed.

    The columns are named after the findings, see --scale. All columns and rows are kept; a row that cannot be graded
    says why in the column problem.
    """
    from icans_evidence.grading.table_files import grade_table

    with nothing_of_a_patient(), progress_shown() as progress:
        graded = grade_table(table, out, engine, progress, scale)
    _tell_problems(graded)
    click.echo(f"{plural(graded.rows, 'row')} written to {out}", err=True)


@command("cohort", "icans-evidence cohort assessments.csv --infusions infusions.csv -o own")
@click.argument("assessments", type=click.Path(path_type=Path))
@click.option("--infusions", type=click.Path(path_type=Path), required=True,
              help="Table of patient_id, infused_at, product")  # fmt: skip
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder for the rows")
@click.option("--threshold", type=click.IntRange(min=1), default=5, show_default=True,
              help="Counts below it, and what would give them away, are left out")  # fmt: skip
def cohort(assessments: Path, infusions: Path, out: Path, threshold: int) -> None:
    """Turn a center's own ASSESSMENTS into rows of the evidence, for build --with.

    The table of assessments has patient_id, assessed_at and the columns that grade-table reads.
    """
    from icans_evidence.summaries.own_cohort import write_cohort

    with nothing_of_a_patient():
        made = write_cohort(assessments, infusions, out, threshold)
    _tell_problems(made.graded)
    for line in made.left_out:
        click.echo(line, err=True)
    click.echo(f"{plural(made.rows, 'row')} of evidence written to {out}; use: icans-evidence build --with {out}")


def _tell_problems(graded: Any) -> None:
    if graded.taken:
        click.echo(f"{graded.taken}, as the first line shows", err=True)
    if graded.absent:
        click.echo(f"no column {', '.join(graded.absent)}: taken as not assessed in every row", err=True)
    for line in graded.first:
        click.echo(line, err=True)
    if more := graded.problems - len(graded.first):
        click.echo(f"and {more:,} more rows with a problem", err=True)
    click.echo(f"{plural(graded.problems, 'row')} of {graded.rows:,} with a problem, not graded", err=True)
    for text, count in graded.cautions.items():
        click.echo(f"{plural(count, 'row')} with a caution: {text}", err=True)


@contextmanager
def nothing_of_a_patient() -> Iterator[None]:
    """A fault of ours is told by its kind alone: its message could hold a value of the table."""
    try:
        yield
    except (UserError, click.ClickException):
        raise
    except OSError as fault:  # its own message could hold a line of the table
        raise UsageError(f"{fault.filename or 'a file'}: {fault.strerror or 'cannot be read or written'}") from None
    except Exception as fault:
        raise RuntimeError(f"{type(fault).__name__} (its message is withheld: it may hold a patient's value)") from None


@contextmanager
def progress_shown() -> Iterator[Callable[[int, int], None] | None]:
    """A counter of rows on a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("grading", total=None)
        yield lambda done, rows: bar.update(task, completed=done, total=rows)
