"""The command `grade`: ICANS as before, another scale by its name, and refusals that name what is allowed."""

from __future__ import annotations

import json
import random

import pytest
from click.testing import CliRunner

from icans_evidence.cli import cli
from icans_evidence.cli.grading import grade
from icans_evidence.errors import UsageError
from icans_evidence.grading import scales
from icans_evidence.wording import EDUCATIONAL

KEYS = [
    "grade", "minimum", "maximum", "is_final", "decided_by", "unassessed", "severity", "sentence", "attribution",
]  # fmt: skip


def answer(*words):
    done = CliRunner().invoke(cli, ["grade", *words, "--json"], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return json.loads(done.stdout)


def test_without_a_scale_it_grades_icans():
    found = answer("--ice", "8", "--seizure", "resolved", "--age", "54")
    assert list(found) == KEYS
    assert (found["minimum"], found["maximum"], found["severity"]) == (3, 4, "severe")
    assert found == answer("--scale", "icans", "--ice", "8", "--seizure", "resolved", "--age", "54")


@pytest.mark.parametrize(
    ("fever", "hypotension", "hypoxia", "ends", "decided_by"),
    [  # PMC9327779 table 2
        ("yes", "none", "none", (1, 1), ["fever"]),
        ("yes", "one_vasopressor", "low_flow", (3, 3), ["hypotension"]),
        ("masked_by_treatment", "none", "positive_pressure", (4, 4), ["hypoxia"]),
        ("no", "one_vasopressor", "positive_pressure", (0, 0), []),
        ("", "one_vasopressor", "none", (0, 3), []),
    ],
)
def test_crs_has_the_keys_of_icans(fever, hypotension, hypoxia, ends, decided_by):
    words = [
        "--scale",
        "crs",
        "--hypotension",
        hypotension,
        "--hypoxia",
        hypoxia,
        *(["--fever", fever] if fever else []),
    ]
    found = answer(*words)
    assert list(found) == KEYS
    assert ((found["minimum"], found["maximum"]), found["decided_by"]) == (ends, decided_by)
    assert "organ toxicity is not counted" in found["attribution"]


def test_it_ends_in_the_attribution_and_in_what_it_is_not():
    done = CliRunner().invoke(cli, ["grade", "--scale", "crs", "--fever", "yes"])
    assert done.stdout.splitlines()[0] == "At least grade 1; hypotension and hypoxia not assessed."
    assert done.stdout.splitlines()[1].startswith("Only what has no other cause counts: fever, hypotension")
    assert done.stdout.splitlines()[2] == EDUCATIONAL


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--scale", "crs", "--ice", "8"], "not a finding: ice; findings are fever, hypotension and hypoxia"),
        (
            ["--fever", "yes"],
            "not a finding: fever; findings are ice, capd, consciousness, seizure, motor and edema",
        ),
        (
            ["--scale", "crs", "--age", "54"],
            "age_years is not asked for by crs, which grades everybody alike: leave it out",
        ),
        (
            ["--scale", "crs", "--fever", "38.5", "--hypoxia", "NIV"],
            "fever must be no, masked_by_treatment or yes (empty if not assessed); hypoxia must be none, low_flow, "
            "high_flow or positive_pressure (empty if not assessed)",
        ),
    ],
)
def test_what_a_scale_does_not_ask_for_is_refused(words, message):
    with pytest.raises(UsageError) as refused:
        answer(*words)
    assert str(refused.value) == message


def test_an_unknown_scale_is_refused_with_those_that_there_are():
    done = CliRunner().invoke(cli, ["grade", "--scale", "CRS"])
    assert done.exit_code == 2 and "'icans', 'crs'" in done.stderr


def test_whatever_is_entered_for_crs_is_graded_or_refused():
    chance = random.Random(7)
    codes = [row.finding for domain in scales.grader("crs").domains.values() for row in domain.rows]
    odd = ["", " ", "0", "Yes", "no ", "nan", "é", "\n", "1e9", "None", "--"]
    for _ in range(300):
        words = ["--scale", "crs"]
        for name in ("fever", "hypotension", "hypoxia"):
            if chance.random() < 0.8:
                words.append(f"--{name}={chance.choice([*codes, *odd])}")
        done = CliRunner().invoke(cli, ["grade", *words, "--json"], standalone_mode=False)
        if done.exception is None:
            found = json.loads(done.stdout)
            assert 0 <= found["minimum"] <= found["maximum"] <= 4
        else:
            assert isinstance(done.exception, UsageError) and "must be" in str(done.exception), words


def test_the_help_has_an_option_for_every_domain_and_ends_in_an_example():
    text = CliRunner().invoke(grade, ["--help"], terminal_width=200).stdout
    for by in scales.graders().values():
        assert all(f"--{code} " in text for code in by.domains)
    assert text.rstrip().splitlines()[-1].startswith("  Example: icans-evidence grade --ice 8")
