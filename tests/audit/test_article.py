"""A document read into sections and sentences: invented text for the rules, the reader's own copy for the whole."""

from __future__ import annotations

import pytest

from icans_evidence.audit.source.article import fingerprint, read_sentences, split_sentences

INVENTED = """# Findings

Of the first group, 12 of 40 slept well.^{3,5–7} Dr. Low agreed (e.g., in winter). Others did not, which the second group, seen by A.B. Night, had long
held to be so, and which a page break cuts here for the sake of the

Table 1 Sleep by age

Age\tSlept
Young\t8
Abbreviations: none.

test.⁴ In none was a temperature above 38°C. Rest followed.

- First item: 2 points
- Second item: 3 points

Findings

The end came on day 9.²⁻⁴
"""


@pytest.fixture(scope="module")
def read():
    return read_sentences(INVENTED)


def test_a_sentence_keeps_its_words_and_gives_up_its_reference_marks(read):
    first = next(s for s in read if s.section == "Findings")
    assert (first.text, first.marks) == ("Of the first group, 12 of 40 slept well.", (3, 5, 6, 7))


def test_an_abbreviation_does_not_end_a_sentence_and_a_degree_sign_does_not_make_one(read):
    assert [s.text for s in read if s.section == "Findings"][1] == "Dr. Low agreed (e.g., in winter)."
    assert "In none was a temperature above 38°C." in [s.text for s in read]


def test_a_sentence_cut_by_a_page_is_joined_across_the_table_that_stands_between(read):
    joined = next(s for s in read if s.text.startswith("Others did not"))
    assert joined.text.endswith("for the sake of the test.")
    assert joined.marks == (4,)
    assert joined.section == "Findings"


def test_a_table_is_a_section_of_its_own_with_a_row_each(read):
    assert [s.text for s in read if s.section == "Table 1"] == [
        "Table 1 Sleep by age",
        "Age Slept",
        "Young 8",
        "Abbreviations: none.",
    ]


def test_list_items_are_sentences_and_a_second_heading_of_a_name_is_numbered(read):
    assert [s.text for s in read if "item" in s.text] == ["First item: 2 points", "Second item: 3 points"]
    last = read[-1]
    assert (last.section, last.ordinal, last.marks) == ("Findings (2)", 1, (2, 3, 4))


@pytest.mark.parametrize(
    "other",
    [
        "Of the first group, 12 of 40\nslept well.",
        "Of the ﬁrst group, 12 of 40 slept well.",
        "Of the first group, 12\u00a0of 40 slept well",
        "“Of the first group”, 12 of 40 slept well.",
        "Of the first group, 12 of 40 slept-well.",
    ],
)
def test_a_fingerprint_survives_line_wraps_ligatures_quotes_and_hyphens(other):
    assert fingerprint(other) == fingerprint("Of the first group, 12 of 40 slept well.")


@pytest.mark.parametrize("other", ["12 of 41 slept", "1.2 of 40 slept", "<12 of 40 slept", "12% of 40 slept"])
def test_a_fingerprint_changes_with_a_figure_a_decimal_point_a_bound_or_a_unit(other):
    assert fingerprint(other) != fingerprint("12 of 40 slept")


def test_dashes_in_a_range_are_alike_but_a_range_is_not_a_number():
    assert fingerprint("4–9 days") == fingerprint("4-9 days") != fingerprint("49 days")


def test_an_unfinished_paragraph_is_kept():
    assert split_sentences("It ended. And then") == ["It ended.", "And then"]


@pytest.mark.article
def test_the_review_is_read_whole(article_text):
    """Counted by hand in the printed article: Table 2 has a head and five domains; the figure has a caption and two notes."""
    sentences = read_sentences(article_text)
    sections = [s.section for s in sentences]
    assert {"Table 1", "Table 2", "Figure", "Status Epilepticus", "Cerebral Edema (2)", "Prognosis"} <= set(sections)
    assert sections.count("Figure") == 3
    assert max(mark for s in sentences for mark in s.marks) == 46
    assert len({(s.section, s.ordinal) for s in sentences}) == len(sentences)
