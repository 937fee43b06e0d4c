"""The real evidence, read once for the tests of the room."""

from __future__ import annotations

from pathlib import Path

import pytest

from icans_evidence import load_evidence
from icans_evidence.reporting.plan import read_plan

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def evidence():
    return load_evidence(ROOT / "data")


@pytest.fixture(scope="session")
def plan():
    return read_plan(ROOT / "analysis" / "plan.toml")
