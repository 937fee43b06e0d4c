"""The CRS grade, over all of its states and in clinical sentences."""

from itertools import product

import pytest

from icans_evidence.errors import UsageError
from icans_evidence.grading import grade_crs

# PMC9327779 table 2, by hand: what each finding adds to fever
HYPOTENSION = {"none": 0, "no_vasopressor": 2, "one_vasopressor": 3, "multiple_vasopressors": 4}
HYPOXIA = {"none": 0, "low_flow": 2, "high_flow": 3, "positive_pressure": 4}
FEVER = ("no", "masked_by_treatment", "yes")


def by_hand(fever, hypotension, hypoxia):
    worse = max(HYPOTENSION[hypotension], HYPOXIA[hypoxia])
    return {"no": 0, "masked_by_treatment": worse, "yes": max(1, worse)}[fever]


def check_all_states():
    for fever, low, air in product([None, *FEVER], [None, *HYPOTENSION], [None, *HYPOXIA]):
        result = grade_crs({"fever": fever, "hypotension": low, "hypoxia": air})
        choices = [FEVER if fever is None else [fever]]
        choices += [list(known) if x is None else [x] for x, known in ((low, HYPOTENSION), (air, HYPOXIA))]
        reached = [by_hand(*state) for state in product(*choices)]
        assert (result.minimum, result.maximum) == (min(reached), max(reached)), (fever, low, air)


def check_severities():
    # Pennisi 2021 (abstract): severe CRS is grade 3 or higher
    grades = [("no", "none"), ("yes", "none"), *(("yes", pressure) for pressure in list(HYPOTENSION)[1:])]
    found = [grade_crs({"fever": fever, "hypotension": low, "hypoxia": "none"}).severity for fever, low in grades]
    assert found == ["none", "mild", "mild", "severe", "severe"]


def test_severities():
    check_severities()


def test_every_state_is_graded_as_all_of_its_completions():
    check_all_states()


@pytest.mark.parametrize(
    ("fever", "hypotension", "hypoxia", "sentence"),
    [
        ("yes", "none", "none", "Grade 1: fever."),
        ("yes", "none", "low_flow", "Grade 2: hypoxia on low-flow oxygen."),
        (
            "yes",
            "one_vasopressor",
            "high_flow",
            "Grade 3: hypotension on one vasopressor and hypoxia on high-flow oxygen.",
        ),
        (
            "masked_by_treatment",
            "none",
            "none",
            "Grade 0: fever masked by treatment, with neither hypotension nor hypoxia.",
        ),
        ("masked_by_treatment", "multiple_vasopressors", "none", "Grade 4: hypotension on several vasopressors."),
        ("no", "none", "none", "Grade 0: no fever, and nothing given that would mask it."),
        (
            "no",
            "one_vasopressor",
            "none",
            "Grade 0: no fever, and nothing given that would mask it. Hypotension and hypoxia without fever are not "
            "graded as CRS: look for another cause.",
        ),
        (None, None, None, "Cannot be graded: nothing assessed."),
        ("yes", "none", None, "At least grade 1; hypoxia not assessed."),
    ],
)
def test_the_sentence_says_why(fever, hypotension, hypoxia, sentence):
    result = grade_crs({"fever": fever, "hypotension": hypotension, "hypoxia": hypoxia})
    assert result.sentence == sentence
    assert "infection" in result.attribution


def test_an_unknown_code_is_refused_with_what_is_allowed():
    with pytest.raises(UsageError) as refused:
        grade_crs({"fever": "38.5", "hypotension": "none", "hypoxia": "none"})
    assert str(refused.value) == "fever must be no, masked_by_treatment or yes (empty if not assessed)"
