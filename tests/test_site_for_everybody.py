"""The site of the real data is for everybody: read by axe, walked by Tab, on a phone as on a desk.

Every page of the data's own site in Debian's Chromium.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from own_project import PAGES

pytestmark = pytest.mark.browser


@contextmanager
def opened(browser, site, name, width=1280, **options) -> Iterator:
    """A page of the site in a window of its own, with the addresses that it asked for."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto((site / "reports" / f"{name}.html").as_uri())
    yield page
    context.close()


ROWS_FOR_AXE = 12
"""Rows that axe reads of each table and words of each picture: the rest is of the same make."""

SHORTEN = """most => {
    document.querySelectorAll("details").forEach(box => { box.open = true; });
    document.querySelectorAll("tbody").forEach(body => Array.from(body.rows).slice(most).forEach(row => row.remove()));
    document.querySelectorAll("g.words").forEach(words => Array.from(words.children).slice(most).forEach(e => e.remove()));
}"""
VIOLATIONS = """rules => axe.run(document, Object.assign({preload: false, resultTypes: ["violations"]}, rules)).then(
    found => found.violations.map(one => [one.id, one.nodes.map(node => node.target.join(" ")).slice(0, 3)]))"""


@pytest.fixture(scope="module")
def axe():
    """axe-core as its package carries it."""
    return (Path(pytest.importorskip("axe_playwright_python").__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_either_scheme(browser, site, axe, name, width):
    with opened(browser, site, name, width=width) as page:
        page.evaluate(axe)
        assert page.evaluate(VIOLATIONS, {"runOnly": ["region", "landmark-unique", "bypass"]}) == []
        page.evaluate(SHORTEN, ROWS_FOR_AXE)
        assert page.evaluate(VIOLATIONS, {}) == []
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(VIOLATIONS, {"runOnly": ["color-contrast"]}) == []


CONTRAST = """() => {
    const light = color => color.match(/[0-9.]+/g).slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const paper = light(getComputedStyle(document.body).backgroundColor);
    const against = color => ratio(light(color), paper);
    const texts = Array.from(document.querySelectorAll("svg.marks text")).map(e => against(getComputedStyle(e).fill));
    const probe = document.body.appendChild(document.createElement("i"));
    const marks = ["accent", "pooled", "context", "amber", "grade-1", "grade-2", "grade-3", "grade-4", "line-strong"]
        .map(name => { probe.style.color = `var(--${name})`; return against(getComputedStyle(probe).color); });
    return {texts: Math.min(...texts), marks: Math.min(...marks)};
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "evidence", "synthesis", "methods"])
def test_words_and_marks_of_pictures_stand_out(browser, site, name, scheme):
    """WCAG 2.2, success criteria 1.4.3 (4.5:1 for text) and 1.4.11 (3:1 for marks); axe does not judge drawings."""
    with opened(browser, site, name, color_scheme=scheme) as page:
        found = page.evaluate(CONTRAST)
    assert found["texts"] >= 4.5
    assert found["marks"] >= 3


FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body || at.dataset.seen) return null;
    at.dataset.seen = "yes";
    const style = getComputedStyle(at), box = at.getBoundingClientRect();
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
        && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return [at.outerHTML.slice(0, 120), seen];
}"""
UNREACHED = """() => Array.from(document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']"))
    .filter(e => !e.dataset.seen && e.tabIndex >= 0 && e.type !== "radio" && e.checkVisibility({visibilityProperty: true}))
    .map(e => e.outerHTML.slice(0, 120))"""
SCROLLED = """() => Array.from(document.querySelectorAll("main *")).filter(e => {
        const style = getComputedStyle(e);
        return (/auto|scroll/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
            || (/auto|scroll/.test(style.overflowY) && e.scrollHeight > e.clientHeight + 1); })
    .filter(e => e.tabIndex < 0 || !e.getAttribute("aria-label").includes(" "))
    .map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_everything_shows_where_it_is_and_leaves(browser, site, name):
    with opened(browser, site, name, reduced_motion="reduce") as page:
        page.locator("input[type=search]").evaluate_all(
            "all => all.forEach(box => { box.value = 'D01'; box.dispatchEvent(new Event('input')); })"
        )
        walked = []
        for _ in range(1000):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUSED)
            if stop is None:
                break
            walked.append(stop)
        assert walked[0][0].startswith('<a class="skip"')
        assert [where for where, seen in walked if not seen] == []
        assert page.evaluate(UNREACHED) == []
        page.evaluate("document.querySelectorAll('details').forEach(box => { box.open = true; })")
        assert page.evaluate(SCROLLED) == []


@pytest.mark.parametrize("name", ["index", "evidence", "synthesis", "methods"])
def test_a_chart_says_its_title_what_it_shows_and_has_its_table(browser, site, name):
    with opened(browser, site, name) as page:
        page.evaluate("document.querySelectorAll('details:has(.chart)').forEach(box => { box.open = true; })")
        charts = page.locator(".chart")
        assert charts.count() > 0
        for chart in charts.all():
            chart.evaluate("chart => (chart.closest('.tab-pane') || chart).dispatchEvent(new Event('reveal'))")
            title, told = chart.locator("svg title, svg desc").all_text_contents()[:2]
            assert chart.get_attribute("aria-label") == title
            assert len(told) > len(title) and "None" not in told
            chart.locator("summary").focus()
            page.keyboard.press("Enter")
            table = chart.get_by_role("table", name=title, exact=True)
            assert table.is_visible()
            assert table.get_by_role("rowheader").count() > 0


@pytest.mark.parametrize("name", ["index", "evidence", "synthesis", "methods"])
def test_nothing_shifts_when_charts_come_alive(browser, site, name):
    with opened(browser, site, name) as page:
        page.evaluate("document.fonts.ready.then(() => new Promise(done => setTimeout(done, 100)))")
        page.evaluate(
            "() => { window.shifts = []; new PerformanceObserver(list => window.shifts.push(...list.getEntries()"
            ".map(e => e.value))).observe({type: 'layout-shift'}); }"
        )
        page.evaluate("document.querySelectorAll('details:has(.chart)').forEach(box => { box.open = true; })")
        page.wait_for_timeout(100)
        page.evaluate("window.shifts = []")
        for chart in page.locator(".chart").filter(visible=True).all():
            chart.scroll_into_view_if_needed()
            chart.dispatch_event("pointerenter")
            chart.locator(".upgraded").wait_for()
        page.wait_for_timeout(100)
        assert page.evaluate("window.shifts") == []


def test_the_first_page_with_all_that_it_loads_weighs_under_a_megabyte_and_a_half(browser, site):
    with opened(browser, site, "index") as page:
        page.evaluate("document.fonts.ready.then(() => true)")
        page.hover(".chart")
        page.wait_for_selector(".upgraded", state="attached")
        loaded = {Path(url.removeprefix("file://")) for url in page.asked if url.startswith("file://")}
    assert {"index.html", "theme.css", "site.js", "charts.js"} <= {path.name for path in loaded}
    assert sum(path.stat().st_size for path in loaded) < 1_500_000


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_without_scripts(browser, site, name):
    with opened(browser, site, name, java_script_enabled=False) as page:
        assert page.locator("h1").is_visible()
        assert page.locator("main p:not(.print-only):not(details p)").first.is_visible()
        assert page.locator("main table:not(details table)").filter(visible=False).count() == 0
        assert page.get_by_text("Not medical advice").first.is_visible()


def test_numbers_of_a_long_list_stand_inside_what_scrolls(browser, site):
    with opened(browser, site, "handout_trainee", width=375) as page:
        room, needed = page.evaluate(
            """() => { const list = document.querySelector("ol:has(> li:nth-child(50))"), style = getComputedStyle(list);
            const pen = document.createElement("canvas").getContext("2d"); pen.font = style.font;
            return [parseFloat(style.paddingLeft), pen.measureText("50. ").width]; }"""
        )
    assert room >= needed


def test_a_small_table_of_figures_stays_a_table_on_a_phone(browser, site):
    with opened(browser, site, "handout", width=375) as page:
        doses = page.locator("#tocilizumab")
        assert doses.get_by_role("columnheader").count() == 4
        assert doses.locator("td").first.evaluate("cell => getComputedStyle(cell).display") == "table-cell"
        assert doses.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_the_table_of_findings_fits_a_tablet(browser, site):
    with opened(browser, site, "synthesis", width=768) as page:
        assert page.locator("#table-findings").evaluate("box => box.scrollWidth <= box.clientWidth")


def test_no_line_ends_behind_the_hyphens_of_an_option(browser, site):
    with opened(browser, site, "howto", width=375) as page:
        broken = page.locator("code .nowrap").evaluate_all(
            "all => all.filter(e => e.getClientRects().length > 1).length"
        )
        assert page.locator("code .nowrap", has_text="--project").count() > 0
        assert broken == 0


@pytest.mark.parametrize("name", ["index", "audit"])
def test_the_bar_begins_where_the_page_begins(browser, site, name):
    with opened(browser, site, name, width=1920) as page:
        left = [page.locator(place).first.bounding_box()["x"] for place in ("a.home", "nav.contents")]
    assert left[0] == left[1]


def test_a_row_scrolled_sideways_keeps_its_name(browser, site):
    with opened(browser, site, "audit") as page:
        box = page.get_by_role("region", name="Register of disagreements")
        head = box.locator("tbody th").first
        before = head.bounding_box()["x"]
        box.evaluate("box => { box.scrollLeft = 100; }")
        assert box.evaluate("box => box.scrollLeft") == 100
        assert head.bounding_box()["x"] == before


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", ["handout", "handout_nurse"])
def test_a_handout_prints_on_two_pages_with_its_source_line_once(browser, site, name, paper):
    """What the page on the site promises: two pages for a neurologist, a card with two sides for the bedside."""
    pypdf = pytest.importorskip("pypdf")
    with opened(browser, site, name) as page:
        page.evaluate("document.fonts.ready.then(() => true)")
        printed = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper, prefer_css_page_size=True)))
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in printed.pages)
    assert len(printed.pages) == 2
    assert words.count("Our wording") == 2
