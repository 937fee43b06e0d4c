"""HTML as paper takes it: pictures as images that say what they show, nothing hidden, folded or to be clicked.

How an image enters the page is the caller's: `Draw` gets an SVG and its words and answers with HTML.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from html import escape, unescape

from icans_evidence.figures.charts.svg import standalone

Draw = Callable[[str, str], str]
MOST_ROWS, LEEWAY = 160, 40
"""Rows of a table on paper and how many more are let pass; a longer one is searched, not read, and the web page and
its files hold it whole."""
PAGE, PART = 1.2, 0.4
"""In widths of a picture: above the first it is cut, into parts of the second, which fill pages one below the other."""
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_HIDDEN = re.compile(r'<(caption|span)\b[^>]*class="(?:visually-hidden|screen-reader-only)"[^>]*>.*?</\1>', re.DOTALL)
_UNSEEN = re.compile(r"<wbr>|<(noscript|script|style|button)\b.*?</\1>", re.DOTALL)
_NOTE = re.compile(r"<details><summary>note</summary>(.*?)</details>", re.DOTALL)
_SUMMARY = re.compile(r"<summary[^>]*>(.*?)</summary>", re.DOTALL)
_BODY = re.compile(r"(<tbody[^>]*>)(.*?)(</tbody>\s*</table>)", re.DOTALL)
_CHART = re.compile(r'<div class="chart"[^>]*\baria-label="([^"]+)"')
_SIZE = re.compile(r'<svg\b[^>]*?\bviewBox="([-\d. ]+)"')
_MARK = re.compile(
    r'<(text|path|line)\b(?P<said>[^>]*?\btransform="translate\([-\d.]+,(?P<y>[-\d.]+)\)"[^>]*?)(?:/>|>.*?</\1>)',
    re.DOTALL,
)
_LENGTH = re.compile(r'\by2="([-\d.]+)"')
_EDGE = 40
"""How far from its own place a mark, other than a line, can reach, in pixels."""
_WORDS = re.compile(r'<text\b[^>]*?transform="translate\([-\d.]+,([-\d.]+)\)"[^>]*>')


def on_paper(html: str, draw: Draw) -> str:
    """A page's HTML for paper: a chart in its wide form, folded text open, long tables cut.

    Drawings that are no chart become images that tell nothing.
    """
    if (chart := _CHART.search(html)) and (drawn := _SVG.search(html)):
        return picture(drawn.group(0), draw, unescape(chart.group(1)))
    html = _UNSEEN.sub("", _HIDDEN.sub("", html))
    html = _SUMMARY.sub(r"<p><strong>\1</strong></p>", _NOTE.sub(r"<br>\1", html))
    return _SVG.sub(lambda found: draw(found.group(0), ""), _BODY.sub(_cut, html))


def _cut(body: re.Match[str]) -> str:
    rows = body.group(2).split("</tr>")
    if len(rows) - 1 <= MOST_ROWS + LEEWAY:
        return body.group(0)
    said = f"Printed are the first {MOST_ROWS} of {len(rows) - 1:,} rows; the web page and its files hold all."
    return f'{body.group(1)}{"</tr>".join(rows[:MOST_ROWS])}</tr>{body.group(3)}<div class="source"><p>{said}</p></div>'


def picture(svg: str, draw: Draw, words: str) -> str:
    """A chart as one image or, where it is taller than a page, as several; the first says what all of them show."""
    return "\n".join(f"<p>{draw(part, '' if place else words)}</p>" for place, part in enumerate(parts(svg)))


def inline(form: str) -> Draw:
    """Draws into the page itself, as the form "svg" or "png"."""
    return partial(_inline, form)


def _inline(form: str, svg: str, words: str) -> str:
    if form == "png":
        from icans_evidence.figures.charts.png import png

        return image(f"data:image/png;base64,{b64encode(png(svg)).decode('ascii')}", svg, words)
    return image(f"data:image/svg+xml;base64,{b64encode(standalone(svg).encode()).decode('ascii')}", svg, words)


def image(address: str, svg: str, words: str) -> str:
    """An HTML image of a drawing's own width; `words` tell what it shows, "" that it tells nothing."""
    return f'<img src="{escape(address)}" width="{box(svg)[2]:g}" alt="{escape(words)}">'


def parts(svg: str) -> Iterator[str]:
    """The drawing, whole where a page holds it, else cut between its rows."""
    _, top, width, height = box(svg)
    if height <= PAGE * width:
        yield svg
        return
    taken = list(_taken(svg))
    start = 0.0
    while start < height:
        end = _cut_at(min(start + PART * width, height), start + 100, height, taken)
        yield window(svg, (top + start, top + end))
        start = end


def _cut_at(wanted: float, least: float, height: float, taken: list[tuple[float, float]]) -> float:
    """The nearest free place at or above `wanted`, but not above `least`; where none is free, the next below."""

    def free(place: float) -> bool:
        return place >= height or not any(low < place < high for low, high in taken)

    place = wanted
    while place > least and not free(place):
        place -= 1
    while not free(place):
        place += 1
    return min(place, height)


def _taken(svg: str) -> Iterator[tuple[float, float]]:
    """From where to where no cut may go: through a line of words, or between a head and its first row."""
    lines = list(_lines(svg))
    heads = sorted(y for y, heavy in lines if heavy)
    for y, heavy in lines:
        later = next((other for other in heads if other > y + 40), y + 100)
        yield y - 14, min(y + 80, later - 15) if heavy else y + 6


def box(svg: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of what a drawing shows. Raises `ValueError` where it does not say so."""
    found = _SIZE.match(svg)
    if found is None:
        raise ValueError("a drawing needs a viewBox")
    left, top, width, height = (float(part) for part in found.group(1).split())
    return left, top, width, height


def _lines(svg: str) -> Iterator[tuple[float, bool]]:
    """Where each line of words stands from the top, and whether it is a head, which stays with its first row."""
    for found in _WORDS.finditer(svg):
        yield float(found.group(1)), 'font-weight="600"' in found.group(0)


def window(svg: str, part: tuple[float, float]) -> str:
    """The same drawing seen through a window, without the marks and words that lie outside it."""
    left, _, width, _ = box(svg)
    low, high = part[0] - _EDGE, part[1] + _EDGE

    def kept(mark: re.Match[str]) -> str:
        y, length = float(mark["y"]), _LENGTH.search(mark["said"])
        end = y + float(length.group(1)) if length else y
        return "" if max(y, end) < low or min(y, end) > high else mark.group(0)

    opening, mark, rest = _MARK.sub(kept, svg).partition(">")
    height = part[1] - part[0]
    opening = re.sub(r'viewBox="[^"]*"', f'viewBox="{left:g} {part[0]:g} {width:g} {height:g}"', opening)
    return re.sub(r'\bheight="[^"]*"', f'height="{height:g}"', opening) + mark + rest
