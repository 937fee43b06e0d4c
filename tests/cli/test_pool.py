"""`pool` and `pool-medians` on any CSV: figures against metafor's pinned ones, keys, exit codes and named faults."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result

import command_line

REFERENCE = Path(__file__).parent.parent / "reference"
POOL_KEYS = [
    "estimate",
    "ci_low",
    "ci_high",
    "pi_low",
    "pi_high",
    "mu",
    "se",
    "tau2",
    "i2",
    "q",
    "k",
    "method",
    "sentence",
]
MEDIAN_KEYS = [
    "estimate",
    "ci_low",
    "ci_high",
    "ci_coverage",
    "range_low",
    "range_high",
    "k",
    "method",
    "excluded",
    "sentence",
]
TESTS = {"z": "wald", "t": "t", "knha": "knha"}


def run(folder: Path, *arguments: str) -> Result:
    return command_line.run(*arguments, folder=folder)


def file(folder: Path, *lines: str) -> str:
    (folder / "studies.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "studies.csv"


def pinned(name: str, method: str, test: str) -> dict[str, str]:
    with (REFERENCE / "pooled.csv").open(newline="", encoding="utf-8") as lines:
        (row,) = [r for r in csv.DictReader(lines) if (r["set"], r["method"], r["test"]) == (name, method, test)]
    return row


def reference_set(name: str) -> list[str]:
    with (REFERENCE / "sets.csv").open(newline="", encoding="utf-8") as lines:
        rows = [f"{r['study']},{r['events']},{r['total']}" for r in csv.DictReader(lines) if r["set"] == name]
    return ["study,x,n", *rows]


@pytest.mark.parametrize(
    ("name", "method", "test", "close"),
    [
        ("house_a", "GLMM", "z", 1e-5), ("house_b", "GLMM", "t", 1e-5), ("pritz1997", "REML", "knha", 1e-5),
        ("zeros", "DL", "z", 1e-6), ("house_b", "PM", "t", 1e-4), ("two", "GLMM", "z", 1e-5),
    ],
)  # fmt: skip
def test_pool_gives_metafors_figures(tmp_path, name, method, test, close):
    """Witness: tests/reference/pooled.csv, made by metafor 3.8-1 with the calls in regenerate.R."""
    path = file(tmp_path, *reference_set(name))
    options = ["--method", method.lower(), "--interval", TESTS[test]]
    done = run(tmp_path, "pool", path, "--events", "x", "--total", "n", *options, "--json")
    found, expected = json.loads(done.stdout), pinned(name, method, test)
    assert done.exit_code == 0
    assert list(found) == POOL_KEYS
    for key in ("mu", "se", "estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert found[key] == pytest.approx(float(expected[key]), abs=close), key
    assert found["tau2"] == pytest.approx(float(expected["tau2"]), rel=1e-3, abs=1e-8)
    assert (found["k"], found["method"]) == (int(expected["q_df"]) + 1, method.lower())


def test_pool_is_a_binomial_normal_model_with_wald_by_default_and_warns(tmp_path):
    path = file(tmp_path, *reference_set("house_a"))
    found = json.loads(run(tmp_path, "pool", path, "--events", "x", "--total", "n", "--json").stdout)
    assert found["ci_low"] == pytest.approx(float(pinned("house_a", "GLMM", "z")["ci_low"]), abs=1e-6)
    assert "Wald interval" in found["sentence"] and "too narrow" in found["sentence"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["x,n", "0,5", "0,6"], "at most 24%"),  # 1 − 0.05^(1/11) = 0.2384
        (["x,n"], "nothing to pool"),
        (["x,n", "0,10", "10,10"], "did not converge"),  # metafor: tau² above 300,000, see tests/reference/README.md
    ],
)
def test_without_an_estimate_the_keys_are_null_and_the_exit_code_is_1(tmp_path, lines, words):
    done = run(tmp_path, "pool", file(tmp_path, *lines), "--events", "x", "--total", "n", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [found[key] for key in POOL_KEYS[:10]] == [None] * 10
    assert words in found["sentence"]


def test_every_faulty_cell_is_named_with_its_line_and_column(tmp_path):
    path = file(tmp_path, "study,x,n", "A,4,53", "B,x,133", "", "C,,25", "D,9,3", "E,1.5,0")
    done = run(tmp_path, "pool", path, "--events", "x", "--total", "n")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        'studies.csv:3 x: "x" allowed: a whole number, 0 or more',
        "studies.csv:5 x: the cell is empty; allowed: a whole number, 0 or more",
        'studies.csv:6 x: "9" is more than its total of 3',
        'studies.csv:7 x: "1.5" allowed: a whole number, 0 or more',
        'studies.csv:7 n: "0" allowed: a whole number, 1 or more',
        "5 faults",
    ]


def test_figures_that_no_study_can_have_are_named(tmp_path):
    done = run(tmp_path, "pool", file(tmp_path, "x,n", "1,1e300", "2,9"), "--events", "x", "--total", "n")
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        1,
        'studies.csv:2 n: "1e300" allowed: up to 1,000,000,000',
    )
    done = run(tmp_path, "pool-medians", file(tmp_path, "m", "4", "1e308"), "--median", "m")
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        1,
        'studies.csv:3 m: "1e308" allowed: up to 1,000,000,000',
    )


def test_studies_named_twice_are_told(tmp_path):
    path = file(tmp_path, "s,x,n,m", "A,4,53,5", "A,2,40,6", "B,9,80,7")
    for options in (["pool", path, "--events", "x", "--total", "n"], ["pool-medians", path, "--median", "m"]):
        found = json.loads(run(tmp_path, *options, "--study", "s", "--json").stdout)
        assert found["sentence"].endswith("Taken as a study a row, though named more than once: A (2 rows).")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["x,n"], "nothing to pool"), ([""], "the file is empty"), (["x,n", "9,3"], 'studies.csv:2 x: "9" is more than'),
        (["x,n", '"1,5",9'], '"1,5"'), (["x,n", "1,inf"], '"inf"'), (["x,n", "1e400,9"], '"1e400"'),
        (["x,n,x", "1,9,1"], "the column x stands here more than once"), (["x,n", "1,2,3"], "3 cells where 2 are needed"),
        (["x,n", "x,n", "1,9"], 'studies.csv:2 x: "x"'), (["x,n", "-1,9"], '"-1"'), (["x,n", "1,0"], '"0"'),
    ],
)  # fmt: skip
def test_a_file_without_an_answer_says_why_in_json(tmp_path, lines, words):
    """The issue: nothing to pool ends in 1 with null keys and the reason in `sentence`."""
    done = run(tmp_path, "pool", file(tmp_path, *lines), "--events", "x", "--total", "n", "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, list(found), found["estimate"], found["mu"]) == (1, POOL_KEYS, None, None)
    assert words in found["sentence"]


def test_one_column_for_two_uses_ends_in_2(tmp_path):
    done = run(tmp_path, "pool", file(tmp_path, "x,n", "1,5", "2,9"), "--events", "x", "--total", "x")
    assert (done.exit_code, done.stderr) == (
        2, 'column "x" is named for --events and --total; each needs a column of its own\n'
    )  # fmt: skip


def test_one_study_and_two_say_so_in_json(tmp_path):
    """One study: R 4.2.2, binom.test(3, 20)$conf.int 0.03207094 0.37892683."""
    one = json.loads(
        run(tmp_path, "pool", file(tmp_path, "x,n", "3,20"), "--events", "x", "--total", "n", "--json").stdout
    )
    assert (one["ci_low"], one["ci_high"]) == pytest.approx((0.03207094, 0.37892683), abs=1e-8)
    assert (one["pi_low"], one["tau2"], one["q"], one["k"]) == (None, None, None, 1)
    assert "One study: nothing is pooled" in one["sentence"]
    path = file(tmp_path, "m,n,a,b", "5,20,1,10", "9,30,2,40")
    options = ["--median", "m", "--n", "n", "--low", "a", "--high", "b", "--json"]
    two = json.loads(run(tmp_path, "pool-medians", path, *options).stdout)
    assert two["ci_low"] == 0 and "Two studies cannot show" in two["sentence"]
    first = json.loads(run(tmp_path, "pool-medians", file(tmp_path, "m", "5"), "--median", "m", "--json").stdout)
    assert first["sentence"].startswith("5 days in the only study. One study: nothing is pooled")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--events", "z", "--total", "n"], 'no column "z"; there are: x, n'),
        (["--events", "x", "--total", "n", "--method", "bayes"], "'bayes'"),
        (["--events", "x", "--total", "n", "--interval", "exact"], "'exact'"),
        (["--events", "x", "--total", "n", "--interval", "knha"], 'interval "knha" with method "glmm"'),
        (["--events", "x", "--total", "n", "--weights", "w"], "'--weights'"),
        (["--events", "x"], "'--total'"),
    ],
)
def test_what_is_not_there_is_named_and_ends_in_2(tmp_path, arguments, named):
    done = run(tmp_path, "pool", file(tmp_path, "x,n", "1,5", "2,9"), *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert named in done.stderr


def test_a_file_that_is_not_there_ends_in_2(tmp_path):
    done = run(tmp_path, "pool", "nowhere.csv", "--events", "x", "--total", "n")
    assert (done.exit_code, done.stderr) == (2, "nowhere.csv: no such file or directory\n")


def test_a_file_as_spreadsheets_write_it_is_read(tmp_path):
    text = '\ufeffName of study,events,patients\r\n"Smith, 2020", 4 ,53\r\nB,11.0,133\r\n'
    (tmp_path / "studies.csv").write_bytes(text.encode("utf-8"))
    done = run(tmp_path, "pool", "studies.csv", "--events", "events", "--total", "patients", "--study", "Name of study")
    assert done.exit_code == 0
    assert done.stdout.startswith("Smith, 2020  4 of 53 (7.5%")


def test_medians_are_pooled_by_their_median_with_the_sign_test(tmp_path):
    """By hand: of 6 values the range covers the median with 1 − 2/2^6 = 96.9%; the median of 3 4 5 7 8 9 is 6."""
    path = file(tmp_path, "m", "5", "3", "9", "4", "8", "7")
    done = run(tmp_path, "pool-medians", path, "--median", "m", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0 and list(found) == MEDIAN_KEYS
    assert (found["estimate"], found["ci_low"], found["ci_high"], found["ci_coverage"]) == (6, 3, 9, 1 - 2 / 64)
    assert (found["range_low"], found["range_high"], found["k"], found["method"]) == (3, 9, 6, "median")


def test_with_n_low_and_high_medians_are_pooled_by_quantile_estimation(tmp_path):
    """Witness: tests/reference/medians_pooled.csv, made by metamedian's qe() with the call in regenerate_medians.R."""
    path = tmp_path / "studies.csv"
    path.write_bytes((REFERENCE / "medians.csv").read_bytes())
    options = ["--median", "median", "--n", "n", "--low", "low", "--high", "high"]
    found = json.loads(run(tmp_path, "pool-medians", "studies.csv", *options, "--json").stdout)
    assert found["method"] == "qe"
    assert found["estimate"] == pytest.approx(4.9433631, abs=0.001)


def test_a_study_without_what_the_method_needs_is_left_out_by_name(tmp_path):
    path = file(tmp_path, "s,m,n,a,b", "A,5,20,1,10", "B,7,30,2,12", "C,,10,1,3", "D,9,,1,20", "E,6,15,3,9")
    options = ["--median", "m", "--n", "n", "--low", "a", "--high", "b", "--study", "s"]
    found = json.loads(run(tmp_path, "pool-medians", path, *options, "--json").stdout)
    assert found["excluded"] == ["C: no median", "D: no n"]
    assert "C: no median" in found["sentence"]


def test_medians_that_are_no_numbers_are_named_and_none_at_all_ends_in_1(tmp_path):
    done = run(tmp_path, "pool-medians", file(tmp_path, "m", "5 days", "7", "-1"), "--median", "m")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[:2] == [
        'studies.csv:2 m: "5 days" allowed: a number, 0 or more, or an empty cell',
        'studies.csv:4 m: "-1" allowed: a number, 0 or more, or an empty cell',
    ]
    done = run(tmp_path, "pool-medians", file(tmp_path, "m,s", ",A"), "--median", "m", "--json")
    assert done.exit_code == 1 and json.loads(done.stdout)["estimate"] is None
