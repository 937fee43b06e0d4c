"""Formats of the sample's pages, what stands beside figures and tables, and which pages a changed row makes again.

Witness: the sample's own words and rows, typed in `reports/features.qmd`, and readers of XLSX and CSV that are not ours.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import paper_facts
import pikepdf
import polars as pl
import pytest

from icans_evidence import load_evidence
from icans_evidence.errors import UsageError, UserError
from icans_evidence.figures import paper
from icans_evidence.publishing import assets, downloads, formats, reference_doc, site, stamps, typesetting
from own_project import copied

ROWS = [["Study", "n"], ["A", "12"], ["=1+1", "–"], ["-5 to 3", "-2.5"]]
READS_ROWS = """---
title: "{title}"
---

```{{python}}
from pathlib import Path
rows = Path("../data/rows.csv").read_text().splitlines()
print([row for row in rows if row.startswith("{title}")])
```
"""


@pytest.fixture(autouse=True)
def _light_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "charts_bundle", lambda: f"/* {assets.bundle_version()} */\n")


@pytest.fixture
def built(sample: Path) -> Path:
    site.build(sample, sample / "data", sample / "_site", "pandoc", to=["all"])
    return sample / "_site" / "reports"


def test_formats_are_named_once_and_html_is_always_made() -> None:
    assert formats.chosen(["pdf"]) == ("html", "pdf")
    assert formats.chosen([" docx ", "pdf", ""]) == ("html", "pdf", "docx")
    assert formats.chosen(["all"]) == ("html", "pdf", "docx")
    with pytest.raises(UsageError, match='format "epub" is not known; allowed: html, pdf, docx, all'):
        formats.chosen(["epub"])


def test_every_feature_reaches_word_in_a_style_of_its_own(built: Path) -> None:
    word = paper_facts.of_docx(built / "features.docx")
    assert word["captions"][:2] == [
        "Figure 1: Three studies, n of N; see Section 1 and Lee et al. (2019)", "Figure 2: A second figure, wider than the text",
    ]  # fmt: skip
    assert word["styles"]["CalloutTitle"] == ["Note", "Folded"]
    assert word["styles"]["WarningTitle"] == [
        "Warning: Disputed: usual dose",
        "Important: A heading as title",
        "Caution",
    ]
    assert "Adults" in word["headings"]
    assert "Children" in word["headings"]
    assert {"Answer", "TableHead", "TableText", "SourceCode"} <= set(word["styles"])


def test_conditional_words_stand_where_they_are_meant_for(built: Path) -> None:
    pdf = paper_facts.of_pdf(built / "features.pdf")["text"]
    body = paper_facts.of_docx(built / "features.docx")["styles"]
    word = " ".join(text for texts in body.values() for text in texts)
    assert ("Only in HTML" in pdf, "Only in PDF" in pdf, "Unless PDF" in pdf, "Hidden in HTML" in pdf) == (
        False, True, False, True,
    )  # fmt: skip
    assert ("Only in HTML" in word, "Only in PDF" in word, "Unless PDF" in word, "Hidden in HTML" in word) == (
        False, False, True, True,
    )  # fmt: skip


def test_a_group_names_its_own_reference_document(sample: Path) -> None:
    own = sample / "our.docx"
    made = reference_doc.documents()["word.docx"]
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"Arial", b"Our Serif")
    own.write_bytes(reference_doc.packed(parts))
    config = sample / "_quarto.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"reference-doc: .*", "reference-doc: our.docx", text), encoding="utf-8")
    site.build(sample, sample / "data", sample / "_site", "pandoc", to=["docx"])
    with zipfile.ZipFile(sample / "_site" / "reports" / "handout.docx") as file:
        assert b"Our Serif" in file.read("word/styles.xml")


def test_the_reference_documents_are_as_their_table_of_styles_says() -> None:
    for name, made in reference_doc.documents().items():
        kept = (reference_doc.THEME / name).read_bytes()
        assert made == kept, "python -m icans_evidence.publishing.reference_doc writes them again"


def test_a_word_files_dates_are_the_datas(sample: Path) -> None:
    (sample / "data" / "VERSION").write_text("1.0.0 2026-03-01\n", encoding="utf-8")
    site.build(sample, sample / "data", sample / "_site", "pandoc", to=["all"])
    with zipfile.ZipFile(sample / "_site" / "reports" / "handout.docx") as file:
        core = file.read("docProps/core.xml").decode()
        assert "2026-03-01T00:00:00Z" in core
        assert {entry.date_time for entry in file.infolist()} == {reference_doc.EARLIEST}
        body = file.read("word/document.xml").decode()
        header = file.read("word/header1.xml").decode()
    assert body.count("<w:cantSplit") == body.count("<w:tr>"), "no row is broken over pages"
    assert ">Handout<" in header
    assert "Data 1.0.0 of 2026-03-01." in paper_facts.of_pdf(sample / "_site" / "reports" / "handout.pdf")["text"]


def test_figures_and_tables_are_offered_as_files(built: Path) -> None:
    names = {path.name for path in (built / "files" / "features").iterdir()}
    assert {"fig-bars.svg", "fig-bars.png", "fig-second.svg"} <= names
    page = (built / "features.html").read_text(encoding="utf-8")
    assert 'href="files/features/fig-bars.svg" download aria-label="SVG, Figure 1"' in page
    assert not (built / "files" / "handout").exists(), "a page in one file leads to no other"


def test_a_spreadsheet_holds_numbers_as_numbers_and_runs_nothing() -> None:
    made = downloads.as_xlsx(ROWS, "rows")
    assert made == downloads.as_xlsx(ROWS, "rows")
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
        shared = file.read("xl/sharedStrings.xml").decode()
    assert re.findall(r"<v>(12|-2\.5)</v>", sheet) == ["12", "-2.5"]
    assert "<f>" not in sheet
    assert "=1+1" in shared
    read = list(csv.reader(io.StringIO(downloads.as_csv(ROWS).decode("utf-8-sig"))))
    assert read == [["Study", "n"], ["A", "12"], ["'=1+1", "–"], ["'-5 to 3", "-2.5"]]


def test_a_group_of_rows_becomes_a_column() -> None:
    head = '<tr><th class="gt_col_heading">Study</th><th>n</th></tr>'
    group = '<tr class="gt_group_heading_row"><th class="gt_group_heading" colspan="2">Treated</th></tr>'
    table = f"<table><thead>{head}</thead><tbody>{group}<tr><th>A</th><td>1 <b>of</b> 2</td></tr></tbody></table>"
    assert downloads.rows_of(table) == [["Group", "Study", "n"], ["Treated", "A", "1 of 2"]]


def drawing(height: int) -> str:
    """A drawing of lines of words 40 pixels apart, the first a head."""
    words = "".join(
        f'<text transform="translate(0,{y})" {"" if y > 40 else "font-weight=" + chr(34) + "600" + chr(34)}>{y}</text>'
        for y in range(20, height, 40)
    )
    return f'<svg class="marks" width="880" height="{height}" viewBox="0 0 880 {height}">{words}</svg>'


def test_a_picture_taller_than_a_page_is_cut_between_its_rows() -> None:
    assert list(paper.parts(drawing(1000))) == [drawing(1000)]
    windows = [paper.box(part) for part in paper.parts(drawing(3400))]
    assert [round(top + height) for _, top, _, height in windows][:-1] == [round(top) for _, top, *_ in windows][1:]
    assert windows[-1][1] + windows[-1][3] == 3400
    for _, top, _, _ in windows[1:]:
        assert all(not y - 14 < top < y + 6 for y in range(20, 3400, 40)), "no line of words is cut"
    said = paper.picture(drawing(3400), lambda svg, words: f"[{words}]", "What it shows")
    assert said.count("[What it shows]") == 1
    assert said.count("[]") == len(windows) - 1


def test_a_picture_of_short_groups_is_cut_between_them() -> None:
    def line(y: int, words: str, weight: int) -> str:
        return f'<text transform="translate(0,{y})" font-weight="{weight}">{words}</text>'

    groups = "".join(line(y, "group", 600) + line(y + 26, "row", 400) + line(y + 43, "more", 400)
                     for y in range(20, 2020, 80))  # fmt: skip
    svg = f'<svg width="880" height="2020" viewBox="0 0 880 2020">{groups}</svg>'
    starts = [paper.box(part)[1] for part in paper.parts(svg)][1:]
    assert starts
    for top in starts:
        assert -31 <= (top - 20) % 80 - 80 <= -14, "below the last row of a group and above the name of the next"


def test_a_table_that_is_hardly_longer_is_printed_whole() -> None:
    rows = "<tr><td>1</td></tr>" * (paper.MOST_ROWS + paper.LEEWAY)
    html = f"<table><tbody>{rows}</tbody></table>"
    assert paper.on_paper(html, lambda svg, words: "") == html


def on_letter(sample: Path) -> Path:
    config = sample / "_quarto.yml"
    text = config.read_text(encoding="utf-8")
    assert "  typst:\n" in text
    text = re.sub(r"    papersize: .*\n", "", text).replace("  typst:\n", "  typst:\n    papersize: letter\n")
    config.write_text(text, encoding="utf-8")
    return config


def test_the_site_names_its_paper_for_both(sample: Path) -> None:
    on_letter(sample)
    site.build(sample, sample / "data", sample / "_site", "pandoc", to=["all"])
    with pikepdf.open(sample / "_site" / "reports" / "features.pdf") as file:
        # 8.5 by 11 inches in points, and in twentieths of a point
        assert [round(float(side)) for side in file.pages[0].mediabox[2:]] == [612, 792]
    with zipfile.ZipFile(sample / "_site" / "reports" / "features.docx") as file:
        assert '<w:pgSz w:w="12240" w:h="15840"/>' in file.read("word/document.xml").decode()


def test_a_groups_own_document_keeps_its_paper(sample: Path) -> None:
    config = on_letter(sample)
    made = reference_doc.documents()["word.docx"]
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"Arial", b"Our Serif")
    (sample / "our.docx").write_bytes(reference_doc.packed(parts))
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"reference-doc: .*", "reference-doc: our.docx", text), encoding="utf-8")
    site.build(sample, sample / "data", sample / "_site", "pandoc", to=["docx"])
    with zipfile.ZipFile(sample / "_site" / "reports" / "features.docx") as file:
        size = re.search(r"<w:pgSz [^>]*>", file.read("word/document.xml").decode())
    assert size is not None
    assert 'w:w="11906"' in size.group(0)


def test_a_long_table_is_cut_on_paper_and_says_so() -> None:
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(300))
    cut = paper.on_paper(f"<table><tbody>{rows}</tbody></table>", lambda svg, words: "")
    assert cut.count("<tr>") == paper.MOST_ROWS
    assert f"Printed are the first {paper.MOST_ROWS} of 300 rows" in cut


def test_what_typst_refuses_is_said_with_the_pages_name() -> None:
    with pytest.raises(UserError, match=r"reports/one\.qmd: typst: error: label `<nowhere>` does not exist"):
        typesetting.pdf("#link(<nowhere>)[there]", "reports/one.qmd", 0)


@pytest.fixture
def rows(small: Path) -> Path:
    """Two pages, each of which shows its own rows of one file."""
    (small / "data" / "rows.csv").write_text("alpha 1\nbeta 1\n", encoding="utf-8")
    for name in ("alpha", "beta"):
        (small / "reports" / f"{name}.qmd").write_text(READS_ROWS.format(title=name), encoding="utf-8")
    site.build(small, small / "data", small / "_site", "pandoc", to=["pdf"])
    return small


def test_only_a_page_that_shows_a_changed_row_is_made_again(rows: Path) -> None:
    before = {path: path.read_bytes() for path in (rows / "_site" / "reports").glob("*.*")}
    (rows / "data" / "rows.csv").write_text("alpha 1\nbeta 2\n", encoding="utf-8")
    built = site.build(rows, rows / "data", rows / "_site", "pandoc", to=["pdf"])
    assert built.pages == ("reports/beta.qmd",)
    assert built.kept == ("reports/alpha.qmd",)
    changed = {path.name for path, data in before.items() if path.read_bytes() != data}
    assert changed == {"beta.html", "beta.pdf"}
    again = site.build(rows, rows / "data", rows / "_site", "pandoc", to=["pdf"])
    assert again.pages == ()


def test_a_row_that_no_page_shows_makes_no_page_again(rows: Path) -> None:
    (rows / "data" / "rows.csv").write_text("alpha 1\nbeta 1\ngamma 1\n", encoding="utf-8")
    assert site.build(rows, rows / "data", rows / "_site", "pandoc", to=["pdf"]).pages == ()
    assert "rows.csv" not in json.dumps(stamps.read(rows / "_site")["outputs"])


def test_another_choice_of_formats_makes_all_pages_again(rows: Path) -> None:
    built = site.build(rows, rows / "data", rows / "_site", "pandoc")
    assert len(built.pages) == 2
    assert not list((rows / "_site").rglob("*.pdf"))


@pytest.mark.parametrize("left_out", ["alpha.pdf", "beta.html"])
def test_a_page_with_a_missing_format_is_made_again(rows: Path, left_out: str) -> None:
    (rows / "_site" / "reports" / left_out).unlink()
    built = site.build(rows, rows / "data", rows / "_site", "pandoc", to=["pdf"])
    assert built.pages == (f"reports/{left_out.split('.', maxsplit=1)[0]}.qmd",)


def test_the_real_site_makes_again_only_the_pages_that_a_row_reaches(tmp_path: Path) -> None:
    project = copied(tmp_path / "project")
    before = built_by_command(project)
    table = project / "data" / "extracted" / "symptoms.csv"
    without_value = pl.all_horizontal(pl.col("n_events", "n_total", "percent", "percent_low").is_null())
    row = load_evidence(project / "data").symptoms.filter(without_value)
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    (place,) = [i for i, line in enumerate(lines) if line.startswith(f"{row['row_id'][0]},")]
    lines[place] = lines[place].replace(row["population"][0], f"{row['population'][0]} again")
    table.write_text("".join(lines), encoding="utf-8")
    after = built_by_command(project)
    assert {name for name in before if before[name] != after[name]} == {"audit.html"}, (
        "no chart shows a row without value"
    )


def built_by_command(root: Path) -> dict[str, bytes]:
    """The pages after a build in a process of its own, since one process reads the data once."""
    command = [sys.executable, "-m", "icans_evidence", "build", "--engine", "pandoc"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return {path.name: path.read_bytes() for path in (root / "_site" / "reports").glob("*.html")}
