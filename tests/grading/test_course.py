"""The course over days: each patient a sentence, each expected day counted by hand."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from icans_evidence.errors import DataError
from icans_evidence.grading import grade_frame
from icans_evidence.grading.course import course, summary
from icans_evidence.grading.survival import median

DAY_0 = date(2026, 3, 1)


def on(day):
    return DAY_0 + timedelta(days=day)


def graded(patients):
    """A graded table: for each patient the days with their lowest and highest grade."""
    rows = [(who, on(day), low, high) for who, days in patients.items() for day, low, high in days]
    return pl.DataFrame(rows, schema=["patient_id", "assessed_at", "minimum", "maximum"], orient="row")


def infused(patients):
    """A table of infusions: for each patient the days of infusion."""
    rows = [(who, on(day), "axi-cel") for who, days in patients.items() for day in days]
    return pl.DataFrame(rows, schema=["patient_id", "infused_at", "product"], orient="row")


def one_course(days, infusions=(0,)):
    rows = course(graded({"p": days}), infused({"p": infusions})).rows(named=True)
    assert len(rows) == 1
    return rows[0]


def test_a_course_from_onset_over_peak_to_its_end():
    # well on day 1, grade 1 on day 4, peak 3 on day 6, grade 1 on day 7, well on day 9; days 0, 2, 3, 5, 8 unknown
    row = one_course([(1, 0, 0), (4, 1, 1), (6, 3, 3), (7, 1, 1), (9, 0, 0)])
    assert (row["any"], row["severe"]) == ("yes", "yes")
    assert (row["onset_day"], row["severe_day"], row["peak_day"], row["peak_minimum"]) == (4, 6, 6, 3)
    assert (row["duration_days"], row["ended"], row["last_day"]) == (5, True, 9)
    assert (row["days_assessed"], row["days_unknown"]) == (5, 5)
    assert (row["infused_on"], row["product"]) == (DAY_0, "axi-cel")


def test_a_course_that_was_not_seen_to_end_is_censored_at_the_last_assessment():
    row = one_course([(3, 2, 2), (5, 1, 1)])
    assert (row["onset_day"], row["duration_days"], row["ended"]) == (3, 2, False)


def test_an_incomplete_assessment_ends_nothing():
    # day 6 may be grade 0, but the seizures were not asked for: 0 to 4
    row = one_course([(3, 2, 2), (6, 0, 4)])
    assert (row["duration_days"], row["ended"]) == (3, False)


def test_a_relapse_means_that_the_course_had_not_ended():
    row = one_course([(3, 2, 2), (5, 0, 0), (7, 1, 1), (8, 0, 0), (9, 0, 0)])
    assert (row["duration_days"], row["ended"]) == (5, True)


def test_the_worst_of_a_day_counts():
    # grade 0 in the morning and 2 in the evening of day 4; the end of day 6 is spoiled by an evening at grade 1
    row = one_course([(4, 0, 0), (4, 2, 2), (6, 0, 0), (6, 1, 1), (7, 0, 0)])
    assert (row["onset_day"], row["peak_minimum"], row["duration_days"], row["days_assessed"]) == (4, 2, 3, 3)


def test_what_only_the_maximum_reaches_is_possible():
    row = one_course([(2, 0, 4), (3, 0, 0)])
    assert (row["any"], row["severe"], row["onset_day"], row["peak_day"]) == ("possible", "possible", None, None)
    row = one_course([(2, 2, 3), (3, 0, 0)])
    assert (row["any"], row["severe"], row["peak_minimum"], row["peak_maximum"]) == ("yes", "possible", 2, 3)


def test_a_patient_without_icans_has_a_row_without_days():
    row = one_course([(1, 0, 0), (2, 0, 0)])
    assert (row["any"], row["severe"], row["onset_day"], row["duration_days"], row["ended"]) == (
        "no",
        "no",
        None,
        None,
        None,
    )


def test_a_patient_who_was_never_assessed_is_unknown():
    rows = course(graded({"p": [(1, 0, 0)]}), infused({"p": [0], "q": [0]}))
    assert rows.filter(patient_id="q").select("any", "severe", "days_assessed", "last_day").row(0) == (
        "unknown",
        "unknown",
        0,
        None,
    )


def test_day_0_is_the_last_infusion_before_the_onset():
    # a dose split over days 0, 1 and 2, the third given on the day after the onset
    row = one_course([(1, 1, 1), (3, 0, 0)], infusions=(0, 1, 2))
    assert (row["infused_on"], row["onset_day"], row["duration_days"]) == (on(1), 0, 2)


def test_an_assessment_before_the_infusion_counts_for_nothing():
    row = one_course([(-1, 3, 3), (2, 0, 0)])
    assert (row["any"], row["days_assessed"]) == ("no", 1)


def test_a_second_infusion_after_the_end_may_begin_a_second_course():
    # first course day 5 to 9; second infusion on day 90, second course day 95 to 99: 5 days after it, for 4 days
    days = [(5, 2, 2), (9, 0, 0), (20, 0, 0), (95, 3, 3), (99, 0, 0)]
    rows = course(graded({"p": days}), infused({"p": [0, 90]}))
    told = rows.select("course", "onset_day", "severe", "duration_days", "ended", "last_day").rows()
    assert told == [(1, 5, "no", 4, True, 20), (2, 5, "yes", 4, True, 9)]


def test_times_of_day_tell_before_from_after():
    # grade 1 at 8 o'clock, the infusion at noon: before it
    table = pl.DataFrame(
        {
            "patient_id": [7, 7],
            "assessed_at": ["2026-03-01T08:00", "2026-03-02 08:00:00"],
            "minimum": [1, 0],
            "maximum": [1, 0],
        }
    )
    noon = pl.DataFrame({"patient_id": ["7"], "infused_at": [datetime(2026, 3, 1, 12)], "product": [None]})
    assert course(table, noon).select("any", "days_assessed", "last_day").row(0) == ("no", 1, 1)


def test_with_dates_alone_the_day_of_the_infusion_is_after_it():
    noon = pl.DataFrame({"patient_id": ["p"], "infused_at": [datetime(2026, 3, 1, 12)], "product": ["axi-cel"]})
    assert course(graded({"p": [(0, 1, 1)]}), noon)["onset_day"].to_list() == [0]


def test_a_row_with_a_problem_grades_no_day():
    assessed = pl.DataFrame(
        {"patient_id": ["p", "p"], "assessed_at": [on(2), on(3)], "ice": ["eight", "10"], "age_years": ["54", "54"]}
    )
    row = course(grade_frame(assessed), infused({"p": [0]})).row(0, named=True)
    # day 3: ICE 10 and four domains not assessed, 0 to 4
    assert (row["any"], row["days_assessed"], row["days_unknown"]) == ("possible", 1, 3)


def test_faults_name_the_row_and_no_patient():
    table = pl.DataFrame(
        {"patient_id": ["p", None], "assessed_at": ["yesterday", "2026-03-02"], "minimum": [1, 1], "maximum": [1, 1]}
    )
    with pytest.raises(DataError) as refused:
        course(table, infused({"p": [0]}))
    assert refused.value.faults == [
        "assessments row 2 patient_id: must not be empty",
        "assessments row 1 assessed_at: must be a date or a time, as 2026-01-31",
    ]
    with pytest.raises(DataError, match="assessments row 1 patient_id: has no infusion"):
        course(graded({"stranger": [(1, 0, 0)]}), infused({"p": [0]}))
    with pytest.raises(DataError, match="infusions: the column product is missing"):
        course(graded({"p": [(1, 0, 0)]}), infused({"p": [0]}).drop("product"))


# R 4.2.2, survival 3.5-3: summary(survfit(Surv(time, ended) ~ 1))$table["median"]
@pytest.mark.parametrize(
    ("time", "ended", "expected"),
    [
        ([1, 2, 3, 4], [1, 1, 1, 1], 2.5),
        ([1, 2, 3, 4], [1, 1, 0, 0], 2),
        ([1, 2, 3, 4], [1, 1, 0, 1], 3),
        ([2, 3, 5, 6, 6, 8, 11, 14], [1, 1, 0, 1, 1, 0, 1, 0], 6),
        ([2, 4], [1, 0], 2),
        ([2, 2, 5, 7, 9], [1, 0, 0, 0, 0], None),
        ([3], [1], 3),
        ([2, 3, 3, 5], [1, 1, 0, 1], 4),
        ([4, 4, 6, 6], [1, 1, 1, 0], 5),
    ],
)
def test_the_median_of_durations_agrees_with_r(time, ended, expected):
    assert median(time, [bool(end) for end in ended]) == expected


def test_the_summary_is_of_each_patients_first_course():
    patients = {
        "a": [(2, 1, 1), (5, 0, 0)],  # onset 2, peak the same day, 3 days
        "b": [(4, 2, 2), (6, 3, 3), (10, 0, 0)],  # onset 4, severe on 6, peak 2 days on, 6 days
        "c": [(6, 1, 1), (7, 1, 1)],  # onset 6, at least 1 day, then lost from sight
        "d": [(3, 0, 0)],
    }
    rows = summary(course(graded(patients), infused({who: [0] for who in patients}))).rows()
    assert rows == [
        # measure, n, observed, median, lowest, highest, highest_is_censored
        ("onset", 3, 3, 4.0, 2, 6, False),
        ("onset_severe", 1, 1, 6.0, 6, 6, False),
        ("onset_to_peak", 3, 3, 0.0, 0, 2, False),
        # at 1 one lost; at 3 one of two ends: 1/2; at 6 the other: the middle of 3 and 6
        ("duration", 3, 2, 4.5, 1, 6, False),
        # a ends at 3 as the only one at risk, after c was lost at 1
        ("duration_mild", 2, 1, 3.0, 1, 3, False),
        ("duration_severe", 1, 1, 6.0, 6, 6, False),
    ]


def test_nobody_with_icans_gives_no_median():
    rows = summary(course(graded({"p": [(1, 0, 0)]}), infused({"p": [0]}))).rows()
    assert {row[1:4] for row in rows} == {(0, 0, None)}


def test_an_assessment_with_a_time_of_day_changes_nothing_for_those_without():
    # p is assessed on the day of the infusion, without a time: after it, whatever the row of q says
    rows = {"patient_id": ["p", "q"], "minimum": [1, 0], "maximum": [1, 0]}
    noon = pl.DataFrame({"patient_id": ["p", "q"], "infused_at": ["2026-03-01T12:00"] * 2, "product": ["x", "x"]})
    for of_q in ("2026-03-02", "2026-03-02T08:00"):
        found = course(pl.DataFrame({**rows, "assessed_at": ["2026-03-01", of_q]}), noon)
        assert found.select("patient_id", "any", "onset_day").rows() == [("p", "yes", 0), ("q", "no", None)]


def test_an_infusion_on_the_day_of_the_last_grade_0_begins_a_course_of_its_own():
    # infused on day 0 and at noon of day 4; grade 1 on day 2, grade 0 at 8 o'clock of day 4, grade 3 on day 8
    times = ["2026-03-03T09:00", "2026-03-05T08:00", "2026-03-09T09:00"]
    table = pl.DataFrame({"patient_id": "p", "assessed_at": times, "minimum": [1, 0, 3], "maximum": [1, 0, 3]})
    given = ["2026-03-01T10:00", "2026-03-05T12:00"]
    found = course(table, pl.DataFrame({"patient_id": "p", "infused_at": given, "product": ["x", "y"]}))
    told = found.select("course", "product", "onset_day", "severe_day", "duration_days", "ended").rows()
    assert told == [(1, "x", 2, None, 2, True), (2, "y", 4, 4, 0, False)]


def test_time_zones_are_brought_to_the_clock_of_the_assessments():
    # 00:15 in Berlin is 23:15 in UTC, so the assessment at 23:30 UTC comes after the infusion
    zoned = pl.DataFrame({"patient_id": ["p"], "minimum": [2], "maximum": [2],
                          "assessed_at": pl.Series([datetime(2026, 1, 1, 23, 30)]).dt.replace_time_zone("UTC")})  # fmt: skip
    berlin = pl.Series([datetime(2026, 1, 2, 0, 15)]).dt.replace_time_zone("Europe/Berlin")
    found = course(zoned, pl.DataFrame({"patient_id": ["p"], "infused_at": berlin, "product": ["x"]}))
    assert found.select("any", "onset_day").row(0) == ("yes", 0)
    bare = pl.DataFrame({"patient_id": ["p"], "infused_at": [datetime(2026, 1, 2)], "product": ["x"]})
    with pytest.raises(DataError, match="one has a time zone and the other has none"):
        course(zoned, bare)
