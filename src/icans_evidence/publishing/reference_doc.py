"""The Word documents whose styles our Word files take, written from one table of styles.

Run as a script it writes them beside the theme: upright and landscape, A4, the same bytes each time. A group that has
its own names it as `reference-doc`; the names of the styles are what counts.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from icans_evidence.files.writing import write_whole
from icans_evidence.publishing import pandoc
from icans_evidence.wording import EDUCATIONAL

THEME = Path(__file__).parent / "theme"
FILES = {"word.docx": (11906, 16838), "word-landscape.docx": (16838, 11906)}
"""Width and height of a page in twentieths of a point."""
INK, MUTED, LINE, AMBER = "1D2733", "5A6673", "D5DAE0", "8F5A00"
FONT = "Arial"
MARGINS = {"top": 1134, "bottom": 1077, "left": 907, "right": 907, "header": 567, "footer": 510, "gutter": 0}
EARLIEST = (1980, 1, 1, 0, 0, 0)
NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass(frozen=True)
class Style:
    """A paragraph style: size in points, space before and after in points, and what else it says."""

    name: str
    size: float = 9.5
    before: float = 0
    after: float = 6
    bold: bool = False
    italic: bool = False
    color: str = INK
    based: str = "Normal"
    keep: bool = False
    whole: bool = False
    shade: str = ""
    hanging: float = 0
    level: int | None = None
    left: float = 0
    border: str = ""
    right_tab: bool = False

    @property
    def identifier(self) -> str:
        words = re.sub(r"^heading", "Heading", self.name)
        return "".join(word[0].upper() + word[1:] for word in words.split())


PARAGRAPHS = (
    Style("Body Text", after=6),
    Style("First Paragraph", after=6, based="BodyText"),
    Style("Compact", after=2, based="BodyText"),
    Style("Kept Text", before=4, after=3, based="BodyText", keep=True),
    Style("Title", 20, 0, 2, bold=True, keep=True),
    Style("Subtitle", 11.5, 0, 12, color=MUTED, keep=True),
    Style("heading 1", 13, 15, 5, bold=True, keep=True, level=0),
    Style("heading 2", 11, 14, 5, bold=True, keep=True, level=1),
    Style("heading 3", 10, 12, 4, bold=True, keep=True, level=2),
    Style("heading 4", 9.5, 10, 4, bold=True, keep=True, level=3),
    Style("heading 5", 9.5, 10, 4, italic=True, keep=True, level=4),
    Style("heading 6", 9.5, 10, 4, italic=True, keep=True, level=5),
    Style("Block Text", left=14, color=MUTED, border=LINE),
    Style("Footnote Text", 8, after=2),
    Style("Bibliography", 8.5, after=3, left=20, hanging=20),
    Style("Definition Term", bold=True, after=0, keep=True),
    Style("Definition", left=14),
    Style("caption", 8.5, 3, 8, color=MUTED),
    Style("Table Caption", 8.5, 12, 4, based="Caption", keep=True),
    Style("Image Caption", 8.5, 3, 14, color=MUTED, based="Caption"),
    Style("Figure", after=0, keep=True),
    Style("Captioned Figure", after=0, based="Figure", keep=True),
    Style("Picture Part", after=0, based="Figure"),
    Style("Source Code", 8, 4, 6, whole=True, shade="F5F7F9"),
    Style("Table Text", 8, 1, 1),
    Style("Table Head", 8, 1, 2, bold=True, based="TableText", keep=True),
    Style("Answer", 11.5, 2, 8),
    Style("Note", 8, 4, 8, color=MUTED),
    Style("Key", 8, 1, 1),
    Style("Callout", after=4, left=8, border="7D8791"),
    Style("Callout Title", before=8, after=3, left=8, bold=True, keep=True, border="7D8791"),
    Style("Warning", after=4, left=8, border=AMBER),
    Style("Warning Title", before=8, after=3, left=8, bold=True, keep=True, border=AMBER),
    Style("header", 7.5, after=0, color=MUTED, right_tab=True),
    Style("footer", 7.5, after=0, color=MUTED, right_tab=True),
)
CHARACTERS = {
    "Body Text Char": "", "Verbatim Char": '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/><w:sz w:val="16"/>',
    "Section Number": f'<w:color w:val="{MUTED}"/>', "Footnote Reference": '<w:vertAlign w:val="superscript"/>',
    "Hyperlink": '<w:u w:val="dotted" w:color="7D8791"/>',
}  # fmt: skip


def documents() -> dict[str, bytes]:
    """Each reference document by its file name. Raises `PandocError` without pandoc, whose own it starts from."""
    base = pandoc.data_file("reference.docx")
    return {name: _document(base, *size) for name, size in FILES.items()}


def _document(base: bytes, width: int, height: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(base)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["word/styles.xml"] = _styles(width - MARGINS["left"] - MARGINS["right"]).encode()
    parts["word/document.xml"] = _body(width, height).encode()
    parts["word/header1.xml"] = _edge("hdr", "Header", _field("TITLE"), "").encode()
    numbers = f"{_field('PAGE')}{_run(' / ')}{_field('NUMPAGES')}"
    parts["word/footer1.xml"] = _edge("ftr", "Footer", _run(f"{EDUCATIONAL} ") + _field("SUBJECT"), numbers).encode()
    edges = ("header", "footer")
    related = [f'<Relationship Type="{RELATIONS}/{edge}" Id="{edge}1" Target="{edge}1.xml"/>' for edge in edges]
    types = [f'<Override PartName="/word/{edge}1.xml" ContentType="{CONTENT}.{edge}+xml"/>' for edge in edges]
    _append(parts, "word/_rels/document.xml.rels", related, "</Relationships>")
    _append(parts, "[Content_Types].xml", types, "</Types>")
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip file of these parts in this order, dated to the first day that a zip can name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, data)
    return out.getvalue()


def _append(parts: dict[str, bytes], name: str, lines: list[str], end: str) -> None:
    text = re.sub(r"<Relationship [^>]*hyperlink[^>]*/>", "", parts[name].decode())
    parts[name] = text.replace(end, "".join(lines) + end).encode()


def _run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} ">{_run("1" if "PAGE" in name else "")}</w:fldSimple>'


def _edge(kind: str, style: str, left: str, right: str) -> str:
    tab = "<w:r><w:tab/></w:r>" if right else ""
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{left}{tab}{right}</w:p>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:{kind} {NAMES}>{paragraph}</w:{kind}>'


def _body(width: int, height: int) -> str:
    turned = ' w:orient="landscape"' if width > height else ""
    margins = " ".join(f'w:{side}="{size}"' for side, size in MARGINS.items())
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/><w:footerReference w:type="default" '
        f'r:id="footer1"/><w:pgSz w:w="{width}" w:h="{height}"{turned}/><w:pgMar {margins}/></w:sectPr>'
    )
    shown = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style.identifier}"/></w:pPr>{_run(style.name)}</w:p>' for style in PARAGRAPHS
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:document {NAMES}><w:body>{shown}{section}</w:body></w:document>'


def _styles(width: int) -> str:
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}" w:eastAsia="{FONT}"/>'
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:color w:val="{INK}"/><w:sz w:val="19"/><w:szCs w:val="19"/>'
        '<w:lang w:val="en-US"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line="264" '
        'w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    )
    parts = [defaults, normal, *(_paragraph(style, width) for style in PARAGRAPHS), *_characters(), TABLE]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:styles {NAMES}>{"".join(parts)}</w:styles>'


def _paragraph(style: Style, width: int) -> str:
    """One paragraph style; a border stands at its left, a tab at the right edge of the text."""
    edge = f'<w:pBdr><w:left w:val="single" w:sz="18" w:space="6" w:color="{style.border}"/></w:pBdr>'
    paragraph = [
        "<w:keepNext/>" if style.keep else '<w:keepNext w:val="0"/>', "<w:keepLines/>" if style.whole else "",
        "<w:widowControl/>", edge if style.border else "",
        f'<w:shd w:val="clear" w:color="auto" w:fill="{style.shade}"/>' if style.shade else "",
        f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>' if style.right_tab else "",
        f'<w:spacing w:before="{style.before * 20:.0f}" w:after="{style.after * 20:.0f}"/>',
        f'<w:ind w:left="{style.left * 20:.0f}" w:hanging="{style.hanging * 20:.0f}"/>' if style.left else "",
        "" if style.level is None else f'<w:outlineLvl w:val="{style.level}"/>',
    ]  # fmt: skip
    run = [
        "<w:b/>" if style.bold else "", "<w:i/>" if style.italic else "", f'<w:color w:val="{style.color}"/>',
        f'<w:sz w:val="{style.size * 2:.0f}"/><w:szCs w:val="{style.size * 2:.0f}"/>',
    ]  # fmt: skip
    return (
        f'<w:style w:type="paragraph" w:styleId="{style.identifier}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="{style.based}"/><w:qFormat/><w:pPr>{"".join(paragraph)}</w:pPr>'
        f"<w:rPr>{''.join(run)}</w:rPr></w:style>"
    )


def _characters() -> Iterator[str]:
    yield (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
    )
    for name, said in CHARACTERS.items():
        yield (
            f'<w:style w:type="character" w:customStyle="1" w:styleId="{name.replace(" ", "")}">'
            f'<w:name w:val="{name}"/>'
            f'<w:basedOn w:val="DefaultParagraphFont"/><w:rPr>{said}</w:rPr></w:style>'
        )


_RULE = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="{}"/>'
TABLE = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>'
    '<w:style w:type="table" w:customStyle="1" w:styleId="Table"><w:name w:val="Table"/>'
    '<w:basedOn w:val="TableNormal"/>'
    f"<w:qFormat/><w:tblPr><w:tblBorders>{_RULE.format('top', 8, INK)}{_RULE.format('bottom', 8, INK)}"
    f"{_RULE.format('insideH', 2, LINE)}</w:tblBorders><w:tblCellMar>"
    '<w:left w:w="0" w:type="dxa"/><w:right w:w="110" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{_RULE.format("bottom", 6, INK)}</w:tcBorders>'
    '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>'
)


def main() -> None:
    """Writes the reference documents into the theme."""
    for name, made in documents().items():
        write_whole(THEME / name, made)


if __name__ == "__main__":
    main()
