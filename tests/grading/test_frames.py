"""Tables of assessments: every engine gives every row the grade, or the problem, that a person would get."""

import itertools

import duckdb
import oracle
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icans_evidence.errors import UsageError
from icans_evidence.grading import count_cautions, grade_crs, grade_frame, grade_icans

COLUMNS = ["age_years", "developmental_delay", "ice", "capd", "consciousness", "seizure", "motor", "edema"]
ADDED = ["grade", "minimum", "maximum", "is_final", "decided_by", "unassessed", "problem"]
KINDS = ["text", "numbers"]


def states():
    """Every state with ICE and with CAPD at three ages each, as rows of text: 40,608 rows."""
    ages = {"ice": ["54", "", "12"], "capd": ["6", "", "11.9"]}
    for score, tried in ages.items():
        for state in oracle.states(score):
            for age in tried:
                yield {"age_years": age, **{k: "" if v is None else str(v) for k, v in state.items()}}


def of_a_person(row):
    """The added columns of one row, from the grader of one person."""
    findings = {name: row.get(name) for name in COLUMNS[2:]}
    try:
        result = grade_icans(findings, row.get("age_years"), row.get("developmental_delay"))
    except UsageError as refused:
        return (None, None, None, None, None, None, str(refused))
    told = ";".join(result.decided_by), ";".join(result.unassessed)
    return (result.grade, result.minimum, result.maximum, result.is_final, *told, None)


@pytest.fixture(scope="module")
def rows():
    return [{name: row.get(name, "") for name in COLUMNS} for row in states()]


@pytest.fixture(scope="module")
def expected(rows):
    return [of_a_person(row) for row in rows]


def table(rows, kind):
    """The rows as polars text, or with numbers and nulls as a reader that guesses types would give them."""
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String)).with_row_index("row")
    if kind == "text":
        return frame
    return frame.with_columns(pl.col(COLUMNS).replace("", None)).with_columns(
        pl.col("age_years").cast(pl.Float64),
        pl.col("ice").cast(pl.Int64),
        pl.col("developmental_delay").replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean),
        pl.col("consciousness").cast(pl.Categorical),
    )


def added(frame):
    return frame.select(ADDED).rows()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["eager", "lazy", "streaming"])
def test_polars_grades_every_state_as_a_person_is_graded(rows, expected, kind, how):
    frame = table(rows, kind)
    if how == "eager":
        graded = grade_frame(frame)
        assert isinstance(graded, pl.DataFrame)
    else:
        engine = "streaming" if how == "streaming" else "in-memory"
        graded = grade_frame(frame.lazy()).collect(engine=engine)
    assert graded.columns == ["row", *COLUMNS, *ADDED]
    assert graded["row"].to_list() == list(range(len(rows)))
    assert added(graded) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_duckdb_grades_every_state_as_a_person_is_graded(rows, expected, kind, tmp_path):
    table(rows, kind).write_parquet(tmp_path / "states.parquet")
    graded = grade_frame(duckdb.read_parquet(str(tmp_path / "states.parquet")))
    assert graded.columns == ["row", *COLUMNS, *ADDED]
    assert graded.select(", ".join(ADDED)).fetchall() == expected


CRS = {
    "fever": [None, "", "no", "masked_by_treatment", "yes", "38.5"],
    "hypotension": [None, "none", "no_vasopressor", "one_vasopressor", "multiple_vasopressors", "None"],
    "hypoxia": [None, "none", "low_flow", "high_flow", "positive_pressure"],
}


def crs_of_a_person(row):
    try:
        result = grade_crs(row)
    except UsageError as refused:
        return (None, None, None, None, None, None, str(refused))
    listed = ";".join(result.decided_by), ";".join(result.unassessed)
    return (result.grade, result.minimum, result.maximum, result.is_final, *listed, None)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_table_of_crs_is_graded_as_a_person_is(engine, tmp_path):
    rows = [dict(zip(CRS, state, strict=True)) for state in itertools.product(*CRS.values())]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(CRS, pl.String)).with_columns(age_years=pl.lit("old"))
    frame.with_row_index("row").write_parquet(tmp_path / "crs.parquet")
    if engine == "duckdb":
        graded = grade_frame(duckdb.read_parquet(str(tmp_path / "crs.parquet")), "crs").order("row").pl()
    else:
        graded = grade_frame(frame, "crs")
    assert added(graded) == [crs_of_a_person(row) for row in rows]
    assert count_cautions(graded, "crs") == {}


def test_pandas_and_pyarrow_tables_are_graded_as_polars_tables_are(rows, expected):
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    some = slice(0, None, 7)
    frame = table(rows[some], "text")
    given = pandas.DataFrame(frame.to_dict(as_series=False), index=range(5, 5 + frame.height))
    graded = grade_frame(given)
    assert isinstance(graded, pandas.DataFrame) and list(graded.columns) == ["row", *COLUMNS, *ADDED]
    assert list(graded.index) == list(given.index) and graded[given.columns.to_list()].equals(given)
    plain = graded[ADDED].astype(object).where(graded[ADDED].notna(), None)
    assert [tuple(row) for row in plain.to_numpy().tolist()] == expected[some]
    arrow = grade_frame(pyarrow.table(frame.to_dict(as_series=False)))
    assert isinstance(arrow, pyarrow.Table) and arrow.column_names == ["row", *COLUMNS, *ADDED]
    assert [tuple(row.values()) for row in arrow.select(ADDED).to_pylist()] == expected[some]


def test_what_pandas_makes_of_missing_and_mixed_entries_is_read_as_it_was_meant():
    pandas = pytest.importorskip("pandas")
    given = pandas.DataFrame(
        {
            "ice": [8, None, 8.5, 10],  # floats with NaN
            "capd": pandas.array([None, 9, None, None], dtype="Int64"),
            "consciousness": pandas.Series(["alert", None, float("nan"), "dozy"], dtype=object),
            "seizure": pandas.Categorical(["none", "resolved", None, None]),
            "motor": pandas.Series([None, None, 1, True], dtype=object),
            "developmental_delay": pandas.Series([None, True, None, None], dtype=object),
            7: ["kept", "too", "x", "y"],
        }
    )
    graded = grade_frame(given)
    assert graded["minimum"].to_list()[:2] == [1, 3] and graded["unassessed"][1] == "consciousness;motor;edema"
    assert [text.split(" must")[0].split("; ")[-1] for text in graded["problem"].to_list()[2:]] == [
        "ice",
        "consciousness",
    ]
    assert "motor must be none or focal_weakness" in graded["problem"][2]
    assert "motor must be none or focal_weakness" in graded["problem"][3]
    assert graded[7].to_list() == ["kept", "too", "x", "y"]
    assert grade_frame(pandas.DataFrame({"note": ["a", "b"]}))["maximum"].to_list() == [4, 4]
    assert len(grade_frame(pandas.DataFrame({"ice": []}))) == 0


@pytest.mark.parametrize("given", [None, "table.csv", [{"ice": 8}], {"ice": [8]}, pl.Series("ice", [8])])
def test_anything_else_is_refused_with_what_may_be_given(given):
    with pytest.raises(UsageError) as refused:
        grade_frame(given)
    assert str(refused.value) == (
        "grade_frame takes a polars DataFrame or LazyFrame, a pandas DataFrame, a pyarrow Table, a DuckDB relation or a "
        f"Spark DataFrame, not {type(given).__module__}.{type(given).__qualname__}"
    )


def test_a_column_that_stands_twice_is_refused():
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    arrow = pyarrow.table([[8], [9]], names=["ice", "ice"])
    for doubled in (pandas.DataFrame([[8, 9]], columns=["ice", "ice"]), arrow):
        with pytest.raises(UsageError, match="more than one column of the same name: rename it"):
            grade_frame(doubled)


MALFORMED = [
    {"ice": "8", "capd": "3"},
    {"ice": "8", "age_years": "6"},
    {"capd": "3", "age_years": "40"},
    {"capd": "3", "age_years": "40", "developmental_delay": "false"},
    {"capd": "3", "age_years": "40", "developmental_delay": "true"},
    {"ice": "11"},
    {"ice": "1e400"},
    {"ice": "-1"},
    {"ice": " 8"},
    {"ice": "8.5"},
    {"ice": "8.0"},
    {"ice": "eight"},
    {"ice": "NaN"},
    {"capd": "Unable"},
    {"capd": "33"},
    {"consciousness": "Alert"},
    {"consciousness": "alert "},
    {"seizure": "résolved"},
    {"seizure": "none\n"},
    {"motor": "0"},
    {"edema": "NONE"},
    {"age_years": "-4"},
    {"age_years": "1e400"},
    {"age_years": "121"},
    {"age_years": "54\n"},
    {"age_years": "fifty"},
    {"age_years": "nan"},
    {"developmental_delay": "yes", "ice": "8"},
    {"developmental_delay": "TRUE"},
    {"age_years": "-4", "ice": "99", "capd": "99", "consciousness": "?", "seizure": "?", "motor": "?", "edema": "?"},
    {},
]


def test_a_malformed_row_gets_the_message_of_a_person_and_no_grade():
    rows = [{name: row.get(name) for name in COLUMNS} for row in MALFORMED]
    graded = grade_frame(table(rows, "text"))
    assert added(graded) == [of_a_person(row) for row in rows]
    faulty = graded.filter(pl.col("problem").is_not_null())
    assert faulty.height == len(MALFORMED) - 3  # delay true, "8.0" and the empty row are fine
    assert faulty.select(ADDED[:-1]).null_count().row(0) == (faulty.height,) * 6


def test_duckdb_refuses_the_same_rows(tmp_path):
    rows = [{name: row.get(name) for name in COLUMNS} for row in MALFORMED]
    table(rows, "text").write_parquet(tmp_path / "rows.parquet")
    graded = grade_frame(duckdb.read_parquet(str(tmp_path / "rows.parquet")))
    assert graded.select(", ".join(ADDED)).fetchall() == [of_a_person(row) for row in rows]


def entries(*allowed):
    return st.none() | st.sampled_from(["", *allowed]) | st.text(st.characters(codec="utf-8"), max_size=8)


ROW = st.fixed_dictionaries(
    {
        "age_years": entries("0", "11", "11.99", "12", "54", "120", "120.0", "120.5", "012", "1e2", "-0", "+4"),
        "developmental_delay": entries("true", "false", "True", "1"),
        "ice": entries(*map(str, range(12)), "7.0", "07"),
        "capd": entries("0", "8", "9", "32", "33", "unable", "9.0"),
        "consciousness": entries(*oracle.CONSCIOUSNESS[1:]),
        "seizure": entries(*oracle.SEIZURE[1:]),
        "motor": entries(*oracle.MOTOR[1:]),
        "edema": entries(*oracle.EDEMA[1:]),
    }
)


@settings(deadline=None, max_examples=150)
@given(st.lists(ROW, min_size=1, max_size=40))
def test_any_text_gives_the_grade_or_the_problem_of_a_person(rows):
    assert added(grade_frame(table(rows, "text"))) == [of_a_person(row) for row in rows]


NUMBERS = st.none() | st.floats() | st.sampled_from([0.0, 2.0, 3.0, 6.0, 7.0, 9.0, 10.0, 11.0, -0.0, 1e400])


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=40))
def test_any_number_gives_the_grade_or_the_problem_of_a_person(pairs):
    frame = pl.DataFrame(pairs, schema={"ice": pl.Float64, "age_years": pl.Float64}, orient="row")
    rows = [{"ice": ice, "age_years": age} for ice, age in pairs]
    assert added(grade_frame(frame)) == [of_a_person(row) for row in rows]


@pytest.mark.parametrize(
    ("column", "values", "problems"),
    [
        ("ice", pl.Series([True, None]), ["ice must be", None]),
        ("consciousness", pl.Series([1, None]), ["consciousness must be", None]),
        ("seizure", pl.Series([[1], None]), ["seizure must be", None]),
        ("age_years", pl.Series([True, None]), ["age_years must be", None]),
        ("developmental_delay", pl.Series([1, None]), ["developmental_delay must be", None]),
        ("edema", pl.Series([None, None]), [None, None]),
        ("motor", pl.Series(["none", None], dtype=pl.Enum(["none"])), [None, None]),
        ("capd", pl.Series([3, None], dtype=pl.UInt8), [None, None]),
    ],
)
def test_a_column_of_another_type_is_a_problem_and_never_a_grade(column, values, problems):
    found = grade_frame(pl.DataFrame({column: values}))["problem"].to_list()
    assert [
        None if text is None else text[: len(start or "")] for text, start in zip(found, problems, strict=True)
    ] == (problems)


def test_a_missing_column_is_not_assessed_and_further_columns_stay():
    graded = grade_frame(pl.DataFrame({"note": ["kept", "too"], "seizure": ["resolved", None]}))
    assert graded["note"].to_list() == ["kept", "too"]
    assert added(graded) == [
        (None, 3, 4, False, "seizure", "ice;consciousness;motor;edema", None),
        (None, 0, 4, False, "", "ice;consciousness;seizure;motor;edema", None),
    ]


def test_an_empty_table_and_a_wide_one_are_graded():
    assert grade_frame(pl.DataFrame(schema={"ice": pl.Int64})).columns == ["ice", *ADDED]
    wide = pl.DataFrame({f"column_{n}": ["x"] for n in range(50)} | {"ice": [8], "age_years": [54]})
    assert grade_frame(wide).select("minimum", "maximum").row(0) == (1, 4)


def test_a_table_that_was_graded_before_is_refused():
    with pytest.raises(UsageError) as refused:
        grade_frame(pl.DataFrame({"ice": [8], "Grade": [1]}))
    assert str(refused.value) == "the table already has Grade: rename it before grading"


def test_a_column_name_in_other_letters_is_refused_rather_than_overlooked():
    with pytest.raises(UsageError) as refused:
        grade_frame(pl.DataFrame({"ICE": [8]}))
    assert str(refused.value) == "column names must be in small letters without spaces: ICE"


def test_no_problem_repeats_what_a_patient_had():
    graded = grade_frame(pl.DataFrame({"ice": ["SECRET"], "edema": ["SECRET"], "age_years": ["SECRET"]}))
    assert "SECRET" not in graded["problem"][0]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_grades_that_rest_on_drowsiness_alone_are_counted(engine, tmp_path):
    drowsy = "awakens_spontaneously"
    frame = pl.DataFrame(
        {
            "ice": [10, 10, 9, 10, None, None, None],
            "capd": ["", "", "", "", "0", "5", ""],
            "consciousness": [drowsy, "alert", drowsy, drowsy, drowsy, "alert", "alert"],
            "seizure": [None, None, None, "resolved", None, None, None],
        }
    )
    if engine == "duckdb":
        frame.write_parquet(tmp_path / "drowsy.parquet")
        frame = duckdb.read_parquet(str(tmp_path / "drowsy.parquet"))
    # rows 1 and 5 rest on drowsiness alone; row 6 is an alert child with a CAPD of 5, row 7 has no score
    assert count_cautions(grade_frame(frame)) == {
        "drowsy_only": 2,
        "capd_below_cut_point": 1,
        "score_against_consciousness": 0,
        "instrument_assumed": 1,
    }


@pytest.mark.java
def test_spark_grades_every_state_as_a_person_is_graded(rows, expected, tmp_path):
    sql = pytest.importorskip("pyspark.sql")
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.memory": "2g"}
    builder = sql.SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        bad = [{name: row.get(name) for name in COLUMNS} for row in MALFORMED]
        for kind, some in (("text", rows), ("numbers", rows), ("text", bad)):
            path = tmp_path / f"{kind}{len(some)}.parquet"
            frame = table(some, kind).with_columns(pl.col("row").cast(pl.Int64))
            frame.with_columns(pl.col("consciousness").cast(pl.String)).write_parquet(path)
            graded = grade_frame(spark.read.parquet(str(path)))
            found = [tuple(row) for row in graded.orderBy("row").select(*ADDED).collect()]
            assert found == (expected if some is rows else [of_a_person(row) for row in bad])
        assert count_cautions(graded) == count_cautions(grade_frame(table(bad, "text")))
    finally:
        spark.stop()
