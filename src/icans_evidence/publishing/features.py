"""What of Quarto the reports may use, in one table that both engines render alike.

Whatever is not in the table is refused with file and line, so that no page depends on one engine alone.
"""

from __future__ import annotations


def _words(text: str, prefix: str = "") -> tuple[str, ...]:
    return tuple(prefix + word for word in text.split())


CALLOUTS = _words("note tip warning important caution", "callout-")
COLUMNS = _words("body body-outset page page-inset screen screen-inset margin")
HOUSE = _words("""
    answer note source muted flag num nowrap pooled copy card cards cols calculator
    grade-0 grade-1 grade-2 grade-3 grade-4 print-only screen-only page-break
""")
"""Classes that theme.css gives a look; Quarto passes them on as they are."""

PAGE_FORMAT = _words("""
    embed-resources toc toc-depth toc-title number-sections number-depth body-classes
    code-fold code-summary
""")

TYPST_FORMAT = _words("""
    papersize landscape template template-partials citeproc toc number-sections number-depth font-paths pdf-standard
    shift-heading-level-by highlight-style
""")
DOCX_FORMAT = _words("reference-doc shift-heading-level-by toc number-sections number-depth highlight-style")

AUDIENCES = _words("neurologist nurse trainee", "audience.")
"""Whom a handout is for: one of these is true in its front matter."""

IN_USE: dict[str, tuple[str, ...]] = {
    "page option": (
        *_words("title subtitle description pagetitle lang format format.html"),
        *_words("execute execute.echo execute.warning"),
        "audience",
        *AUDIENCES,
        *PAGE_FORMAT,
        *(f"format.html.{name}" for name in PAGE_FORMAT),
        *(f"format.typst.{name}" for name in TYPST_FORMAT),
        *(f"format.docx.{name}" for name in DOCX_FORMAT),
        *_words("typst docx", "format."),
    ),
    "site option": (
        *_words("project lang brand bibliography csl link-citations website execute filters format format.html"),
        *_words("type output-dir render pre-render resources", "project."),
        *_words("title description search page-footer page-footer.center navbar", "website."),
        *_words("left left.text left.href", "website.navbar."),
        *_words("at path", "filters."),
        *_words("echo warning", "execute."),
        *_words("theme minimal template template-partials section-divs", "format.html."),
        *_words("html-table-processing html-math-method highlight-style", "format.html."),
        *(f"format.html.{name}" for name in PAGE_FORMAT),
        *(f"format.typst.{name}" for name in TYPST_FORMAT),
        *(f"format.docx.{name}" for name in DOCX_FORMAT),
        *_words("typst docx", "format."),
    ),
    "cell option": _words("label fig-cap tbl-cap echo eval include output code-fold code-summary column classes"),
    "cell language": ("python",),
    "inline language": ("python",),
    "shortcode": ("include",),
    "reference": _words("fig tbl sec"),
    "callout option": _words("title collapse icon appearance"),
    "condition": _words("when-format unless-format when-meta unless-meta"),
    "meta in a condition": AUDIENCES,
    "format in a condition": _words("html pdf docx typst"),
    "div class": (
        *CALLOUTS,
        *_words("panel-tabset content-visible content-hidden"),
        *(f"column-{name}" for name in COLUMNS),
        *HOUSE,
    ),
    "span class": (*HOUSE, *_words("smallcaps underline")),
    "heading class": (*HOUSE, *_words("unnumbered unlisted")),
    "column": COLUMNS,
}
"""Kind of feature → the names in use; options are dotted paths, a list of mappings counts as a mapping."""

QUARTO_REFERENCES = frozenset(
    _words("fig tbl sec eq lst thm lem cor prp cnj def exm exr sol rem alg nte tip wrn imp cau")
)
"""Prefixes that Quarto takes for a cross-reference; with any other, `@word` is a citation."""


def refusal(kind: str, name: str) -> str | None:
    """Why `name` may not be used as a `kind` of feature, or None if it may."""
    allowed = IN_USE[kind]
    if name in allowed:
        return None
    return f'{kind} "{name}" is not in use here; allowed: {", ".join(allowed)}'
