"""The command line: arguments in, functions called, lines out; no command computes anything itself.

Exit codes: 0 fine, 1 data at fault, 2 used wrongly, 3 our own fault. A command's module is imported when it is called.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from keyword import iskeyword
from pathlib import Path

import click

from icans_evidence.errors import INTERNAL, UserError
from icans_evidence.project import working_in
from icans_evidence.wording import EDUCATIONAL

COMMANDS: dict[str, tuple[str, str]] = {
    "build": ("site", "Build the site from the validated data."),
    "preview": ("site", "Serve the site on this machine and rebuild it on change."),
    "validate": ("site", "Check every row of the data and name every fault."),
    "results": ("site", "Compute the results, one row per statistic."),
    "show": ("site", "Show one figure (its study, place, checks, uses) or one cohort."),
    "audit": ("audit", "Walk every number back to its sentence, and check the data against themselves."),
    "compare-extractions": ("extractions", "Compare two extraction passes: what both found, and where they differ."),
    "sign": ("signatures", "Sign rows that you compared with their source."),
    "diff": ("releases", "Say what changed between two states of the data, and what moved by it."),
    "release": ("releases", "Write the manifest of a release: hashes of inputs and outputs."),
    "check-release": ("releases", "Check the files against the manifest of a release."),
    "pool": ("pooling", "Pool proportions of the studies in any CSV file."),
    "pool-medians": ("pooling", "Pool medians of the studies in any CSV file."),
    "grade": ("grading", "Grade ICANS from the findings of one patient on one day."),
    "grade-table": ("grading", "Grade every row of a table of assessments."),
    "cohort": ("grading", "Turn a center's own assessments into rows of the evidence."),
    "new": ("projects", "Make a project for your own review, or an update of one."),
    "template": ("forms", "Write an extraction form to be filled in a spreadsheet."),
    "import": ("forms", "Take a filled extraction form into the data."),
    "export": ("forms", "Write the data in a format that other tools read."),
}
"""Name of a command → its module in this package, and the line that stands in the list of commands."""

RENAMED = {"compare": "compare-extractions", "verify": "sign"}
"""The old name of a command, which still runs it and says so on the error stream → the name that it has now."""


class Commands(click.Group):
    """The group of commands, each imported only when it is called."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if sum(word.split("=")[0] == "--project" for word in args) > 1:
            raise click.UsageError("given more than once: --project", ctx)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and (now := RENAMED.get(args[0])):
            if not ctx.resilient_parsing:
                click.echo(f"icans-evidence {args[0]} is now called icans-evidence {now}", err=True)
            args = [now, *args[1:]]
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"{__name__}.{COMMANDS[cmd_name][0]}")
        name = cmd_name.replace("-", "_")
        found: click.Command = getattr(module, f"{name}_" if iskeyword(name) else name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EDUCATIONAL)
@click.version_option(package_name="icans-evidence")
@click.option("--project", type=click.Path(path_type=Path), metavar="DIR", default=None,
              help="Work in the project DIR  [default: the one around this folder]")  # fmt: skip
@click.pass_context
def cli(ctx: click.Context, project: Path | None) -> None:
    """The evidence on ICANS after CAR T-cell therapy: validate it, summarise it, publish it, grade by it."""
    if project is not None:
        ctx.with_resource(working_in(project))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, that of the process unless given.

    A user's mistake ends in its message, a fault of ours in one line and exit code 3.
    """
    try:
        code = cli.main(arguments, "icans-evidence", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except UserError as mistake:
        click.echo(str(mistake), err=True)
        sys.exit(mistake.exit_code)
    except click.exceptions.Abort:
        click.echo("stopped; nothing was changed", err=True)
        sys.exit(130)
    except click.ClickException as mistake:
        if isinstance(mistake, click.NoSuchOption) and mistake.option_name == "--project":
            place = "--project stands before the command: icans-evidence --project DIR COMMAND"
            mistake = click.UsageError(place, mistake.ctx)
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
