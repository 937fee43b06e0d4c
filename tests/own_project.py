"""This project as tests take it: the names of its pages, and a copy of it that may be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from icans_evidence.evidence.vocabulary_files import read_vocabulary

ROOT = Path(__file__).parent.parent
VOCABULARY = read_vocabulary(ROOT / "data")
SMALL_VOCABULARY = read_vocabulary(ROOT / "tests" / "evidence" / "small")
"""That of the small data, which were made before tables had n_locator and second_reading, and a review its matrix."""
PAGES = sorted(path.stem for path in (ROOT / "reports").glob("*.qmd") if not path.name.startswith("_"))


def copied(folder: Path) -> Path:
    """Copies into `folder` all that a site is built from, without what tests and builds leave; the code is linked."""
    for name in ("data", "analysis", "reports", "tests/spec"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("_quarto.yml", "_brand.yml", "CHANGELOG.md", "GLOSSARY.md", "CONTRIBUTING.md"):
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "src").symlink_to(ROOT / "src")
    return folder
