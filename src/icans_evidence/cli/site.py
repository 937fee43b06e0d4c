"""Commands on the data and the site: build, validate, results, show."""

from __future__ import annotations

import gc
import json
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from icans_evidence.cli.options import command, data_option, project_of
from icans_evidence.project import RESULTS, project_here


@command("build", "icans-evidence build --to html,pdf,docx")
@data_option
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Folder of the site  [default: _site]")
@click.option("--engine", type=click.Choice(["auto", "pandoc", "quarto"]), default="auto", show_default=True,
              help="Quarto where it is on PATH, or the embedded engine")  # fmt: skip
@click.option("--to", "formats", default="html", show_default=True, metavar="FORMATS",
              help="Formats of each page: html, pdf, docx, parted by commas, or all; html is always made")  # fmt: skip
@click.option("--with", "own", type=click.Path(path_type=Path), default=None,
              help="Folder made by cohort: a center's own rows, drawn beside the literature")  # fmt: skip
def build(data: Path | None, out: Path | None, engine: Any, formats: str, own: Path | None) -> None:
    """Build the site from the validated data; the last good site stays until the new one is whole."""
    gc.disable()  # a build makes little garbage and ends soon; looking for it took a sixth of the time of its imports
    from icans_evidence.publishing import site

    project = project_of(data)
    root = project.root
    progress = (lambda line: click.echo(line, err=True)) if sys.stderr.isatty() else None
    with _with_own_rows(project.named, own) as folder:
        built = site.build(root, folder, out or root / "_site", engine, progress, formats.split(","))
    made, kept = len(built.pages), len(built.kept)
    click.echo(f"{made} pages built, {kept} unchanged, by the {built.engine} engine in {built.seconds:.1f} s")
    click.echo(f"open {Path(os.path.relpath(built.out)) / 'index.html'}")


def _with_own_rows(data: Path, own: Path | None) -> AbstractContextManager[Path]:
    """The data folder, or one that holds a center's own rows too; an unchanged site needs no frame to say so."""
    if own is None:
        return nullcontext(data)
    from icans_evidence.summaries.own_center import data_with_own_rows

    return data_with_own_rows(data, own)


@command("validate", "icans-evidence validate --data data")
@data_option
def validate(data: Path | None) -> None:
    """Check every row of the data and name every fault with its file, line and column."""
    from icans_evidence.audit.signatures.signature_status import orphaned
    from icans_evidence.summaries.flow import read_flow

    evidence = project_of(data).evidence
    flow = read_flow(evidence.root)
    rows = sum(frame.height for frame in evidence.tables.values())
    counted = "" if flow is None else ", the flow of records adds up as far as it is counted"
    click.echo(f"{len(evidence.tables)} files, {rows:,} rows, no fault{counted}")
    for line in orphaned(evidence):
        click.echo(line)


@command("results", "icans-evidence results --json")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON")
@click.option("--write", is_flag=True, help="Write analysis/results.csv, whose diff is the review")
@click.option("--check", is_flag=True, help="Fail when analysis/results.csv is not what the data give")
def results(data: Path | None, as_json: bool, write: bool, check: bool) -> None:
    """Compute the results: one row per statistic with its sentence and the rows behind it."""
    from icans_evidence.summaries import collected
    from icans_evidence.summaries.committed import check_results, results_csv, write_results

    project = project_of(data)
    frame = collected.results(project)
    path = project.root / RESULTS
    if check:
        check_results(frame, path)
    elif write:
        write_results(frame, path)
        click.echo(f"{frame.height} results written to {os.path.relpath(path)}")
    elif as_json:
        click.echo(json.dumps(frame.to_dicts(), ensure_ascii=False, indent=1))
    else:
        click.echo(results_csv(frame), nl=False)


@command("show", "icans-evidence show SEI-001")
@click.argument("row_or_cohort")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON")
def show(row_or_cohort: str, data: Path | None, as_json: bool) -> None:
    """Show one figure: its study, where it was read, the checks it passed and where it is used. Or one cohort: who its
    patients are, its figures and the results that rest on them."""
    from icans_evidence.pages.cohort_card import card_of, lines_of

    card = card_of(project_of(data), row_or_cohort)
    click.echo(json.dumps(card, ensure_ascii=False, indent=1) if as_json else "\n".join(lines_of(card)))


@command("preview", "icans-evidence preview --port 8000")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Folder of the site  [default: _site]")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port")
def preview(out: Path | None, port: int) -> None:
    """Serve the site on this machine and build it again whenever data, reports or code change."""
    from icans_evidence.errors import UsageError
    from icans_evidence.publishing import pandoc
    from icans_evidence.publishing import preview as serving

    root = project_here()
    pandoc.executable()
    try:
        serving.preview(root, (out or root / "_site").resolve(), port)
    except OSError as fault:
        raise UsageError(f"port {port} cannot be used ({fault.strerror}); name another with --port") from None
