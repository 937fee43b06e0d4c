"""The files that pages share: theme, script, fonts and one bundle of the chart library.

Run as a script (Quarto's pre-render step) it writes them to `reports/assets/`; the embedded engine writes
them straight into the site.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.metadata
import os
import re
import shutil
import sys
from pathlib import Path

THEME = Path(__file__).parent / "theme"
SHARED = ("theme.css", "site.js")
FOLDER, CHARTS = "assets", "charts.js"
MEDIA = {".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png"}
CSS_URL = re.compile(r"""url\(["']?(?!data:)([^"')]+)["']?\)""")


def bundle_version() -> str:
    """The library and version that the chart bundle comes from; its first line names it."""
    return f"vl-convert-python {importlib.metadata.version('vl-convert-python')}"


def charts_bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that adds only `icansEmbed` to the window.

    Bundling takes longer than any page, so the bundle of the library version is kept with the environment.
    """
    kept = Path(sys.prefix) / "share" / "icans-evidence" / CHARTS
    if is_current_bundle(kept):
        return kept.read_text(encoding="utf-8")
    import vl_convert

    bundle = vl_convert.javascript_bundle("window.icansEmbed = vegaEmbed;")
    text = f"/* {bundle_version()} */\n(function () {{\n{bundle}\n}})();\n"
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(f".{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(kept)
    return text


def is_current_bundle(path: Path) -> bool:
    """Whether the file is a chart bundle of the library version that is installed."""
    if not path.is_file():
        return False
    with path.open(encoding="utf-8") as lines:
        return lines.readline().strip() == f"/* {bundle_version()} */"


def write(folder: Path) -> None:
    """Theme, script and fonts into `folder`, without the chart bundle."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHARED:
        shutil.copyfile(THEME / name, folder / name)
    for font in sorted((*(THEME / "fonts").glob("*.woff2"), *(THEME / "fonts").glob("*.txt"))):
        (folder / "fonts").mkdir(exist_ok=True)
        shutil.copyfile(font, folder / "fonts" / font.name)


def self_contained(page: str) -> str:
    """The page with theme, fonts and script inside it, so that it is one file."""
    style = CSS_URL.sub(_data_url, (THEME / "theme.css").read_text(encoding="utf-8"))
    script = (THEME / "site.js").read_text(encoding="utf-8")
    page = page.replace('<link rel="stylesheet" href="assets/theme.css">', f"<style>\n{style}</style>", 1)
    return page.replace('<script src="assets/site.js" defer></script>', f"<script>\n{script}</script>", 1)


def _data_url(match: re.Match[str]) -> str:
    path = THEME / match.group(1)
    text = base64.b64encode(path.read_bytes()).decode("ascii")
    return f'url("data:{MEDIA[path.suffix]};base64,{text}")'


def main() -> None:
    """Writes all shared files to `reports/assets/` below the current folder, where Quarto starts this."""
    folder = Path.cwd() / "reports" / FOLDER
    write(folder)
    if not is_current_bundle(folder / CHARTS):
        (folder / CHARTS).write_text(charts_bundle(), encoding="utf-8")


if __name__ == "__main__":
    main()
