"""The vocabulary of a project: one name for a product, nesting that holds everywhere, faults with their line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from icans_evidence.audit.consistency import findings
from icans_evidence.errors import DataError
from icans_evidence.evidence import load_evidence
from icans_evidence.evidence.vocabulary import Terms

SPELLINGS = [
    "axi-cel", "Yescarta", "YESCARTA®", "Axicabtagene Ciloleucel", "axicabtagene ciloleucel (axi-cel)",
    "axi\u2011cel", "KTE-C19",
]  # fmt: skip


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_product_is_one_however_it_is_typed(data, typed):
    data.put("cohorts", 2, product=typed, target="CD19")
    assert load_evidence("data").cohorts["product"][0] == "axicabtagene ciloleucel"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("KTE-X19", "brexucabtagene autoleucel"),
        ("CTL019", "tisagenlecleucel"),
        ("tisa-cel or axi-cel", "axicabtagene ciloleucel or tisagenlecleucel"),
        ("Kymriah, Yescarta and liso-cel", "axicabtagene ciloleucel, tisagenlecleucel or lisocabtagene maraleucel"),
        ("not_stated", "not_stated"),
        ("a new product", "a new product"),
    ],
)
def test_names_in_a_cell_stand_in_one_form_and_order(data, typed, read):
    data.put("cohorts", 2, product=typed)
    assert load_evidence("data").cohorts["product"][0] == read


def test_a_name_that_nobody_declared_is_asked_about_with_the_nearest(data):
    data.put("cohorts", 2, product="axicel")
    asked = [one for one in findings(load_evidence("data")) if one.rule == "names are those of the vocabulary"]
    assert [(one.column, one.value) for one in asked] == [("product", "axicel")]
    assert asked[0].reason == '"axicel" is no product that the vocabulary knows; did you mean axi-cel?'


def test_a_broader_disease_is_related_and_a_sibling_is_not():
    terms = Terms({"a": (), "b": (), "c": (), "d": ()}, {"b": "a", "c": "b", "d": "a"})
    assert terms.ancestry("c") == ["c", "b", "a"]
    assert terms.related("c", "a") and terms.related("a", "c")
    assert not terms.related("c", "d")


def add_outcome(name: str, part_of: str) -> None:
    with Path("data/vocabulary/outcomes.csv").open("a", encoding="utf-8") as text:
        text.write(f"incidence,{name},{name.replace('_', ' ')},{part_of},,,,,,\n")


def add_row(outcome: str, like: str, **cells: str) -> None:
    """A copy of the row `like` of incidence.csv under a new name, with other cells."""
    path = Path("data/extracted/incidence.csv")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    new = {**next(row for row in rows if row["row_id"] == like), "row_id": "INC-900", "outcome": outcome, **cells}
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, list(new), lineterminator="\n").writerow(new)


def test_an_outcome_declared_as_part_of_another_is_never_more_frequent(data):
    """60 of 100 had ICANS of any grade; 99 of 100 cannot have had grade 5."""
    add_outcome("icans_grade_5", "any_icans")
    add_row("icans_grade_5", "INC-001", n_events="99", percent="99", reported="99 of 100 (99%)")
    faults = data.faults()
    assert len([line for line in faults if '"99" for icans_grade_5 is more than 60 for any_icans' in line]) == 2, faults


def test_parts_of_parts_are_held_to_the_whole(data):
    add_outcome("icans_grade_5", "icans_grade_4")
    add_row("icans_grade_5", "INC-001", n_events="99", percent="99", reported="99 of 100 (99%)")
    assert any("is more than 60 for any_icans" in line for line in data.faults())


def test_an_outcome_without_that_word_is_not_compared(data):
    """So that the tests above could fail."""
    add_outcome("icans_grade_5", "")
    add_row("icans_grade_5", "INC-001", n_events="99", percent="99", reported="99 of 100 (99%)")
    assert data.faults() == []


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("products", "new-cel,new,axi-cel,CD19", 'products.csv:10 synonyms: "axi-cel" stands for axicabtagene'),
        ("products", "new-cel,new,,CD20", 'products.csv:10 target: "CD20" is no target; allowed: CD19, BCMA, mixed'),
        (
            "diseases",
            "new disease,lymphom,",
            'broader: "lymphom" is no disease; did you mean lymphoma or CNS lymphoma?',
        ),
        ("tables", "wounds,Propotion,WOU,wounds,", 'kind: "Propotion" is no kind of table; did you mean Proportion?'),
        ("tables", "wounds,Proportion,INC,wounds,", 'prefix: "INC" stands already in line 2'),
        ("denominators", "some,some,treatd,,,,", 'part_of: "treatd" is no denominator; did you mean treated?'),
        ("denominators", "some,some,,,,(,", 'population_words: "(" is no pattern'),
        ("columns", "cohort,product2,population,x,,,,", 'table: "cohort" is no table; did you mean cohorts?'),
        ("scales", "astct2019,again", 'scale: "astct2019" stands already in line 2'),
    ],
)
def test_a_fault_of_the_vocabulary_names_file_line_and_column(data, file, line, said):
    with Path(f"data/vocabulary/{file}.csv").open("a", encoding="utf-8") as text:
        text.write(f"{line}\n")
    with pytest.raises(DataError) as raised:
        load_evidence("data")
    assert said in str(raised.value)


def test_a_folder_without_a_vocabulary_says_where_one_comes_from(data):
    import shutil

    from icans_evidence.errors import UsageError

    shutil.rmtree("data/vocabulary")
    with pytest.raises(UsageError, match="data/vocabulary is missing: a project says there which tables"):
        load_evidence("data")
