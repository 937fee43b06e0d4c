"""The calculator of the page in Chromium: every state as in Python, by keyboard alone, asking for nothing outside."""

from __future__ import annotations

import itertools
import json
import random
import re
import shutil
from pathlib import Path

import oracle
import pytest

from icans_evidence import regenerate
from icans_evidence.errors import UsageError
from icans_evidence.grading import grade_crs, grade_icans, m_easix, score_ice, tocilizumab_dose
from icans_evidence.grading.criteria import ice_items
from icans_evidence.grading.scales import scale
from icans_evidence.pages.calculator_form import SCRIPT, calculator
from icans_evidence.pages.calculator_rules import rules_json
from icans_evidence.publishing.pandoc import security
from icans_evidence.wording import number

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.browser
ITEMS = [row.item for row in ice_items()]
ICANS_IN_PAGE = """cases => cases.map(([findings, age, delay]) => {
  const found = document.getElementById("calculator").calculate.icans(findings, age, delay);
  return found.faults.length ? found.faults.map(one => one.text)
    : [found.minimum, found.maximum, found.is_final, found.grade, found.severity, found.decided_by.join(";"),
       found.unassessed.join(";"), found.sentence]; })"""


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    """The forms alone in a page with the site's own security policy."""
    from playwright.sync_api import sync_playwright

    path = tmp_path_factory.mktemp("page") / "calculator.html"
    head = f'<meta charset="utf-8">{security()[0]}<title>Calculator</title>'
    path.write_text(f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{calculator().html}</body></html>')
    with sync_playwright() as tool:
        running = tool.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = running.new_page()
        tab.said, tab.asked = [], []
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.goto(path.as_uri())
        yield tab
        running.close()


def in_python(findings, age, delay):
    known = {name: score_ice(value) if isinstance(value, dict) else value for name, value in findings.items()}
    try:
        found = grade_icans(known, age, delay)
    except UsageError as refused:
        return str(refused)
    told = (";".join(found.decided_by), ";".join(found.unassessed), found.sentence)
    return [found.minimum, found.maximum, found.is_final, found.grade, found.severity, *told]


def compare(page, cases):
    for start in range(0, len(cases), 4000):
        part = cases[start : start + 4000]
        for case, here in zip(part, page.evaluate(ICANS_IN_PAGE, part), strict=True):
            there = in_python(*case)
            if isinstance(there, str):
                assert sorted(there.split("; ")) == sorted("; ".join(here).split("; ")), case
            else:
                assert here == there, case


@pytest.mark.parametrize(("score", "states", "age"), [("ice", 3456, "54"), ("capd", 10080, "6")])
def test_the_page_grades_every_state_as_python_does(page, score, states, age):
    cases = [[{k: v for k, v in state.items() if v is not None}, age, None] for state in oracle.states(score)]
    assert len(cases) == states
    compare(page, cases)


def test_the_page_treats_ages_delays_and_wrong_entries_as_python_does(page):
    chance = random.Random(3)
    known = {name: [*order, None, ""] for name, order in oracle.ORDERS.items()}
    wrong = {"ice": ["11", "8.5", "-1", "x"], "capd": ["33", "Unable"], "seizure": ["None"], "motor": ["weak"]}
    ages = [None, "", "0", "11.9", "12", "54", "120", "121", "-3", "1e400", "12,5"]
    cases = []
    for _ in range(4000):
        names = [name for name in known if name not in ("ice", "capd") or chance.random() < 0.45]
        pools = {name: known[name] + (wrong.get(name, []) if chance.random() < 0.1 else []) for name in names}
        findings = {name: chance.choice(pool) for name, pool in pools.items()}
        cases.append([findings, chance.choice(ages), chance.choice([None, True, False])])
    compare(page, cases)


def test_the_page_counts_ice_items_as_python_does(page):
    chance = random.Random(4)
    cases = []
    for _ in range(1500):
        open_to = [True, True, False, None] if chance.random() < 0.7 else [True, False]
        items = {item: chance.choice(open_to) for item in ITEMS}
        if all(value is None for value in items.values()):
            continue
        others = {"consciousness": chance.choice(["alert", "awakens_to_touch", None]), "seizure": "none"}
        cases.append([{"ice": items, **others, "motor": "none", "edema": "none"}, chance.choice([None, "54"]), None])
    compare(page, cases)
    said = page.evaluate("(s) => s.map(x => document.getElementById('calculator').calculate.scoreIce(x).sentence)",
                         [case[0]["ice"] for case in cases])  # fmt: skip
    assert said == [score_ice(case[0]["ice"]).sentence for case in cases]


def test_the_page_grades_every_state_of_crs_as_python_does(page):
    codes = {domain.code: [None, *(row.finding for row in domain.rows)] for domain in scale("astct2019_crs").domains}
    states = [dict(zip(codes, values, strict=True)) for values in itertools.product(*codes.values())]
    found = page.evaluate(
        """states => states.map(one => { const r = document.getElementById("calculator").calculate.crs(one);
           return [r.minimum, r.maximum, r.decided_by.join(";"), r.unassessed.join(";"), r.sentence, r.attribution]; })""",
        states,
    )
    for state, here in zip(states, found, strict=True):
        there = grade_crs(state)
        told = [";".join(there.decided_by), ";".join(there.unassessed), there.sentence, there.attribution]
        assert here == [there.minimum, there.maximum, *told], state


def test_the_page_computes_m_easix_and_doses_as_python_does(page):
    chance = random.Random(5)
    values = [[chance.choice(["250", "812.5", "90"]), str(chance.randint(0, 900) / 10), chance.choice(["7", "151", "0.3"]),
               chance.choice(["mg/dL", "mg/L"])] for _ in range(300)]  # fmt: skip
    found = page.evaluate(
        """all => all.map(([ldh, crp, platelets, unit]) => { const r = document.getElementById("calculator").calculate
           .easix("m_easix", {ldh, crp, platelets}, {ldh: "U/L", crp: unit, platelets: "10^9/L"}, false);
           return r.faults.length ? "refused" : r.sentence; })""",
        values,
    )
    units = {"ldh_unit": "U/L", "platelets_unit": "10^9/L"}
    for (ldh, crp, platelets, unit), here in zip(values, found, strict=True):
        try:
            there = m_easix(float(ldh), float(crp), float(platelets), crp_unit=unit, **units).sentence
        except UsageError:
            there = "refused"
        assert here == there
    weights = ["10", "29.9", "30", "30.1", "67.3", "99", "100", "101", "399.9", "0", "400", "x", "1e2"]
    for weight in weights:
        here = page.evaluate("(w) => document.getElementById('calculator').calculate.dose(w)", weight)
        try:
            there = tocilizumab_dose(float(weight)).sentence if weight not in ("x", "1e2") else None
        except UsageError:
            there = None
        assert (here["faults"] == []) == (there is not None), weight
        assert there is None or here["sentence"] == there


def test_the_page_rounds_as_wording_does(page):
    chance = random.Random(6)
    values = [
        0,
        0.05,
        0.5,
        2.675,
        1e-7,
        1e21,
        12.345,
        999.995,
        2000,
        *(chance.lognormvariate(2, 4) for _ in range(500)),
    ]
    for digits in (0, 1, 2, 3):
        here = page.evaluate("([v, d]) => v.map(x => document.getElementById('calculator').calculate.number(x, d))",
                             [values, digits])  # fmt: skip
        assert here == [number(value, digits) for value in values]


def test_a_patient_is_graded_with_the_keyboard_alone(page):
    page.reload()
    keys = page.keyboard
    page.locator("#calc-icans-age_years").focus()
    keys.type("54")
    for _ in range(2):
        keys.press("Tab")  # over the delay, to the score
    keys.press("ArrowDown")  # ICE, total
    keys.press("Tab")
    keys.type("8")
    for presses in (1, 2, 1, 1):  # alert; a seizure that resolved; no weakness; no edema
        keys.press("Tab")
        for _ in range(presses):
            keys.press("ArrowDown")  # from "Nobody looked" on to the first
    answer = page.locator("form[data-form=icans] .calc-answer")
    assert answer.inner_text() == "Grade 3: a seizure that resolved. ICE 8 alone would be grade 1."
    keys.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Print this sheet"
    keys.press("Tab")
    keys.press("Enter")  # Clear
    page.wait_for_function("document.querySelector('.calc-answer').textContent.startsWith('Cannot')")
    assert answer.inner_text() == "Cannot be graded: nothing assessed."


def test_what_is_missing_is_said_with_the_reason(page):
    page.reload()
    page.check("form[data-form=icans] input[name=consciousness][value=awakens_to_voice]")
    form = page.locator("form[data-form=icans]")
    assert form.locator(".calc-answer").inner_text().startswith("At least grade 2; ICE, seizure")
    assert "Wakes only when spoken to: grade 2" in form.locator(".calc-why").inner_text()


def test_an_error_stands_in_words_above_its_field(page):
    page.reload()
    page.check("form[data-form=icans] input[name=way][value=ice]")
    page.fill("#calc-icans-ice", "11")
    error = page.locator("#calc-icans-ice-error")
    assert error.inner_text().startswith("Error: ICE must be a whole number from 0 to 10")
    assert page.get_attribute("#calc-icans-ice", "aria-invalid") == "true"
    above, below = (page.locator(f"#calc-icans-ice{end}").bounding_box()["y"] for end in ("-error", ""))
    assert above < below
    assert "No result" in page.locator("form[data-form=icans] .calc-answer").inner_text()


def test_the_sheet_alone_is_printed_filled_in(page):
    page.reload()
    page.fill("#calc-icans-age_years", "54")
    page.evaluate("window.print = () => { window.seen = document.querySelectorAll('.calc-aside').length; }")
    page.click("form[data-form=icans] .calc-print")
    assert page.evaluate("window.seen") > 0
    assert page.locator("details.calc-part.calc-aside").count() == 3
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".calc-aside").count() == 0


def test_nothing_is_stored_or_asked_for(page):
    assert page.said == []
    assert all(url.startswith("file:") for url in page.asked)
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert not re.search(r"fetch|XMLHttp|Storage|cookie|indexedDB|sendBeacon", SCRIPT.read_text(encoding="utf-8"))
    assert not re.search(r"\son[a-z]+=", calculator().html.split("<script", maxsplit=1)[0])


def test_the_script_holds_no_code_of_a_finding():
    script = SCRIPT.read_text(encoding="utf-8")
    codes = {row.finding for name in json.loads(rules_json())["scales"] for d in scale(name).domains for row in d.rows}
    assert not [code for code in codes - {"", "no", "yes", "none", "unable"} if code in script]


def test_the_script_follows_the_rules_it_is_given(page, tmp_path):
    """Rules changed in the JSON alone change the answer, so none of them stands in the script."""
    rules = json.loads(rules_json())
    ice, consciousness = rules["scales"]["astct2019_icans"][:2]
    next(row for row in ice["rows"] if row["low"] == 7).update(grade=2)
    next(row for row in consciousness["rows"] if row["finding"] == "awakens_to_voice").update(grade=4)
    rules["instruments"][0]["age_min_years"] = 60
    rules["doses"][1]["cap_mg"] = 500
    next(row for row in rules["laboratory"] if row["unit"] == "mg/L")["to_formula_unit"] = 0.5
    path = tmp_path / "changed.html"
    changed = calculator().html.replace(rules_json(), json.dumps(rules).replace("<", "\\u003c"))
    path.write_text(f'<meta charset="utf-8">{changed}', encoding="utf-8")
    other = page.context.browser.new_page()
    other.goto(path.as_uri())
    answers = other.evaluate("""() => { const c = document.getElementById("calculator").calculate;
      return [c.icans({ice: "8"}, "61", null).minimum, c.icans({ice: "8"}, "54", null).faults.length,
        c.icans({consciousness: "awakens_to_voice"}, "61", null).minimum, c.dose("90").dose_mg,
        c.easix("m_easix", {ldh: "10", crp: "2", platelets: "10"}, {ldh: "U/L", crp: "mg/L", platelets: "10^9/L"}).value]; }""")
    other.close()
    assert answers == [2, 1, 4, 500, 1]


def test_a_stale_rules_file_is_named_with_the_command_that_mends_it(tmp_path, monkeypatch, capsys):
    for name in regenerate.GENERATED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("_quarto.yml", "CONTRIBUTING.md", "GLOSSARY.md"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("extraction_passes", "vocabulary"):
        shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    assert regenerate.stale(tmp_path) == []
    rules = tmp_path / "reports" / "grading_rules.json"
    rules.write_text(rules.read_text(encoding="utf-8").replace('"grade": 3', '"grade": 2', 1), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["regenerate", "--check"])
    with pytest.raises(SystemExit):
        regenerate.main()
    assert "reports/grading_rules.json is stale; run `make regenerate`" in capsys.readouterr().err


def test_the_page_reads_the_rules_that_are_committed():
    committed = json.loads((ROOT / "reports" / "grading_rules.json").read_text(encoding="utf-8"))
    inside = re.search(r'<script type="application/json" id="calculator-rules">(.*?)</script>', calculator().html)
    assert inside and json.loads(inside[1]) == committed


def test_every_field_has_a_label_and_every_choice_a_group(page):
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('#calculator input')].filter(i => !i.labels.length).map(i => i.name)"
    )
    assert unnamed == []
    assert page.evaluate("[...document.querySelectorAll('#calculator [type=radio]')].every(i => i.closest('fieldset'))")
