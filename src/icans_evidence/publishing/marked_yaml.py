"""YAML with the line of every key, so that a fault in an option names its line.

Keys are dotted paths (`format.html.toc`); a list of mappings is passed through to the keys of its members.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from icans_evidence.errors import needing

with needing("render", "reading the settings of pages"):
    import yaml


class YamlFault(Exception):
    """Text that is no YAML mapping: the line (1-based, in the text) and what is wrong."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def load(text: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The mapping in `text` and the 1-based line of each dotted key; raises `YamlFault`."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "cannot be read"
        raise YamlFault(mark.line + 1 if mark else 1, f"not valid YAML: {problem}") from error
    if values is None:
        return {}, {}
    if not isinstance(values, dict):
        raise YamlFault(1, "a list of `key: value` lines was expected")
    return values, dict(_keys(node, ""))


def _keys(node: yaml.Node | None, prefix: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            path = f"{prefix}{key.value}"
            yield path, key.start_mark.line + 1
            yield from _keys(value, f"{path}.")
    elif isinstance(node, yaml.SequenceNode):
        for member in node.value:
            yield from _keys(member, prefix)
