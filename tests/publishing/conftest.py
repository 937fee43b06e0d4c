"""A small project in a folder of its own, and pages written into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from icans_evidence.publishing import quarto, site

SAMPLE = Path(__file__).parent / "sample"
PUBLISHING = Path(site.__file__).parent
collect_ignore = ["test_site_by_quarto.py"] if quarto.obstacle() else []

CONFIG = """\
project:
  type: website
  output-dir: _site
  render:
    - reports/*.qmd
bibliography: data/references.bib
execute:
  echo: false
website:
  title: "Small"
format:
  html:
    toc: true
    number-sections: true
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The project whose pages show every feature once."""
    root = Path(shutil.copytree(SAMPLE, tmp_path / "sample"))
    (root / "publishing").symlink_to(PUBLISHING)
    return root


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project with settings and a bibliography, and no page yet."""
    root = tmp_path / "small"
    (root / "reports").mkdir(parents=True)
    shutil.copytree(SAMPLE / "data", root / "data")
    (root / "_quarto.yml").write_text(CONFIG, encoding="utf-8")
    return root


@pytest.fixture
def page(small: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Builds a site of one page with this body and returns the page's HTML."""
    monkeypatch.setattr("icans_evidence.publishing.assets.charts_bundle", lambda: "/* no charts */\n")

    def build(body: str, name: str = "one") -> str:
        (small / "reports" / f"{name}.qmd").write_text(body, encoding="utf-8")
        site.build(small, small / "data", small / "_site", "pandoc")
        return (small / "_site" / "reports" / f"{name}.html").read_text(encoding="utf-8")

    return build
