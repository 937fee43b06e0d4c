"""Commands that were renamed: the old name does all that the new one does, and says what it is called now.

Witness: the command under its new name.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from command_line import run
from icans_evidence.cli import COMMANDS, RENAMED, cli
from own_project import ROOT

SMALL = ROOT / "tests" / "evidence" / "small"


@pytest.fixture
def passes(tmp_path) -> list[str]:
    """Two passes that differ in one row."""
    for name in ("a", "b"):
        shutil.copytree(SMALL / "extracted", tmp_path / name)
    path = tmp_path / "b" / "incidence.csv"
    head, _lacking, *others = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([head, *others]), encoding="utf-8")
    return [str(tmp_path / "a"), str(tmp_path / "b")]


def both(old: str, *words: str | Path, folder: Path = ROOT) -> tuple[Result, Result]:
    """The same words under the old and the new name of a command, each with data of its own if it is told to write."""
    return run(old, *words, folder=folder), run(RENAMED[old], *words, folder=folder)


def word(old: str) -> str:
    return f"icans-evidence {old} is now called icans-evidence {RENAMED[old]}\n"


@pytest.mark.parametrize("more", [[], ["--json"], ["--markdown"], ["--settled", "nowhere.csv"], ["--nonsense"]])
def test_the_old_name_of_a_comparison_prints_the_same_and_one_word_more(passes, more):
    old, new = both("compare", *passes, *more)
    assert (old.exit_code, old.stdout) == (new.exit_code, new.stdout)
    assert old.stderr == word("compare") + new.stderr
    assert new.exit_code == (2 if more[-1:] in (["nowhere.csv"], ["--nonsense"]) else 0)
    if more == ["--json"]:
        assert json.loads(old.stdout)["finding_of_rows"]["only_a"] == 1, "the row that pass b lacks"


def test_the_old_name_of_signing_signs(tmp_path):
    for name in ("old", "new"):
        shutil.copytree(SMALL, tmp_path / name / "data")
    words = ("INC-001", "--by", "JD", "--note", "read in Table 2", "--data", "data")
    old = run("verify", *words, folder=tmp_path / "old")
    new = run("sign", *words, folder=tmp_path / "new")
    assert (old.exit_code, new.exit_code, old.stdout) == (0, 0, new.stdout)
    assert (old.stderr, new.stderr) == (word("verify"), "")
    files = [(tmp_path / name / "data" / "verification.csv").read_bytes() for name in ("old", "new")]
    assert files[0] == files[1] and b"INC-001" in files[0]


@pytest.mark.parametrize("old", RENAMED)
def test_the_list_of_commands_has_the_new_name_alone(old):
    listed = run("--help").stdout
    names = [line.split()[0] for line in listed.partition("Commands:")[2].splitlines() if line.strip()]
    assert RENAMED[old] in names and old not in names
    assert old not in COMMANDS and RENAMED[old] in COMMANDS
    helped = run(old, "--help")
    assert helped.stdout.startswith(f"Usage: icans-evidence {RENAMED[old]} ") and helped.stderr == word(old)


@pytest.mark.parametrize("old", RENAMED)
def test_the_changelog_names_what_was_renamed(old):
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"`{old}` is now `{RENAMED[old]}`" in changes


def test_completion_says_nothing_of_old_names():
    """While a shell completes words, a command runs with resilient parsing: nothing may be printed."""
    context = cli.make_context("icans-evidence", ["verify"], resilient_parsing=True)
    assert context.command.resolve_command(context, ["verify", "x"])[0] == "sign"  # type: ignore[attr-defined]
