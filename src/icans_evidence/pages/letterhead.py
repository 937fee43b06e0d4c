"""Whose handout it is: an institution's name, logo and local phone line from `_brand.yml`, in Quarto's brand format.

The line stays to be filled by hand where no phone is given; nothing of it enters any other page.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from icans_evidence.errors import DataError, needing
from icans_evidence.figures.display import Words

FILE = "_brand.yml"
TO_FILL = "\\_" * 24
PICTURES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".svg": "png"}
"""The suffixes that a logo's file may have, with the form in which it enters a page; Word takes no SVG."""


def letterhead(root: Path) -> Words:
    """The institution as Markdown: logo, name, department and phone line.

    Read from `_brand.yml`: `meta.name` (text, or `full` and `short`), `logo.medium` (a path below the project, or
    `path` and `alt`), and, for what the brand format has no field for, `defaults.icans-evidence.phone` and
    `.department`.
    DataError where the file is no YAML, or the logo is not there or no picture that a page can take.
    """
    brand = _brand(root / FILE)
    name = _named(_under(brand, "meta", "name"), "full", "short")
    own = _under(brand, "defaults", "icans-evidence") or {}
    logo = _under(brand, "logo", "medium") or ""
    path, alt = (_named(logo, "path"), _named(logo, "alt") if isinstance(logo, dict) else "") if logo else ("", "")
    picture = f"{_picture(root, path, alt or f'Logo of {name}')} " if path else ""
    place = " · ".join(_plain(str(text)) for text in (name, own.get("department")) if text)
    phone = _plain(str(own["phone"])) if own.get("phone") else TO_FILL
    return Words(f"{picture}**{place}** · Local phone line: {phone}")


def _picture(root: Path, name: str, alt: str) -> str:
    """The logo as an image that holds itself, so that every format takes it and no page needs a file beside it."""
    path = root / name
    if not path.is_file():
        raise DataError([f"{FILE} logo.medium: there is no file {name}"])
    form = PICTURES.get(path.suffix.lower())
    if form is None:
        raise DataError([f"{FILE} logo.medium: {name} is no picture; allowed: {', '.join(PICTURES)}"])
    data = _drawn(path) if path.suffix.lower() == ".svg" else path.read_bytes()
    address = f"data:image/{form};base64,{b64encode(data).decode('ascii')}"
    return f'`<img class="logo" src="{address}" alt="{escape(alt)}">`{{=html}}'


def _drawn(path: Path) -> bytes:
    from icans_evidence.figures.charts.png import png

    try:
        return png(path.read_text(encoding="utf-8"))
    except (RuntimeError, UnicodeDecodeError) as fault:
        raise DataError([f"{FILE} logo.medium: {path.name} cannot be drawn as SVG"]) from fault


def _brand(path: Path) -> dict[str, Any]:
    with needing("render", "reading _brand.yml"):
        import yaml
    if not path.is_file():
        return {}
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as fault:
        raise DataError([f"{path.name}: is no YAML: {str(fault).splitlines()[0]}"]) from None
    return read if isinstance(read, dict) else {}


def _under(brand: dict[str, Any], *keys: str) -> Any:
    found: Any = brand
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _named(value: Any, *keys: str) -> str:
    """A text, or the first of these keys of a mapping."""
    if isinstance(value, dict):
        return next((str(value[key]) for key in keys if value.get(key)), "")
    return str(value or "")


def _plain(text: str) -> str:
    return "".join(f"\\{character}" if character in "\\`*_{}[]()#+!<>|~^$@" else character for character in text)
