"""What the grading page and the handouts call: criteria, ICE, doses, the calculator, cases, and whose handout it is."""

from __future__ import annotations

from icans_evidence.errors import UsageError
from icans_evidence.figures.display import Shown, Words
from icans_evidence.figures.tables import grading_tables
from icans_evidence.project import project_here


def criteria(which: str) -> Shown:
    """The criteria of a scale as a table: adult, child or crs."""
    return grading_tables.criteria_table(which)


def readings(which: str) -> Shown:
    """The readings taken of a scale where its sources leave something open."""
    return grading_tables.readings_table(which)


def ice() -> Shown:
    """The items of ICE."""
    return grading_tables.ice_table()


def ice_card() -> Shown:
    """ICE on a card: one row a domain, its tasks and points."""
    return grading_tables.ice_card()


def criteria_card(which: str) -> Shown:
    """The criteria of a scale on a card: adult or child."""
    return grading_tables.criteria_card(which)


def institution() -> Words:
    """Whose handout it is: name, logo and phone line from `_brand.yml`."""
    from icans_evidence.pages.letterhead import letterhead

    return letterhead(project_here())


def tocilizumab() -> Shown:
    """One dose of tocilizumab for CRS by weight."""
    return grading_tables.tocilizumab_table()


def calculator() -> Shown:
    """The calculator of ICE, ICANS, CRS, m-EASIX and tocilizumab by weight."""
    from icans_evidence.pages.calculator_form import calculator as made

    return made()


def clinical_cases() -> Shown:
    """The clinical cases as a quiz."""
    cases = project_here() / "tests" / "spec" / "cases.csv"
    if not cases.is_file():
        raise UsageError(f"clinical_cases(): this project has no {cases.relative_to(project_here()).as_posix()}")
    return grading_tables.clinical_cases(cases)
