"""A page's cells run in this process, in a namespace of their own, and turned into Markdown for pandoc.

HTML made by cells never passes through pandoc: a token stands for it and is exchanged at the end.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import html
import io
import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from icans_evidence.errors import DataError, UserError
from icans_evidence.publishing.qmd import Cell, Line, Page, Prose, shown
from icans_evidence.publishing.scan import INLINE, Found, scan_line
from icans_evidence.publishing.stamps import digest
from icans_evidence.publishing.value_forms import PLAIN, Made, Output, Paper, forms, output

ESCAPED = re.compile(r"([\\`*_{}\[\]()>#+,\-.!<@$^~|:'\"&])")


class PageError(UserError):
    """A page's code failed; the message names the .qmd's file and line, the cause is kept."""


@dataclass
class Rendered:
    """The page as Markdown; `slots` holds the HTML for each token in it, `papers` what makes its HTML for paper."""

    markdown: str = ""
    slots: dict[str, Made] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    found: Found = field(default_factory=Found)

    def stamp(self) -> str:
        """Fingerprint of all that the page says and shows."""
        return digest(self.markdown.encode(), *(told.encode() for told in self.told))


@dataclass
class _Run:
    page: Page
    echo: bool
    names: dict[str, Any]
    out: list[str] = field(default_factory=list)
    slots: dict[str, Made] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    shown: list[Any] = field(default_factory=list)
    found: Found = field(default_factory=Found)

    def slot(self, made: Made, output: Output) -> str:
        """A token for `made`, on paper for the output's; it depends on page and order only, so bytes repeat."""
        seed = hashlib.sha256(shown(self.page.path, self.page.root).encode()).hexdigest()[:12]
        token = f"<!--slot-{seed}-{len(self.slots)}-->"
        self.slots[token], self.papers[token] = made, output.paper
        self.told.append(output.told)
        return token


def run(page: Page, echo: bool = True) -> Rendered:
    """Runs all cells and inline values in order; `echo` is the site's default.

    Raises `PageError` where the page's code fails; a `DataError` of the functions it calls passes as it is.
    """
    state = _Run(page, _echo(page, echo), {"__name__": "__main__"})
    state.names["display"] = lambda *values: state.shown.extend(values)
    for part in page.parts:
        if isinstance(part, Prose):
            for line, hidden in zip(part.lines, part.verbatim, strict=True):
                state.out.append(line.text if hidden else _inline(state, line))
        else:
            state.out.extend(_cell(state, part))
    return Rendered("\n".join(state.out) + "\n", state.slots, state.papers, state.told, state.found)


def _echo(page: Page, echo: bool) -> bool:
    execute = page.meta.get("execute")
    return bool(execute.get("echo", echo)) if isinstance(execute, dict) else echo


def _inline(state: _Run, line: Line) -> str:
    def value_of(match: re.Match[str]) -> str:
        code = match.group(2).strip()
        with _located(state.page, line.path, line.number, f"`{code}`"):
            tree = ast.parse(code, mode="eval")
            ast.increment_lineno(tree, line.number - 1)
            return _inline_form(state, eval(compile(tree, str(line.path), "eval"), state.names), line)

    return INLINE.sub(value_of, line.text)


def _inline_form(state: _Run, value: Any, line: Line) -> str:
    form, text = forms(value)
    text = text if isinstance(text, str) else text()
    if not text or value == "":
        raise ValueError("the value is empty, which Quarto would show as code")
    if form == "text/markdown":
        scan_line(state.page, state.found, Line(text, line.path, line.number))
        return text
    if form != PLAIN:
        return f"`{state.slot(text, output(value))}`{{=html}}"
    return ESCAPED.sub(r"\\\1", str(value))


def _cell(state: _Run, cell: Cell) -> Iterator[str]:
    """The Markdown of one cell: its code where it is echoed, then its outputs; nothing if it has neither."""
    options = cell.options
    outputs = _outputs(state, cell) if options.get("eval", True) else []
    if not options.get("include", True):
        return
    shown = [*_code(state.page, cell)] if options.get("echo", state.echo) else []
    if options.get("output", True):
        shown += _framed(state, cell, outputs)
    if shown:
        yield from ("\n::::: {.cell}\n", *shown, "\n:::::\n")


def _code(page: Page, cell: Cell) -> Iterator[str]:
    fold = cell.options.get("code-fold", page.option("code-fold", False))
    summary = cell.options.get("code-summary", page.option("code-summary", "Code"))
    if fold:
        opened = f'<details class="code-fold"{" open" if fold == "show" else ""}>'
        yield f"```{{=html}}\n{opened}<summary>{html.escape(str(summary))}</summary>\n```\n"
    yield "\n".join(["````` {.python .cell-code}", *(line.text for line in cell.code), "`````", ""])
    if fold:
        yield "```{=html}\n</details>\n```\n"


def _framed(state: _Run, cell: Cell, outputs: list[Output]) -> Iterator[str]:
    """Outputs in their divs; a labelled figure or table is a float with its caption."""
    kind = cell.label.split("-")[0] if cell.label.startswith(("fig-", "tbl-")) else ""
    classes = [".cell-output"]
    if column := cell.options.get("column"):
        classes.append(f".column-{column}")
    names = cell.options.get("classes") or []
    classes += [f".{name.lstrip('.')}" for name in (names.split() if isinstance(names, str) else names)]
    if kind:
        if len(outputs) != 1:
            _refuse(state, cell, f"cell {cell.label} shows {len(outputs)} things; a figure or table is one")
        yield f"::::: {{#{cell.label} .float .float-{kind} {' '.join(classes)}}}\n"
        yield f":::: {{.float-caption}}\n{cell.options[f'{kind}-cap']}\n::::\n"
        yield from (_block(state, cell, made, ".cell-output-display") for made in outputs)
        yield ":::::\n"
        return
    for each in outputs:
        yield _block(state, cell, each, " ".join([*classes, ".cell-output-display"]))


def _refuse(state: _Run, cell: Cell, message: str) -> None:
    raise PageError(f"{shown(cell.fence.path, state.page.root)}:{cell.fence.number} {message}")


def _block(state: _Run, cell: Cell, output: Output, classes: str) -> str:
    form, text = output.mime, output.made
    if not isinstance(text, str):
        inner = f"```{{=html}}\n{state.slot(partial(_late, state.page, cell, text), output)}\n```"
    elif form in ("text/html", "image/svg+xml"):
        inner = f"```{{=html}}\n{state.slot(text, output)}\n```"
    elif form == "text/markdown":
        for line in text.splitlines():
            scan_line(state.page, state.found, Line(line, cell.fence.path, cell.fence.number))
        inner = text
    else:
        inner = f"`````\n{text.rstrip()}\n`````"
    return f"::: {{{classes}}}\n{inner}\n:::\n"


def _late(page: Page, cell: Cell, make: Callable[[], str]) -> str:
    """HTML that a cell promised, made by now; its error names the cell."""
    with _located(page, cell.fence.path, cell.fence.number, "cell"):
        return make()


def _outputs(state: _Run, cell: Cell) -> list[Output]:
    """All that a cell shows: what it printed, what it displayed, its last value."""
    printed = io.StringIO()
    state.shown.clear()
    first = cell.code[0].number if cell.code else cell.fence.number
    with _located(state.page, cell.fence.path, first, "cell"), contextlib.redirect_stdout(printed):
        _execute_code(state, "\n".join(line.text for line in cell.code), cell.fence.path, first)
        outputs = [output(value) for value in state.shown]
    if text := printed.getvalue():
        form = "text/markdown" if cell.options.get("output") == "asis" else PLAIN
        outputs.insert(0, Output(form, text, lambda draw: text, text))
    return outputs


def _execute_code(state: _Run, source: str, path: Path, first: int) -> None:
    """Executes the code with the file's own line numbers; a last expression's value is shown."""
    tree = ast.parse("\n" * (first - 1) + source)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, str(path), "exec"), state.names)
    if not isinstance(last, ast.Expr):
        return
    value = eval(compile(ast.Expression(last.value), str(path), "eval"), state.names)
    if value is not None and not source.rstrip().endswith(";"):
        state.shown.append(value)


@contextlib.contextmanager
def _located(page: Page, path: Path, line: int, what: str) -> Iterator[None]:
    """Turns an error of the page's code into one that names the .qmd's line; faults of the data pass as they are."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        place = f"{shown(path, page.root)}:{_line_of(error, path) or line}"
        raise PageError(f"{place} {what}: {_message(error)}") from error


def _message(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    words = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {words}"


def _line_of(error: Exception, path: Path) -> int | None:
    if isinstance(error, SyntaxError) and error.filename in (str(path), "<unknown>"):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(path)), None)
