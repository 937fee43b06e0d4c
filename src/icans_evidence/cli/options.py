"""What several commands share: the data folder, the project, and a command whose help ends in an example."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from icans_evidence.project import Project, project_here


def command(name: str, example: str) -> Callable[..., Any]:
    """A command that shows an example under its help."""
    return click.command(
        name, cls=OnceCommand, epilog=f"Example: {example}", context_settings={"help_option_names": ["-h", "--help"]}
    )


class OnceCommand(click.Command):
    """A command that refuses an option given twice, where the second would silently replace the first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        single = [option for option in self.params if isinstance(option, click.Option) and not option.multiple]
        names = {name: max(option.opts, key=len) for option in single for name in option.opts}
        options = args[: args.index("--")] if "--" in args else args
        given = [names.get(word.split("=")[0]) for word in options]
        twice = sorted({word for word in given if word and given.count(word) > 1})
        if twice:
            raise click.UsageError(f"given more than once: {', '.join(twice)}", ctx)
        return super().parse_args(ctx, args)


data_option: Callable[..., Any] = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Folder that holds extracted/  [default: data]"
)


def data_folder(given: Path | None) -> Path:
    """The folder given, or `data` of the project, named from the working folder where it lies below."""
    return given if given is not None else _seen_from_here(project_here() / "data")


def project_of(given: Path | None) -> Project:
    """The project of a command: that around the data folder given, whatever --project says, else the one in force.

    Its data folder is named as the person would name it, from the working folder where it lies below.
    """
    if given is not None:
        return Project(given.resolve().parent, data=given)
    root = project_here()
    return Project(root, data=_seen_from_here(root / "data"))


def _seen_from_here(folder: Path) -> Path:
    relative = os.path.relpath(folder)
    return folder if relative.startswith("..") else Path(relative)
