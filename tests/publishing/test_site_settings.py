"""The project's own settings: known to both engines, the same colors in both, shared files ready for Quarto."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

from icans_evidence.publishing import assets, config
from icans_evidence.publishing.features import refusal

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "icans_evidence" / "publishing"


def test_every_setting_is_in_use_and_every_file_it_names_exists() -> None:
    site = config.load(ROOT)
    settings = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    bar = [link["href"] for link in settings["website"]["navbar"]["left"]]
    assert bar == [page for page in site.pages if page in bar] and len(bar) <= 8
    texts = " ".join((ROOT / page).read_text(encoding="utf-8") for page in site.pages)
    unlinked = [page for page in site.pages if page not in bar and f"({Path(page).name})" not in texts]
    assert unlinked == [], "a page that neither the bar nor another page leads to"
    page = settings["format"]["html"]
    filters = [entry["path"] for entry in settings["filters"]]
    for name in (settings["project"]["pre-render"], page["template"], *page["template-partials"], *filters):
        assert (ROOT / name).is_file()


def test_brand_and_theme_name_the_same_colors() -> None:
    palette = yaml.safe_load((ROOT / "_brand.yml").read_text(encoding="utf-8"))["color"]["palette"]
    theme = (PACKAGE / "theme" / "theme.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", theme.split("@media")[0]))
    assert palette == {name: light[name] for name in palette}


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colors_keep_their_contrast_in_light_and_dark() -> None:
    theme = (PACKAGE / "theme" / "theme.css").read_text(encoding="utf-8").split("/* page")[0]
    for scheme in theme.split("@media"):
        colors = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", scheme))
        paper = luminance(colors["paper"])
        for name, color in colors.items():
            ink = luminance(color)
            ratio = (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)
            needed = {"ink": 7, "muted": 4.5, "accent": 4.5, "pooled": 4.5, "amber": 4.5, "alarm": 4.5}
            if name in needed or name.startswith("grade-") or name in ("line-strong", "context"):
                assert ratio >= needed.get(name, 3), (name, ratio)


def test_grades_are_one_ramp_in_light_and_dark() -> None:
    theme = (PACKAGE / "theme" / "theme.css").read_text(encoding="utf-8").split("/* page")[0]
    for scheme in theme.split("@media"):
        ramp = [luminance(found) for found in re.findall(r"--grade-[1-4]: (#[0-9a-f]{6});", scheme)]
        assert ramp in (sorted(ramp), sorted(ramp, reverse=True))


def test_the_script_that_quarto_runs_first_writes_the_shared_files(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    subprocess.run([sys.executable, PACKAGE / "assets.py"], cwd=tmp_path, check=True, capture_output=True)
    folder = tmp_path / "reports" / "assets"
    assert {path.name for path in folder.iterdir()} == {"theme.css", "site.js", "charts.js", "fonts"}
    bundle = (folder / "charts.js").read_text(encoding="utf-8")
    assert bundle.startswith(f"/* {assets.bundle_version()} */\n(function () {{")
    assert "window.icansEmbed" in bundle


def test_a_refusal_names_what_is_allowed() -> None:
    assert refusal("reference", "fig") is None
    assert refusal("reference", "eq") == 'reference "eq" is not in use here; allowed: fig, tbl, sec'
