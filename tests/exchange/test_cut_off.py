"""A run that is killed between two files leaves no mixture: whoever reads the data next has all files new, or all old."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from icans_evidence.errors import DataError
from icans_evidence.evidence import load_evidence
from icans_evidence.files import recovery, replacement

KILLED = """
import os, signal, sys
from pathlib import Path
from icans_evidence.files.replacement import alone, replace_files
data, fatal, calls = Path(sys.argv[1]), int(sys.argv[2]), []
def dying(real):
    def call(self, target):
        calls.append(target)
        if len(calls) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, target)
    return call
Path.rename, Path.replace = dying(Path.rename), dying(Path.replace)
new = {f"extracted/{name}.csv": (data / "new" / f"{name}.csv").read_bytes() for name in ("cohorts", "incidence")}
with alone(data):
    replace_files(data, new)
"""


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _changed(data: Path) -> None:
    """New files beside the data: a cohort under another name, in both tables that name it."""
    (data / "new").mkdir()
    for name in ("cohorts", "incidence"):
        rows = [["berg2021" if cell == "adams2020" else cell for cell in row] for row in _rows(data / "extracted" / f"{name}.csv")]  # fmt: skip
        with (data / "new" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize("fatal, new", [(1, 0), (2, 2), (3, 2), (4, 2)])
def test_a_killed_run_leaves_all_files_old_or_all_new_to_the_next_reader(small, fatal, new):
    """Four moves: the deciding rename, one a file, the rename of the emptied folder. Killed before the first: old."""
    _changed(small)
    before = {name: (small / "extracted" / f"{name}.csv").read_bytes() for name in ("cohorts", "incidence")}
    done = subprocess.run([sys.executable, "-c", KILLED, str(small), str(fatal)], check=False)
    assert done.returncode == -9
    try:
        load_evidence(small)
    except DataError as fault:  # the other tables still name the cohort as it was; the files are whole all the same
        assert "adams2020" in str(fault)
    after = {name: (small / "extracted" / f"{name}.csv").read_bytes() for name in before}
    assert sum(after[name] != content for name, content in before.items()) == new
    assert not (small / recovery.DECIDED).exists()


def _decided(data: Path) -> bytes:
    """As a run leaves the data that was killed after the deciding rename, before any file was moved."""
    folder = data / recovery.DECIDED
    folder.mkdir()
    new = (data / "extracted" / "symptoms.csv").read_bytes().replace(b"with tremor", b"all with tremor")
    (folder / "0").write_bytes(new)
    (folder / recovery.LIST).write_text(json.dumps(["extracted/symptoms.csv"]))
    return new


def test_a_reader_finishes_what_was_cut_off(small):
    new = _decided(small)
    assert "all with tremor" in load_evidence(small).symptoms["population"].to_list()
    assert (small / "extracted" / "symptoms.csv").read_bytes() == new
    assert not list(small.glob(".import*"))


def test_a_reader_that_cannot_finish_says_so_and_reads_nothing(small, monkeypatch):
    _decided(small)

    def read_only(self, target):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", read_only)
    with pytest.raises(
        DataError, match="an import was cut off between two files and cannot be finished here: Read-only"
    ):
        load_evidence(small)


def test_the_emptied_folder_of_a_finished_run_is_swept_by_the_next_import(small):
    """A run that is killed while it deletes the emptied folder leaves it under a name that nobody reads as decided."""
    left = small / recovery.DONE
    left.mkdir()
    load_evidence(small)
    with replacement.alone(small):
        assert not left.exists()


def test_a_copy_of_the_data_without_a_decided_run_is_only_read(small):
    shutil.copytree(small, copy := small.parent / "copy")
    copy.chmod(0o555)
    try:
        assert load_evidence(copy).incidence.height == 4
    finally:
        copy.chmod(0o755)
