"""Every state of an assessment, graded as the published table grades it."""

from itertools import product

import oracle
import pytest

from icans_evidence.grading import grade_icans

AGES = {"ice": 54, "capd": 6}


def graded(state):
    age = AGES["capd" if "capd" in state else "ice"]
    return grade_icans(state, age_years=age)


@pytest.fixture(scope="module", params=["ice", "capd"])
def answers(request):
    return {tuple(state.items()): graded(state) for state in oracle.states(request.param)}


def test_there_are_3456_states_with_ice_and_10080_with_capd():
    # (11 scores + missing) × 6 × 4 × 3 × 4, and (33 totals + unable + missing) × 6 × 4 × 3 × 4
    assert [sum(1 for _ in oracle.states(score)) for score in AGES] == [3456, 10080]


def test_every_state_is_graded_as_the_published_table_grades_it(answers):
    for state, result in answers.items():
        low, high, decided_by, unassessed = oracle.answer(dict(state))
        assert (result.minimum, result.maximum) == (low, high), state
        assert result.decided_by == tuple(decided_by), state
        assert result.unassessed == tuple(unassessed), state
        assert result.is_final is (low == high)
        assert result.grade == (low if low == high else None)


def test_the_range_is_exactly_what_the_completions_of_a_state_can_be(answers):
    # so a final grade survives every completion, and no range is wider than it must be
    for state, result in answers.items():
        reached = {answers[full].grade for full in completions(state)}
        assert (min(reached), max(reached)) == (result.minimum, result.maximum), state


def completions(state):
    choices = [oracle.ORDERS[name] if finding is None else [finding] for name, finding in state]
    for findings in product(*choices):
        yield tuple(zip((name for name, _ in state), findings, strict=True))


def test_learning_a_finding_never_widens_the_range(answers):
    for state, result in answers.items():
        for place, (name, finding) in enumerate(state):
            if finding is None:
                for learned in oracle.ORDERS[name]:
                    after = answers[(*state[:place], (name, learned), *state[place + 1 :])]
                    assert result.minimum <= after.minimum <= after.maximum <= result.maximum


def test_a_worse_finding_never_lowers_a_grade(answers):
    for state, result in answers.items():
        for place, (name, finding) in enumerate(state):
            worse = oracle.ORDERS[name][oracle.ORDERS[name].index(finding) + 1 :] if finding is not None else []
            for changed in worse[:1]:
                after = answers[(*state[:place], (name, changed), *state[place + 1 :])]
                assert after.minimum >= result.minimum and after.maximum >= result.maximum


def test_severity_is_told_only_when_both_ends_share_it(answers):
    for result in answers.values():
        ends = {("none", "mild", "mild", "severe", "severe")[end] for end in (result.minimum, result.maximum)}
        assert result.severity == (ends.pop() if len(ends) == 1 else None)


@pytest.mark.parametrize(
    ("age", "delay", "highest", "missing"),
    [
        (12, None, 3, "ice"),
        (12, False, 3, "ice"),
        (12, True, 4, "capd"),
        (11.9, None, 4, "capd"),
        (11.9, True, 4, "capd"),
        (None, None, 3, "ice"),
        (None, True, 4, "capd"),
        (None, False, 3, "ice"),
    ],
)
def test_a_missing_score_is_the_one_that_the_person_would_need(age, delay, highest, missing):
    # without an age the adult instrument is assumed and said; an unassessed ICE adds at most grade 3
    findings = {"consciousness": "alert", "seizure": "none", "motor": "none", "edema": "none"}
    result = grade_icans(findings, age, delay)
    assert (result.minimum, result.maximum, result.unassessed) == (0, highest, (missing,))


def test_without_an_age_the_score_that_was_done_or_named_decides(answers):
    for state, result in answers.items():
        alone = grade_icans(dict(state))
        assert (alone.minimum, alone.maximum, alone.decided_by, alone.unassessed) == (
            result.minimum,
            result.maximum,
            result.decided_by,
            result.unassessed,
        )


def test_the_instrument_assumed_without_age_and_score_is_said():
    told = grade_icans({"consciousness": "alert", "seizure": "none", "motor": "none", "edema": "none"}).sentence
    assert told == (
        "No grade yet, 0 to 3 possible; ICE not assessed. "
        "Age not given: to be completed by ICE, which is for 12 years and over."
    )
