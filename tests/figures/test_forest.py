"""Forest plots, what results hang on, and certainty: rows written by hand, figures against pinned ones."""

from __future__ import annotations

import importlib.util
import re
import struct
from base64 import b64decode
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from handmade import COMMON, POOL, judge, reference_rows, rows, worded
from icans_evidence.evidence.plan import DOMAINS, Downgrade
from icans_evidence.figures import forest_rows, paper
from icans_evidence.figures.charts.bands import FORMS, ROW_COLUMNS, Axis
from icans_evidence.figures.charts.pictures import chart
from icans_evidence.figures.charts.strip import strip
from icans_evidence.figures.charts.svg import to_svg
from icans_evidence.figures.rows import FigureRow, drawn
from icans_evidence.summaries import sensitivity_analyses, simulated_coverage
from icans_evidence.summaries.certainty import CASE_SERIES, DOMAIN_WORDS, PREVALENCE, Certainty
from icans_evidence.summaries.pooled_rates import answer
from icans_evidence.synthesis.intervals import wilson
from own_project import ROOT

WORDS = {
    "population": "patients", "disputed": None, "ci_low": 0.1, "ci_high": 0.4, "exact_low": 0.1, "exact_high": 0.4,
    "rebuilt_by": None, "n_events": None, "reported": "as printed", "n_treated": 40, "year": 2020,
}  # fmt: skip


def full(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with the columns that a picture needs besides."""
    return frame.with_columns(pl.lit(value).alias(name) for name, value in WORDS.items()).with_columns(
        in_references=pl.col("n_total") > 0
    )


def figures(frame: pl.DataFrame, pool=POOL) -> list[FigureRow]:
    found = answer(judge(full(frame), pool))
    return [*forest_rows._studies(found), *forest_rows._pooled_rows(found), *forest_rows._left_out(found)]


def test_studies_are_squares_by_patients_and_open_where_the_count_is_reconstructed():
    made = figures(rows({"n_total": 160}, {}, {"reconstructed": True}))
    marks = {row.label: (row.mark, row.weight) for row in made if row.mark.startswith("study")}
    assert {name: mark for name, (mark, _) in marks.items()} == {"A": "study", "B": "study", "C": "study_rebuilt"}
    assert marks["A"][1] == pytest.approx(4 * marks["B"][1])


def test_the_pooled_row_is_a_diamond_over_its_interval_and_a_prediction_bar():
    """Witness: tests/reference/pooled.csv, house_a, GLMM, t, in percent."""
    made = {row.mark: row for row in figures(reference_rows("house_a"))}
    diamond, bar = made["diamond"], made["prediction"]
    assert [diamond.x, diamond.low, diamond.high] == pytest.approx([8.25561, 5.86247, 11.50626], abs=2e-4)
    assert [bar.low, bar.high] == pytest.approx([5.40322, 12.41615], abs=2e-4)


def test_a_bound_stays_a_bound_and_stands_below_the_pool_with_its_reason():
    made = figures(rows({}, {}, {}, {"relation": "≤", "events": None}))
    assert made[-1].group == "Not in the pool"
    assert (made[-1].relation, made[-1].detail) == ("≤", "printed as a bound")


def test_a_refused_outcome_is_drawn_without_a_diamond_unless_its_mix_is_allowed():
    assert "diamond" not in {row.mark for row in figures(rows({}, {}))}
    mixed = figures(rows({}, {}, {"scale": "cres"}))
    assert [row.group for row in mixed if row.mark == "diamond"] == ["If the scales are mixed"]


def test_sixty_studies_fit_without_touching_in_both_forms():
    many = [{**dict.fromkeys(ROW_COLUMNS), "group": "g", "label": f"Study {i}", "right": "1/2 · 50%", "x": 50.0,
             "mark": "study", "weight": 60.0, "relation": "="} for i in range(60)]  # fmt: skip
    frame = pl.DataFrame(many, schema=ROW_COLUMNS)
    for form in FORMS:
        height = strip(frame, Axis(0, 100, "%"), form)["height"]
        assert height >= 60 * 36


def sixty() -> pl.DataFrame:
    """Sixty studies by three scales, made with the arithmetic of their place; one in five reconstructed."""
    counts = [(2 + 3 * i % 40, 60 + 5 * i) for i in range(60)]
    ends = [wilson(x, n) for x, n in counts]
    made = [
        {"row_id": f"INC-{i:03}", "cohort_id": f"C{i}", "label": f"Author {i:02} and others", **COMMON, **WORDS,
         "events": x, "n_total": n, "estimate": x / n, "ci_low": low, "ci_high": high, "in_references": True,
         "scale": ("astct2019", "cres", "ctcae4")[i % 3], "reconstructed": i % 5 == 0}
        for i, ((x, n), (low, high)) in enumerate(zip(counts, ends, strict=True))
    ]  # fmt: skip
    made = [worded(row) for row in made]
    found = answer(judge(pl.DataFrame(made, schema_overrides={"overlaps_with": pl.String}), POOL))
    return drawn([*forest_rows._studies(found), *forest_rows._pooled_rows(found)])


@pytest.mark.parametrize("form", FORMS)
def test_sixty_studies_are_readable_as_svg(form):
    """No two lines of words on one edge come closer than the type is high, and every study is named once."""
    drawing = to_svg(strip(sixty(), Axis(0, 100, "%"), form), "sixty", "Sixty studies", "Sixty studies")
    words = re.findall(r'translate\(([\d.]+),([\d.]+)\)"[^>]*?font-size="([\d.]+)px"[^>]*>([^<]+)</text>', drawing)
    assert sum(said.startswith("Author ") for *_, said in words) == 60
    for edge in {x for x, *_ in words}:
        lines = sorted((float(y), float(size)) for x, y, size, _ in words if x == edge)
        assert all(below - above >= size for (above, size), (below, _) in pairwise(lines)), edge


def printed(drawing: str, form: str) -> list[bytes]:
    """The images into which paper cuts a drawing, as "svg" or "png"."""
    html = paper.picture(drawing, paper.inline(form), "Sixty studies")
    return [b64decode(code) for code in re.findall(r'src="data:image/[a-z+]+;base64,([^"]+)"', html)]


def test_sixty_studies_are_the_same_picture_in_print_and_as_png():
    """Every study and the pooled rate stand once in what the parts show; a part of a PNG is as wide as the whole."""
    drawing = to_svg(strip(sixty(), Axis(0, 100, "%"), "wide"), "sixty", "Sixty studies", "Sixty studies")
    named: list[str] = []
    parts = [part.decode() for part in printed(drawing, "svg")]
    for part in parts:
        _, top, _, height = paper.box(part)
        places = re.findall(
            r'translate\([\d.]+,([\d.]+)\)"[^>]*>(Author \d\d|In a typical study)(?: and others)?<', part
        )
        named += [name for y, name in places if top <= float(y) <= top + height]
    assert sorted(named) == [*(f"Author {i:02}" for i in range(60)), "In a typical study"]
    pictures = printed(drawing, "png")
    assert len(pictures) == len(parts) > 1
    assert all(picture.startswith(b"\x89PNG\r\n\x1a\n") for picture in pictures)
    (wide,) = {size(picture)[0] for picture in pictures}
    _, _, width, height = paper.box(drawing)
    assert wide >= width
    assert sum(size(picture)[1] for picture in pictures) >= 0.95 * height * wide / width


def size(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG, from its head."""
    return struct.unpack(">II", picture[16:24])


def test_the_committed_picture_of_the_coverage_is_that_of_the_committed_figures(evidence, plan):
    """`python analysis/coverage.py --figure` draws it."""
    drawn = chart(evidence, plan.pictures["coverage"]).drawing
    committed = (Path(__file__).parents[2] / "analysis" / "coverage.svg").read_text(encoding="utf-8")
    said = [re.findall(r">([^<>]+)</text>", text) for text in (drawn, committed)]
    assert said[0] == said[1], "draw it again: python analysis/coverage.py --figure"
    assert len(said[0]) > 30


def test_what_was_simulated_is_what_the_script_simulates():
    path = Path(__file__).parents[2] / "analysis" / "coverage.py"
    spec = importlib.util.spec_from_file_location("simulation", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert simulated_coverage.PATIENTS == script.PATIENTS
    assert simulated_coverage.design(ROOT) == (
        "rates of 2% to 50%, standard deviations of logits of 0 to 1, 3 to 20 studies of 30 to 120 patients"
    )


def test_subgroups_and_years_need_five_cohorts_and_leaving_one_out_does_not():
    three = {step.head for step in sensitivity_analyses.steps(answer(judge(full(rows({}, {}, {})), POOL)))}
    assert three == {"Leaving out one cohort"}
    halves = [{"product": name} for name in ("a", "a", "a", "b", "b", "b")]
    six = {step.head.split(";")[0] for step in sensitivity_analyses.steps(answer(judge(full(rows(*halves)), POOL)))}
    assert six == {"Leaving out one cohort", "By product", "Cumulative, by year of the study"}


def test_a_subgroup_of_fewer_than_three_cohorts_is_not_pooled():
    few = [{"product": name} for name in ("a", "a", "a", "a", "b", "b")]
    assert sensitivity_analyses.by_group(judge(full(rows(*few)), POOL), "product") is None


def test_the_multiverse_marks_one_default_and_never_repeats_a_choice_of_rows():
    some = full(rows({}, {}, {}, {"reconstructed": True}))
    assert list(sensitivity_analyses.row_sets(judge(some, POOL))) == ["rows as planned", "without reconstructed counts"]
    found = sensitivity_analyses.universes(judge(some, POOL))
    assert [(u.rows, u.choice.method, u.choice.interval) for u in found if u.is_default] == [
        ("rows as planned", "glmm", "t")
    ]
    estimates = [u.pooled.estimate for u in found]
    assert estimates == sorted(estimates)


def test_disputed_figures_are_a_choice_of_rows():
    some = full(rows({}, {}, {}, {})).with_columns(disputed=pl.Series([None, None, None, "D01"]))
    sets = sensitivity_analyses.row_sets(judge(some, POOL))
    assert {name: rows.height for name, rows in sets.items()} == {"rows as planned": 4, "without disputed figures": 3}
    assert "D" not in set(sets["without disputed figures"]["cohort_id"])


def entry(domain: str, steps: int) -> Downgrade:
    return Downgrade("r", domain, steps, "a reason {prediction}", "A. Reader")


def test_no_certainty_word_is_given_while_a_domain_is_not_judged():
    open_one = Certainty({name: None if name == "imprecision" else entry(name, 0) for name in DOMAINS})
    assert (open_one.word, open_one.said()) == (None, "not judged")
    assert open_one.why(0.1, 0.6).endswith("Not judged: imprecision.")


@pytest.mark.parametrize(
    ("steps", "word"), [(0, "high"), (1, "moderate"), (2, "low"), (3, "very low"), (5, "very low")]
)
def test_cohorts_start_high_and_each_step_lowers_the_word(steps, word):
    """GRADE for prognosis (Iorio 2015, BMJ 350:h870): cohorts start at high certainty."""
    parts = [1] * steps + [0] * (5 - steps)
    judged = Certainty({name: entry(name, step) for name, step in zip(DOMAINS, parts, strict=True)})
    assert judged.word == word
    assert "10 to 60%" in judged.why(0.1, 0.6)


def test_the_checklists_are_whole():
    """JBI: 9 items for prevalence studies, 10 for case series; GRADE: 5 domains."""
    assert (len(PREVALENCE), len(CASE_SERIES), len(DOMAIN_WORDS)) == (9, 10, 5)


def test_declared_steps_for_inconsistency_follow_the_plans_rule(evidence, plan):
    from icans_evidence.summaries.collected import results

    found = {row["result_id"]: row for row in results(evidence).iter_rows(named=True)}
    for one in plan.downgrades:
        if one.domain == "inconsistency" and found[one.result]["pi_low"] is not None:
            width = found[one.result]["pi_high"] - found[one.result]["pi_low"]
            assert one.steps == (2 if width > 0.6 else 1 if width > 0.3 else 0), one.result
