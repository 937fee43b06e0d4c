"""What several commands share: the data folder, the project, and a command whose help ends in an example."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from icans_evidence.project import project_root


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
    if given is not None:
        return given
    folder = project_root() / "data"
    relative = os.path.relpath(folder)
    return folder if relative.startswith("..") else Path(relative)
