"""The command line as a process of its own, once where all is well and once for a mistake; elsewhere click's runner stands
for it (`command_line.run`), and these two show that it may.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from command_line import run

PROGRAM = Path(sys.executable).parent / "icans-evidence"


LOOKED_AT = ["--ice", "2", "--consciousness", "alert", "--seizure", "none", "--motor", "none", "--edema", "none"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["grade", *LOOKED_AT], 0, "Grade 3"),  # ICE 2 is grade 3 by the criteria, and nothing else was found
        (["pool", "nowhere.csv", "--events", "x", "--total", "n"], 2, "nowhere.csv: no such file or directory"),
    ],
)
def test_a_process_answers_as_the_runner_does(tmp_path, words, code, says):
    process = subprocess.run([PROGRAM, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    here = run(*words, folder=tmp_path)
    assert (process.returncode, process.stdout, process.stderr) == (here.exit_code, here.stdout, here.stderr)
    assert here.exit_code == code and says in here.output
