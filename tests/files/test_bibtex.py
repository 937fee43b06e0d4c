"""BibTeX in every form that pybtex reads, and a broken entry named with its line.

The forms are those of BibTeX's own manual (btxdoc) and what Crossref, Zotero and PubMed tools export.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from icans_evidence.files.bibtex import Reference, commands_of, read_references
from icans_evidence.publishing.link_checks import citation_keys

WORK = {"key": "lee2019", "doi": "10.1016/j.bbmt.2018.12.758", "year": "2019", "title": "ASTCT consensus grading"}
FORMS = {
    "plain": "@article{lee2019,\n  title = {ASTCT consensus grading},\n  year = {2019},\n  doi = {10.1016/J.BBMT.2018.12.758}\n}\n",
    "one line, as Crossref gives it": " @article{lee2019, title={ASTCT consensus grading}, volume={25}, DOI={10.1016/j.bbmt.2018.12.758}, journal={BBMT}, year={2019}, month=Apr, pages={625–638} }",
    "two fields on a line": "@article{lee2019,\n title={ASTCT consensus grading}, year=2019,\n doi={10.1016/j.bbmt.2018.12.758}}",
    "leading commas": "@article{lee2019\n , title = {ASTCT consensus grading}\n , year = 2019\n , doi = {10.1016/j.bbmt.2018.12.758}\n }",
    "a title over two lines": "@article{lee2019,\n title={ASTCT\n      consensus grading},\n year={2019}, doi={10.1016/j.bbmt.2018.12.758}}",
    "parentheses": "@article(lee2019, title={ASTCT consensus grading}, year=2019, doi={10.1016/j.bbmt.2018.12.758})",
    "parentheses within": "@ARTICLE (lee2019, note={see (2) and )}, title={ASTCT consensus grading}, year=2019, doi={10.1016/j.bbmt.2018.12.758})",
    "a macro": '@string{c = "consensus"}\n@string(d = {10.1016/})\n@article{lee2019, title = "ASTCT " # C # " grading", year=2019, doi = d # {j.bbmt.2018.12.758}}',
    "an abstract with a field in it": "@article{lee2019,\n abstract={A line\n  doi = {10.9999/other},\n  year = {1999},\n  title = {No}\n end},\n title={ASTCT consensus grading}, year=2019, doi={10.1016/j.bbmt.2018.12.758}}",
    "an abstract with an entry in it": "@article{lee2019, abstract={x\n@article{other, title = {B}}\n}, title={ASTCT consensus grading}, year=2019, doi={10.1016/j.bbmt.2018.12.758}}",
    "quotation marks and braces": '@article{lee2019, title = "{ASTCT} {c}onsensus grading", author = "K{\\"o}nig, A. and {A {"} group}", year = "2019", doi="10.1016/j.bbmt.2018.12.758"}',
    "a comma at the end": "@article{lee2019, title={ASTCT consensus grading}, year=2019, doi={10.1016/j.bbmt.2018.12.758},}",
    "text and an address around it": "Exported by me@home.org for you\n@article{lee2019, title={ASTCT consensus grading}, year=2019, doi={10.1016/j.bbmt.2018.12.758}} the end @ last",
    "a comment": "@comment{jabref-meta: saveActions;}\n% a note\n@article{lee2019, title={ASTCT consensus grading}, year=2019, doi={10.1016/j.bbmt.2018.12.758}}",
    "a preamble": '@preamble{"\\newcommand{\\x}{y}"}\n@article{lee2019, title={ASTCT consensus grading}, year=2019, doi={10.1016/j.bbmt.2018.12.758}}',
    "biblatex": "@online{lee2019, title={ASTCT consensus grading}, date={2019-04-01}, doi={https://doi.org/10.1016/j.bbmt.2018.12.758}}",
    "blanks around everything": "@article {\tlee2019 ,\r\n title\t=\t{ASTCT  consensus\r\n grading} ,\r\n year = 2019 , doi = {10.1016/j.bbmt.2018.12.758}\r\n}",
    "capitals": "@Article{lee2019, TITLE={ASTCT consensus grading}, Year=2019, Doi={10.1016/j.bbmt.2018.12.758}}",
}


def read(text: str) -> tuple[list[Reference], list[str]]:
    faults: list[str] = []
    return list(read_references(text, lambda line, said: faults.append(f"{line}: {said}"))), faults


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_form_is_read_alike(text):
    (entry,), faults = read(text)
    assert faults == []
    assert {name: getattr(entry, name) for name in WORK} == WORK
    assert entry.text.startswith("@") and entry.text in text and entry.text[-1] in "})"


def test_each_entry_has_its_own_line_and_text():
    """Lines counted by hand: the second begins in line 4, the third on the line on which the second ends."""
    text = "\n@article{a,\n year = 2020}\n@book{b,\n title = {x\n\n y}} @misc{c}\n\n\n@misc{d}"
    entries, faults = read(text)
    assert faults == []
    assert [(e.key, e.line, e.text) for e in entries] == [
        ("a", 2, "@article{a,\n year = 2020}"), ("b", 4, "@book{b,\n title = {x\n\n y}}"), ("c", 7, "@misc{c}"), ("d", 10, "@misc{d}"),
    ]  # fmt: skip
    assert citation_keys(None) == frozenset()


def test_months_and_strings_of_one_file_are_unknown_to_the_next():
    assert read('@string{x = "words"}\n@misc{a, title = x, month = jan}')[0][0].title == "words"
    assert read("@misc{a, title = x}") == (
        [],
        ['1: the entry "a" cannot be read: "x" is the name of no @string of the file; put words in braces'],
    )


BROKEN = {
    "a brace is missing": ("@misc{z}\n@article{a, title = {A\n@article{b, title={B}}\n", '2: the entry "a" cannot be read: a brace or a quotation mark is missing'),
    "a quotation mark is missing": ('@article{a, title = "A, year = 2020}\n', '1: the entry "a" cannot be read: a brace or a quotation mark is missing'),
    "a comma is missing": ("\n@article{a, title = {A} year = 2020}\n", '2: the entry "a" cannot be read: a comma or } is missing after the field title'),
    "words without braces": ("@article{a, title = Two words}\n", '1: the entry "a" cannot be read: "Two" is the name of no @string of the file; put words in braces'),
    "no key": ("@article{title = {A}, year = 2020}\n", '1: the entry "title" cannot be read: a comma or } is missing after its key'),
    "a field twice": ("@article{a, doi = {10.1/x}, DOI = {10.1/y}}\n", '1: the entry "a" cannot be read: the field doi stands twice; keep one'),
    "no value": ("@article{a, doi = , year = 2020}\n", '1: the entry "a" cannot be read: field value expected'),
    "cut off": ("@article{", "1: an entry cannot be read: a brace or a quotation mark is missing"),
    "too deep": (f"@misc{{a, title = {{{'{' * 200}x{'}' * 200}}}}}", '1: the entry "a" cannot be read: too many nested braces'),
}  # fmt: skip


@pytest.mark.parametrize("text, fault", BROKEN.values(), ids=BROKEN)
def test_a_broken_entry_is_told_with_its_line_and_left_out(text, fault):
    entries, faults = read(text)
    assert faults[:1] == [fault] and len(faults) == 1
    assert {entry.key for entry in entries} <= {"z"}


def test_what_stands_after_a_broken_entry_is_read():
    entries, faults = read("@article{a, title = {A} year = 2020}\n@article{b, title = {B}}")
    assert ([entry.key for entry in entries], len(faults)) == (["b"], 1)


def test_the_commands_that_entries_lean_on_are_kept_as_they_stand():
    text = '@string{c = "x"}\n@misc{a, title = c}\n@preamble{ "y" }\n'
    assert commands_of(text) == ['@string{c = "x"}', '@preamble{ "y" }']


LONG = """
import sys
from icans_evidence.files.bibtex import read_references
n = int(sys.argv[1])
texts = {
    "blanks in a title": "@misc{a, title = {A" + " " * n + "B}}",
    "blanks before a field": "@misc{a," + " " * n + "title = {A}}",
    "open braces": "@misc{a, title = " + "{" * n,
    "quoted": '@misc(a, title = "' + "x{y}" * (n // 4) + '")',
    "entries in parentheses and quotation marks": '@misc(a, title = "{x}")\\n' * (n // 24),
    "signs between entries": "@ " * (n // 2) + "@misc{a}",
    "broken entries": "@misc{a, t = {x} y}\\n" * (n // 20),
    "strings": '@string{a = "b"}\\n' * (n // 18),
    "fields": "@misc{a, " + ", ".join(f"f{k} = {k}" for k in range(n // 20)) + "}",
}
print(len(read_references(texts[sys.argv[2]])))
"""


@pytest.mark.parametrize("kind, entries", [
    ("blanks in a title", 1), ("blanks before a field", 1), ("open braces", 0), ("quoted", 1),
    ("entries in parentheses and quotation marks", 41_666), ("signs between entries", 1), ("broken entries", 0),
    ("strings", 0), ("fields", 1),
])  # fmt: skip
def test_a_million_signs_of_any_kind_are_read_to_the_end(kind, entries):
    """A reader whose work grows with the square of its text would need hours and not the minutes it is given."""
    done = subprocess.run(
        [sys.executable, "-c", LONG, "1000000", kind], check=False, capture_output=True, text=True, timeout=300
    )
    assert (done.stdout.strip(), done.returncode) == (str(entries), 0), done.stderr


def test_three_thousand_blanks_are_one():
    assert read("@misc{a, title = {A" + " " * 3000 + "B}}")[0][0].title == "A B"
