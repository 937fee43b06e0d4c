"""Pictures: what they may not draw, what they must say, and that our words stand where the renderer puts them."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from icans_evidence.evidence.plan import PICTURE_KINDS
from icans_evidence.figures.chart_rows import KINDS
from icans_evidence.figures.charts import svg
from icans_evidence.figures.charts.bands import FORMS
from icans_evidence.figures.charts.pictures import chart
from icans_evidence.figures.charts.png import png
from icans_evidence.figures.charts.strip import strip
from icans_evidence.figures.forest_rows import POOLED_KINDS
from icans_evidence.figures.rows import drawn


def rows_of(evidence, plan, name):
    """The rows of a picture as they are drawn, and its axis."""
    picture = plan.pictures[name]
    figures, axis = KINDS[picture.kind](evidence, picture)
    return drawn(figures), axis


@pytest.fixture(scope="module")
def names(plan):
    return [name for name, picture in plan.pictures.items() if picture.kind in KINDS]


def test_a_plan_may_name_every_kind_that_can_be_drawn_and_no_other():
    assert sorted(PICTURE_KINDS) == sorted([*KINDS, *POOLED_KINDS])


def test_a_bound_is_drawn_as_an_arrow_and_never_as_a_point(evidence, plan):
    rows, axis = rows_of(evidence, plan, "seizures")
    bounds = rows.filter(pl.col("relation") == "≤")
    assert bounds.height > 0
    spec = strip(bounds, axis, "wide")
    shapes = [
        layer["mark"].get("shape")
        for layer in spec["layer"]
        if layer["mark"]["type"] == "point" and layer["mark"].get("opacity") != 0
    ]
    assert shapes and set(shapes) <= {"triangle-left", "triangle-right"}


def test_a_reconstructed_count_says_so(evidence, plan):
    rows, _ = rows_of(evidence, plan, "incidence")
    rebuilt = rows.filter(pl.col("mark") == "reconstructed")
    assert rebuilt.height > 0
    said = pl.concat_str("note", "flag", separator=" ", ignore_nulls=True).str.contains("reconstructed")
    assert rebuilt.select(said.all()).item()


def test_ncse_shows_each_denominator_and_makes_none_of_its_own(evidence, plan):
    rows, _ = rows_of(evidence, plan, "ncse")
    told = set(rows["right"])
    assert any(words.startswith("3/9") for words in told)
    assert not any(words.startswith("3/33") for words in told)


def test_every_row_says_product_and_scale_or_that_they_are_not_stated(evidence, plan):
    rows, _ = rows_of(evidence, plan, "incidence")
    assert rows["product"].null_count() == 0
    assert rows.filter(pl.col("scale").is_null() & (pl.col("product") != "not of a single study")).is_empty()


def test_a_disputed_figure_is_flagged_in_words(evidence, plan):
    rows, _ = rows_of(evidence, plan, "seizures")
    assert rows["flag"].drop_nulls().str.contains(r"disputed, see D\d+").all()
    assert rows["flag"].drop_nulls().len() > 0


def placed(found):
    return {(round(float(x), 2), round(float(y), 2), words) for x, y, words in found}


@pytest.mark.parametrize("form", list(FORMS))
def test_our_words_stand_where_the_renderer_would_put_them(evidence, plan, form):
    rows, axis = rows_of(evidence, plan, "course")
    spec = strip(rows, axis, form)
    pattern = r"<text[^>]*?translate\(([\d.]+),([\d.]+)\)[^>]*>([^<]*)</text>"
    theirs = placed(re.findall(pattern, svg.converter().vegalite_to_svg(spec)))
    ours = placed(re.findall(pattern, svg.to_svg(spec, "x", "title", "words")))
    assert ours == theirs
    assert len(ours) > 20


def test_a_picture_is_the_same_in_every_run_and_holds_title_words_and_data(evidence, plan):
    first, second = chart(evidence, plan.pictures["onset"]), chart(evidence, plan.pictures["onset"])
    assert first.html == second.html
    assert first.html.count("<title ") == len(FORMS)
    assert "Data behind this figure" in first.html


def test_a_name_that_holds_html_is_harmless_wherever_it_lands(evidence, plan):
    hostile = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    cohorts = evidence.cohorts.with_columns(label=pl.lit(hostile))
    changed = type(evidence)(evidence.root, evidence.version, evidence.version_date,
                             {**evidence.tables, "cohorts": cohorts}, evidence.references, evidence.vocabulary)  # fmt: skip
    html = chart(changed, plan.pictures["onset"]).html
    assert "<script>alert" not in html
    assert "<img" not in html


def test_the_data_of_a_picture_hold_its_unrounded_figures_and_tell_bounds_apart(evidence, plan):
    def plotted(name):
        found = re.search(r'class="chart-rows">(.*?)</script>', chart(evidence, plan.pictures[name]).html, re.DOTALL)
        head, *rows = json.loads(found.group(1))
        return [dict(zip(head, row, strict=True)) for row in rows]

    # 3 of 9 with the Wilson interval of R 4.2.2: prop.test(3, 9, correct = FALSE)$conf.int, 0.1205838 to 0.6457980
    (ncse,) = [row for row in plotted("ncse") if row["study"].startswith("Saw 2022")]
    assert ncse["value"] == pytest.approx(100 / 3, abs=1e-9) and ncse["unit"] == "%"
    assert (ncse["low"], ncse["high"]) == (pytest.approx(12.05838, abs=1e-4), pytest.approx(64.5798, abs=1e-4))
    bounds = [row for row in plotted("seizures") if row["bound"]]
    assert ("at most", 20.0, None, None) in {(row["bound"], row["value"], row["low"], row["high"]) for row in bounds}


def test_drawings_become_png_in_several_threads_at_once():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 900"><circle r="{}" cx="450" cy="450"/></svg>'
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(png, [drawing.format(radius) for radius in range(1, 13)]))
    assert all(data.startswith(b"\x89PNG") for data in made) and len(set(made)) == 12


@pytest.mark.parametrize("form", FORMS)
def test_the_head_of_a_group_is_said_whole(evidence, plan, names, form):
    for name in names:
        rows, axis = rows_of(evidence, plan, name)
        layers = strip(rows, axis, form)["layer"]
        heads = [layer for layer in layers if layer["mark"].get("fontWeight") == 600]
        said = " ".join(row["words"] for layer in heads for row in layer["data"]["values"])
        assert "\u2026" not in said
        assert all(group in said for group in rows["group"].drop_nulls())
