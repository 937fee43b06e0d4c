"""What tests may need and a machine may lack: the reader's copy of the review, a browser, Java.

A test that lacks something is skipped and named in the last lines; with ICANS_EVIDENCE_NO_SKIP=1 a skip is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def article() -> Path | None:
    """The reader's own copy of the review, named by ICANS_EVIDENCE_ARTICLE or found beside the repository."""
    named = os.environ.get("ICANS_EVIDENCE_ARTICLE")
    path = Path(named) if named else ROOT.parent / "shared" / "source" / "cevering2026.txt"
    return path if path.is_file() else None


def installed_browser() -> str | None:
    """The path of a Chromium on this machine."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


NEEDS = {
    "article": ("the article (set ICANS_EVIDENCE_ARTICLE)", article),
    "browser": ("a browser (Debian's chromium)", installed_browser),
    "java": ("Java and pyspark", lambda: shutil.which("java") and find_spec("pyspark")),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (what, present) in NEEDS.items():
        if item.get_closest_marker(marker) and not present():
            pytest.skip(f"needs {what}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section(f"{len(skipped)} tests were SKIPPED for want of what this machine lacks")
        for report in skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            terminalreporter.line(f"SKIPPED {report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("ICANS_EVIDENCE_NO_SKIP") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1


@pytest.fixture(scope="session")
def article_text() -> str:
    path = article()
    assert path is not None
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def chromium() -> str:
    path = installed_browser()
    assert path is not None
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """One Chromium for a module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the real data."""
    from icans_evidence.publishing.site import build

    return build(ROOT, ROOT / "data", tmp_path_factory.mktemp("site") / "_site", "pandoc").out


@pytest.fixture(scope="session")
def evidence() -> Any:
    """The real evidence, read once."""
    from icans_evidence.project import Project

    return Project(ROOT).evidence


@pytest.fixture(scope="session")
def plan(evidence: Any) -> Any:
    """The real plan, read once."""
    from icans_evidence.project import Project

    return Project.of(evidence).plan
