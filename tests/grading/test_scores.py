"""EASIX, m-EASIX and tocilizumab by weight: arithmetic shown, units asked for, limits on both sides."""

import math

import pytest

from icans_evidence.errors import UsageError
from icans_evidence.grading import easix, m_easix, tocilizumab_dose
from icans_evidence.grading.criteria import dose_bands

LAB = {"ldh_unit": "U/L", "platelets_unit": "10^9/L"}


def check_scores():
    # 250 U/L × 5 mg/dL / 100 = 12.5; 50 mg/L are the same 5 mg/dL; 300 × 1.2 / 90 = 4
    assert m_easix(250, 5, 100, crp_unit="mg/dL", **LAB).value == pytest.approx(12.5)
    assert m_easix(250, 50, 100, crp_unit="mg/L", **LAB).value == pytest.approx(12.5)
    assert easix(300, 1.2, 90, creatinine_unit="mg/dL", **LAB).value == pytest.approx(4)
    # 300 × 25 / 90 = 83.3…; 10^6 × 1 / 2,000 = 500
    assert easix(300, 25, 90, creatinine_unit="mg/dL", **LAB).value == pytest.approx(250 / 3)
    assert easix(10**6, 1, 2000, creatinine_unit="mg/dL", **LAB).value == pytest.approx(500)
    for creatinine, platelets in ((25.1, 90), (1, 2000.1)):
        with pytest.raises(UsageError, match="check the unit"):
            easix(300, creatinine, platelets, creatinine_unit="mg/dL", **LAB)
    assert m_easix(10**6, 1, 2000, crp_unit="mg/dL", **LAB).value == pytest.approx(500)
    with pytest.raises(UsageError, match="check the unit"):
        m_easix(250, 5, 2000.1, crp_unit="mg/dL", **LAB)
    for unit, limit in (("mg/dL", 60), ("mg/L", 600)):
        m_easix(250, limit, 100, crp_unit=unit, **LAB)
        with pytest.raises(UsageError, match="check the unit"):
            m_easix(250, limit + 0.1, 100, crp_unit=unit, **LAB)


def check_doses():
    # review, Tocilizumab: 12 mg/kg under 30 kg, 8 mg/kg from 30 kg, never above 800 mg
    expected = {10: 120, 29.9: 358.8, 30: 240, 30.1: 240.8, 99: 792, 100: 800, 101: 800, 399: 800}
    assert {kg: pytest.approx(tocilizumab_dose(kg).dose_mg) for kg in expected} == expected
    assert not tocilizumab_dose(100).capped and tocilizumab_dose(101).capped
    assert [band.cap_mg for band in dose_bands()] == [800, 800]
    for impossible in (0, -5, 400, math.nan, math.inf, True, "70"):
        with pytest.raises(UsageError, match="above 0 and below 400"):
            tocilizumab_dose(impossible)


def test_scores_agree_with_arithmetic_by_hand():
    check_scores()


def test_doses_agree_with_the_published_bands():
    check_doses()


def test_a_dose_says_where_sources_disagree():
    sentence = tocilizumab_dose(70).sentence
    assert sentence.startswith("Tocilizumab for CRS at 70 kg: 8 mg/kg, 560 mg. Repeating is disputed:")
    assert "24 to 48 hours" in sentence and "every 8 hours" in sentence


def test_the_units_are_echoed():
    sentence = m_easix(250, 50, 100, crp_unit="mg/L", ldh_unit="U/L", platelets_unit="10⁹/L").sentence
    assert sentence == "m-EASIX 12.5 from LDH 250 U/L, CRP 50 mg/L and platelets 100 × 10⁹/L."


def test_a_score_without_units_cannot_be_asked_for():
    with pytest.raises(TypeError, match="crp_unit"):
        m_easix(250, 5, 100, **LAB)


def test_another_unit_is_refused_with_the_allowed_ones():
    with pytest.raises(UsageError) as refused:
        m_easix(250, 5, 100, crp_unit="nmol/L", **LAB)
    assert str(refused.value) == "crp_unit must be mg/dL or mg/L"


def test_a_high_crp_is_taken_when_insisted_on():
    # 250 × 61 / 100 = 152.5
    high = m_easix(250, 61, 100, crp_unit="mg/dL", accept_high=True, **LAB)
    assert high.value == pytest.approx(152.5)


@pytest.mark.parametrize("ldh", [-1, math.nan, math.inf, True, "250"])
def test_an_impossible_value_is_refused(ldh):
    with pytest.raises(UsageError, match="ldh must be a number, 0 or more"):
        m_easix(ldh, 5, 100, crp_unit="mg/dL", **LAB)


def test_no_platelets_are_refused_rather_than_divided_by():
    with pytest.raises(UsageError, match="platelets must be above 0"):
        m_easix(250, 5, 0, crp_unit="mg/dL", **LAB)


def test_what_was_entered_is_echoed_unrounded():
    assert "at 29.999 kg: 12 mg/kg" in tocilizumab_dose(29.999).sentence
    assert "CRP 0.0001 mg/L" in m_easix(250, 0.0001, 100, crp_unit="mg/L", **LAB).sentence
