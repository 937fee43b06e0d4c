"""The site itself reads the same from both engines; collected only where Quarto can run.

Witness: Quarto, which renders the project as it stands.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from page_facts import facts

from icans_evidence.publishing import config, site
from icans_evidence.publishing.due_pages import html_name
from icans_evidence.publishing.formats import FORMATS, file_name

ROOT = Path(__file__).parent.parent.parent
PICTURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
EMPTY = re.compile(r"<(\w+)([^<>]*?)/>")
SPEC = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)
ADDRESS = re.compile(r"""(?:src|href)=["'](?:https?:)?//([^"'/]+)""")


def pictures(page: str) -> list[str]:
    """A page's SVGs as a browser reads them: letter case and how an element or a sign is written do not count."""
    return [html.unescape(found) for found in PICTURE.findall(EMPTY.sub(r"<\1\2></\1>", page.lower()))]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The site in all formats, by Quarto and by the embedded engine."""
    folder = tmp_path_factory.mktemp("sites")
    by_quarto = site.build(ROOT, ROOT / "data", folder / "quarto", "quarto", to=["all"])
    by_pandoc = site.build(ROOT, ROOT / "data", folder / "pandoc", "pandoc", to=["all"])
    return by_quarto.out, by_pandoc.out


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("page", config.load(ROOT).pages)
def test_a_page_reads_the_same_from_both_engines(both: tuple[Path, Path], page: str, form: str) -> None:
    by_quarto, by_pandoc = (facts(out, file_name(page, form)) for out in both)
    assert by_quarto == by_pandoc


@pytest.mark.parametrize("name", [html_name(page) for page in config.load(ROOT).pages])
def test_a_page_shows_the_same_pictures_from_both_engines(both: tuple[Path, Path], name: str) -> None:
    one, other = ((out / name).read_text(encoding="utf-8") for out in both)
    assert pictures(one) == pictures(other)
    assert SPEC.findall(one) == SPEC.findall(other)


@pytest.mark.parametrize("name", [html_name(page) for page in config.load(ROOT).pages])
def test_a_page_by_quarto_asks_for_no_other_address(both: tuple[Path, Path], name: str) -> None:
    text = (both[0] / name).read_text(encoding="utf-8")
    assert "Content-Security-Policy" in text.partition("<script")[0]
    loaded = re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", text)
    assert not [tag for tag in loaded if ADDRESS.search(tag)]


def test_both_engines_write_the_same_files(both: tuple[Path, Path]) -> None:
    one, other = ({path.relative_to(out) for path in out.rglob("*")} for out in both)
    assert {path for path in one ^ other if path.parts[0] != ".kept"} == set(), (
        "what is kept for the next build is its own"
    )
