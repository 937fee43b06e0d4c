"""The tutorials are true: each of their commands is run, in its order, and prints what the page says that it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "reports" / "tutorial.qmd"
OWN_PATIENTS = ROOT / "reports" / "own_patients.qmd"
BLOCK = re.compile(r"^```(bash|sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ON_PURPOSE = "# a fault, on purpose"
SAID = "Headache after lumbar puncture: 12% to 25% of patients treated, over 3 cohorts (275 patients)."
"""9 of 75 is 12%, 24 of 120 is 20%, 20 of 80 is 25%; 75 + 120 + 80 = 275."""


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if name == kind]


def steps(page: Path = PAGE) -> list[tuple[str, list[str]]]:
    """Each block of commands with the lines that it must print."""
    found: list[tuple[str, list[str]]] = []
    for name, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if name == "sh":
            found.append((text, []))
        elif name == "text":
            found[-1][1].extend(text.splitlines())
    return found


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The folder in which the whole tutorial was walked once, and what each step printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    return folder, walk(PAGE, folder)


def walk(page: Path, folder: Path) -> list[str]:
    """What each step of a page printed, run in the folder; a step that is not to fail must not."""
    here = str(Path(sys.executable).parent)
    settings = os.environ | {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    settings.pop("ICANS_EVIDENCE_PROJECT", None)
    printed = []
    for commands, _ in steps(page):
        script = ["bash", "-e", "-o", "pipefail", "-c", commands]
        done = subprocess.run(script, cwd=folder, env=settings, capture_output=True, text=True, check=False)
        assert done.returncode == (1 if ON_PURPOSE in commands else 0), f"{commands}\n{done.stdout}{done.stderr}"
        printed.append(done.stdout + done.stderr)
    return printed


def test_every_command_does_what_the_page_says(walked):
    for (commands, expected), printed in zip(steps(), walked[1], strict=True):
        for line in expected:
            assert line in printed, f"{commands}\n{printed}"


def test_a_step_that_fails_on_purpose_is_one_command():
    failing = [commands for commands, _ in steps() if ON_PURPOSE in commands]
    assert len(failing) == 1 and failing[0].count("\n") == 1


def test_the_commands_that_install_name_this_package_and_extras_that_it_has():
    (install,) = blocks("bash")
    (extras,) = re.findall(r"icans-evidence\[([\w,]+)\]", install)
    known = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(extras.split(",")) <= set(known)
    assert install.splitlines()[0] == "python3 -m venv .venv"


def test_the_published_page_says_what_the_rows_give(walked):
    folder, _ = walked
    show = ["git", "--git-dir", str(folder / "host.git"), "show", "pages:reports/index.html"]
    page = subprocess.run(show, capture_output=True, text=True, check=True).stdout
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert SAID in words
    assert "without limits of language" in (folder / "my-review" / "_site" / "reports" / "methods.html").read_text(
        "utf-8"
    )


def test_the_flow_of_the_tutorial_is_on_its_page(walked):
    page = (walked[0] / "my-review" / "_site" / "reports" / "flow.html").read_text(encoding="utf-8")
    assert "Records screened: 175" in page and "Embase 95" in page


def test_every_command_of_the_tutorial_on_own_patients_does_what_the_page_says(tmp_path):
    (tmp_path / "icans-evidence").symlink_to(ROOT)
    for (commands, expected), printed in zip(steps(OWN_PATIENTS), walk(OWN_PATIENTS, tmp_path), strict=True):
        for line in expected:
            assert line in printed, f"{commands}\n{printed}"
    page = (tmp_path / "site" / "reports" / "evidence.html").read_text(encoding="utf-8")
    assert "105/200" in page  # 105 of the 200 synthetic patients had ICANS
