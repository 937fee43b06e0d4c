"""A file is written whole or not at all, and nothing unfinished stays behind."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from icans_evidence.errors import UsageError
from icans_evidence.files import writing
from icans_evidence.files.folder_swap import replaced_folder
from icans_evidence.files.replacement import replace_files
from icans_evidence.files.writing import whole_file, write_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_bytes_and_text_are_written_as_they_are(tmp_path):
    write_whole(tmp_path / "a", b"\r\n\x00")
    write_whole(tmp_path / "b.csv", "é\r\n")
    assert (tmp_path / "a").read_bytes() == b"\r\n\x00"
    assert (tmp_path / "b.csv").read_bytes() == b"\xc3\xa9\r\n"
    assert names(tmp_path) == ["a", "b.csv"]


def test_a_new_file_has_the_mode_of_any_new_file_and_an_old_one_keeps_its_own(tmp_path):
    (tmp_path / "plain").touch()
    write_whole(tmp_path / "new", "x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "new").chmod(0o640)
    write_whole(tmp_path / "new", "y")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.parametrize("kind", ["link", "dead link", "folder", "pipe"])
def test_only_a_plain_file_is_replaced(tmp_path, kind):
    path = tmp_path / "out"
    (tmp_path / "target").write_text("precious")
    made = {
        "link": lambda: path.symlink_to("target"), "dead link": lambda: path.symlink_to("nowhere"),
        "folder": path.mkdir, "pipe": lambda: os.mkfifo(path),
    }  # fmt: skip
    made[kind]()
    before = names(tmp_path)
    for write in (lambda: write_whole(path, "new"), lambda: replace_files(tmp_path, {"target": b"", "out": b"new"})):
        with pytest.raises(UsageError, match=r"out is (a symbolic link; name the file|a folder; name a file|no plain)"):
            write()
    assert names(tmp_path) == before
    assert (tmp_path / "target").read_text() == "precious"


@pytest.mark.parametrize("step", ["fsync", "write", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "results.csv"
    path.write_text("old")
    if step == "fsync":
        monkeypatch.setattr(writing.os, "fsync", full_disk)
    else:
        monkeypatch.setattr(Path, {"write": "write_bytes", "replace": "replace"}[step], full_disk)
    with pytest.raises(UsageError, match=r"results\.csv cannot be written: No space left on device"):
        write_whole(path, "new")
    monkeypatch.undo()
    assert names(tmp_path) == ["results.csv"]
    assert path.read_text() == "old"


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_ends_half_way_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "out.parquet"
    path.write_text("old")
    with pytest.raises(error), whole_file(path) as draft:
        assert draft.suffix == ".parquet"
        draft.write_text("half")
        raise error
    assert (names(tmp_path), path.read_text()) == (["out.parquet"], "old")


def test_a_folder_that_is_not_there_is_made_only_when_asked_for(tmp_path):
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        write_whole(tmp_path / "new" / "a", "x")
    write_whole(tmp_path / "new" / "a", "x", parents=True)
    assert (tmp_path / "new" / "a").read_text() == "x"


def test_several_files_with_a_full_disk_are_all_as_they_were(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("old")
    monkeypatch.setattr(writing.os, "fsync", full_disk)
    with pytest.raises(UsageError, match="No space left on device; nothing was changed"):
        replace_files(tmp_path, {"a": b"new", "sub/b": b"new"})
    assert (names(tmp_path), (tmp_path / "a").read_text()) == (["a"], "old")


def test_several_files_come_together_and_into_folders_of_their_own(tmp_path):
    replace_files(tmp_path / "out", {"a": b"1", "sub/b": b"2"})
    assert names(tmp_path / "out") == ["a", "sub"]
    assert (tmp_path / "out" / "sub" / "b").read_bytes() == b"2"


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path):
    out = tmp_path / "site"
    with replaced_folder(out) as new:
        (new / "index.html").write_text("1")
    with pytest.raises(KeyboardInterrupt), replaced_folder(out) as new:
        (new / "index.html").write_text("2")
        raise KeyboardInterrupt
    assert (names(tmp_path), (out / "index.html").read_text()) == (["site"], "1")
