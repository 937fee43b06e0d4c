"""Kinds of faults that a hand may leave in a table of extracted figures, each a small edit of one row.

An edit answers whether it could be made; what the cell held and holds now stands in the row's `_was` and `_now`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

COUNTS = ("n_events", "n_total")
FIGURES = (
    "percent",
    "percent_low",
    "percent_high",
    "value",
    "low",
    "high",
    "threshold",
    "amount",
    "amount_high",
    "cap",
)
DIGIT = re.compile(r"\d")
Row = dict[str, str]
Table = list[Row]
Edit = Callable[[random.Random, Row, Table], bool]


def number_cells(row: Row, names: tuple[str, ...] = COUNTS + FIGURES) -> list[str]:
    """The columns of a row that hold a figure which its printed form shows."""
    return [name for name in names if row.get(name) and row[name] in figures_of(row["reported"])]


def figures_of(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))


def replaced(row: Row, old: str, new: str) -> None:
    """The printed form with the first standing figure `old` written as `new`."""
    row["reported"] = re.sub(rf"(?<![\d.]){re.escape(old)}(?![\d.]*\d)", new, row["reported"].replace(",", ""), count=1)


def changed(row: Row, column: str, new: str) -> bool:
    """Write `new` into the cell and remember what it was."""
    if not new or float(new) == float(row[column]):
        return False
    row["_was"], row[column] = row[column], new
    row["_now"] = new
    return True


def digit_changed(rng: random.Random, row: Row, _: Table) -> bool:
    column = rng.choice(number_cells(row) or [""])
    if not column:
        return False
    places = [found.start() for found in DIGIT.finditer(row[column])]
    place = rng.choice(places)
    digit = rng.choice([d for d in "123456789" if d != row[column][place]])
    return changed(row, column, row[column][:place] + digit + row[column][place + 1 :])


def digits_swapped(rng: random.Random, row: Row, _: Table) -> bool:
    for column in rng.sample(number_cells(row), len(number_cells(row))):
        text = row[column]
        pairs = [n for n in range(len(text) - 1) if text[n : n + 2].isdigit() and text[n] != text[n + 1]]
        pairs = [n for n in pairs if n or text[1] != "0"]  # nobody writes 02 for 20
        if pairs:
            n = rng.choice(pairs)
            return changed(row, column, text[:n] + text[n + 1] + text[n] + text[n + 2 :])
    return False


def ten_times(rng: random.Random, row: Row, _: Table) -> bool:
    column = rng.choice(number_cells(row) or [""])
    return bool(column) and changed(row, column, f"{float(row[column]) * 10:g}")


def one_more(rng: random.Random, row: Row, _: Table) -> bool:
    """A percentage rounded the wrong way: one more in its last printed place."""
    column = rng.choice(number_cells(row, ("percent", "percent_low", "percent_high", "value")) or [""])
    if not column:
        return False
    decimals = len(row[column].partition(".")[2])
    step = rng.choice([-1, 1]) * 10**-decimals
    return changed(row, column, f"{float(row[column]) + step:.{decimals}f}")


def events_and_total_swapped(rng: random.Random, row: Row, _: Table) -> bool:
    if not all(name in number_cells(row) for name in COUNTS) or row["n_events"] == row["n_total"]:
        return False
    old, new = (row["n_events"], row["n_total"]), (row["n_total"], row["n_events"])
    row["n_events"], row["n_total"] = new
    row["_swap"] = "\t".join(old)
    row["_was"], row["_now"] = " of ".join(old), " of ".join(new)
    return True


def ends_swapped(rng: random.Random, row: Row, _: Table) -> bool:
    for low, high in (("percent_low", "percent_high"), ("low", "high"), ("amount", "amount_high")):
        if row.get(low) and row.get(high) and row[low] != row[high]:
            row["_swap"] = f"{row[low]}\t{row[high]}"
            row["_was"], row["_now"] = f"{row[low]}–{row[high]}", f"{row[high]}–{row[low]}"
            row[low], row[high] = row[high], row[low]
            return True
    return False


def total_of_another(rng: random.Random, row: Row, table: Table) -> bool:
    """The denominator of another row of the same table."""
    others = sorted({other["n_total"] for other in table if other.get("n_total")} - {row.get("n_total", "")})
    return bool("n_total" in number_cells(row) and others) and changed(row, "n_total", rng.choice(others))


VALUE_KINDS: dict[str, Edit] = {
    "a digit changed": digit_changed,
    "two digits swapped": digits_swapped,
    "ten times the figure": ten_times,
    "rounded the wrong way": one_more,
    "n and N swapped": events_and_total_swapped,
    "ends of a range swapped": ends_swapped,
    "denominator of another row": total_of_another,
}


def wrong_reference(rng: random.Random, row: Row, _: Table) -> bool:
    if not row.get("cites"):
        return False
    marks = row["cites"].split(";")
    place = rng.randrange(len(marks))
    marks[place] = str(rng.choice([n for n in range(1, 47) if str(n) not in marks]))
    return cell_changed(row, "cites", ";".join(marks))


def cell_changed(row: Row, column: str, new: str) -> bool:
    if new == row[column]:
        return False
    row["_was"], row["_now"] = row[column], new
    row[column] = new
    return True


def of_another_row(column: str) -> Edit:
    """A cell that takes the value of another row of its table."""

    def edit(rng: random.Random, row: Row, table: Table) -> bool:
        others = sorted({other[column] for other in table if other.get(column)} - {row.get(column, "")})
        return bool(row.get(column) and others) and cell_changed(row, column, rng.choice(others))

    return edit


UNITS = {
    "mg/dL": "mg/L", "percent": "days", "days": "hours", "hours": "days", "mg": "mg/kg", "mg/kg": "mg",
    "minutes": "hours", "cells/µL": "cells/mL", "ng/mL": "pg/mL", "pg/mL": "ng/mL", "°C": "°F", "mg/kg/d": "mg/kg",
    "mg/d": "mg/kg/d", "mg twice daily": "mg/d", "years": "months", "per mL": "per µL",
}  # fmt: skip


def wrong_unit(rng: random.Random, row: Row, _: Table) -> bool:
    unit = row.get("unit", "")
    return unit in UNITS and cell_changed(row, "unit", UNITS[unit])


def bound_as_point(rng: random.Random, row: Row, _: Table) -> bool:
    return (
        row.get("relation") in ("≤", "≥", "<", ">", "~")
        and bool(number_cells(row))
        and cell_changed(row, "relation", "=")
    )


def bound_turned(rng: random.Random, row: Row, _: Table) -> bool:
    turned = {"≤": "≥", "≥": "≤", "<": ">", ">": "<"}.get(row.get("relation", ""))
    return bool(turned and number_cells(row)) and cell_changed(row, "relation", turned or "")


def decimal_comma(rng: random.Random, row: Row, _: Table) -> bool:
    column = next((name for name in number_cells(row) if "." in row[name]), "")
    return bool(column) and cell_changed(row, column, row[column].replace(".", ","))


def figure_dropped(rng: random.Random, row: Row, _: Table) -> bool:
    column = rng.choice(number_cells(row) or [""])
    return bool(column) and cell_changed(row, column, "")


def another_statistic(rng: random.Random, row: Row, _: Table) -> bool:
    other = {"median": "mean", "mean": "median", "maximum": "median", "minimum": "median"}.get(row.get("statistic", ""))
    return bool(other) and cell_changed(row, "statistic", other or "")


def direction_turned(rng: random.Random, row: Row, _: Table) -> bool:
    turned = {"higher": "lower", "lower": "higher"}.get(row.get("direction", ""))
    return bool(turned) and cell_changed(row, "direction", turned or "")


def copied_row(rng: random.Random, row: Row, table: Table) -> bool:
    prefix = row["row_id"][:4]
    number = max(int(other["row_id"][4:]) for other in table if other["row_id"].startswith(prefix)) + 1
    copy = {**row, "row_id": f"{prefix}{number:03d}"}
    table.insert(rng.randrange(len(table) + 1), copy)
    row["_was"], row["_now"] = row["row_id"], copy["row_id"]
    row["_also"] = copy["row_id"]
    return True


OTHER_KINDS: dict[str, tuple[Edit, bool]] = {
    "wrong reference": (wrong_reference, True),
    "wrong unit": (wrong_unit, True),
    "bound turned into a point": (bound_as_point, True),
    "bound turned round": (bound_turned, True),
    "decimal comma": (decimal_comma, True),
    "figure dropped": (figure_dropped, True),
    "row moved to another section": (of_another_row("section"), True),
    "sentence of another row": (of_another_row("fingerprint"), True),
    "another statistic": (another_statistic, True),
    "direction turned": (direction_turned, False),
    "cohort of another study": (of_another_row("cohort_id"), False),
    "row copied": (copied_row, False),
}
"""Kind → what it does, and whether the row then says something else than its sentence prints, place included."""


def identifiers() -> Iterator[tuple[str, Callable[[random.Random, Table], tuple[str, str, str] | None]]]:
    """Faults of studies.csv: a DOI filled down with a rising last number, a PMID of another study, a wrong year."""

    def drag_filled(rng: random.Random, studies: Table) -> tuple[str, str, str] | None:
        start = rng.randrange(len(studies) - 4)
        first = studies[start]
        found = re.search(r"^(.*?)(\d+)$", first["doi"])
        if not found:
            return None
        was = studies[start + 1]["doi"]
        for step in (1, 2, 3):
            studies[start + step]["doi"] = f"{found[1]}{int(found[2]) + step:0{len(found[2])}d}"
        return studies[start + 1]["study_id"], was, studies[start + 1]["doi"]

    def of_another(column: str) -> Callable[[random.Random, Table], tuple[str, str, str] | None]:
        def edit(rng: random.Random, studies: Table) -> tuple[str, str, str] | None:
            one, other = rng.sample([study for study in studies if study[column]], 2)
            was, one[column] = one[column], other[column]
            return (one["study_id"], was, one[column]) if was != one[column] else None

        return edit

    yield "DOI filled down", drag_filled
    yield "PMID of another study", of_another("pmid")
    yield "year of another study", of_another("year")
