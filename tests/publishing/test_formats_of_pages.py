"""Every page of the site says the same in each format, and each format is sound in itself.

Witness: the web page's own counts and words, and readers of PDF and Word that are not ours (pikepdf, pypdf, zipfile).
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import paper_facts
import pikepdf
import pytest
from pypdf import PdfReader

from icans_evidence.publishing import config, site
from icans_evidence.wording import EDUCATIONAL

ROOT = Path(__file__).parent.parent.parent
PAGES = [Path(name).stem for name in config.load(ROOT).pages]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("formats") / "_site"
    site.build(ROOT, ROOT / "data", out, "pandoc", to=["all"])
    return out / "reports"


@pytest.fixture(scope="module", params=PAGES)
def facts(request: pytest.FixtureRequest, built: Path) -> dict[str, Any]:
    name = request.param
    return {
        "page": name,
        "html": paper_facts.of_html(built / f"{name}.html"),
        "pdf": paper_facts.of_pdf(built / f"{name}.pdf"),
        "docx": paper_facts.of_docx(built / f"{name}.docx"),
    }


def test_headings_with_their_numbers_are_the_same(facts: dict[str, Any]) -> None:
    title, *headings = facts["html"]["headings"]
    assert facts["pdf"]["headings"][0] == title
    panes = [text for text in facts["pdf"]["headings"][1:] if text not in headings]
    assert [text for text in facts["pdf"]["headings"][1:] if text not in panes] == headings
    assert Counter(facts["docx"]["headings"]) == Counter(headings + panes)
    assert facts["docx"]["styles"]["Title"] == [title]
    assert not [text for text in panes if re.match(r"\d", text)], "a tab's name takes no number"


def test_figures_and_tables_are_counted_and_numbered_alike(facts: dict[str, Any]) -> None:
    web, pdf, word = facts["html"], facts["pdf"], facts["docx"]
    captions = web["captions"]
    assert Counter(word["captions"]) == Counter(captions)
    assert Counter(word["sequences"]) == Counter(caption.split()[0] for caption in captions)
    assert len(pdf["captions"]) == len(captions)
    numbered = Counter(f"{' '.join(caption.split(':')[0].split())}:" for caption in captions)
    assert not numbered - Counter(pdf["numbers"])
    for caption in captions:
        assert paper_facts.folded(caption)[:60] in pdf["text"].replace("- ", "-") or len(caption) > 60
    assert len(pdf["tables"]) == len(web["tables"]) == len(word["tables"])


def test_every_picture_says_what_it_shows(facts: dict[str, Any]) -> None:
    figures = len(facts["html"]["figures"])
    assert len([words for words in facts["pdf"]["alts"] if len(words) > 40]) == figures
    assert len(facts["pdf"]["alts"]) == figures, "ornaments and continued parts are no figures"
    assert len([words for words in facts["docx"]["alts"] if len(words) > 40]) == figures


def test_callouts_and_references_are_the_same(facts: dict[str, Any]) -> None:
    web, word = facts["html"], facts["docx"]
    assert Counter(text.removeprefix("Warning: ") for text in word["callouts"]) == Counter(web["callouts"])
    for title in web["callouts"]:
        assert title in facts["pdf"]["text"]
    assert [text.split(".")[0] for text in word["references"]] == [text.split(".")[0] for text in web["references"]]
    for entry in web["references"]:
        assert entry.split(" doi")[0][:50] in facts["pdf"]["text"]


def test_a_cross_reference_of_word_leads_to_a_bookmark(facts: dict[str, Any]) -> None:
    word = facts["docx"]
    assert set(word["anchors"]) <= word["marks"]
    for target in facts["html"]["xrefs"]:
        assert target.removeprefix("#") in word["anchors"]


def test_a_pdf_is_tagged_for_ua_1_and_reads_in_order(facts: dict[str, Any], built: Path) -> None:
    pdf = facts["pdf"]
    assert pdf["levels"][0] == 1
    assert pdf["levels"].count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(pdf["levels"], pdf["levels"][1:], strict=False))
    assert bool(pdf["heads"]) == bool(pdf["tables"])
    with pikepdf.open(built / f"{facts['page']}.pdf") as file:
        root = file.Root
        assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("en", True)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(file.docinfo["/Title"]) == facts["html"]["headings"][0]
        with file.open_metadata() as told:
            assert told["pdfuaid:part"] == "1"
        with file.open_outline() as outline:
            assert [item.title for item in outline.root] == [facts["html"]["headings"][0]]
            assert outline.root[0].children
        first = [float(side) for side in file.pages[0].mediabox]
    # A4 upright, the audit on its side, the card for the bedside A6; in points, 72 of them 25.4 mm
    sizes = {"audit": [842, 595], "handout_nurse": [298, 420]}
    assert [round(side) for side in first[2:]] == sizes.get(facts["page"], [595, 842])


def test_a_pdf_carries_its_fonts_and_says_where_one_is(facts: dict[str, Any], built: Path) -> None:
    with pikepdf.open(built / f"{facts['page']}.pdf") as file:
        fonts = [item for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/FontDescriptor" in item]
        names = {str(font.BaseFont).partition("+")[2] for font in fonts}
        assert names
        assert all("Inter" in name or "DejaVuSansMono" in name for name in names), names
        assert all({"/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()) for font in fonts)
        pages = len(file.pages)
    assert f"{pages} / {pages}" in facts["pdf"]["text"]
    assert "Not medical advice and not a medical device." in facts["pdf"]["text"]


def test_every_page_on_paper_says_that_it_is_no_advice_and_which_data_it_shows(
    facts: dict[str, Any], built: Path
) -> None:
    version, date = (ROOT / "data" / "VERSION").read_text(encoding="utf-8").split()
    for page in PdfReader(built / f"{facts['page']}.pdf").pages:
        text = paper_facts.folded(page.extract_text())
        assert f"{EDUCATIONAL} Data {version} of {date}." in text
    with zipfile.ZipFile(built / f"{facts['page']}.docx") as file:
        assert EDUCATIONAL in file.read("word/footer1.xml").decode()
        assert f"Data {version} of {date}." in file.read("word/footer1.xml").decode()


def test_a_groups_name_heads_its_rows(built: Path) -> None:
    web = (built / "evidence.html").read_text(encoding="utf-8")
    groups = len(re.findall(r'<th[^>]*class="gt_group_heading', web))
    assert groups > 10, "the counts of the evidence stand in groups"
    with pikepdf.open(built / "evidence.pdf") as file:
        tree = list(paper_facts.elements(file))
        heads = [item for name, item in tree if name == "/TH" and paper_facts.attribute(item, "/ColSpan")]
        names = {str(item["/ID"]) for name, item in tree if name == "/TH"}
        cells = [paper_facts.attribute(item, "/Headers") for name, item in tree if name == "/TD"]
    assert len(heads) == groups
    assert {str(name) for headers in cells for name in headers or []} <= names
    assert paper_facts.of_docx(built / "evidence.docx")["styles"]["TableHead"].count("Anakinra") == 1


def test_what_belongs_together_stays_on_a_page_in_word(built: Path) -> None:
    with zipfile.ZipFile(built / "handout.docx") as file:
        body = file.read("word/document.xml").decode()
    tables = re.findall(r"<w:tbl>.*?</w:tbl>", body, re.DOTALL)
    assert len(tables) == 3
    for table in tables:
        for row in table.split("</w:tr>")[:-1]:
            assert row.count("<w:keepNext/>") == row.count("<w:pStyle "), "with the next row, at last with the note"
    assert body.count("<wp:inline ") == body.count('distL="0" distR="0"'), "a picture begins at the edge of the text"
    cases = re.findall(r'<li id="case-', (built / "handout_trainee.html").read_text(encoding="utf-8"))
    kept = paper_facts.of_docx(built / "handout_trainee.docx")["styles"]["KeptText"]
    assert len(kept) >= 2 * len(cases), "a case stays with its question, its grade with the reason"


def test_the_card_is_a6_in_word_too(built: Path) -> None:
    with zipfile.ZipFile(built / "handout_nurse.docx") as file:
        # 105 by 148 mm in twentieths of a point: 105 / 25.4 * 1440 and 148 / 25.4 * 1440
        assert '<w:pgSz w:w="5953" w:h="8391"/>' in file.read("word/document.xml").decode()
        assert '<w:tab w:val="right" w:pos="5153"/>' in file.read("word/styles.xml").decode()


@pytest.mark.parametrize("name", ["handout", "handout_nurse"])
def test_a_handout_is_two_pages_as_the_summary_says(built: Path, name: str) -> None:
    with pikepdf.open(built / f"{name}.pdf") as file:
        assert len(file.pages) == 2


def test_the_page_offers_its_pdf_and_word_file(built: Path) -> None:
    for name in PAGES:
        text = (built / f"{name}.html").read_text(encoding="utf-8")
        for suffix in ("pdf", "docx"):
            assert f'href="{name}.{suffix}"' in text


def test_a_second_build_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    again = tmp_path / "_site"
    site.build(ROOT, ROOT / "data", again, "pandoc", to=["all"])
    for path in sorted(built.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (again / "reports" / path.relative_to(built)).read_bytes(), path.name
