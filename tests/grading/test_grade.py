"""What a person is told: sentences word for word, cautions, and refusals that name what is allowed."""

import json
import math
import subprocess
import sys

import pytest

from icans_evidence.errors import UsageError
from icans_evidence.grading import ATTRIBUTION, grade_answer, grade_icans, score_ice

WELL = {"ice": 10, "consciousness": "alert", "seizure": "none", "motor": "none", "edema": "none"}
CHILD = {"capd": 0, "consciousness": "alert", "seizure": "none", "motor": "none", "edema": "none"}
ALL_ITEMS = ["year", "month", "city", "hospital", "object_1", "object_2", "object_3", "command", "sentence", "counting"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ice": 8, "seizure": "resolved"}, "Grade 3: a seizure that resolved. ICE 8 alone would be grade 1."),
        ({"ice": 2}, "Grade 3: ICE 2."),
        ({}, "Grade 0: no sign of ICANS in any of the five domains."),
        (
            {"ice": 2, "seizure": "resolved"},
            "Grade 3: ICE 2 and a seizure that resolved.",
        ),
        (
            {"ice": 7, "consciousness": "awakens_to_voice", "seizure": None, "motor": None},
            "At least grade 2; seizure and motor findings not assessed.",
        ),
        ({"ice": None}, "No grade yet, 0 to 3 possible; ICE not assessed."),
        (
            {"ice": None, "consciousness": "awakens_to_voice"},
            "At least grade 2, at most grade 3; ICE not assessed.",
        ),
        (
            {"ice": None, "motor": "focal_weakness", "consciousness": None},
            "Grade 4: deep focal weakness. ICE and consciousness not assessed, which cannot change the grade.",
        ),
        (dict.fromkeys(WELL), "Cannot be graded: nothing assessed."),
        (
            {"consciousness": "awakens_spontaneously"},
            "Grade 1: drowsy, but wakes by itself. ICE 10 alone would be grade 0. Grade 1 rests on drowsiness alone: "
            "a person of normal alertness is recorded as alert.",
        ),
    ],
)
def test_the_sentence_says_the_grade_and_why(changes, sentence):
    assert grade_icans({**WELL, **changes}, age_years=54).sentence == sentence


def test_without_an_age_the_sentence_says_which_score_decided():
    assert grade_icans({**WELL, "ice": 5}).sentence == (
        "Grade 2: ICE 5. Age not given: graded by ICE, which is for 12 years and over."
    )
    assert grade_icans({**CHILD, "capd": 9}).sentence == (
        "Grade 3: CAPD 9. Age not given: graded by CAPD, which is for under 12 years, or 12 years and over with "
        "developmental delay."
    )


def check_cautions():
    def carried(findings, age):
        return grade_icans(findings, age).cautions

    drowsy = {"consciousness": "awakens_spontaneously"}
    assert carried({**WELL, **drowsy}, 54) == carried({**CHILD, **drowsy}, 6) == ("drowsy_only",)
    assert carried({**WELL, **drowsy, "ice": 9}, 54) == carried({**CHILD, **drowsy, "capd": 1}, 6) == ()
    assert carried({**WELL, **drowsy, "seizure": "resolved"}, 54) == ()
    assert carried({**CHILD, **drowsy, "seizure": "resolved"}, 6) == ()
    below = [carried({**CHILD, "capd": total}, 6) for total in range(33)]
    assert below == [(), *[("capd_below_cut_point",)] * 8, *[()] * 24]
    assert carried({**CHILD, "capd": 8, "motor": "focal_weakness"}, 6) == ("capd_below_cut_point",)
    assert carried({**CHILD, "capd": 8, "consciousness": "awakens_to_voice"}, 6) == ()


def check_scores_against_consciousness():
    asleep = {"consciousness": "unarousable"}

    def carried(findings, age):
        return "score_against_consciousness" in grade_icans({**findings, **asleep}, age).cautions

    assert [carried({**WELL, "ice": score}, 54) for score in range(11)] == [False, *[True] * 10]
    totals = [*range(33), "unable"]
    assert [carried({**CHILD, "capd": total}, 6) for total in totals] == [*[True] * 9, *[False] * 25]
    assert "score_against_consciousness" not in grade_icans({**WELL, "ice": 3}, 54).cautions
    # the caution stands however the grade is reached
    assert carried({**WELL, "ice": 9, "seizure": "prolonged_or_repetitive"}, 54)


def check_severities():
    # review, Grading ICANS Severity: grades 1 and 2 are mild, 3 and 4 severe; ICE 10, 9, 6, 2 and no arousal reach 0 to 4
    states = [{"ice": 10}, {"ice": 9}, {"ice": 6}, {"ice": 2}, {"consciousness": "unarousable"}]
    found = [grade_icans({**WELL, **state}, 54).severity for state in states]
    assert found == ["none", "mild", "mild", "severe", "severe"]
    children = [{"capd": 0}, {"capd": 8}, {"consciousness": "awakens_to_voice"}, {"capd": 9}, {"capd": "unable"}]
    assert [grade_icans({**CHILD, **state}, 6).severity for state in children] == found


def test_severities_are_those_of_the_review():
    check_severities()


def test_a_score_of_someone_who_cannot_be_woken_is_questioned():
    check_scores_against_consciousness()
    told = grade_icans({**WELL, "consciousness": "unarousable"}, 54).sentence
    assert told.endswith("An ICE score above 0 does not go with a person who cannot be woken: check both.")


def test_cautions_stand_where_a_grade_may_mislead():
    check_cautions()


def test_a_capd_below_nine_is_not_delirium():
    assert grade_icans({**CHILD, "capd": 8}, 6).sentence == (
        "Grade 1: CAPD 8. A CAPD below 9 is not delirium; compare it with the child's own baseline."
    )


def test_with_developmental_delay_the_other_score_is_named():
    assert grade_icans(WELL, 16, True).sentence.endswith("CAPD may fit better than ICE.")


SCORE_RANGE = "ice must be a whole number from 0 to 10 (empty if not assessed)"
CAPD_RANGE = "capd must be a whole number from 0 to 32 or unable (empty if not assessed)"
AGE_RANGE = "age_years must be a number from 0 to 120 (empty if not known)"
CAPD_AGE = "capd is for under 12 years, or 12 years and over with developmental delay (developmental_delay true)"


@pytest.mark.parametrize(
    ("findings", "age", "delay", "message"),
    [
        ({**WELL, "ice": 11}, 54, None, SCORE_RANGE),
        ({**WELL, "ice": -1}, 54, None, SCORE_RANGE),
        ({**WELL, "ice": 8.5}, 54, None, SCORE_RANGE),
        ({**WELL, "ice": True}, 54, None, SCORE_RANGE),
        ({**WELL, "ice": math.nan}, 54, None, SCORE_RANGE),
        ({**WELL, "ice": "unable"}, 54, None, SCORE_RANGE),
        ({**CHILD, "capd": 33}, 6, None, CAPD_RANGE),
        ({**CHILD, "capd": "Unable"}, 6, None, CAPD_RANGE),
        ({**WELL, "capd": 3}, None, None, "ice and capd are both given: only one of them may be"),
        (WELL, 11.9, None, "ice is for 12 years and over"),
        (CHILD, 12, None, CAPD_AGE),
        (CHILD, 12, False, CAPD_AGE),
        (WELL, -1, None, AGE_RANGE),
        (WELL, 120.5, None, AGE_RANGE),
        (WELL, math.inf, None, AGE_RANGE),
        (WELL, "1e1", None, AGE_RANGE),
        (WELL, 54, "yes", "developmental_delay must be true or false (empty if not known)"),
        (
            {**WELL, "seizure": "Résolved"},
            54,
            None,
            "seizure must be none, resolved or prolonged_or_repetitive (empty if not assessed)",
        ),
        (
            {"mood": "low"},
            54,
            None,
            "not a finding: mood; findings are ice, capd, consciousness, seizure, motor and edema",
        ),
    ],
)
def test_a_refusal_names_what_is_allowed(findings, age, delay, message):
    with pytest.raises(UsageError) as refused:
        grade_icans(findings, age, delay)
    assert str(refused.value) == message


def check_ranges():
    # ICE has ten points and CAPD eight items of up to four
    for findings, age in (({"ice": 11}, 54), ({"ice": -1}, 54), ({"capd": 33}, 6), ({"capd": -1}, 6)):
        with pytest.raises(UsageError, match="0 to 10 " if "ice" in findings else "0 to 32 or unable"):
            grade_icans(findings, age)
    assert grade_icans({"ice": 10}, 54).minimum == 0 and grade_icans({"capd": 32}, 6).minimum == 3


def test_no_score_lies_beyond_its_instrument():
    check_ranges()


def test_all_faults_are_told_at_once():
    with pytest.raises(UsageError) as refused:
        grade_icans({**WELL, "ice": 11, "motor": "weak"}, -3)
    assert len(str(refused.value).split("; ")) == 3


def test_the_answer_is_plain_json_and_states_the_attribution():
    answer = grade_answer({**WELL, "ice": 8, "seizure": None}, 54)
    assert json.loads(json.dumps(answer)) == {
        "grade": None,
        "minimum": 1,
        "maximum": 4,
        "is_final": False,
        "decided_by": ["ice"],
        "unassessed": ["seizure"],
        "severity": None,
        "sentence": "At least grade 1; seizure findings not assessed.",
        "attribution": ATTRIBUTION,
    }


def test_ten_items_make_ten_points():
    assert score_ice(dict.fromkeys(ALL_ITEMS, True)).score == 10
    assert score_ice(dict.fromkeys(ALL_ITEMS, False)).score == 0
    assert [score_ice({**dict.fromkeys(ALL_ITEMS, False), item: True}).score for item in ALL_ITEMS] == [1] * 10


def test_an_item_that_was_not_asked_is_not_a_wrong_answer():
    # six passed, one failed, three not asked: 6 to 9 points
    items = {**dict.fromkeys(ALL_ITEMS[:6], True), "object_3": False}
    score = score_ice(items)
    assert (score.score, score.minimum, score.maximum) == (None, 6, 9)
    assert score.sentence == "ICE 6 to 9; not asked: command, sentence and counting."
    result = grade_icans({**WELL, "ice": score}, 54)
    assert (result.minimum, result.maximum, result.unassessed) == (1, 2, ("ice",))
    assert result.sentence == "At least grade 1, at most grade 2; ICE in full (6 to 9 points) not assessed."


def test_a_partly_asked_ice_may_settle_the_grade():
    # seven passed, two not asked, one failed: 7 to 9 points are all grade 1
    items = {**dict.fromkeys(ALL_ITEMS[:7], True), "command": False}
    assert grade_icans({**WELL, "ice": score_ice(items)}, 54).grade == 1
    assert grade_icans({**WELL, "ice": score_ice({})}, 54) == grade_icans({**WELL, "ice": None}, 54)


@pytest.mark.parametrize("items", [{"weekday": True}, {"year": 1}, {"year": "yes"}])
def test_other_items_and_answers_are_refused(items):
    with pytest.raises(UsageError, match="ICE item"):
        score_ice(items)


def test_grading_a_person_loads_the_standard_library_only():
    code = (
        "import sys; from icans_evidence.grading import grade_icans; grade_icans({'ice': 8}, 54); "
        "print({'polars', 'numpy', 'narwhals', 'pandera', 'scipy'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
