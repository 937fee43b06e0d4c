"""The calculator of the grading page: forms made from the criteria, the rules as JSON, and one script that reads them.

It works from one file with the keyboard alone; nothing that is entered is stored or sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from icans_evidence import wording
from icans_evidence.figures.display import Shown
from icans_evidence.grading.criteria import Domain, dose_bands, ice_items, score_inputs
from icans_evidence.grading.ice import IceScore
from icans_evidence.grading.scales import Grader, graders
from icans_evidence.grading.scores import SPELLINGS
from icans_evidence.pages.calculator_rules import rules_json

PRINTED = {code: printed for printed, code in SPELLINGS.items()}
SCRIPT = Path(__file__).parent / "calculator.js"
ALONE = "Calculator of ICE, ICANS, CRS, m-EASIX and tocilizumab by weight; it needs a browser that runs scripts."


def calculator(rules: Path | None = None) -> Shown:
    """A form for every scale of the rules (ours by default), two for m-EASIX and the dose, and their script."""
    script = SCRIPT.read_text(encoding="utf-8")
    first, *others = graders(rules).values()
    parts = [
        '<div id="calculator" class="calc">',
        "<noscript><p>Scripts are off: the forms can be printed and filled in, but give no result.</p></noscript>",
        _graded(first), *(_folded(by.about.title, _graded(by)) for by in others),
        _folded("m-EASIX", _easix()), _folded("Tocilizumab by weight, for CRS", _dose()), "</div>",
        f'<script type="application/json" id="calculator-rules">{rules_json(folder=rules)}</script>',
        f"<script>\n{script}</script>",
    ]  # fmt: skip
    return Shown("\n".join(parts), ALONE)


def _graded(by: Grader) -> str:
    """The form of a scale: for whom and by which score where there are several, then its domains."""
    note = by.about.form_note
    parts = [
        *(_person(by) if by.scores else ()),
        f'<p class="calc-none">{escape(note)}</p>' if note else "",
        *(_domain(by.name, domain) for domain in by.shared),
    ]
    return _form(by.name, by.about.title, parts, by.about.attribution, is_grade=True)


def _person(by: Grader) -> list[str]:
    """The fields of age, delay and score; a score with items can be entered by them."""
    ways, fields = [], []
    for code, domain in by.scores.items():
        if code == IceScore.domain:
            ways.append((f"{code}_items", f"{domain.words}, item by item", ""))
            fields.append(f'<div data-way="{code}_items">{_items(by.name)}</div>')
        ways.append((code, f"{domain.words}, total", domain.about.form_hint))
        fields.append(f'<div data-way="{code}">{_number(by.name, domain, f"{domain.words} total")}</div>')
    ways.append(("", "Nobody did one", ""))
    has_delay = any(row.developmental_delay for row in by.instruments)
    delays = [("true", "Yes", ""), ("false", "No", ""), ("", "Not known", "")]
    return [
        _text(by.name, "age_years", "Age in years", "Leave empty if not known; then the score that was done decides."),
        _radios(by.name, "delay", "Developmental delay", "", delays) if has_delay else "",
        _radios(by.name, "way", "Score", "", ways, first=ways[0][0]),
        *fields,
    ]


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


def _form(name: str, title: str, parts: Iterable[str], note: str, is_grade: bool = False) -> str:
    """One form with its result; `note` stands under every result."""
    why = '<ul class="calc-why"></ul>' if is_grade else ""
    return (
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


def _folded(title: str, form: str) -> str:
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
    if domain.is_number:
        return _number(form, domain, domain.about.heading)
    choices = [(row.finding, wording.capital(row.label), _told(row.label, row.criterion)) for row in domain.rows]
    choices.append(("", "Nobody looked", ""))
    return _radios(form, domain.code, domain.about.heading, domain.about.form_hint, choices)


def _number(form: str, domain: Domain, label: str) -> str:
    """The field of a number, and a box for each finding beside it."""
    hint = f"{wording.capital(domain.range_words)}. Empty if it was not done."
    boxes = (
        f'<label class="calc-choice"><input type="checkbox" name="choice-{domain.code}" value="{row.finding}">'
        f"<span>{escape(domain.about.form_choice or wording.capital(row.label))}</span></label>"
        for row in domain.rows
        if row.finding
    )
    return _text(form, domain.code, label, hint) + "".join(boxes)


def _told(label: str, criterion: str) -> str:
    return "" if label.casefold() == criterion.casefold() else criterion


def _items(form: str) -> str:
    answers = [("yes", "Right", ""), ("no", "Wrong", ""), ("", "Not asked", "")]
    lines = (_radios(form, f"item-{item.item}", item.task, "", answers) for item in ice_items())
    return f'<div class="calc-items">{"".join(lines)}</div>'
