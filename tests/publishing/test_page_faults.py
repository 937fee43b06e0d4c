"""A mistake in a page is named with its file and line, all mistakes at once, before anything is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from icans_evidence.errors import DataError, UserError
from icans_evidence.publishing import site

Build = Callable[..., str]
CAPTIONED = '```{python}\n#| label: fig-a\n#| fig-cap: "A"\nprint(1)\n```\n'


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("\n::: {.foo}\nx\n:::\n", 2, 'div class "foo" is not in use here'),
        ("::: foo\nx\n:::\n", 1, 'div class "foo" is not in use here'),
        ("```{python}\n#| lable: x\n1\n```\n", 2, 'cell option "lable" is not in use here'),
        ("a\n\n{{< video x.mp4 >}}\n", 3, 'shortcode "video" is not in use here'),
        ("```{r}\n1\n```\n", 1, 'cell language "r" is not in use here'),
        ("x `{r} 1`\n", 1, 'inline language "r" is not in use here'),
        ("![a](b.png)\n", 1, "image files are not in use here"),
        ("::: {.callout-note}\nx\n", 1, "this div is never closed"),
        ("x\n\n:::\n", 3, "closes a div that was never opened"),
        ("```{python}\n1\n", 1, "this cell is never closed"),
        ("---\ntitel: x\n---\n", 2, 'page option "titel" is not in use here'),
        ("---\ntitle: [x\n---\n", 2, "not valid YAML"),
        ("See\n@fig-none\n", 2, "@fig-none: no such label on this page"),
        ("See @nobody1999.\n", 1, "@nobody1999: no such entry in the bibliography"),
        ("See @eq-x.\n", 1, 'reference "eq" is not in use here'),
        ("## A {#sec-a}\n\n## B {#sec-a}\n", 3, "label sec-a is already at reports/one.qmd:1"),
        (CAPTIONED + CAPTIONED, 7, "label fig-a is already at reports/one.qmd:2"),
        ("```{python}\n#| label: fig-a\n1\n```\n", 1, "cell fig-a needs `fig-cap`"),
        ('```{python}\n#| fig-cap: "A"\n1\n```\n', 2, "`fig-cap` needs a label that begins with fig-"),
        ("## A {#sec-a .unnumbered}\n", 1, "a heading without a number cannot be referred to"),
        ("[x](none.qmd)\n", 1, "reports/none.qmd is not a page of the site"),
        ("## A\n\n[x](one.qmd#b)\n", 3, "reports/one.qmd has no anchor #b"),
        ("[x](#b)\n", 1, "reports/one.qmd has no anchor #b"),
        ("{{< include _none.qmd >}}\n", 1, 'there is no file "_none.qmd"'),
        ("::: {.content-visible when-format='epub'}\nx\n:::\n", 1, "format in a condition"),
        ("[x]{.blink}\n", 1, 'span class "blink" is not in use here'),
        ("x `{python} 1 +\n2`\n", 1, "must open and close on one line"),
    ],
)
def test_what_is_not_in_use_is_refused_with_file_and_line(page: Build, body: str, line: int, said: str) -> None:
    with pytest.raises(DataError) as caught:
        page(body)
    assert any(fault.startswith(f"reports/one.qmd:{line} ") and said in fault for fault in caught.value.faults), (
        caught.value.faults
    )


def test_code_blocks_and_code_spans_are_not_read_as_markdown(page: Build) -> None:
    page("```text\n::: {.foo}\n@nobody\n{{< video >}}\n```\n\nand `@nobody ![x](y)`, mail a@b.org\n")


def test_all_faults_of_all_pages_come_at_once_and_nothing_is_built(small: Path, page: Build) -> None:
    page("Good.\n")
    (small / "reports" / "two.qmd").write_text("@fig-x\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        page("::: {.foo}\n:::\n\n@fig-y\n")
    assert [fault.split(" ")[0] for fault in caught.value.faults] == [
        "reports/one.qmd:1",
        "reports/one.qmd:4",
        "reports/two.qmd:1",
    ]
    assert "Good." in (small / "_site" / "reports" / "one.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        ("#| echo: true\n\nx = 1\n1 / 0\n", 9, "ZeroDivisionError: division by zero"),
        ("def f():\n    return {}['k']\n\nf()\n", 7, "KeyError: 'k'"),
        ("x = (\n", 6, "SyntaxError"),
        ("object()\n", 6, "a value of type builtins.object has no HTML or Markdown form"),
    ],
)
def test_a_cells_error_names_the_failing_line_of_the_page(page: Build, code: str, line: int, said: str) -> None:
    with pytest.raises(UserError) as caught:
        page(f"---\ntitle: x\n---\n\n```{{python}}\n{code}```\n")
    assert str(caught.value).startswith(f"reports/one.qmd:{line} ")
    assert said in str(caught.value)


def test_a_promised_picture_that_fails_names_its_cell(page: Build) -> None:
    body = "a\n\n```{python}\nclass Promised:\n    def _html_later_(self):\n        return 1 / 0\nPromised()\n```\n"
    with pytest.raises(UserError, match=r"^reports/one\.qmd:6 cell: ZeroDivisionError"):
        page(body)


def test_an_inline_error_names_its_line(page: Build) -> None:
    with pytest.raises(UserError, match=r"^reports/one\.qmd:3 `1/0`: ZeroDivisionError"):
        page("a\n\nb `{python} 1/0` c\n")


def test_an_error_in_an_included_file_names_that_file(small: Path, page: Build) -> None:
    (small / "reports" / "_part.qmd").write_text("text\n\n```{python}\n1 / 0\n```\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"^reports/_part\.qmd:4 "):
        page("a\n\n{{< include _part.qmd >}}\n")


def test_a_wrong_call_is_named_at_its_line(page: Build) -> None:
    body = "```{python}\nfrom icans_evidence.errors import UsageError\nraise UsageError('no such result')\n```\n"
    with pytest.raises(UserError, match=r"^reports/one\.qmd:3 cell: no such result$"):
        page(body)


def test_faults_of_the_data_pass_as_they_are(page: Build) -> None:
    body = "```{python}\nfrom icans_evidence.errors import DataError\nraise DataError(['x.csv:3 n: wrong'])\n```\n"
    with pytest.raises(DataError) as caught:
        page(body)
    assert caught.value.faults == ["x.csv:3 n: wrong"]


def test_references_that_a_value_makes_are_checked_at_its_line(page: Build) -> None:
    body = (
        "```{python}\n#| include: false\nclass Words:\n    def _repr_markdown_(self):\n"
        "        return 'see @fig-none'\n```\n\n`{python} Words()`\n"
    )
    with pytest.raises(DataError, match=r"reports/one\.qmd:8 @fig-none: no such label"):
        page(body)


def test_a_labelled_cell_that_shows_nothing_is_refused(page: Build) -> None:
    with pytest.raises(UserError, match=r"^reports/one\.qmd:1 cell fig-a shows 0 things"):
        page('```{python}\n#| label: fig-a\n#| fig-cap: "A"\nx = 1\n```\n')


def test_settings_not_in_use_are_refused_with_their_line(small: Path) -> None:
    config = small / "_quarto.yml"
    (small / "reports" / "one.qmd").write_text("x\n", encoding="utf-8")
    config.write_text(config.read_text(encoding="utf-8") + "    theem: cosmo\n", encoding="utf-8")
    with pytest.raises(DataError, match=r'_quarto\.yml:15 site option "format\.html\.theem" is not in use'):
        site.build(small, small / "data", small / "_site", "pandoc")


def test_an_include_that_includes_itself_is_refused(small: Path, page: Build) -> None:
    (small / "reports" / "_a.qmd").write_text("{{< include _a.qmd >}}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"reports/_a\.qmd:1 include of \"_a\.qmd\" includes itself"):
        page("{{< include _a.qmd >}}\n")
