"""Commands that bring spreadsheets in and out: template, import, export."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icans_evidence.cli.options import command, data_folder, data_option, project_of
from icans_evidence.errors import UsageError
from icans_evidence.wording import listing, plural

if TYPE_CHECKING:
    from icans_evidence.exchange.merging import Merged

SHOWN = 50


@command("template", "icans-evidence template form.xlsx")
@click.argument("out", type=click.Path(path_type=Path))
@data_option
def template(out: Path, data: Path | None) -> None:
    """Write an extraction form (.xlsx) to OUT: one sheet a table, with drop-downs, limits and a worked example."""
    from icans_evidence.exchange.form import form
    from icans_evidence.files.writing import write_whole

    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"{out} must end in .xlsx")
    if out.exists():
        raise UsageError(f"{out} is there already and may be filled; name another file")
    write_whole(out, form(project_of(data).vocabulary), parents=True)
    click.echo(f"form written to {out}; fill it, then run: {_line('import', str(out))}")


def _line(*words: str) -> str:
    """A command as it is to be typed next, for the same project."""
    project = click.get_current_context().find_root().params.get("project")
    return shlex.join(["icans-evidence", *([] if project is None else ["--project", str(project)]), *words])


@command("import", "icans-evidence import form.xlsx --dry-run")
@click.argument("filled", type=click.Path(path_type=Path))
@data_option
@click.option("--reason", help="Why rows that a person signed are changed; kept in corrections.csv")
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing")
def import_(filled: Path, data: Path | None, reason: str | None, dry_run: bool) -> None:
    """Take a FILLED form (.xlsx, or a folder of exported CSV files) into the data, all of it or nothing."""
    from icans_evidence.exchange.importing import import_form

    folder = data_folder(data)
    done = import_form(filled, folder, reason, dry_run=dry_run)
    if done.finished:
        click.echo(f"an earlier import that was cut off was finished first: {listing(done.finished)}")
    for merged in done.tables:
        _say(merged)
    if done.examples:
        click.echo(f"{plural(len(done.examples), 'example row')} passed over")
    for lapse in done.lapsed:
        click.echo(f"{lapse.row_id}: the signature of {lapse.by} no longer holds: {lapse.why}")
    if done.written:
        click.echo(f"written: {listing([str(folder / name) for name in done.written])}")
        click.echo(f"next: {_line('results', '--write')}, and read its diff")
    else:
        click.echo("nothing was written")


def _say(merged: Merged) -> None:
    """What became of the rows of a table; nothing where none came in."""
    if not (merged.new or merged.changes or merged.same):
        return
    new, changed = len(merged.new), merged.changed
    click.echo(f"{merged.table}: {new:,} new, {len(changed):,} changed, {merged.same:,} the same")
    for name in merged.new[:SHOWN]:
        click.echo(f"  {name} is new")
    for change in merged.changes[:SHOWN]:
        click.echo(f"  {change.row} {change.column}: {change.old or '(empty)'} → {change.new or '(empty)'}")
    more = max(new - SHOWN, 0) + max(len(merged.changes) - SHOWN, 0)
    if more:
        click.echo(f"  … and {more:,} more")


@command("export", "icans-evidence export --to datapackage -o package")
@click.option("--to", "to", required=True,
              type=click.Choice(["xlsx", "csv", "parquet", "datapackage", "metafor", "bibtex"]),
              help="xlsx: a workbook that import takes back; csv: for spreadsheets; metafor: for R")  # fmt: skip
@click.option("-o", "--out", "out", required=True, type=click.Path(path_type=Path), help="Folder to write to")
@data_option
@click.option("--overwrite", is_flag=True, help="Replace files in that folder that no export wrote")
def export(to: str, out: Path, data: Path | None, overwrite: bool) -> None:
    """Write the data in a format that other tools read."""
    from icans_evidence.exchange import exporting

    done = exporting.export(project_of(data).evidence, to, out, overwrite=overwrite)
    for name in done.written:
        click.echo(os.path.join(out, name))  # noqa: PTH118  as the person wrote the folder
    click.echo(f"{plural(len(done.written), 'file')} written, {len(done.unchanged)} unchanged")
