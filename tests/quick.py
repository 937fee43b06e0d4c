"""`make quick`: what is decisive in each room, within a minute on two idle cores; the whole is `make test`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
QUICK = {
    "": ["test_house.py", "test_wording.py"],
    "files": ["files/test_byte_hints.py", "files/test_formula_guard.py", "files/test_writing.py"],
    "printed": ["printed/test_percents.py", "printed/test_figures.py"],
    "evidence": ["evidence/test_load.py", "evidence/test_representation.py"],
    "synthesis": ["synthesis/test_intervals.py", "synthesis/test_pooling.py"],
    "grading": ["grading/test_grade.py", "spec"],
    "audit": ["audit/test_walking.py", "audit/test_consistency.py"],
    "summaries": ["summaries/test_counted.py", "summaries/test_gate.py"],
    "figures": ["figures/test_forest.py", "figures/test_words.py"],
    "pages": ["pages/test_reports.py"],
    "publishing": ["publishing/test_page_faults.py", "publishing/test_page_text.py"],
    "exchange": ["exchange/test_template.py"],
    "cli": ["cli"],
}
"""Room of the house → its decisive tests, files or folders here; "" is what holds for the whole house."""


def main() -> int:
    started = time.perf_counter()
    files = [str(TESTS / name) for names in QUICK.values() for name in names]
    code = pytest.main([*files, "-p", "no:cacheprovider", *sys.argv[1:]])
    print(f"{len(QUICK) - 1} rooms tried in {time.perf_counter() - started:.0f} s; the whole is `make test`")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
