"""The site of the real data in a real browser, opened from disk as an educator would open it."""

from __future__ import annotations

import pytest

from own_project import PAGES

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def page(request, browser):
    context = browser.new_context(viewport={"width": 375, "height": 800}, color_scheme=request.param)
    page = context.new_page()
    page.told, page.asked = [], []
    page.on("console", lambda message: page.told.append(message.text))
    page.on("pageerror", lambda error: page.told.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_asks_nobody_and_fits_a_phone(page, site, name):
    page.goto((site / "reports" / f"{name}.html").as_uri())
    page.wait_for_timeout(150)
    assert page.told == []
    assert all(url.startswith(("file://", "data:")) for url in page.asked)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert "Not medical advice" in page.inner_text("body")


@pytest.mark.parametrize("name", ["index", "evidence"])
def test_every_chart_is_drawn_and_comes_alive_in_its_place(page, site, name):
    page.goto((site / "reports" / f"{name}.html").as_uri())
    charts = page.query_selector_all(".chart")
    assert charts
    for chart in charts:
        drawn = chart.query_selector_all("svg.marks")
        assert len(drawn) == 2, "the wide and the narrow form"
        assert all(picture.query_selector_all("path, line") for picture in drawn)
        assert chart.query_selector("svg.marks title").text_content()
    first = charts[0]
    place = "e => { const r = e.getBoundingClientRect(); return [r.left, r.top + scrollY, r.width, r.height]; }"
    before = first.evaluate(place)
    first.focus()
    first.hover()
    page.wait_for_selector(".upgraded", state="attached", timeout=30000)
    assert first.evaluate(place) == before, "nothing moved"
    assert page.told == []


def test_the_audit_table_sorts_and_filters(page, site):
    page.goto((site / "reports" / "audit.html").as_uri())
    captions = page.locator("table.sortable caption").all_inner_texts()
    place = [words.strip() for words in captions].index("Every figure")
    table = page.locator("table.sortable").nth(place)
    total = table.locator("tbody tr").count()
    assert total > 300
    box = page.locator("input[type=search]").nth(place)
    row_id = table.locator("tbody tr").nth(5).get_attribute("id").removeprefix("row-")
    box.fill(row_id)
    assert 0 < table.locator("tbody tr:visible").count() < 5
    box.fill("")
    page.set_viewport_size({"width": 1280, "height": 900})
    first = table.locator("tbody tr").first.get_attribute("id")
    head = table.locator("thead button").first
    head.click()
    head.click()
    assert table.locator("tbody tr").first.get_attribute("id") != first
    assert table.locator("thead th").first.get_attribute("aria-sort") == "descending"


def test_a_number_leads_to_its_row(page, site):
    page.goto((site / "reports" / "index.html").as_uri())
    target = page.locator("a.num").first.get_attribute("href")
    page.goto((site / "reports" / "audit.html").as_uri() + "#" + target.split("#")[1])
    assert page.locator("#" + target.split("#")[1]).count() == 1


def test_with_scripts_off_the_pictures_stay(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "reports" / "evidence.html").as_uri())
    assert page.locator(".chart svg.marks").count() >= 20
    context.close()
