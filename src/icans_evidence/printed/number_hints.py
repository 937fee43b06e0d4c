"""Why a cell is not a number: what it looks like, and what to write in its place.

Only cells already found wrong come here, so each is looked at with all patience.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from icans_evidence.files.faults import shown
from icans_evidence.printed.digits import PERCENT, POINTS, plain

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_QUOTES = "\"'“”‘’„«»`´"
_MISSING = {"-", "–", "—", "−", ".", "na", "n/a", "nan", "null", "none", "nr", "not stated", "not reported", "?", "inf"}
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_SIGN = re.compile(rf"\s*{PERCENT}$", re.I)
_WRONG_POINTS = "," + POINTS.removeprefix(".")


def explain_number(value: str, *, whole: bool) -> str:
    """One sentence on a cell that should hold a number (`whole`: an integer) and does not."""
    return f"{shown(value)} {_reason(value, whole)}"


def _reason(value: str, whole: bool) -> str:
    date = _as_date(value)
    if date:
        return date
    bare = value.strip().strip(_QUOTES + " \u00a0\u2009\u202f").strip()
    if bare != value and re.fullmatch(rf"-?{_NUMBER}", bare):
        around = "quotation marks" if any(q in value for q in _QUOTES) else "spaces"
        return f"has {around} around the number; write {bare}"
    if re.match(r"[=@]", value) or re.match(r"[+-]\D", value):
        return f"begins with {value[0]}, which a spreadsheet runs as a formula; write the number itself"
    if value.strip().casefold() in _MISSING:
        return "is no number; leave a missing value empty"
    return _misprint(value.strip(), whole)


def _misprint(text: str, whole: bool) -> str:
    simple = plain(text).replace("−", "-")
    for pattern, reason in _MISPRINTS.items():
        if re.fullmatch(pattern, simple, re.I):
            return reason(simple)
    if simple != text and re.fullmatch(rf"-?{_NUMBER}", simple):
        what = "a typographic minus" if "−" in text else "full-width or foreign digits"
        return f"has {what}; write {simple}"
    if whole:
        return "is not a whole number" + ("" if re.fullmatch(rf"-?{_NUMBER}", simple) else ", such as 12")
    return "is not a number, such as 12 or 4.5"


_MISPRINTS: dict[str, Callable[[str], str]] = {
    r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?": lambda text: (
        f"holds a comma; write {text.replace(',', '')}, or a decimal point if a decimal was meant"
    ),
    rf"-?[0-9]+[{_WRONG_POINTS}][0-9]+": lambda text: (
        f"has a decimal comma; write {re.sub(f'[{_WRONG_POINTS}]', '.', text)}"
    ),
    rf"{_NUMBER}\s*{PERCENT}": lambda text: f"has a percent sign; write {_SIGN.sub('', text)}",
    rf"[<>≤≥~=]\s*{_NUMBER}": lambda text: (
        f"has the sign with the number; the sign belongs in the column relation, here write {text[1:].strip()}"
    ),
    rf"{_NUMBER}\s*(-|–|to)\s*{_NUMBER}": lambda text: "is a range; its two ends have columns of their own",
}


def _as_date(value: str) -> str:
    """What a spreadsheet made a date of, where the cell looks like one; otherwise empty."""
    text = value.strip()
    day_first = re.fullmatch(r"([0-9]{1,2})[-. ]([A-Za-z]{3})[a-z]*\.?", text)
    month_first = re.fullmatch(r"([A-Za-z]{3})[a-z]*[-. ]([0-9]{1,2})", text)
    full = re.fullmatch(
        r"(?:[0-9]{4}-([0-9][0-9])-([0-9][0-9])(?:[T ].*)?)|(?:([0-9]{1,2})[/.]([0-9]{1,2})[/.][0-9]{2,4})", text
    )
    if day_first and day_first[2].lower() in _MONTHS:
        ends = [int(day_first[1]), _MONTHS.index(day_first[2].lower()) + 1]
    elif month_first and month_first[1].lower() in _MONTHS:
        ends = [int(month_first[2]), _MONTHS.index(month_first[1].lower()) + 1]
    elif full:
        ends = [int(part) for part in full.groups() if part]
    else:
        return ""
    low, high = sorted(ends)
    return f"is a date: a spreadsheet has probably turned {low}–{high} into it; write the figures as they were printed"
