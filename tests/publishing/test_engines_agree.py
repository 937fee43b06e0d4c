"""Every engine at hand makes the sample's pages into the same text, numbers, captions, links and anchors.

Witness: `sample_by_quarto.json`, what Quarto 1.10.18 itself made of the sample, read off its pages by `page_facts.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from page_facts import page_facts

from icans_evidence.publishing import quarto, site

WITNESS = json.loads((Path(__file__).parent / "sample_by_quarto.json").read_text(encoding="utf-8"))
ENGINES = ["pandoc"] if quarto.obstacle() else ["pandoc", "quarto"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_sample_reads_as_quarto_made_it(sample: Path, engine: site.Engine) -> None:
    built = site.build(sample, sample / "data", sample / "_site", engine)
    assert built.engine == engine
    assert {name: page_facts(built.out, name) for name in WITNESS} == WITNESS
