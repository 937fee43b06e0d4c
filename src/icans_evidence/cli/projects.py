"""The command that makes a project: new."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from icans_evidence.cli.options import command


@command("new", 'icans-evidence new my-review --title "Headache after lumbar puncture"')
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--title", default="", help="Title of the review  [default: from the name of DIR]")
@click.option("--outcome", default="", help='Words for its first outcome, such as "headache after lumbar puncture"')
@click.option("--update-of", type=click.Path(path_type=Path), metavar="PROJECT", default=None,
              help="A project whose data and plan are the starting point")  # fmt: skip
def new(folder: Path, title: str, outcome: str, update_of: Path | None) -> None:
    """Make a project for your own review in DIR, a new or empty folder: tables, plan, pages that build."""
    from icans_evidence.exchange.new_project import new_project

    here = Path(os.path.relpath(new_project(folder, title, outcome, update_of)))
    name = shlex.quote(str(here))
    click.echo(f"{folder} is a project now; what each file is for stands in {here / 'README.md'}")
    click.echo("next:")
    click.echo(f"  icans-evidence --project {name} validate")
    click.echo(f"  icans-evidence --project {name} build")
    click.echo(f"  icans-evidence --project {name} template {shlex.quote(str(here / 'form.xlsx'))}")
