"""The head of an institution stands on a page of every format with its logo, which says whose it is.

Witness: the brand file typed here, and readers of PDF and Word that are not ours.
"""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path

import paper_facts

from icans_evidence.publishing import site

BRAND = """\
meta:
  name: House of Nowhere
logo:
  medium:
    path: logo.png
    alt: "A house, and its door"
defaults:
  icans-evidence:
    phone: "+1 555 0100"
"""
PAGE = """---
title: "Headed"
---

```{python}
from pathlib import Path
from icans_evidence.pages.letterhead import letterhead
letterhead(Path("..").resolve())
```
"""


def picture() -> bytes:
    """A black PNG of 4 x 2 pixels, by the rules of its specification."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 4, 2, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0\0\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_logo_and_a_phone_line_head_every_format(small: Path) -> None:
    (small / "_brand.yml").write_text(BRAND, encoding="utf-8")
    (small / "logo.png").write_bytes(picture())
    (small / "reports" / "headed.qmd").write_text(PAGE, encoding="utf-8")
    made = site.build(small, small / "data", small / "_site", "pandoc", to=["all"]).out / "reports"
    web = (made / "headed.html").read_text(encoding="utf-8")
    assert base64.b64encode(picture()).decode() in web
    assert 'alt="A house, and its door"' in web
    pdf, word = paper_facts.of_pdf(made / "headed.pdf"), paper_facts.of_docx(made / "headed.docx")
    assert pdf["alts"] == word["alts"] == ["A house, and its door"]
    words = "House of Nowhere · Local phone line: +1 555 0100"
    assert words in pdf["text"]
    assert [text.strip() for texts in word["styles"].values() for text in texts if "Nowhere" in text] == [words]
    assert words.split(" · ")[1] in web
