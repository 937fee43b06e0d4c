"""Two extraction passes compared: pairs whatever the order and names, agreement against outside witnesses, settlements.

Kappa and AC1 are pinned against irrCAC 0.4.4 (Python 3.11): `CAC(frame, digits=10).conger()` and `.gwet()`, which for
two raters are Cohen's kappa and Gwet's AC1.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner
from scipy.optimize import linear_sum_assignment

from icans_evidence.audit.extractions import agreement as agreements
from icans_evidence.audit.extractions import comparison, pairs
from icans_evidence.audit.extractions.agreement import cohen_kappa, gwet_ac1, positive_agreement
from icans_evidence.audit.extractions.comparison import as_dict
from icans_evidence.audit.extractions.pairs import Entry
from icans_evidence.cli.extractions import compare_extractions as compare_command
from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence.schemas import columns_of
from icans_evidence.pages import agreement_page
from icans_evidence.summaries.extraction_agreement import sentences
from own_project import VOCABULARY

paired = partial(pairs.paired, vocabulary=VOCABULARY)
read_pass = partial(pairs.read_pass, vocabulary=VOCABULARY)
agreement = partial(agreements.agreement, vocabulary=VOCABULARY)
fields_of = partial(agreements.fields_of, VOCABULARY)
compare = partial(comparison.compare, vocabulary=VOCABULARY)

PASSES = Path(__file__).parents[2] / "data" / "extraction_passes"

FOURFOLD = [("a", "a")] * 40 + [("a", "b")] * 9 + [("b", "a")] * 6 + [("b", "b")] * 45
SKEWED = [("y", "y")] * 118 + [("y", "n")] * 5 + [("n", "y")] * 2
FOUR = (
    [("a", "a")] * 22 + [("a", "b")] * 3 + [("b", "b")] * 18 + [("c", "c")] * 7 + [("c", "a")] * 2 + [("d", "d")] * 4
    + [("d", "c")] * 3 + [("b", "d")]
)  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "kappa", "ac1"),
    [
        (FOURFOLD, 0.6995192308, 0.7007481297),
        (SKEWED, -0.0233918129, 0.9407763376),
        (FOUR, 0.7819063005, 0.8054404612),
    ],
)
def test_kappa_and_ac1_are_those_of_irrcac(cells, kappa, ac1):
    assert cohen_kappa(cells) == pytest.approx(kappa, abs=1e-9)
    assert gwet_ac1(cells) == pytest.approx(ac1, abs=1e-9)


def test_kappa_by_hand():
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 35/50 = 0.7; chance 0.5 · 0.6 + 0.5 · 0.4 = 0.5; so 0.4.

    AC1: the share of yes is (25 + 30)/100 = 0.55, chance 2 · 0.55 · 0.45 = 0.495, so (0.7 − 0.495)/0.505.
    """
    cells = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(cells) == pytest.approx(0.4)
    assert gwet_ac1(cells) == pytest.approx(0.205 / 0.505)


@pytest.mark.parametrize("cells", [[], [("a", "a")] * 5])
def test_both_are_undefined_without_a_pair_and_with_one_category(cells):
    assert cohen_kappa(cells) is None
    assert gwet_ac1(cells) is None


def test_total_disagreement_of_constant_raters_is_no_agreement_beyond_chance():
    """One always says a, the other always b: nothing agrees, and by chance nothing would."""
    assert cohen_kappa([("a", "b")] * 4) == 0


def test_positive_agreement_by_hand():
    """8 found by both, 2 by the first alone, 4 by the second alone: 16/22."""
    assert positive_agreement(8, 2, 4) == pytest.approx(16 / 22)
    assert positive_agreement(0, 0, 0) is None


def entry(table="incidence", **cells):
    """A row at one sentence, as a pass holds it."""
    named = {"fingerprint": "aaaabbbbcccc", "section": "Onset", "sentence": "1", "outcome": "any_icans",
             "population": "all patients", "reported": "1", "relation": "=", "in_review": "true",
             "certainty": "high", "read_in": "review2024"}  # fmt: skip
    return Entry(table, {name: text for name, text in {**named, **cells}.items() if text})


def test_a_misread_figure_does_not_part_two_readings_of_one_finding():
    found = paired([entry(n_events="12", reported="12 of 40")], [entry(n_events="21", reported="21 of 40")])
    assert [(pair.a.cells["n_events"], pair.b.cells["n_events"]) for pair in found.pairs] == [("12", "21")]
    assert [(d.field, d.in_a, d.in_b) for d in agreement(found).differences] == [("n_events", "12", "21")]


def test_within_a_sentence_study_and_population_decide_who_is_whose_pair():
    first = [entry(cohort_id="adams", n_events="1"), entry(cohort_id="baker", n_events="2")]
    second = [entry(cohort_id="baker", n_events="1"), entry(cohort_id="adams", n_events="2")]
    assert {pair.a.cells["cohort_id"] == pair.b.cells["cohort_id"] for pair in paired(first, second).pairs} == {True}
    groups = [entry(population="severe cases"), entry(population="mild cases")]
    assert all(pair.a == pair.b for pair in paired(groups, groups[::-1]).pairs)


def test_the_choice_is_the_best_sum_and_not_the_first_that_fits():
    """Taken greedily, the first row takes its nearest and leaves the second without one; the best sum pairs both."""
    a = [entry(population="w x y z"), entry(population="w x y z q r", outcome="")]
    b = [entry(population="w x y z", outcome=""), entry(population="w x y z")]
    assert len(paired(a, b).pairs) == 2


@pytest.mark.parametrize("tall", range(1, pairs.TRIED + 1))
def test_the_choice_that_is_tried_out_is_that_of_a_solver(tall):
    """Witness: scipy.optimize.linear_sum_assignment on likenesses of which no two sums are equal."""
    chance = random.Random(tall)
    for wide in range(1, pairs.TRIED + 1):
        likenesses = [[chance.random() for _ in range(wide)] for _ in range(tall)]
        rows, columns = linear_sum_assignment(likenesses, maximize=True)
        assert [pair[:2] for pair in pairs._best(likenesses)] == list(zip(rows, columns, strict=True))


def test_another_sentence_is_no_pair_and_another_table_of_one_sentence_is_one_apart():
    elsewhere = entry(fingerprint="ddddeeeeffff")
    found = paired([entry()], [elsewhere])
    assert (found.pairs, found.only_a, found.only_b) == ([], [entry()], [elsewhere])
    across = paired([entry()], [entry("symptoms", outcome="aphasia")])
    assert [(pair.a.table, pair.b.table) for pair in across.pairs] == [("incidence", "symptoms")]
    assert agreement(across).differences[0].field == "table"
    assert not paired([entry(cohort_id="adams")], [entry("symptoms", cohort_id="baker")]).pairs


def test_rows_in_any_order_and_under_any_name_give_the_same_pairs(tmp_path):
    first, second = read_pass(PASSES / "a"), read_pass(PASSES / "b")
    as_made = paired(first, second)
    shuffled = paired(*(random.Random(seed).sample(rows, len(rows)) for seed, rows in enumerate((first, second))))
    assert shuffled == as_made
    assert agreement(shuffled) == agreement(as_made)
    assert not {"row_id", "extracted_by"} & {name for row in first for name in row.cells}


def test_ties_are_broken_by_content_and_not_by_the_order_of_a_file():
    """No two of these rows share a word, so every choice of pairs is as good as another."""
    a, b = ([entry(population=word) for word in words] for words in (("one", "two", "three"), ("four", "five", "six")))
    answers = {repr(paired(first, second)) for first in permutations(a) for second in permutations(b)}
    assert len(answers) == 1


def test_a_pass_against_itself_agrees_in_everything():
    rows = read_pass(PASSES / "a")
    found = agreement(paired(rows, list(reversed(rows))))
    assert (found.differences, found.total.agree) == ([], 326)
    assert all(field.same == field.compared for field in (*found.numbers, *found.codes, *found.names))


def test_an_empty_cell_against_a_filled_one_is_a_difference_and_two_empty_cells_are_not_counted():
    found = agreement(paired([entry(n_events="3"), entry(outcome="death")], [entry(), entry(outcome="death")]))
    (events,) = [field for field in found.numbers if field.name == "n_events"]
    assert (events.compared, events.same, events.both) == (1, 0, 0)


def test_what_is_coded_is_read_from_the_schema():
    fields = fields_of("incidence")
    assert set(fields["codes"]) == {"outcome", "spread", "denominator_kind", "relation", "in_review", "certainty"}
    assert set(fields["numbers"]) == {"n_events", "n_total", "percent", "percent_low", "percent_high"}


def test_a_place_with_more_rows_than_a_sentence_can_hold_is_named():
    with pytest.raises(DataError, match="more than 1,000 rows stand at one place"):
        paired([entry(note=str(n)) for n in range(1001)], [entry()])


@pytest.fixture(scope="module")
def passes():
    return compare(PASSES / "a", PASSES / "b")


def test_the_readme_of_the_passes_holds_what_the_command_prints(passes):
    text = (PASSES / "README.md").read_text(encoding="utf-8")
    assert agreement_page.between_marks(text, passes) == text, f"put the output of `{agreement_page.COMMAND}` there"


def test_the_counts_of_the_passes_add_up_to_the_rows_of_their_files(passes):
    lines = {side: sum(len(path.read_text("utf-8").splitlines()) - 1 for path in (PASSES / side).glob("*.csv")
                       if path.stem != "sentences_without_row") for side in "ab"}  # fmt: skip
    total = passes.agreement.total
    assert (total.rows_a, total.rows_b) == (lines["a"], lines["b"]) == (326, 338)
    assert total.agree + total.differ + total.across + total.only_a == 326
    assert total.agree + total.differ + total.across + total.only_b == 338


def test_every_pair_of_the_third_reading_in_two_tables_is_found(passes):
    """settled.csv, written by hand before the command existed, names 15 of them."""
    with (PASSES / "settled.csv").open(encoding="utf-8", newline="") as file:
        by_hand = [row for row in csv.DictReader(file) if row["difference"] == "table"]
    found = {(d.entry.cells["fingerprint"], d.in_a, d.in_b) for d in passes.agreement.differences if d.field == "table"}
    assert len(by_hand) == 15
    assert {(row["fingerprint"], row["pass_a"], row["pass_b"]) for row in by_hand} <= found


def test_a_difference_without_a_line_of_its_own_says_which_lines_its_sentence_has(passes):
    open_ones = [difference for difference, settled in passes.settled if settled is None]
    places = {(d.entry.cells["section"], d.entry.cells["sentence"]) for d in open_ones}
    assert places == {("Cerebral Edema", "3"), ("Conclusion", "6"), ("Grading ICANS Severity", "11"),
                      ("Grading ICANS Severity", "16"), ("Grading ICANS Severity", "17")}  # fmt: skip
    text = "\n".join(agreement_page.lines(passes))
    assert text.count("paired otherwise by the third reading") == len(open_ones)
    assert "not settled" not in text


def test_json_has_null_and_a_word_where_kappa_is_undefined(passes):
    fields = {field["field"]: field for field in json.loads(json.dumps(as_dict(passes)))["coded_fields"]}
    assert (fields["in_review"]["kappa"], fields["in_review"]["ac1"]) == (None, None)
    assert fields["in_review"]["undefined"] == "undefined: one category only"
    assert fields["relation"]["undefined"] is None


def test_no_chance_corrected_measure_is_given_for_numbers(passes):
    answer = as_dict(passes)
    assert all("kappa" not in field and "ac1" not in field for field in answer["numbers"]["fields"])


def test_wilson_interval_of_the_numbers_by_hand(passes):
    """x/n with z = 1.959964: (p + z²/2n ± z·sqrt(p(1 − p)/n + z²/4n²)) / (1 + z²/n)."""
    numbers, z = as_dict(passes)["numbers"]["all"], 1.959963984540054
    n, p = numbers["compared"], numbers["same"] / numbers["compared"]
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    assert numbers["ci_low"] == pytest.approx(100 * (p + z * z / (2 * n) - half) / (1 + z * z / n))


def write_pass(folder: Path, *rows: dict[str, str]) -> Path:
    folder.mkdir()
    with (folder / "incidence.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns_of(VOCABULARY, "incidence"), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_two_empty_passes_are_said_to_be_empty(tmp_path):
    found = compare(write_pass(tmp_path / "a"), write_pass(tmp_path / "b"))
    assert list(sentences(found)) == ["Neither pass has a row."]
    assert as_dict(found)["finding_of_rows"]["positive_agreement"] is None


def test_text_of_a_pass_is_escaped_on_its_page(tmp_path):
    row = {"row_id": "INC-001", "outcome": "any_icans", "relation": "=", "reported": "<script>alert(1)</script>",
           "in_review": "false", "certainty": "high", "extracted_by": "x", "locator": "<b>here</b>"}  # fmt: skip
    found = compare(write_pass(tmp_path / "a", row), write_pass(tmp_path / "b"))
    page = agreement_page.page(found)
    assert "<script" not in page and "<b>" not in page
    assert "&lt;script&gt;" in page


def test_faults_are_named_with_file_line_and_column_and_a_folder_without_tables_is_refused(tmp_path):
    row = {"row_id": "INC-001", "outcome": "any_icans", "n_events": "twelve", "relation": "=", "reported": "12",
           "in_review": "true", "certainty": "high", "extracted_by": "x"}  # fmt: skip
    folder = write_pass(tmp_path / "a", row)
    with pytest.raises(DataError, match=r'incidence.csv:2 n_events: "twelve"'):
        read_pass(folder)
    with pytest.raises(UsageError, match="holds no table of a pass"):
        read_pass(tmp_path)


def test_the_command_writes_its_page_and_keeps_json_alone_on_its_stream(tmp_path):
    shutil.copytree(PASSES, tmp_path / "passes")
    args = [str(tmp_path / "passes" / side) for side in "ab"]
    done = CliRunner().invoke(compare_command, [*args, "--json", "--html", str(tmp_path / "page.html")])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["finding_of_rows"]["rows_b"] == 338
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!DOCTYPE html>")
