"""The command line: arguments in, functions called, lines out; no command computes anything itself.

Exit codes: 0 fine, 1 data at fault, 2 used wrongly, 3 our own fault. A command's module is imported when it is called.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from icans_evidence.errors import INTERNAL, UserError
from icans_evidence.wording import EDUCATIONAL

COMMANDS: dict[str, tuple[str, str]] = {
    "build": ("site", "Build the site from the validated data."),
    "preview": ("site", "Serve the site on this machine and rebuild it on change."),
    "validate": ("site", "Check every row of the data and name every fault."),
    "results": ("site", "Compute the results, one row per statistic."),
    "show": ("site", "Show one figure: its study, its place, its checks, its uses."),
    "pool": ("pooling", "Pool proportions of the studies in any CSV file."),
    "pool-medians": ("pooling", "Pool medians of the studies in any CSV file."),
    "grade": ("grading", "Grade ICANS from the findings of one patient on one day."),
    "grade-table": ("grading", "Grade every row of a table of assessments."),
    "cohort": ("grading", "Turn a center's own assessments into rows of the evidence."),
}
"""Name of a command → its module in this package, and the line that stands in the list of commands."""


class Commands(click.Group):
    """The group of commands, each imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"{__name__}.{COMMANDS[cmd_name][0]}")
        return getattr(module, cmd_name.replace("-", "_"))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EDUCATIONAL)
@click.version_option(package_name="icans-evidence")
def cli() -> None:
    """The evidence on ICANS after CAR T-cell therapy: validate it, summarise it, publish it, grade by it."""


def main() -> None:
    """Run the command line; a user's mistake ends in its message, a fault of ours in one line and exit code 3."""
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except UserError as mistake:
        click.echo(str(mistake), err=True)
        sys.exit(mistake.exit_code)
    except click.exceptions.Abort:
        click.echo("stopped; nothing was changed", err=True)
        sys.exit(130)
    except click.ClickException as mistake:
        mistake.show()
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as fault:
        if os.environ.get("ICANS_EVIDENCE_TRACE"):
            raise
        click.echo(f"a fault of icans-evidence itself: {type(fault).__name__}: {fault}", err=True)
        click.echo("set ICANS_EVIDENCE_TRACE=1 to see where, and please report it", err=True)
        sys.exit(INTERNAL)
