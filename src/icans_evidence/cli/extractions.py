"""The command that compares two extraction passes: compare-extractions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icans_evidence.cli.options import command
from icans_evidence.errors import UsageError
from icans_evidence.project import project_here

if TYPE_CHECKING:
    from icans_evidence.evidence.vocabulary import Vocabulary

folder = click.Path(path_type=Path)


@command("compare-extractions", "icans-evidence compare-extractions data/extraction_passes/a data/extraction_passes/b")
@click.argument("pass_a", type=folder)
@click.argument("pass_b", type=folder)
@click.option("--settled", type=click.Path(path_type=Path), default=None,
              help="How differences were settled  [default: settled.csv beside both folders]")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print its sentences and tables as Markdown")
@click.option("--html", type=click.Path(path_type=Path), default=None, help="Write it as a page of its own")
def compare_extractions(
    pass_a: Path, pass_b: Path, settled: Path | None, as_json: bool, as_markdown: bool, html: Path | None
) -> None:
    """Compare two extraction passes: what both found, what one lacks, and what differs in what.

    Rows are paired by table, study, outcome, population and sentence, whatever their order and names. Differences are
    an answer, not a fault: the exit code is 0.
    """
    from icans_evidence.audit.extractions.comparison import as_dict, compare
    from icans_evidence.pages import agreement_page

    for path in (pass_a, pass_b):
        if not path.is_dir():
            raise UsageError(f"{path} is not a folder; name a folder with the tables of one pass")
    if settled is not None and not settled.is_file():
        raise UsageError(f"{settled} is not a file; name the file of settlements, such as settled.csv")
    agreement = compare(pass_a, pass_b, _vocabulary(pass_a), settled)
    if html is not None:
        write_page(html, agreement_page.page(agreement))
    if as_json:
        click.echo(json.dumps(as_dict(agreement), ensure_ascii=False, indent=1))
    elif as_markdown:
        click.echo(agreement_page.markdown(agreement))
    elif html is None:
        click.echo("\n".join(agreement_page.lines(agreement)))


def _vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary of the data that a pass lies in; that of the project in force where it lies elsewhere."""
    from icans_evidence.evidence.vocabulary import FOLDER
    from icans_evidence.evidence.vocabulary_files import read_vocabulary

    above = folder.resolve().parents
    home = next((data for data in above if (data / FOLDER).is_dir() and (data / "extracted").is_dir()), None)
    return read_vocabulary(home or project_here() / "data")


def write_page(path: Path, page: str) -> None:
    """Write a page and say where, on the error stream; UsageError where it cannot be written."""
    from icans_evidence.files.writing import write_whole

    write_whole(path, page)
    click.echo(f"written to {path}", err=True)
