"""The public names of a module as the page of functions shows them: signature and docstring, read from the code itself.

A room says in `__all__` what is public; a module without it is read for what it defines itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from html import escape
from importlib import import_module
from types import ModuleType
from typing import Any, ForwardRef

from icans_evidence.figures.display import Shown
from icans_evidence.pages.docstrings import in_line, paragraphs

PACKAGE = "icans_evidence"
LONGEST_DEFAULT = 40
"""Letters of a default that a signature has room for; a longer one is an ellipsis."""


def public(module: ModuleType) -> list[str]:
    """The names that a module offers, in its own order."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    own = [name for name, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__]
    return [name for name in own if not name.startswith("_")]


def names(module_name: str) -> Shown:
    """The public names of a module, each with signature and docstring, but for those that the package itself offers."""
    module = import_module(module_name)
    room = module_name.removeprefix(PACKAGE).replace(".", "-")
    above = set() if module_name == PACKAGE else set(public(import_module(PACKAGE)))
    told = [name for name in public(module) if name not in above]
    entries = [_entry(f"api{room}-{name}", name, getattr(module, name)) for name in told]
    return Shown("\n".join(["<dl>", *entries, "</dl>"]), f"{module_name}: {', '.join(told)}")


def _entry(identifier: str, name: str, value: Any) -> str:
    head = f'<dt id="{escape(identifier)}"><code>{escape(signature(name, value))}</code></dt>'
    if not callable(value):
        told = f"<p>{escape(value)}</p>" if isinstance(value, str) else f"<p>{len(value):,} entries.</p>"
        return f"{head}\n<dd>{told}</dd>"
    parts = "".join(f"<li>{part}</li>" for part in _parts(value)) if inspect.isclass(value) else ""
    return f"{head}\n<dd>{paragraphs(inspect.getdoc(value))}{f'<ul>{parts}</ul>' if parts else ''}</dd>"


def signature(name: str, value: Any) -> str:
    """A function or class as it is called, a constant with its type, an error that takes a message by its name."""
    if not callable(value):
        return f"{name}: {type(value).__name__}"
    if inspect.isclass(value) and issubclass(value, Exception) and "__init__" not in vars(value):
        return name
    called = inspect.signature(value)
    plain = called.replace(
        parameters=[_plain(parameter) for parameter in called.parameters.values() if parameter.name != "self"],
        return_annotation=inspect.Signature.empty if inspect.isclass(value) else _Bare.of(called.return_annotation),
    )
    return f"{name}{plain}"


class _Bare:
    """Words that stand in a signature as they are, without quotes."""

    def __init__(self, words: str) -> None:
        self.words = words

    @classmethod
    def of(cls, annotation: Any) -> Any:
        """An annotation, bare where it is kept as text."""
        text = annotation.__forward_arg__ if isinstance(annotation, ForwardRef) else annotation
        return cls(text) if isinstance(text, str) else annotation

    def __repr__(self) -> str:
        return self.words


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    default = _Bare("…") if len(repr(parameter.default)) > LONGEST_DEFAULT else parameter.default
    if parameter.default is inspect.Parameter.empty:
        default = parameter.default
    elif "<factory>" in repr(default):
        default = _Bare("…")
    return parameter.replace(annotation=_Bare.of(parameter.annotation), default=default)


def _parts(value: type) -> Iterator[str]:
    """The public properties and methods of a class that say something of themselves, a line each."""
    for name, part in inspect.getmembers(value):
        told = inspect.getdoc(part)
        if name.startswith("_") or not told or not (inspect.isfunction(part) or isinstance(part, property)):
            continue
        called = name if isinstance(part, property) else signature(name, part)
        yield f"<code>{escape(called)}</code>: {in_line(told)}"
