"""The calculator of the grading page: forms made from the criteria, the rules as JSON, and one script that reads them.

It works from one file with the keyboard alone; nothing that is entered is stored or sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from icans_evidence import wording
from icans_evidence.figures.display import Shown
from icans_evidence.figures.tables.grading_tables import DOMAIN_WORDS
from icans_evidence.grading.criteria import (
    ADULT,
    CHILD,
    CRS,
    SCORES,
    Domain,
    dose_bands,
    ice_items,
    scale,
    score_inputs,
)
from icans_evidence.grading.scores import SPELLINGS
from icans_evidence.grading.sentences import ATTRIBUTION, CRS_ATTRIBUTION
from icans_evidence.pages.calculator_rules import rules_json

PRINTED = {code: printed for printed, code in SPELLINGS.items()}
SCRIPT = Path(__file__).parent / "calculator.js"
NONE_MEANS = (
    "“No” or “none” means: looked for and not found, by examination, and on imaging or EEG if they were done. "
    "A scan or an EEG that was not done does not matter here. “Nobody looked” leaves the question open."
)
ALONE = "Calculator of ICE, ICANS, CRS, m-EASIX and tocilizumab by weight; it needs a browser that runs scripts."


def calculator() -> Shown:
    """The four forms with their script."""
    script = SCRIPT.read_text(encoding="utf-8")
    parts = [
        '<div id="calculator" class="calc">',
        "<noscript><p>Scripts are off: the forms can be printed and filled in, but give no result.</p></noscript>",
        _icans(), _crs(), _easix(), _dose(), "</div>",
        f'<script type="application/json" id="calculator-rules">{rules_json()}</script>',
        f"<script>\n{script}</script>",
    ]  # fmt: skip
    return Shown("\n".join(parts), ALONE)


def _icans() -> str:
    capd = scale(CHILD).domain(SCORES[1])
    ways = [
        ("ice_items", "ICE, item by item", ""), ("ice", "ICE, total", ""),
        ("capd", "CAPD, total", "For children, and for older patients with developmental delay."),
        ("", "Nobody did one", ""),
    ]  # fmt: skip
    unable = '<label class="calc-choice"><input type="checkbox" name="unable" value="unable"><span>{}</span></label>'
    total = scale(ADULT).domain(SCORES[0])
    return _form("icans", "ICANS", [
        _text("icans", "age_years", "Age in years", "Leave empty if not known; then the score that was done decides."),
        _radios("icans", "delay", "Developmental delay", "",
                [("true", "Yes", ""), ("false", "No", ""), ("", "Not known", "")]),
        _radios("icans", "way", "Score", "", ways, first="ice_items"),
        f'<div data-way="ice_items">{_items()}</div>',
        f'<div data-way="ice">{_text("icans", "ice", "ICE total", _must_be(total))}</div>',
        f'<div data-way="capd">{_text("icans", "capd", "CAPD total", _must_be(capd))}'
        + unable.format("The child cannot be assessed with CAPD") + "</div>",
        f'<p class="calc-none">{escape(NONE_MEANS)}</p>',
        *(_domain("icans", domain) for domain in scale(ADULT).domains if domain.code not in SCORES),
    ], ATTRIBUTION)  # fmt: skip


def _crs() -> str:
    return _form("crs", "CRS", [_domain("crs", domain) for domain in scale(CRS).domains], CRS_ATTRIBUTION)


def _easix() -> str:
    rows = {row.variable: row for row in score_inputs() if row.score == "m_easix"}
    units = [(row.unit, row.unit, "") for row in score_inputs() if (row.score, row.variable) == ("m_easix", "crp")]
    parts = []
    for variable, row in rows.items():
        asks_unit = variable == "crp"
        label = row.label if asks_unit else f"{row.label} in {PRINTED.get(row.unit, row.unit)}"
        parts.append(_text("easix", variable, wording.capital(label), "", unit="" if asks_unit else row.unit))
        if asks_unit:
            parts.append(_radios("easix", "crp_unit", "Unit of CRP", "", units, first=None))
    parts.append('<label class="calc-choice"><input type="checkbox" name="accept_high" value="yes">'
                 "<span>The values are right, although unusually high</span></label>")  # fmt: skip
    return _form("easix", "m-EASIX", parts, f"From {rows['ldh'].source}; it predicts, it does not grade.")


def _dose() -> str:
    field = _text("dose", "weight_kg", "Weight in kg", "")
    source = dict.fromkeys(band.source for band in dose_bands())
    note = f"One dose for CRS, not ICANS; not a recommendation to give it. Sources: {'; '.join(source)}."
    return _form("dose", "Tocilizumab by weight, for CRS", [field], note)


def _form(name: str, title: str, parts: Iterable[str], note: str) -> str:
    """One form with its result; `note` stands under every result."""
    why = '<ul class="calc-why"></ul>' if name in ("icans", "crs") else ""
    form = (
        f'<form class="calc-form" data-form="{name}" data-grade="" autocomplete="off" novalidate '
        f'aria-labelledby="calc-{name}">'
        f'<h3 id="calc-{name}">{escape(title)}</h3>'
        '<p class="print-only calc-sheet">Patient: ______________________ Date and time: ______________ '
        "By: ______________</p>"
        f"{''.join(parts)}"
        f'<p class="calc-answer" role="status"></p><div class="calc-result">{why}'
        f'<p class="calc-note">{escape(note)}</p><p class="calc-note">{escape(wording.EDUCATIONAL)} '
        "Nothing entered here is stored or sent.</p></div>"
        '<p class="calc-buttons"><button type="button" class="calc-print">Print this sheet</button> '
        '<button type="reset">Clear</button></p></form>'
    )
    if name == "icans":
        return form
    return f'<details class="calc-part"><summary>{escape(title)}</summary>{form}</details>'


def _error(form: str, field: str) -> str:
    return f'<p class="calc-error" id="calc-{form}-{field}-error" data-field="{field}" hidden></p>'


def _text(form: str, field: str, label: str, hint: str, unit: str = "") -> str:
    """A short text field with its label, hint and error above it."""
    name = f"calc-{form}-{field}"
    hinted = f'<p class="calc-hint" id="{name}-hint">{escape(hint)}</p>' if hint else ""
    described = f"{name}-hint {name}-error" if hint else f"{name}-error"
    data = f' data-unit="{escape(unit)}"' if unit else ""
    return (
        f'<div class="calc-field"><label for="{name}">{escape(label)}</label>{hinted}{_error(form, field)}'
        f'<input type="text" inputmode="decimal" id="{name}" name="{field}"{data} size="8" '
        f'aria-describedby="{described}"></div>'
    )


def _radios(
    form: str, field: str, legend: str, hint: str, choices: Iterable[tuple[str, str, str]], first: str | None = ""
) -> str:
    """A group of radio buttons: code, label and hint of each; `first` is chosen at the start, none if None."""
    name = f"calc-{form}-{field}"
    lines = [f'<fieldset class="calc-field" aria-describedby="{name}-error"><legend>{escape(legend)}</legend>']
    lines += [f'<p class="calc-hint">{escape(hint)}</p>' if hint else "", _error(form, field)]
    for code, label, told in choices:
        checked = " checked" if code == first else ""
        small = f'<span class="calc-hint">{escape(told)}</span>' if told else ""
        lines.append(f'<label class="calc-choice"><input type="radio" name="{field}" value="{escape(code)}"{checked}>'
                     f"<span>{escape(label)}{small}</span></label>")  # fmt: skip
    return "".join([*lines, "</fieldset>"])


def _domain(form: str, domain: Domain) -> str:
    choices = [(row.finding, wording.capital(row.label), _told(row.label, row.criterion)) for row in domain.rows]
    return _radios(form, domain.code, DOMAIN_WORDS[domain.code], "", [*choices, ("", "Nobody looked", "")])


def _told(label: str, criterion: str) -> str:
    return "" if label.casefold() == criterion.casefold() else criterion


def _items() -> str:
    answers = [("yes", "Right", ""), ("no", "Wrong", ""), ("", "Not asked", "")]
    lines = (_radios("icans", f"item-{item.item}", item.task, "", answers) for item in ice_items())
    return f'<div class="calc-items">{"".join(lines)}</div>'


def _must_be(domain: Domain) -> str:
    """What a total may be: "A whole number from 0 to 10"."""
    scores = [score for row in domain.rows for score in row.scores]
    return f"A whole number from {min(scores)} to {max(scores)}. Empty if it was not done."
