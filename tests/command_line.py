"""The command line as a person meets it, without a process: exit code, standard output and error stream."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from icans_evidence.cli import main


class _Program:
    """What click's runner calls: the whole door, with the messages and exit codes of a user's mistakes."""

    name = "icans-evidence"

    def main(self, args: Any, **_: Any) -> None:
        main(list(args))


def run(*arguments: str | Path, folder: Path = Path(), **settings: Any) -> Result:
    """`icans-evidence` with the arguments, run in `folder`; `settings` as click's runner takes them (env, input)."""
    with chdir(folder):
        return CliRunner().invoke(_Program(), [str(word) for word in arguments], **settings)  # type: ignore[arg-type]
