"""A reader's own copy of a source, cut into sections and sentences with their reference marks set apart.

The text stays with its reader: what leaves this module for the project is a section name, an ordinal and a hash.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from icans_evidence.printed.figures import Figure, find_figures

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_UNWANTED = str.maketrans({"\xa0": " ", "\u00ad": "", "\u200b": "", "\ufeff": "", "⟦": "[", "⟧": "]"})
_MARK_LIST = r"\d{1,3}(?:\s{0,3}[,\u2010-\u2015\u2212-]\s{0,3}\d{1,3}){0,60}"
_PLAIN_MARKS = re.compile(
    rf"(?:(?<=[A-Za-z)%”\"][.,;])|(?<=[a-z]:)(?=\d{{1,2}}\s*\n)|(?<=[A-Za-z]-\d[.,]))({_MARK_LIST})(?=\s|$)"
    r"|(?<=[a-z]{4})(\d{1,2}(?:[,–-]\d{1,2})*)(?=[\s.,;:)]|$)"
    rf"|(?<=[A-Za-z)%][.])[ ]({_MARK_LIST})(?=[ ][A-Z][a-z]|\n\n|$)|[ ]?\[({_MARK_LIST})\]"
)
"""Reference marks that lost their place above the line: after a stop, at a word's end, or in brackets."""
_LATEX = {
    r"\geq": "≥", r"\leq": "≤", r"\ge": "≥", r"\le": "≤", r"\sim": "~", r"\times": "×", r"\pm": "±", r"\mu": "µ",
    r"^{\circ}": "°", r"^\circ": "°", r"\circ": "°", r"\%": "%", r"\,": " ", r"\ ": " ",
}  # fmt: skip
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|al|Dr|Jr|Sr|Mr|Ms|No|Fig|approx|St)|(?<!° )(?<![°\w])[A-Z](?:\.[A-Z])*)\.$"
)
_SENTENCE_END = re.compile(r"[.?!][\"”’)\]]*(?:⟦[^⟧]*⟧)?(?=\s+[\"“(\[]?[A-Z0-9])|[.?!][\"”’)\]]*(?:⟦[^⟧]*⟧)?$")
_TERMINATED = re.compile(r"[.?!:;][\"”’)\]]*(?:⟦[^⟧]*⟧)?$")
_CAPTION = re.compile(r"^(Table \d+|Figure(?: \d+)?)\s+\S")
_BULLET = re.compile(r"^(?:[-•*–‑—‣▪●]\s+|\d{1,2}\.\s+)")
_HEADING_LENGTH = 90
_TAIL = 120
"""Characters at the end of a text that decide how it ends; a whole paragraph is never searched for that."""
_LONGEST_PARAGRAPH = 50_000
_MOST_ROWS = 200


@dataclass(frozen=True)
class Sentence:
    """One sentence, list item or table row: where it stands, its words without reference marks, and its marks.

    `mark_groups` are the marks as they stand together, one group for each place in the sentence, and `mark_places`
    the characters of `text` that stand before each group.
    """

    section: str
    ordinal: int
    text: str
    marks: tuple[int, ...]
    mark_groups: tuple[tuple[int, ...], ...] = ()
    mark_places: tuple[int, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the normalised sentence: 12 hexadecimal digits; see `normalised`."""
        return fingerprint(self.text)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The figures in the sentence, in order."""
        return tuple(find_figures(self.text))


def normalised(text: str) -> str:
    """The letters, digits and signs of value of a sentence: what survives line wraps, ligatures, quotes and dashes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = folded.replace(">=", "≥").replace("<=", "≤")
    folded = re.sub(r"(?<=\d),(?=\d{3})", "", folded)
    folded = re.sub(r"(?<=\d)\s*[–—−‐‑-]\s*(?=\d)", "~", folded)
    return re.sub(r"(?<!\d)\.|\.(?!\d)|[^\w.%<>≤≥~/+°]|_", "", folded)


def fingerprint(text: str) -> str:
    """SHA-256 of `normalised(text)`, its first 12 hexadecimal digits."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()[:12]


def read_sentences(text: str, ask: Callable[[], None] = lambda: None) -> list[Sentence]:
    """Every sentence of a plain-text or Markdown document, in order, tables and figure notes as their own sections.

    A paragraph that a page break cut is joined to its other half, even where a table stands between them. A section
    name that occurs twice is numbered from its second occurrence on: "Cerebral Edema (2)". `ask` is called on the way,
    and may raise when it takes too long.
    """
    sentences: list[Sentence] = []
    last: Counter[str] = Counter()
    for section, units in _sections(_blocks(plain(text)), ask):
        for unit in units:
            ask()
            last[section] += 1
            words, groups, places = set_apart(unit)
            marks = tuple(dict.fromkeys(mark for group in groups for mark in group))
            sentences.append(Sentence(section, last[section], words, marks, groups, places))
    return sentences


def plain(text: str) -> str:
    """Formulas and emphasis of Markdown as characters, reference marks as ⟦10,15⟧, hyphenated line ends joined."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED)
    text = re.sub(r"\$([^$\n]{1,200})\$", lambda m: _formula(m[1]), text)
    text = re.sub(rf"\^\{{({_MARK_LIST})\}}", r"⟦\1⟧", text)
    text = re.sub(
        rf"<sup>\s?({_MARK_LIST})\s?</sup>|(?<=[\w.,;:)%”\"])\[?\^({_MARK_LIST})(?:\^|\])?(?=\W|$)", _mark, text
    )
    text = re.sub(r"[⁰¹²³⁴-⁹][⁰¹²³⁴-⁹⁻,]{0,200}", lambda m: f"⟦{m[0].translate(_SUPERSCRIPTS)}⟧", text)
    text = _PLAIN_MARKS.sub(lambda m: f"⟦{m[m.lastindex or 0]}⟧", text)
    text = re.sub(r"</?[a-zA-Z]{1,10}>", "", text)
    text = re.sub(r"(?<![\w*])\*{1,2}(\S[^*\n]{0,200}?)\*{1,2}(?![\w*])", r"\1", text)
    return re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)


def _mark(found: re.Match[str]) -> str:
    return f"⟦{found[1] or found[2]}⟧"


def _formula(body: str) -> str:
    body = re.sub(r"\\text\{([^{}]*)\}", r"\1", body)
    for command, character in _LATEX.items():
        body = body.replace(command, character)
    return body


def _blocks(text: str) -> list[str]:
    return [block.strip() for block in re.split(r"\n[ \t]*\n", text) if block.strip()]


def _sections(blocks: list[str], ask: Callable[[], None]) -> list[tuple[str, list[str]]]:
    """Blocks sorted under their headings; each entry is a section and the sentences of one paragraph or row."""
    out: list[tuple[str, list[str]]] = []
    seen: dict[str, int] = {}
    section, opened = "Front matter", ""
    index = 0
    while index < len(blocks):
        block = blocks[index]
        index += 1
        if caption := _CAPTION.match(block.splitlines()[0]):
            rows, index = _captioned(blocks, index, block)
            out.append((caption[1], rows))
        elif _BULLET.match(block):
            out.append((section, _list_items(block)))
        elif block.startswith("# ") or (not opened and _is_heading(block)):
            if opened:
                out.append((section, split_sentences(opened, ask)))
                opened = ""
            name = block.lstrip("# ").strip()
            seen[name] = seen.get(name, 0) + 1
            section = name if seen[name] == 1 else f"{name} ({seen[name]})"
        elif _AFFILIATION.match(block):
            out.append(("Front matter", [" ".join(block.split())]))
        else:
            paragraph = " ".join([opened, *block.split()]).strip()
            ended = _TERMINATED.search(paragraph[-_TAIL:]) or len(paragraph) <= _HEADING_LENGTH
            opened = "" if ended or len(paragraph) > _LONGEST_PARAGRAPH else paragraph
            if not opened:
                out.append((section, split_sentences(paragraph, ask)))
    if opened:
        out.append((section, split_sentences(opened, ask)))
    return out


_AFFILIATION = re.compile(r"^⟦1⟧[A-Z]")


def _is_heading(block: str) -> bool:
    one_line = "\n" not in block and len(block) <= _HEADING_LENGTH
    return block.startswith("#") or (one_line and not _TERMINATED.search(block[-_TAIL:]) and "@" not in block)


def _captioned(blocks: list[str], index: int, block: str) -> tuple[list[str], int]:
    """The rows of a table or the notes of a figure: its caption, its body, and its list of abbreviations."""
    rows = block.splitlines()
    is_table = block.startswith("Table")
    while index < len(blocks) and len(rows) < _MOST_ROWS:
        follows = blocks[index].splitlines()
        ended = any(row.startswith("Abbreviations:") for row in rows)
        belongs = (not ended and _looks_tabular(blocks[index])) if is_table else follows[0][:1] == "*"
        if not belongs:
            break
        rows += follows
        index += 1
    return [part for row in rows for part in _row_sentences(row)], index


def _looks_tabular(block: str) -> bool:
    return "\t" in block or "|" in block or "\n" in block or block.startswith("Abbreviations:")


def _row_sentences(row: str) -> list[str]:
    row = row.strip()
    return split_sentences(row.lstrip("*")) if row.startswith(("*", "Abbreviations:")) else [row] if row else []


def _list_items(block: str) -> list[str]:
    items: list[str] = []
    for line in block.splitlines():
        if _BULLET.match(line) or not items:
            items.append(_BULLET.sub("", line).strip())
        else:
            items[-1] += " " + line.strip()
    return items


def split_sentences(paragraph: str, ask: Callable[[], None] = lambda: None) -> list[str]:
    """A paragraph's sentences; abbreviations, initials, decimals and trailing reference marks do not end one early."""
    sentences, start = [], 0
    for end in _SENTENCE_END.finditer(paragraph):
        ask()
        bare = re.sub(r"⟦[^⟧]*⟧$", "", paragraph[max(start, end.end() - _TAIL) : end.end()].strip())
        if _ABBREVIATIONS.search(bare) and end.end() < len(paragraph):
            continue
        sentences.append(paragraph[start : end.end()].strip())
        start = end.end()
    rest = paragraph[start:].strip()
    return [*sentences, rest] if rest else sentences


def pieces_of_lines(text: str) -> Iterator[str]:
    """The lines of a text made `plain`, each cut at its sentence ends: what long sentences can be joined from."""
    for line in text.splitlines():
        yield from split_sentences(_BULLET.sub("", line.strip().strip("|").replace("|", " ").lstrip("*")))


def set_apart(unit: str) -> tuple[str, tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """The words of a sentence without its reference marks, the marks of each place, and the letters before it."""
    words, groups, places = "", [], []
    for index, piece in enumerate(re.split(r" ?⟦([^⟧]*)⟧", unit)):
        if index % 2:
            groups.append(tuple(_mark_numbers(piece)))
            places.append(len(words))
        else:
            words = words + piece
    return " ".join(words.split()), tuple(groups), tuple(places)


def _mark_numbers(marks: str) -> list[int]:
    numbers: list[int] = []
    for part in marks.split(","):
        ends = [int(end) for end in re.split(r"[–-]", part.strip()) if end.strip().isdigit()]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] < 60:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return numbers
