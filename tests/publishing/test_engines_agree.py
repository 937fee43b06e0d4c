"""Every engine at hand makes the sample's pages the same in every format: text, numbers, captions, pictures, links, anchors.

Witness: `sample_by_quarto.json`, what Quarto 1.10.18 itself made of the sample, read off its files by `page_facts.py`.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from page_facts import facts

from icans_evidence.publishing import quarto, site

WITNESS = json.loads((Path(__file__).parent / "sample_by_quarto.json").read_text(encoding="utf-8"))
SAMPLE = Path(__file__).parent / "sample"
ENGINES = ["pandoc"] if quarto.obstacle() else ["pandoc", "quarto"]


@pytest.fixture(scope="module", params=ENGINES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's site in all formats, by one engine."""
    root = Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("engine") / "sample"))
    (root / "publishing").symlink_to(Path(site.__file__).parent)
    done = site.build(root, root / "data", root / "_site", request.param, to=["all"])
    assert done.engine == request.param
    return done.out


@pytest.mark.parametrize("name", list(WITNESS))
def test_the_sample_is_as_quarto_made_it(built: Path, name: str) -> None:
    found = facts(built, name)
    assert {key: found[key] for key in WITNESS[name]} == WITNESS[name]


def test_every_format_of_every_page_has_a_witness(built: Path) -> None:
    made = {path.relative_to(built).as_posix() for path in (built / "reports").iterdir() if path.is_file()}
    assert set(WITNESS) == made
