"""That no grade and no cut-off of the rules can be edited unnoticed."""

import mutate_criteria


def test_the_rules_as_published_pass_every_expectation():
    assert mutate_criteria.caught() is None


def test_every_one_cell_edit_of_a_grade_or_cut_off_is_caught():
    count, missed = mutate_criteria.survivors()
    assert missed == []
    assert count > 1000
