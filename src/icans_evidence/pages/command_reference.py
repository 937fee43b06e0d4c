"""The commands as the page of commands shows them: what click knows of each, and the keys of its JSON.

Nothing is written down twice: help, defaults and example are those of the declaration that also runs the command.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

import click

from icans_evidence.figures.display import Shown
from icans_evidence.pages.docstrings import in_line, paragraphs

PROGRAM = "icans-evidence"
_DEFAULT = re.compile(r"\s*\[default: (.*)\]$")


def example(command: click.Command) -> str:
    """The command line that the help ends in, "" where it has none."""
    return (command.epilog or "").partition("Example: ")[2]


def program(group: click.Group) -> Shown:
    """The options that stand before a command."""
    return Shown(_options(group, click.Context(group, info_name=PROGRAM)), f"Options of {PROGRAM}")


def command(group: click.Group, name: str) -> Shown:
    """One command: what it does, its usage, its options with their defaults, and its example.

    KeyError for a name that the group does not have.
    """
    parent = click.Context(group, info_name=PROGRAM)
    found = group.get_command(parent, name)
    if found is None:
        raise KeyError(name)
    context = click.Context(found, info_name=name, parent=parent)
    usage = " ".join((PROGRAM, name, *found.collect_usage_pieces(context)))
    shown = [paragraphs(found.help), _code(usage), _options(found, context), "<p>Example:</p>", _code(example(found))]
    return Shown("\n".join(shown), usage)


def json_keys(keys: Mapping[str, str]) -> Shown:
    """The keys that a command prints with --json, with the meaning of each."""
    points = [f"<li><code>{_breakable(key)}</code>: {in_line(meaning)}</li>" for key, meaning in keys.items()]
    return Shown("\n".join(["<ul>", *points, "</ul>"]), ", ".join(keys))


def _options(command: click.Command, context: click.Context) -> str:
    """Each option with its meaning and its default, or that it is required; --help is the same everywhere."""
    lines = []
    for option in command.params:
        record = option.get_help_record(context)
        if isinstance(option, click.Option) and record is not None:
            lines.append(f"<dt><code>{_breakable(record[0])}</code></dt><dd>{in_line(_told(option, context))}</dd>")
    return "\n".join(["<dl>", *lines, "</dl>"])


def _told(option: click.Option, context: click.Context) -> str:
    extra = option.get_help_extra(context)
    text, default = option.help or "", extra.get("default")
    if found := _DEFAULT.search(text):
        text, default = text[: found.start()], found.group(1)
    parts = [
        text,
        _limits(option.type) if isinstance(option.type, click.IntRange) else "",
        f"Default: {default}" if default else "",
        "Required" if option.required else "",
    ]
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _limits(kind: click.IntRange) -> str:
    return f"Allowed: {kind.min} or more" if kind.max is None else f"Allowed: {kind.min} to {kind.max}"


def _code(line: str) -> str:
    return f"<pre><code>{escape(line)}</code></pre>"


def _breakable(words: str) -> str:
    """Code that may be broken after each dot and bar, escaped."""
    return re.sub(r"([.|])", r"\1<wbr>", escape(words))
