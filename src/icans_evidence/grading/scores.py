"""EASIX, m-EASIX and the weight band of tocilizumab: the only figures computed for a patient beside the
grades.

Units are required and echoed; a value that looks like the wrong unit is refused unless the caller insists.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real

from icans_evidence.errors import UsageError
from icans_evidence.grading.criteria import ScoreInput, dose_bands, score_inputs
from icans_evidence.wording import listing, number

FORMULAS = {"easix": "EASIX", "m_easix": "m-EASIX"}
SPELLINGS = {"10⁹/L": "10^9/L"}
AS_ENTERED = 12


@dataclass(frozen=True)
class Score:
    """A laboratory score without unit; `inputs` gives each value as it was entered, with its unit."""

    name: str
    value: float
    inputs: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """ "m-EASIX 12.5 from LDH 250 U/L, CRP 5 mg/dL and platelets 100 × 10⁹/L." """
        return f"{self.name} {number(self.value, 2)} from {listing(self.inputs)}."


def easix(  # the units stand in the names of the arguments, so none can be left out
    ldh: float,
    creatinine: float,
    platelets: float,
    *,
    ldh_unit: str,
    creatinine_unit: str,
    platelets_unit: str,
    accept_high: bool = False,
) -> Score:
    """EASIX = LDH × creatinine / platelets, in U/L, mg/dL and 10^9/L (Pennisi 2021).

    A value above the limits of rules/scores.csv is refused as a likely mix-up of units, unless `accept_high` is true.
    UsageError for other units.
    """
    values = {"ldh": (ldh, ldh_unit), "creatinine": (creatinine, creatinine_unit)}
    return _score("easix", values | {"platelets": (platelets, platelets_unit)}, accept_high)


def m_easix(
    ldh: float,
    crp: float,
    platelets: float,
    *,
    ldh_unit: str,
    crp_unit: str,
    platelets_unit: str,
    accept_high: bool = False,
) -> Score:
    """m-EASIX = LDH × CRP / platelets, in U/L, mg/dL and 10^9/L (Pennisi 2021).

    CRP may be given in mg/dL or mg/L and is converted. A CRP above 60 mg/dL or 600 mg/L, or platelets above 2,000, are
    refused as a likely mix-up of units, unless `accept_high` is true. UsageError for other units or impossible
    values.
    """
    values = {"ldh": (ldh, ldh_unit), "crp": (crp, crp_unit), "platelets": (platelets, platelets_unit)}
    return _score("m_easix", values, accept_high)


def _score(name: str, values: dict[str, tuple[float, str]], accept_high: bool = False) -> Score:
    result, inputs = 1.0, []
    for variable, (value, unit) in values.items():
        row = _input(name, variable, unit)
        _refuse_impossible(row, value, accept_high)
        amount = value * row.to_formula_unit
        result = result / amount if row.role == "divisor" else result * amount
        inputs.append(f"{row.label} {number(value, AS_ENTERED)} {_printed(row.unit)}")
    return Score(FORMULAS[name], result, tuple(inputs))


def _printed(unit: str) -> str:
    """A unit as it stands after a figure: "250 U/L", "100 × 10⁹/L"."""
    return next((f"× {spelling}" for spelling, code in SPELLINGS.items() if code == unit), unit)


def _input(name: str, variable: str, unit: str) -> ScoreInput:
    units = {row.unit: row for row in score_inputs() if (row.score, row.variable) == (name, variable)}
    row = units.get(SPELLINGS.get(unit, unit))
    if row is None:
        raise UsageError(f"{variable}_unit must be {listing(units, 'or')}")
    return row


def _refuse_impossible(row: ScoreInput, value: float, accept_high: bool) -> None:
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value) or value < 0:
        raise UsageError(f"{row.variable} must be a number, 0 or more")
    if row.role == "divisor" and value == 0:
        raise UsageError(f"{row.variable} must be above 0")
    if row.refuse_above is not None and value > row.refuse_above and not accept_high:
        raise UsageError(
            f"{row.variable} above {number(row.refuse_above)} {row.unit} is refused: check the unit, "
            "or say that the value is right"
        )


@dataclass(frozen=True)
class TocilizumabDose:
    """One dose of tocilizumab for CRS; `note` says where sources disagree on repeating it."""

    weight_kg: float
    mg_per_kg: float
    dose_mg: float
    capped: bool
    source: str
    note: str

    @property
    def sentence(self) -> str:
        """The dose with its band and, where it applies, its cap."""
        cap = ", the most for one dose" if self.capped else ""
        dose = f"Tocilizumab for CRS at {number(self.weight_kg, AS_ENTERED)} kg: {number(self.mg_per_kg)} mg/kg"
        return f"{dose}, {number(self.dose_mg)} mg{cap}. {self.note}"


def tocilizumab_dose(weight_kg: float) -> TocilizumabDose:
    """One dose of tocilizumab in mg by weight in kg, from rules/tocilizumab_crs.csv; never a recommendation
    to give it.

    12 mg/kg below 30 kg, else 8 mg/kg up to 800 mg. UsageError outside the weights of the bands.
    """
    bands = dose_bands()
    limit = bands[-1].weight_max_kg
    usable = isinstance(weight_kg, Real) and not isinstance(weight_kg, bool)
    if not usable or not 0 < weight_kg < limit:
        raise UsageError(f"weight_kg must be a number above 0 and below {number(limit)}")
    band = next(row for row in bands if row.weight_min_kg <= weight_kg < row.weight_max_kg)
    dose = weight_kg * band.mg_per_kg
    capped = dose > band.cap_mg
    return TocilizumabDose(weight_kg, band.mg_per_kg, min(dose, band.cap_mg), capped, band.source, band.note)
