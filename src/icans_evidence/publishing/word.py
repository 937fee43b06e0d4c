"""Word files: the reference document whose styles they take, and what pandoc's file still lacks.

The reference document may be any that has the same names of styles: `reference-doc` in `_quarto.yml` or in a page.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from icans_evidence.publishing.config import Site
from icans_evidence.publishing.qmd import Page
from icans_evidence.publishing.reference_doc import packed

HOUSE = Path(__file__).parent / "theme" / "word.docx"


def reference(page: Page, site: Site) -> Path:
    """The reference document of a page: its own, else the site's, else the theme's."""
    own = page.format_options("docx").get("reference-doc")
    if own:
        return (page.path.parent / str(own)).resolve()
    return site.reference_doc or HOUSE


def finished(made: bytes) -> bytes:
    """The file with rows that no page breaks, and with what the fields of its header and footer say, for readers that
    do not work them out; dated to one day, so that its bytes repeat."""
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    body = parts["word/document.xml"].decode().replace("<w:tr>", "<w:tr><w:trPr><w:cantSplit/></w:trPr>")
    parts["word/document.xml"] = body.replace("</w:trPr><w:trPr>", "").encode()
    core = parts["docProps/core.xml"].decode()
    for name in [name for name in parts if re.fullmatch(r"word/(header|footer)\d*\.xml", name)]:
        parts[name] = _FIELD.sub(lambda field: field.group(1) + _said(field, core), parts[name].decode()).encode()
    return packed(parts)


_FIELD = re.compile(r'(<w:fldSimple w:instr=" (TITLE|SUBJECT) ">)(?=</w:fldSimple>|<w:r><w:t[^>]*></w:t></w:r>)')


def _said(field: re.Match[str], core: str) -> str:
    found = re.search(rf"<dc:{field.group(2).lower()}>(.*?)</dc:", core)
    return f'<w:r><w:t xml:space="preserve">{found.group(1)}</w:t></w:r>' if found else ""
