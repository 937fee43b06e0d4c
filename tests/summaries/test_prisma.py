"""The flow of records: its sums are checked, its picture says in words what it draws, what is unknown is written so."""

from __future__ import annotations

import re

import pytest

from icans_evidence.errors import DataError
from icans_evidence.figures.charts.text_width import width
from icans_evidence.figures.flow_drawing import shown_flow, table
from icans_evidence.figures.flow_layout import SMALL, narrow, wide
from icans_evidence.summaries.flow import BOXES, SUMS, read_flow

WHOLE = """\
identified_databases,PubMed,500
identified_databases,Embase,420
identified_registers,,12
removed_duplicates,,180
removed_other,,2
other_citations,,9
screened,,750
excluded,,600
sought,,150
not_retrieved,,5
assessed,,145
excluded_reports,no count,80
excluded_reports,wrong population,45
other_sought,,9
other_not_retrieved,,1
other_assessed,,8
other_excluded_reports,wrong population,6
included_studies,,19
included_reports,,22
previous_studies,,30
previous_reports,,33
total_studies,,49
total_reports,,55
"""
"""500 + 420 + 12 − 180 − 2 = 750; 750 − 600 = 150; 150 − 5 = 145; 9 − 1 = 8; 145 − 125 + 8 − 6 = 22; 30 + 19 = 49;
33 + 22 = 55."""


@pytest.fixture
def written(tmp_path):
    def write(lines: str):
        (tmp_path / "flow.csv").write_text(f"box,label,count\n{lines}", encoding="utf-8")
        return tmp_path

    return write


def faults(folder) -> list[str]:
    with pytest.raises(DataError) as found:
        read_flow(folder)
    return [line.rpartition("flow.csv")[2] for line in found.value.faults]


def test_a_flow_that_adds_up_is_read(written):
    flow = read_flow(written(WHOLE))
    assert flow is not None
    assert flow.count("identified_databases", "identified_registers") == 932
    assert flow.count("excluded_reports") == 125


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("screened,,750", "screened,,751", ":8 count: screened is 751, but identified_databases + identified_registers"
         " − removed_duplicates − removed_other = 920 + 12 − 180 − 2 = 750"),
        ("sought,,150", "sought,,15", ":10 count: sought is 15, but screened − excluded = 750 − 600 = 150"),
        ("assessed,,145", "assessed,,144", ":12 count: assessed is 144, but sought − not_retrieved = 150 − 5 = 145"),
        ("other_assessed,,8", "other_assessed,,7",
         ":17 count: other_assessed is 7, but other_sought − other_not_retrieved = 9 − 1 = 8"),
        ("included_reports,,22", "included_reports,,21", ":20 count: included_reports is 21, but assessed + "
         "other_assessed − excluded_reports − other_excluded_reports = 145 + 8 − 125 − 6 = 22"),
        ("total_studies,,49", "total_studies,,48",
         ":23 count: total_studies is 48, but previous_studies + included_studies = 30 + 19 = 49"),
        ("other_citations,,9", "other_citations,,8", ":15 count: other_sought is 9, more than the 8 of other_citations"),
        ("included_studies,,19", "included_studies,,23",
         ":19 count: included_studies is 23, more than the 22 of included_reports"),
        ("previous_reports,,33\n", "",
         ":23 count: total_reports needs the box previous_reports; without a version before, leave total_reports out"),
    ],
)  # fmt: skip
def test_a_sum_that_does_not_come_out_is_named_with_its_figures(written, before, after, fault):
    changed = re.sub(rf"^{before}", after, WHOLE, count=1, flags=re.MULTILINE)
    assert fault in faults(written(changed))


def test_every_sum_has_a_case_above():
    assert set(SUMS) == {"screened", "sought", "assessed", "other_assessed", "included_reports", "total_studies",
                         "total_reports"}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("screend,,1", ':25 box: "screend" is no box; did you mean screened?'),
        ("removed_automation,,-1", ':25 count: "-1" is no count; a whole number, or nothing yet'),
        ("removed_automation,,1.5", ':25 count: "1.5" is no count; a whole number, or nothing yet'),
        ("removed_automation,,about 3", ':25 count: "about 3" is no count; a whole number, or nothing yet'),
        ("screened,,750", ':25 box: "screened" stands already in line 8; give each line of a box its own label'),
    ],
)
def test_a_cell_at_fault_is_named_with_its_place(written, line, fault):
    assert faults(written(f"{WHOLE}{line}\n")) == [fault]


def test_a_box_that_every_review_has_must_be_there(written):
    assert faults(written(WHOLE.replace("sought,,150\n", "", 1))) == [": the box sought is missing (reports sought)"]


def test_sums_with_a_count_that_is_not_known_yet_are_passed_over(written):
    flow = read_flow(written(WHOLE.replace("screened,,750", "screened,,").replace("removed_duplicates,,180",
                                                                                 "removed_duplicates,,999")))  # fmt: skip
    assert flow is not None and flow.count("screened") is None


def test_the_picture_says_every_count_in_words_and_in_its_table(written):
    folder = written(WHOLE)
    shown, flow = shown_flow(folder), read_flow(folder)
    assert flow is not None
    assert "Records identified in databases: 920 (PubMed 500, Embase 420)." in shown.text
    assert table(flow).height == len(WHOLE.splitlines())
    for form in (wide, narrow):
        drawn = " ".join(" ".join(box.lines) for box in form(flow).boxes.values())
        for count in ("500", "420", "932", "750", "600", "145", "125", "19", "49"):
            assert f"(n = {count})" in drawn, (form.__name__, count)


def test_nothing_overlaps_and_nothing_leaves_the_picture(written):
    flow = read_flow(written(WHOLE))
    assert flow is not None
    for layout in (wide(flow), narrow(flow)):
        boxes = list(layout.boxes.values())
        assert all(box.x >= 0 and box.x + box.width <= layout.width and box.bottom <= layout.height for box in boxes)
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                beside = one.x + one.width <= other.x or other.x + other.width <= one.x
                assert beside or one.bottom <= other.y or other.bottom <= one.y


def test_the_name_of_a_stage_fits_beside_its_boxes(written):
    blank = "".join(f"{name},,\n" for name, box in BOXES.items() if box.needed)
    flow = read_flow(written(blank))
    assert flow is not None
    assert all(width(name, SMALL) <= end - top for name, top, end in wide(flow).stages)


def test_what_is_not_counted_is_written_so_and_nothing_of_a_label_is_run(written):
    blank = "".join(f"{name},,\n" for name, box in BOXES.items() if box.needed)
    shown = shown_flow(written(f"{blank}excluded_reports,<script>alert(1)</script>,\n"))
    assert "Records screened: not counted yet" in shown.text
    assert "<script>" not in shown.html and "&lt;script&gt;" in shown.html


def test_the_picture_is_named_for_readers_who_do_not_see_it(written):
    html = shown_flow(written(WHOLE)).html
    assert html.count('role="img"') == 2 and html.count("<title") == 2 and html.count("<desc") == 2
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_project_without_the_file_says_so(tmp_path):
    assert "There is no flow.csv" in shown_flow(tmp_path).text
