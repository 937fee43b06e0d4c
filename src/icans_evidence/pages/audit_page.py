"""What the audit and methods pages call: lists of figures, disagreements, claims, checks, passes and signatures."""

from __future__ import annotations

from html import escape

from icans_evidence.errors import UsageError
from icans_evidence.figures.display import Shown
from icans_evidence.figures.tables.planted_table import seeded_table
from icans_evidence.pages import audit_lists
from icans_evidence.pages.page import report
from icans_evidence.summaries.row_locations import picture_places


def figures() -> Shown:
    """Every figure with its study, place and checks: the first 5,000, and a link to all of them as CSV."""
    return audit_lists.figures_list(report().evidence, report().results, picture_places(report().plan, report().root))


def results_list() -> Shown:
    """Every result with its sentence, method and the rows behind it."""
    return audit_lists.results_list(report().results)


def register() -> Shown:
    """The register of disagreements with the reading taken in each."""
    return audit_lists.register_list(report().evidence)


def claims() -> Shown:
    """The claims of the review over several studies with their verdicts."""
    return audit_lists.claims_list(report().evidence, report().results)


def consistency() -> Shown:
    """What the checks that need no article tell of the rows, each with the entry of the register that names it."""
    return audit_lists.consistency_list(report().evidence)


def matrix() -> Shown:
    """The documents by core outcomes: taken, not printed or not looked for, and the file of it."""
    from icans_evidence.figures.tables.looked_for_table import looked_for_table

    return looked_for_table(report().evidence)


def passes(part: str) -> Shown:
    """How far the two extraction passes agree: "tables", "fields" or "differences"; UsageError for another part."""
    from icans_evidence.figures.tables import extraction_tables
    from icans_evidence.summaries.extraction_agreement import compared

    parts = {
        "tables": extraction_tables.tables_table,
        "fields": extraction_tables.fields_table,
        "differences": extraction_tables.differences_table,
    }
    if part not in parts:
        raise UsageError(f'passes("{part}"): allowed: {", ".join(parts)}')
    comparison = compared(report().evidence)
    if comparison is None:
        raise UsageError(f'passes("{part}"): the data hold no two extraction passes')
    return parts[part](comparison)


def planted() -> Shown:
    """Planted faults and how many are caught, kind by kind."""
    return seeded_table(report().root)


def signoff() -> Shown:
    """The shares of rows that are verified, lapsed and unverified, by table."""
    from icans_evidence.figures.tables.signature_tables import signoff_table

    return signoff_table(report().evidence)


def studies() -> Shown:
    """The documents read or cited: what was read of each and how many figures came from it."""
    return audit_lists.studies_list(report().evidence)


def sentences_without_row() -> Shown:
    """Sentences of the review that hold a figure and have no row, with the reason."""
    return audit_lists.reasons_list(report().evidence)


def dictionary() -> Shown:
    """The data dictionary: every column with its meaning, unit and allowed values."""
    from icans_evidence.evidence.data_dictionary import dictionary as entries

    columns = ["Table", "Column", "Meaning", "Unit", "Allowed", "Required"]
    listed = [
        ("", [escape(str(cell)) for cell in (*entry[:-1], "yes" if entry.required else "")])
        for entry in entries(report().project.vocabulary)
    ]
    return audit_lists.listing_table(columns, listed, "Data dictionary")


def checks() -> Shown:
    """The checks that every row passes before anything is built from it."""
    from icans_evidence.evidence.rules import RULES

    listed = [("", [escape(rule.name.replace("_", " ")), escape(rule.sentence)]) for rule in RULES]
    return audit_lists.listing_table(["Check", "What must hold"], listed, "Checks", sortable=False)


def questions() -> Shown:
    """The checks of consistency, one sentence each: what they tell is for a person to settle."""
    from icans_evidence.audit.consistency import RULES

    listed = [("", [escape(rule.name), escape(rule.sentence)]) for rule in RULES]
    return audit_lists.listing_table(["Check", "What is asked"], listed, "Checks of consistency", sortable=False)
