"""The wheel of this tree, installed in environments that hold nothing else of it.

An environment has the libraries that the wheel itself asks for, with those that they ask for, taken from the environment
of the tests by links; so nothing is fetched, and a library that is asked for nowhere is not there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from own_project import ROOT

SOURCES = ("src", "pyproject.toml", "setup.py", "README.md", "LICENSE")


@dataclass(frozen=True)
class Environment:
    """A clean environment with the wheel in it."""

    folder: Path

    def run(self, *words: str | Path, cwd: Path, program: str = "icans-evidence") -> subprocess.CompletedProcess[str]:
        """A program of the environment; nothing of the tests' own environment is handed to it."""
        settings = {name: os.environ[name] for name in ("HOME", "TMPDIR", "LANG") if name in os.environ}
        settings["PATH"] = os.defpath
        command = [str(self.folder / "bin" / program), *map(str, words)]
        return subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the sources, so that no earlier build enters it and none is left."""
    folder = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copyfile(ROOT / name, folder / name)
    out = tmp_path_factory.mktemp("wheel")
    command = ["wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(out), str(folder)]
    done = subprocess.run([sys.executable, "-m", "pip", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Environment]:
    """Makes an environment with the wheel and the extras named."""

    def made(*extras: str) -> Environment:
        folder = tmp_path_factory.mktemp("environment") / "venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        (packages,) = folder.glob("lib/python*/site-packages")
        for entry in sorted(set(_entries(set(_libraries(_asked_by(wheel), extras))))):
            (packages / entry.name).symlink_to(entry)
        command = ["--python", str(folder / "bin" / "python"), "install", "-q", "--no-deps", "--no-index", str(wheel)]
        done = subprocess.run([sys.executable, "-m", "pip", *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return Environment(folder)

    return made


@pytest.fixture(scope="session")
def bare(installed: Callable[..., Environment]) -> Environment:
    """What `pip install icans-evidence` gives: no extra."""
    return installed()


@pytest.fixture(scope="session")
def rendering(installed: Callable[..., Environment]) -> Environment:
    """What `pip install 'icans-evidence[render]'` gives."""
    return installed("render")


def metadata(wheel: Path) -> str:
    """METADATA of a wheel: its fields and, after an empty line, what a package page shows."""
    with ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return archive.read(name).decode("utf-8")


def _asked_by(wheel: Path) -> list[str]:
    head = metadata(wheel).partition("\n\n")[0]
    return [line.partition(": ")[2] for line in head.splitlines() if line.startswith("Requires-Dist: ")]


def _libraries(asked: list[str], extras: tuple[str, ...] | set[str]) -> Iterator[str]:
    """The names of all distributions that these requirements need with these extras, each with what it needs itself."""
    todo = [(text, frozenset(extras)) for text in asked]
    seen = set()
    while todo:
        text, of = todo.pop()
        need = Requirement(text)
        if need.marker and not any(need.marker.evaluate({"extra": extra}) for extra in of or {""}):
            continue
        if (need.name, wanted := frozenset(need.extras)) in seen:
            continue
        seen.add((need.name, wanted))
        yield need.name
        todo += [(more, wanted) for more in distribution(need.name).requires or []]


def _entries(names: set[str]) -> Iterator[Path]:
    """What lies in site-packages of these distributions: files and folders at its top."""
    for name in names:
        found = distribution(name)
        home = Path(str(found.locate_file("")))
        tops = {file.parts[0] for file in found.files or [] if file.parts[0] not in ("..", "__pycache__")}
        yield from (home / top for top in tops)
