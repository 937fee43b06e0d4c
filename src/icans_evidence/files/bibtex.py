"""References read from BibTeX as BibTeX reads it, by pybtex: what a style would use, with the line of each entry.

One entry a line, leading commas, parentheses, @string and # are all the same to it; text between entries is a comment.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from icans_evidence.files.faults import shown

BIB = "references.bib"
ASIDE = ("string", "preamble")
_NO_KEY = set('={}"#')
_COMMAND = re.compile(r"@\s*[^\s{(@]+\s*[({]")
_RESOLVER = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.I)
_ESCAPED = re.compile(r"\\([#$%&_{}])")

Note = Callable[[int, str], None]  # line, text


@dataclass(frozen=True)
class Reference:
    """One entry of a bibliography; an absent field is empty, the DOI is in lower case, `line` is where it begins.

    `fields` are all fields by their names in lower case, blanks and line ends made one blank; `text` is the entry as it
    stands in the file.
    """

    key: str
    doi: str
    year: str
    title: str
    line: int
    fields: tuple[tuple[str, str], ...] = ()
    text: str = ""

    def field(self, name: str) -> str:
        """A field without its braces; empty where there is none."""
        return _bare(dict(self.fields).get(name, ""))


def read_references(text: str, note: Note | None = None) -> tuple[Reference, ...]:
    """The entries of a BibTeX file in their order; comments, strings and preambles are passed over.

    An entry that cannot be read is told to `note` with the line on which it begins, and left out.
    """
    faults: list[tuple[int, str]] = []
    parser, keys, found = _parser()(text, faults), {}, []
    for command, body in parser:
        if command.casefold() in ASIDE:
            continue
        start, key = parser.command_start, body[0] or ""
        keys[start] = key
        if not key or set(key) & _NO_KEY:
            faults.append((start, "it has no key before its fields"))
        fields: dict[str, str] = {}
        for name, parts in body[1]:
            if name.casefold() in fields:
                faults.append((start, f"the field {name.casefold()} stands twice; keep one"))
            fields[name.casefold()] = " ".join("".join(parts).split())
        found.append((start, parser.pos, key, fields))
    ends = [match.start() for match in re.finditer("\n", text)] if found or faults else []
    broken: dict[int, str] = {}
    for start, said in faults:
        broken.setdefault(start, said)  # what comes after the first follows from it
    for start, said in broken.items():
        named = f"the entry {shown(keys[start])}" if keys.get(start) else "an entry"
        (note or _ignored)(bisect_left(ends, start) + 1, f"{named} cannot be read: {said}")
    return tuple(
        _reference(key, fields, bisect_left(ends, start) + 1, text[start:end])
        for start, end, key, fields in found
        if start not in broken
    )


def _ignored(line: int, text: str) -> None:
    """For readers of what others have checked."""


def _reference(key: str, fields: dict[str, str], line: int, text: str) -> Reference:
    doi = _ESCAPED.sub(r"\1", _RESOLVER.sub("", _bare(fields.get("doi", "")))).casefold()
    year = _bare(fields.get("year") or fields.get("date", "")[:4])
    return Reference(key, doi, year, _bare(fields.get("title", "")), line, tuple(fields.items()), text)


def commands_of(text: str) -> list[str]:
    """The @string and @preamble commands as they stand: what entries taken out of a file lean on."""
    parser = _parser()(text, [])
    return [text[parser.command_start : parser.pos] for command, _ in parser
            if command.casefold() in ASIDE]  # fmt: skip


def _bare(value: str) -> str:
    return " ".join(re.sub(r"[{}]", "", value).split())


@cache
def _parser() -> Any:
    """The parser of pybtex, which is loaded where a bibliography is first read."""
    from pybtex.database.input.bibtex import LowLevelParser, UndefinedMacro, month_names
    from pybtex.scanner import PrematureEOF, Token
    from pybtex.utils import CaseInsensitiveDict

    class Parser(LowLevelParser):  # type: ignore[misc]
        """The commands of a text; what is wrong is put into `faults` with the place where the command begins."""

        def __init__(self, text: str, faults: list[tuple[int, str]]) -> None:
            super().__init__(text, macros=CaseInsensitiveDict(month_names))  # a copy: @string adds to it
            self.faults = faults
            self.pos: int = 0

        def handle_error(self, error: Any) -> None:
            if not _COMMAND.match(self.text, self.command_start):
                return  # an @ in the text between entries
            said = str(error.args[0]) if error.args else str(error)
            if isinstance(error, PrematureEOF) or said == "unbalanced braces":
                said = "a brace or a quotation mark is missing"
            elif isinstance(error, UndefinedMacro):
                said = f"{shown(said)} is the name of no @string of the file; put words in braces"
            elif said in ("'}' expected", "')' expected"):
                last = f"the field {self.current_fields[-1][0]}" if self.current_fields else "its key"
                said = f"a comma or {said[1]} is missing after {last}"
            self.faults.append((self.command_start, said))

        def skip_to(self, patterns: Any) -> Any:
            """The next of some signs by one search, so that no sign is sought anew up to the end of a long file."""
            signs = {pattern.description[1]: pattern for pattern in patterns}
            match = re.compile(f"[{re.escape(''.join(signs))}]").search(self.text, self.pos)
            if match is None:
                return None
            value, self.pos = self.text[self.pos : match.end()], match.end()
            return Token(value, signs[match[0]])

    return Parser
