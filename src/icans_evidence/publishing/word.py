"""Word files: the reference document whose styles they take, and what pandoc's file still lacks.

The reference document may be any that has the same names of styles: `reference-doc` in `_quarto.yml` or in a page. The
theme's own takes the paper that `papersize` names; another keeps the paper that its group gave it.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from icans_evidence.publishing.config import Site
from icans_evidence.publishing.qmd import Page
from icans_evidence.publishing.reference_doc import MARGINS, packed

HOUSE = Path(__file__).parent / "theme" / "word.docx"
LETTER, CARD = (12240, 15840), (5953, 8391)
PAPERS = {"letter": LETTER, "us-letter": LETTER, "a6": CARD}
"""Width and height of papers other than A4, in twentieths of a point."""
WHOLE_ROWS, WHOLE_WORDS = 14, 1800
"""Rows and characters of a table that stands on one page."""


def reference(page: Page, site: Site) -> Path:
    """The reference document of a page: its own, else the site's, else the theme's."""
    own = page.format_options("docx").get("reference-doc")
    if own:
        return (page.path.parent / str(own)).resolve()
    return site.reference_doc or HOUSE


def paper(page: Page, site: Site, named: str) -> str:
    """The paper `named` where the reference document is the theme's, else "": that of the reference document."""
    own = reference(page, site)
    theirs = HOUSE.parent / own.name
    return named if theirs.is_file() and theirs.read_bytes() == own.read_bytes() else ""


def finished(made: bytes, paper: str = "") -> bytes:
    """The file on its paper, with rows that no page breaks and short tables whole, and with what the fields of its
    header and footer say, for readers that do not work them out; dated to one day, so that its bytes repeat."""
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    body = parts["word/document.xml"].decode().replace("<w:tr>", "<w:tr><w:trPr><w:cantSplit/></w:trPr>")
    body = _TABLE.sub(_whole, body.replace("</w:trPr><w:trPr>", ""))
    body = body.replace("<wp:inline>", '<wp:inline distT="0" distB="0" distL="0" distR="0">')
    parts["word/document.xml"] = body.encode()
    if paper in PAPERS:
        _on_paper(parts, PAPERS[paper])
    core = parts["docProps/core.xml"].decode()
    for name in [name for name in parts if re.fullmatch(r"word/(header|footer)\d*\.xml", name)]:
        parts[name] = _FIELD.sub(lambda field: field.group(1) + _said(field, core), parts[name].decode()).encode()
    return packed(parts)


_TABLE = re.compile(r'<w:tbl>.*?</w:tbl>(?P<note>(?=\s*<w:p><w:pPr><w:pStyle w:val="Note"))?', re.DOTALL)


def _whole(table: re.Match[str]) -> str:
    """A short table, each row of which keeps with the next and the last with the note below; a long one as it is."""
    rows = table.group(0).split("</w:tr>")
    last = len(rows) - (1 if table["note"] is not None else 2)
    words = sum(len(text) for text in re.findall(r"<w:t(?: [^>]*)?>([^<]*)", table.group(0)))
    if len(rows) - 1 > WHOLE_ROWS or words > WHOLE_WORDS:
        return table.group(0)
    kept = [re.sub(r"(<w:pStyle [^>]*/>)(?!<w:keepNext)", r"\1<w:keepNext/>", row) for row in rows[:last]]
    return "</w:tr>".join([*kept, *rows[last:]])


def _on_paper(parts: dict[str, bytes], paper: tuple[int, int]) -> None:
    """Sets the paper of every section, upright or on its side as it was; on a card letters and margins are smaller."""
    card = paper == CARD

    def size(match: re.Match[str]) -> str:
        width, height = paper if "landscape" not in match.group(0) else paper[::-1]
        lying = ' w:orient="landscape"' if width > height else ""
        return f'<w:pgSz w:w="{width}" w:h="{height}"{lying}/>'

    body = re.sub(r"<w:pgSz [^>]*>", size, parts["word/document.xml"].decode())
    styles = parts["word/styles.xml"].decode()
    margins = MARGINS | (_CARD if card else _LOW)
    width = paper[1 if 'w:orient="landscape"' in body else 0] - margins["left"] - margins["right"]
    told = " ".join(f'w:{side}="{size}"' for side, size in margins.items())
    body = re.sub(r"<w:pgMar [^>]*>", f"<w:pgMar {told}/>", body)
    styles = re.sub(r'<w:tab [^>]*w:val="right"[^>]*>', f'<w:tab w:val="right" w:pos="{width}"/>', styles)
    if card:
        styles = re.sub(r'(<w:sz(?:Cs)? w:val=)"(\d+)"', lambda m: f'{m[1]}"{_on_card(int(m[2]))}"', styles)
        styles = re.sub(r'(w:(?:before|after)=)"(\d+)"', lambda m: f'{m[1]}"{round(int(m[2]) * 0.5)}"', styles)
    parts["word/document.xml"], parts["word/styles.xml"] = body.encode(), styles.encode()


def _on_card(size: int) -> int:
    """The size of letters, in halves of a point, that a card takes: heads and edges shrink more than the text."""
    return round(size * (0.79 if 15 < size < 24 else 0.66))


_LOW = {"top": 880, "bottom": 820, "header": 420, "footer": 380}
"""Letter is 18 mm lower than A4: what fits one should fit the other."""
_CARD = {"top": 480, "bottom": 480, "left": 400, "right": 400, "header": 220, "footer": 220}
_FIELD = re.compile(r'(<w:fldSimple w:instr=" (TITLE|SUBJECT) ">)(?=</w:fldSimple>|<w:r><w:t[^>]*></w:t></w:r>)')


def _said(field: re.Match[str], core: str) -> str:
    found = re.search(rf"<dc:{field.group(2).lower()}>(.*?)</dc:", core)
    return f'<w:r><w:t xml:space="preserve">{found.group(1)}</w:t></w:r>' if found else ""
