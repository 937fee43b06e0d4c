"""Pages in Debian's Chromium, opened from files: complete, quiet, asking for nothing outside."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from icans_evidence.publishing import site

CHROMIUM = "/usr/bin/chromium"
SAMPLE = Path(__file__).parent / "sample"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not os.access(CHROMIUM, os.X_OK), reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's site."""
    root = Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("browser") / "sample"))
    (root / "publishing").symlink_to(Path(site.__file__).parent)
    site.build(root, root / "data", root / "_site", "pandoc", to=("html", "docx"))
    return root / "_site"


class Tab:
    """A page with what it said on the console and what it asked for."""

    def __init__(self, browser: Any, path: Path, anchor: str = "", **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{path.as_uri()}{anchor}")

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, *error: object) -> None:
        self.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("name", ["features", "handout"])
def test_a_page_is_quiet_fits_and_stays_at_home(built: Path, browser: Any, name: str, width: int, scheme: str) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with Tab(browser, built / "reports" / f"{name}.html", **options) as tab:
        tab.page.evaluate("document.fonts.ready.then(() => true)")
        wide = tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0
        assert tab.said == []
        assert all(url.startswith(("file:", "data:")) for url in tab.asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["features", "handout"])
def test_axe_finds_nothing_where_a_page_offers_its_other_formats(
    built: Path, browser: Any, name: str, scheme: str
) -> None:
    axe = Path(pytest.importorskip("axe_playwright_python").__file__ or "").parent / "axe.min.js"
    with Tab(browser, built / "reports" / f"{name}.html", color_scheme=scheme) as tab:
        assert tab.page.locator(".formats a[download]").count() == 1
        tab.page.evaluate(axe.read_text("utf-8"))
        tab.page.evaluate("document.querySelectorAll('details').forEach(box => { box.open = true; })")
        found = tab.page.evaluate("axe.run(document, {preload: false}).then(run => run.violations.map(one => one.id))")
        assert found == []


def test_a_chart_comes_alive_in_its_place_from_one_shared_bundle(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html") as tab:
        assert not [url for url in tab.asked if url.endswith("charts.js")]
        height = tab.page.evaluate("document.documentElement.scrollHeight")
        for label in ("#fig-bars", "#fig-second"):
            tab.page.hover(f"{label} .chart")
            tab.page.wait_for_selector(f"{label} .upgraded .chart-live svg")
        assert tab.page.evaluate("document.documentElement.scrollHeight") == height
        assert len([url for url in tab.asked if url.endswith("charts.js")]) == 1
        assert tab.said == []


def test_the_keyboard_brings_a_chart_to_life(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html") as tab:
        tab.page.focus("#fig-bars .chart")
        tab.page.wait_for_selector("#fig-bars .upgraded .chart-live svg")


def test_without_scripts_pictures_tables_and_tabs_are_all_there(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html", java_script_enabled=False) as tab:
        assert tab.page.locator("#fig-bars .chart-wide svg").is_visible()
        assert tab.page.locator("#tabset-1-1").is_visible()
        assert tab.page.locator("#tabset-1-2").is_visible()
        assert tab.page.locator("table.sortable tbody tr").count() == 4
        assert tab.page.locator("button").count() == 0


def test_the_policy_shuts_out_every_other_origin(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html") as tab:
        tab.page.evaluate(
            """() => {
                for (const [tag, key] of [["img", "src"], ["script", "src"], ["iframe", "src"]]) {
                    const element = document.createElement(tag);
                    element[key] = "https://example.org/x";
                    document.body.append(element);
                }
                fetch("https://example.org/x").catch(() => {});
            }"""
        )
        tab.page.wait_for_timeout(200)
        assert len([words for words in tab.said if "Content Security Policy" in words]) >= 4
        assert not [url for url in tab.asked if url.startswith("http") and "example.org" not in url]


def first_column(tab: Tab) -> list[str]:
    cells = "table.sortable tbody tr:not([hidden]) th"
    return tab.page.eval_on_selector_all(cells, "found => found.map(c => c.firstChild.textContent)")


def test_the_audit_table_sorts_by_numbers_and_says_so(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html") as tab:
        button = tab.page.locator("table.sortable thead th").nth(1).locator("button")
        button.focus()
        tab.page.keyboard.press("Enter")
        assert first_column(tab) == ["Study D", "Study B", "Study A", "Study C"]  # n = 4, 12, 23, 31
        head = tab.page.locator("table.sortable thead th").nth(1)
        assert head.get_attribute("aria-sort") == "ascending"
        tab.page.keyboard.press("Space")
        assert first_column(tab) == ["Study C", "Study A", "Study B", "Study D"]
        assert head.get_attribute("aria-sort") == "descending"


def test_the_audit_table_filters_by_words(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html") as tab:
        tab.page.get_by_label("Filter rows").fill("Table study")
        assert first_column(tab) == ["Study B"]
        assert tab.page.locator(".filter output").inner_text() == "1 of 4 rows"
        tab.page.evaluate("location.hash = '#row-A'")
        tab.page.wait_for_selector("#row-A:not([hidden])")


def test_a_row_is_copied_with_the_words_of_its_head(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html") as tab:
        button = tab.page.locator("#row-B button.copy")
        button.click()
        copied = button.get_attribute("data-copy")
        assert "Study: Study B\nn: 12\nN: 60\nRead in: Table 2\n" in copied


def test_tabs_follow_the_arrow_keys(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html") as tab:
        tab.page.get_by_role("tab", name="Adults").focus()
        tab.page.keyboard.press("ArrowRight")
        assert tab.page.locator("#tabset-1-2").is_visible()
        assert not tab.page.locator("#tabset-1-1").is_visible()


def test_a_number_shows_its_card_and_escape_closes_it(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html") as tab:
        tab.page.focus("a.num")
        assert tab.page.get_by_role("tooltip").inner_text() == "Study A, abstract: 23 of 40"
        tab.page.keyboard.press("Escape")
        assert tab.page.get_by_role("tooltip").count() == 0
        assert tab.page.get_attribute("a.num", "title") == "Study A, abstract: 23 of 40"


def test_the_address_keeps_the_place(built: Path, browser: Any) -> None:
    with Tab(browser, built / "reports" / "features.html") as tab:
        tab.page.evaluate("document.querySelector('#boxes').scrollIntoView()")
        tab.page.wait_for_selector("#toc-boxes[aria-current=true]")
        assert tab.page.url.endswith("#boxes")


def test_the_handout_alone_in_a_folder_is_complete(built: Path, browser: Any, tmp_path: Path) -> None:
    alone = Path(shutil.copy(built / "reports" / "handout.html", tmp_path / "handout.html"))
    with Tab(browser, alone) as tab:
        tab.page.evaluate("document.fonts.ready.then(() => true)")
        assert tab.said == []
        assert [url for url in tab.asked if not url.startswith("data:")] == [alone.as_uri()]
        family = tab.page.evaluate("getComputedStyle(document.body).fontFamily")
        assert family.startswith("Inter")


def test_the_door_opens_the_first_page(built: Path, browser: Any) -> None:
    with Tab(browser, built / "index.html") as tab:
        tab.page.wait_for_url("**/reports/features.html")
        assert tab.page.title() == "Every feature on one page – Sample"
