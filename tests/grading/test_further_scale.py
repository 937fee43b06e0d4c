"""A further scale by tables alone: an invented one, added to a copy of the rules, is graded for a person, in tables, on
the page and on the command line in every state as the hand-written oracle below grades it.

The scale: a measured temperature is the entry, treatment that hides it is the mask; what can be eaten and how many
ulcers there are, or that they run together, decide. Nothing of it is medicine.
"""

from __future__ import annotations

import importlib
import itertools
import shutil

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner

from icans_evidence.cli import grading as grading_commands
from icans_evidence.errors import DataError, UsageError
from icans_evidence.figures.tables.grading_tables import criteria_table
from icans_evidence.grading import grade_frame, grade_scale, rule_files, scales
from icans_evidence.pages.calculator_form import calculator

TABLES = {
    "scales": """invented,sore,sore,Sore mouth,3,2,neither fever nor a sore mouth,,Only the invented counts.,invented
""",
    "domains": """sore,temperature,Temperature,temperature,false,1,°C,,
sore,treatment,Treatment that hides fever,treatment,false,,,,
sore,intake,Eating,eating,true,,,,
sore,ulcers,Ulcers,ulcers,false,0,,,The ulcers run together
""",
    "conditions": """sore,entry,temperature,,,,,,"Without fever, shown or hidden, the mouth is not graded.",invented,
sore,closing,temperature,,34,37.9,,no fever,A sore mouth without fever is another thing.,invented,
sore,mask,treatment,given,,,temperature,"fever hidden by treatment, and a mouth that is well",,invented,
""",
    "invented": """scale,domain,finding,score_min,score_max,grade,label,criterion,source,note
invented,temperature,,34,37.9,0,no fever,Below 38 °C,invented,
invented,temperature,,38,39.9,1,fever,38 °C to below 40 °C,invented,
invented,temperature,,40,42,2,high fever,40 °C or more,invented,
invented,treatment,none,,,0,no treatment that hides fever,Nothing given,invented,
invented,treatment,given,,,0,treatment that hides fever,Something given,invented,
invented,intake,all,,,0,eats everything,Eats everything,invented,
invented,intake,soft,,,1,eats soft food,Soft food only,invented,
invented,intake,liquid,,,2,only drinks,Drinks only,invented,
invented,intake,nothing,,,3,takes nothing,Takes nothing,invented,
invented,ulcers,,0,0,0,no ulcer,None,invented,
invented,ulcers,,1,5,1,few ulcers,1 to 5,invented,
invented,ulcers,,6,12,2,many ulcers,6 to 12,invented,
invented,ulcers,confluent,,,3,ulcers that run together,Confluent,invented,
""",
}
"""The rows added to each table of rules, and the one table of criteria that is new."""

TEMPERATURE = [None, *(f"{tenth / 10:g}" for tenth in range(340, 421))]
TREATMENT = [None, "none", "given"]
INTAKE = [None, "all", "soft", "liquid", "nothing"]
ULCERS = [None, *map(str, range(13)), "confluent"]
NAMES = ("temperature", "treatment", "intake", "ulcers")
COMPLETIONS = (("36", "38.5", "41"), TREATMENT[1:], INTAKE[1:], ("0", "3", "9", "confluent"))
STATES = [dict(zip(NAMES, state, strict=True)) for state in itertools.product(TEMPERATURE, TREATMENT, INTAKE, ULCERS)]


def grade_of(domain, finding):
    """What one finding reaches, by hand."""
    if domain == "temperature":
        return 0 if float(finding) < 38 else 1 if float(finding) < 40 else 2
    if domain == "ulcers":
        return 3 if finding == "confluent" else 0 if finding == "0" else 1 if int(finding) <= 5 else 2
    return {"none": 0, "given": 0, "all": 0, "soft": 1, "liquid": 2, "nothing": 3}[finding]


def full(state):
    """The grade of a whole state, by hand."""
    closes = float(state["temperature"]) < 38 and state["treatment"] == "none"
    return 0 if closes else max(grade_of(name, finding) for name, finding in state.items())


def by_hand(state):
    """Lowest and highest grade over all completions, the domains that reach the lowest, and those not assessed."""
    choices = [[state[name]] if state[name] is not None else known
               for name, known in zip(NAMES, COMPLETIONS, strict=True)]  # fmt: skip
    reached = [full(dict(zip(NAMES, each, strict=True))) for each in itertools.product(*choices)]
    low = min(reached)
    decided = [name for name in NAMES if low and state[name] is not None and grade_of(name, state[name]) == low]
    return low, max(reached), decided, [name for name in NAMES if state[name] is None]


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    """A copy of our rules with the invented scale beside them."""
    folder = tmp_path_factory.mktemp("further") / "rules"
    shutil.copytree(rule_files.RULES, folder)
    for name, rows in TABLES.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as text:
            text.write(rows)
    return folder


@pytest.fixture(scope="module")
def expected():
    return [by_hand(state) for state in STATES]


def test_there_are_all_states():
    # (81 tenths + missing) × (2 + 1) × (4 + 1) × (13 + 1 + 1)
    assert len(STATES) == 82 * 3 * 5 * 15 == 18_450


def test_a_person_is_graded_in_every_state(rules, expected):
    for state, (low, high, decided, missing) in zip(STATES, expected, strict=True):
        found = grade_scale("sore", state, rules=rules)
        assert (found.minimum, found.maximum) == (low, high), state
        assert (list(found.decided_by), list(found.unassessed)) == (decided, missing), state


@pytest.mark.parametrize("kind", ["text", "numbers"])
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_table_is_graded_in_every_state(rules, expected, kind, engine, tmp_path):
    table = pl.DataFrame(STATES, schema=dict.fromkeys(NAMES, pl.String))
    if kind == "numbers":
        table = table.with_columns(pl.col("temperature").cast(pl.Float64))
    table.with_row_index().write_parquet(tmp_path / "states.parquet")
    if engine == "duckdb":
        graded = grade_frame(duckdb.read_parquet(str(tmp_path / "states.parquet")), "sore", rules).order("index").pl()
    else:
        graded = grade_frame(table, "sore", rules)
    assert graded["problem"].null_count() == len(STATES)
    found = graded.select("minimum", "maximum", "decided_by", "unassessed").rows()
    assert found == [(low, high, ";".join(decided), ";".join(missing)) for low, high, decided, missing in expected]


@pytest.mark.browser
def test_the_page_grades_every_state_and_makes_the_form(rules, chromium, tmp_path):
    from playwright.sync_api import sync_playwright

    path = tmp_path / "page.html"
    path.write_text(f'<!DOCTYPE html><meta charset="utf-8">{calculator(rules).html}', encoding="utf-8")
    with sync_playwright() as tool:
        running = tool.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = running.new_page()
        page.goto(path.as_uri())
        found = page.evaluate(
            """states => states.map(one => { const r = document.getElementById("calculator").calculate.sore(one);
               return [r.minimum, r.maximum, r.severity, r.decided_by.join(";"), r.unassessed.join(";"), r.sentence,
                       r.attribution]; })""",
            STATES,
        )
        for state, here in zip(STATES, found, strict=True):
            there = grade_scale("sore", state, rules=rules)
            joined = ";".join(there.decided_by), ";".join(there.unassessed)
            assert here == [there.minimum, there.maximum, there.severity, *joined, there.sentence, there.attribution]
        page.click("summary:has-text('Sore mouth')")
        form = page.locator("form[data-form=sore]")
        form.locator("[name=temperature]").fill("38.5")
        form.locator("[name=treatment][value=none]").check()
        form.locator("[name=intake][value=liquid]").check()
        form.locator("[name=ulcers]").fill("4")
        assert form.locator(".calc-answer").inner_text() == (
            "Grade 2: only drinks. Temperature 38.5 °C alone would be grade 1. Ulcers 4 alone would be grade 1."
        )
        form.locator("[name=choice-ulcers]").check()
        assert "not both" in form.locator("#calc-sore-ulcers-error").inner_text()
        form.locator("[name=temperature]").fill("38.55")
        assert "with at most 1 decimal" in form.locator("#calc-sore-temperature-error").inner_text()
        running.close()


@pytest.mark.parametrize(
    "entry", ["33.9", "42.1", "38.55", "38,5", "1e2", " 38", "-38", "+38", "٣٨", "38.", "warm", True]
)
def test_another_temperature_is_refused_alike_for_a_person_and_in_a_table(rules, entry):
    with pytest.raises(UsageError) as refused:
        grade_scale("sore", {"temperature": entry}, rules=rules)
    message = "temperature must be a number from 34 to 42 °C with at most 1 decimal (empty if not assessed)"
    assert str(refused.value) == message
    assert grade_frame(pl.DataFrame({"temperature": [entry]}), "sore", rules)["problem"].to_list() == [message]


@pytest.mark.parametrize("entry", ["38", "38.0", 38, 38.0])
def test_a_whole_temperature_may_be_written_either_way(rules, entry):
    for grades in (
        grade_scale("sore", {"temperature": entry}, rules=rules),
        grade_frame(pl.DataFrame({"temperature": [entry]}), "sore", rules),
    ):
        one = grades if not isinstance(grades, pl.DataFrame) else None
        low = one.minimum if one else grades["minimum"][0]
        assert low == 1


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({}, "Cannot be graded: nothing assessed."),
        (
            {"temperature": "36.6", "treatment": "none", "intake": "soft", "ulcers": "0"},
            "Grade 0: no fever. A sore mouth without fever is another thing.",
        ),
        (
            {"temperature": "36.6", "treatment": "given", "intake": "all", "ulcers": "0"},
            "Grade 0: fever hidden by treatment, and a mouth that is well.",
        ),
        (
            {"temperature": "36.6", "intake": "soft", "ulcers": "0"},
            "No grade yet, 0 to 1 possible; treatment not assessed. "
            "Without fever, shown or hidden, the mouth is not graded.",
        ),
        (
            {"temperature": "41", "treatment": "none", "ulcers": "confluent"},
            "Grade 3: ulcers that run together. Temperature 41 °C alone would be grade 2. "
            "Eating findings not assessed, which cannot change the grade.",
        ),
        (
            {"temperature": "38.5", "treatment": "none", "intake": "all"},
            "At least grade 1; ulcers not assessed.",
        ),
    ],
)
def test_the_sentence_says_what_was_entered_and_what_closes_the_scale(rules, state, sentence):
    assert grade_scale("sore", state, rules=rules).sentence == sentence


def test_the_command_line_and_the_printed_table_know_the_scale_without_any_code(rules, monkeypatch):
    monkeypatch.setattr(rule_files, "RULES", rules)
    try:
        commands = importlib.reload(grading_commands)
        assert "With --scale sore: Temperature, 34 to 42 °C" in " ".join(
            CliRunner().invoke(commands.grade, ["--help"], terminal_width=300).stdout.split()
        )
        done = CliRunner().invoke(commands.grade, ["--scale", "sore", "--temperature", "40", "--treatment", "none"])
        assert done.stdout.startswith("At least grade 2; eating and ulcers not assessed.\nOnly the invented")
        shown = criteria_table("sore").html
        assert "38 °C to below 40 °C" in shown and "Grade 3" in shown and "Grade 4" not in shown
    finally:
        monkeypatch.undo()
        importlib.reload(grading_commands)


CONTRADICTIONS = [
    ("sore,closing,temperature,,37,38,,too warm,,invented,", '"" and its numbers must be of grade 0 in the criteria'),
    ("sore,closing,temperature,,33,35,,cold,,invented,", '"33" to score_max must be a number from 34 to 42 °C'),
    ("sore,closing,temperature,,36,35,,cold,,invented,", '"" a condition names a finding, or numbers by both'),
    ("sore,closing,temperature,,36,37,,cold,,invented,", '"" already closing in line 7'),
    ("sore,closing,treatment,given,,,,given,,invented,", '"treatment" has no entry row of its own'),
    ("sore,mask,intake,all,,,temperature,eats,,invented,", '"intake" a domain that lifts the closing of another one'),
    ("sore,mask,treatment,given,,,ulcers,eats,,invented,", '"ulcers" must be temperature'),
    ("sore,entry,temperature,,,,,,again,invented,", '"temperature" stands twice, first in line 6'),
    ("sore,entry,temperature,none,,,,,again,invented,", '"none" must be empty here'),
    ("sore,mask,treatment,given,,,temperature,again,,,", '"" must not be empty'),
    ("other,mask,treatment,given,,,temperature,again,,invented,", '"other" must be icans, crs or sore'),
    ("sore,assume,,,,,,again,,invented,", '"assume" is for a name with instruments'),
]


@pytest.mark.parametrize(("row", "fault"), CONTRADICTIONS)
def test_conditions_that_contradict_each_other_are_refused_with_their_line(rules, row, fault, tmp_path):
    shutil.copytree(rules, tmp_path / "rules")
    with (tmp_path / "rules" / "conditions.csv").open("a", encoding="utf-8") as text:
        text.write(f"{row}\n")
    with pytest.raises(DataError) as refused:
        scales.graders(tmp_path / "rules")
    assert [one for one in refused.value.faults if fault in one], refused.value.faults
    assert all(one.startswith("conditions.csv:") for one in refused.value.faults)
