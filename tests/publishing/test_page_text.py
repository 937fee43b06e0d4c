"""The text of a page is what Quarto makes of it.

Witness for numbers, words and order: Quarto's own filters (1.10 line), `crossref/format.lua`, `crossref/refs.lua`,
`crossref/sections.lua`, `customnodes/callout.lua`, and `language/_language.yml` for its titles.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

NBSP = "\u00a0"
SHOW = """\
```{python}
#| include: false
class Html:
    def __init__(self, text):
        self.text = text
    def _repr_html_(self):
        return self.text
class Words:
    def __init__(self, text):
        self.text = text
    def _repr_markdown_(self):
        return self.text
```
"""

Build = Callable[..., str]


def text_of(page: str) -> str:
    """What a reader sees in `<main>`, white space folded (no-break spaces kept)."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"[ \n\t]+", " ", html.unescape(re.sub(r"<[^>]+>", "", main))).strip()


def figure(label: str, caption: str, kind: str = "fig") -> str:
    return f'\n```{{python}}\n#| label: {label}\n#| {kind}-cap: "{caption}"\nHtml("<i>{label}</i>")\n```\n'


def test_figures_and_tables_are_counted_apart_in_reading_order(page: Build) -> None:
    made = text_of(
        page(
            SHOW
            + figure("fig-b", "First")
            + figure("tbl-x", "Only table", "tbl")
            + figure("fig-a", "Second")
            + "\nSee @fig-a, @fig-b, @tbl-x.\n"
        )
    )
    assert f"Figure{NBSP}1: First" in made
    assert f"Figure{NBSP}2: Second" in made
    assert f"Table{NBSP}1: Only table" in made
    assert f"See Figure{NBSP}2, Figure{NBSP}1, Table{NBSP}1." in made


def test_a_table_has_its_caption_above_and_a_figure_below(page: Build) -> None:
    made = text_of(page(SHOW + figure("fig-a", "Below") + figure("tbl-a", "Above", "tbl")))
    assert made.index("fig-a") < made.index("Below")
    assert made.index("Above") < made.index("tbl-a")


def test_a_typed_table_is_numbered_with_the_others(page: Build) -> None:
    made = text_of(page("| a | b |\n|---|---|\n| 1 | 2 |\n\n: Typed *one* {#tbl-t}\n\nSee @tbl-t.\n"))
    assert f"Table{NBSP}1: Typed one a b 1 2" in made
    assert f"See Table{NBSP}1." in made


def test_sections_are_numbered_from_their_second_level(page: Build) -> None:
    body = "## A {#sec-a}\n\n### B {#sec-b}\n\n## Apart {.unnumbered}\n\n## C {#sec-c}\n\n@sec-a @sec-b @sec-c\n"
    made = text_of(page(body))
    assert "1 A 1.1 B Apart 2 C" in made
    assert f"Section{NBSP}1 Section{NBSP}1.1 Section{NBSP}2" in made


def test_a_prefix_stands_for_the_name_and_a_minus_drops_it(page: Build) -> None:
    made = text_of(page(SHOW + figure("fig-a", "One") + "\n[Panel @fig-a] and [-@fig-a].\n"))
    assert f"Panel{NBSP}1 and 1." in made


def test_references_in_one_bracket_are_joined_by_commas(page: Build) -> None:
    made = text_of(page(SHOW + figure("fig-a", "One") + figure("fig-b", "Two") + "\n[@fig-a; @fig-b]\n"))
    assert f"Figure{NBSP}1, Figure{NBSP}2" in made


def test_references_and_footnotes_close_the_page_in_this_order(page: Build) -> None:
    made = text_of(page("## Last\n\nSeen [@lee2019].[^n]\n\n[^n]: The note.\n"))
    assert made.index("1 Last") < made.index("Lee, Daniel W.") < made.index("The note.")


def test_a_page_may_place_its_references_itself(page: Build) -> None:
    made = text_of(page("Seen [@lee2019].\n\n## Sources\n\n::: {#refs}\n:::\n\n## After\n\nText.\n"))
    assert "References" not in made
    assert made.index("Sources") < made.index("Lee, Daniel W.") < made.index("2 After")


@pytest.mark.parametrize("kind", ["note", "tip", "warning", "important", "caution"])
def test_a_callout_without_a_title_bears_its_kind(page: Build, kind: str) -> None:
    assert f"{kind.capitalize()} Body." in text_of(page(f"::: {{.callout-{kind}}}\nBody.\n:::\n"))


def test_a_callouts_own_title_follows_its_kind_for_screen_readers(page: Build) -> None:
    made = page('::: {.callout-note title="An *own* title"}\nBody.\n:::\n')
    assert '<span class="screen-reader-only">Note</span>An <em>own</em> title' in made


def test_a_heading_that_opens_a_callout_is_its_title_and_has_no_number(page: Build) -> None:
    made = text_of(page("::: {.callout-tip}\n## Title\nBody.\n:::\n\n## First\n"))
    assert "TipTitle Body. 1 First" in made


def test_headings_in_a_tabset_are_tabs_and_have_no_number(page: Build) -> None:
    made = text_of(page("::: {.panel-tabset}\n### Adults\nA\n\n### Children\nB\n:::\n\n## First\n"))
    assert "Adults Children A B 1 First" in made


def test_content_for_other_formats_is_left_out(page: Build) -> None:
    made = text_of(
        page(
            '::: {.content-visible when-format="html"}\none\n:::\n\n'
            '::: {.content-visible when-format="pdf"}\ntwo\n:::\n\n'
            '::: {.content-hidden when-format="html"}\nthree\n:::\n\n'
            '::: {.content-hidden unless-format="html"}\nfour\n:::\n\n'
            '::: {.content-visible unless-format="pdf"}\nfive\n:::\n'
        )
    )
    assert made == "one four five"


def test_inline_values_are_markdown_where_they_say_so_and_escaped_text_otherwise(page: Build) -> None:
    body = (
        SHOW
        + """
Bold `{python} Words("**5**")`, text `{python} "**<script>x</script>** [a](b) $x$ @lee2019"`, number `{python} -1.50`.
"""
    )
    made = page(body)
    assert "Bold <strong>5</strong>" in made
    assert "<script>x" not in made
    assert "text **<script>x</script>** [a](b) $x$ @lee2019, number -1.5." in text_of(made)


def test_html_of_a_cell_reaches_the_page_byte_for_byte(page: Build) -> None:
    raw = '<table id="t"><tr><td>*a*  `b` &amp; &lt;c&gt;</td></tr></table>'
    assert raw in page(f"{SHOW}\n```{{python}}\nHtml({raw!r})\n```\n")


def test_html_wins_over_markdown_as_in_quarto(page: Build) -> None:
    body = (
        "```{python}\nclass Both:\n    def _repr_html_(self):\n        return '<b>html</b>'\n"
        "    def _repr_markdown_(self):\n        return 'markdown'\nBoth()\n```\n"
    )
    made = page(body)
    assert "<b>html</b>" in made
    assert "markdown" not in made


def test_a_promised_picture_is_waited_for(page: Build) -> None:
    body = (
        "```{python}\nfrom concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\nclass Promised:\n"
        "    def __init__(self, text):\n        self._html_later_ = pool.submit(str, text).result\n"
        "display(Promised('<b>late</b>'))\nPromised('<b>later</b>')\n```\n"
    )
    made = page(body)
    assert made.index("<b>late</b>") < made.index("<b>later</b>")


def test_links_between_pages_lead_to_html(page: Build) -> None:
    page("## There {#sec-there}\n", "two")
    made = page("[a](two.qmd#sec-there) [b](two.qmd)\n")
    assert 'href="two.html#sec-there"' in made
    assert 'href="two.html">b' in made


def test_a_heading_in_front_matter_titles_page_and_window(page: Build) -> None:
    made = page('---\ntitle: "Onset & *course*"\n---\n\nText.\n')
    assert '<h1 class="title">Onset &amp; <em>course</em></h1>' in made
    assert "<title>Onset &amp; course – Small</title>" in made


def test_code_is_shown_only_where_asked_and_folded_where_asked(page: Build) -> None:
    shown = page("```{python}\n#| echo: true\n#| code-fold: true\n#| code-summary: How\nprint(6 * 7)\n```\n")
    assert "<summary>How</summary>" in shown
    assert "print(6 * 7)" in shown
    assert "42" in text_of(shown)
    assert "6 * 7" not in page("```{python}\nprint(6 * 7)\n```\n")
