"""The text layer of a PDF, line by line, without running heads and page numbers; run as a process of its own.

Whatever a file does, it does to this process, whose time and memory are bounded, and not to the caller.
"""

from __future__ import annotations

import logging
import re
import sys
from collections import Counter
from pathlib import Path

_MEMORY = 450_000_000
_CPU_SECONDS = 8
_MOST_PAGES = 2_000
_EDGE = 3
"""Lines at the top and the foot of a page among which running heads and page numbers are looked for."""


def text_of(path: Path, most: int) -> str:
    """The text of all pages; raises ValueError, with a sentence for the reader, for what cannot be read."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError("the PDF is encrypted; give a copy without a password, or its text")
        if len(reader.pages) > _MOST_PAGES:
            raise ValueError(f"the PDF has {len(reader.pages):,} pages; at most {_MOST_PAGES:,} are read")
        pages, length = [], 0
        for page in reader.pages:
            pages.append(page.extract_text().splitlines())
            length += sum(map(len, pages[-1]))
            if length > most:
                raise ValueError(f"the PDF holds more than {most / 1e6:,.0f} MB of text")
    except (PyPdfError, OSError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise ValueError("the PDF is broken; give the text itself") from None
    return "\n".join(without_running_heads(pages))


def without_running_heads(pages: list[list[str]]) -> list[str]:
    """The lines of all pages but for those at a page's edge that are alike on several pages, whatever their numbers."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_shape(line) for line in (*page[:_EDGE], *page[-_EDGE:])})
    often = {shape for shape, count in counts.items() if count >= max(3, len(pages) // 4)}
    kept = []
    for page in pages:
        last = len(page) - _EDGE
        for index, line in enumerate(page):
            edge = index < _EDGE or index >= last
            if not (edge and (_shape(line) in often or line.strip().isdigit())):
                kept.append(line)
    return kept


def _shape(line: str) -> str:
    """A line with every number as #, so that page numbers do not tell running heads apart."""
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _bound_resources() -> None:
    try:
        import resource
    except ImportError:  # no such bounds on this system; the caller's time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 1))


def main() -> int:
    """Print the text of the PDF named; exit code 1 with a sentence where it cannot be read."""
    _bound_resources()
    try:
        text = text_of(Path(sys.argv[1]), int(sys.argv[2]))
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 1
    except MemoryError:
        print("the PDF needs more memory than is given to it; give the text itself", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
