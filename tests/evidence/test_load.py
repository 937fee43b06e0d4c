"""What load_evidence returns, what it refuses as usage, and what the real data hold to."""

from __future__ import annotations

import dataclasses
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from scale import scale

from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence import Evidence, load_evidence
from icans_evidence.files.faults import SHOWN

REAL = Path(__file__).parents[2] / "data"


@pytest.fixture
def evidence(data) -> Evidence:
    return load_evidence("data")


def test_tables_are_frames_with_the_types_of_their_columns(evidence):
    assert list(evidence.tables) == list(evidence.vocabulary.tables)
    assert evidence.incidence is evidence.tables["incidence"]
    row = evidence.incidence.row(0, named=True)
    assert (row["row_id"], row["n_events"], row["percent"], row["in_review"]) == ("INC-001", 60, 60.0, True)
    assert row["note"] is None
    types = {name: evidence.incidence.schema[name] for name in ("n_events", "percent", "in_review", "reported")}
    assert types == {"n_events": pl.Int64, "percent": pl.Float64, "in_review": pl.Boolean, "reported": pl.String}
    assert evidence.csf_findings["cut_off"].to_list() == ["> 5 cells/µL"]
    assert "line" not in evidence.incidence.columns


def test_quoted_cells_are_read_as_they_were_meant(evidence):
    assert evidence.incidence["note"][2] == 'Cut, not rounded: 42.5 is called "42"'


def test_version_references_and_root(evidence):
    assert (evidence.version, evidence.version_date) == ("0.1.0", date(2026, 11, 22))
    assert evidence.root == Path("data").resolve()
    assert [(r.key, r.doi, r.year) for r in evidence.references][1] == ("adams2020", "10.1000/adults.17", "2020")


def test_evidence_is_frozen_and_can_be_pickled(evidence):
    with pytest.raises(dataclasses.FrozenInstanceError):
        evidence.version = "2"
    with pytest.raises(TypeError):
        evidence.tables["incidence"] = evidence.symptoms
    with pytest.raises(AttributeError, match="no table 'incidents'"):
        _ = evidence.incidents
    again = pickle.loads(pickle.dumps(evidence))
    assert again.incidence.equals(evidence.incidence)
    assert "incidence" in dir(again)


@pytest.mark.parametrize("path, message", [
    ("nowhere", '"nowhere" is not a folder; name the folder that holds extracted/'),
    ("data/extracted", '"data/extracted" does not hold a folder extracted/; name the folder that does'),
])  # fmt: skip
def test_a_wrong_path_is_a_usage_error(data, path, message):
    with pytest.raises(UsageError) as raised:
        load_evidence(path)
    assert str(raised.value) == message


def test_the_room_is_entered_without_pandera_or_polars():
    code = "import sys, icans_evidence.evidence as e; assert e.__all__; print({'pandera', 'polars'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_many_faults_are_counted_in_full_and_shown_in_part(data, tmp_path):
    """2 rows 300 times over, each blamed for its relation: 600 faults, of which the first lines are shown."""
    scale(data.root, tmp_path / "large", 300)
    file = tmp_path / "large" / "extracted" / "seizure_rates.csv"
    file.write_text(file.read_text().replace(",=,", ",?,").replace(",≤,", ",?,"))
    with pytest.raises(DataError) as raised:
        load_evidence(tmp_path / "large")
    *lines, more, count = str(raised.value).split("\n")
    assert len(lines) == SHOWN
    assert lines[0].endswith(':2 relation: "?" is not allowed here; allowed: =, ≤, ≥, ~, <, >')
    assert lines[-1].endswith(f':{SHOWN + 1} relation: "?" is not allowed here; allowed: =, ≤, ≥, ~, <, >')
    assert (more, count) == ("… and 400 more", "600 faults")


def test_a_folder_made_larger_is_still_valid(data, tmp_path):
    """24 rows of tables that are copied, five times over: names fresh, every rule still kept."""
    small = load_evidence("data")
    scale(data.root, tmp_path / "large", 5)
    large = load_evidence(tmp_path / "large")
    assert large.incidence.height == 5 * small.incidence.height
    assert large.laboratory_values.height == 1  # its only row is named by the register
    assert large.claims["bears"].to_list()[-1] == "ONS-005"


def test_the_real_data_hold():
    evidence = load_evidence(REAL)
    assert evidence.studies["ref_number"].drop_nulls().sort().to_list() == list(range(1, 47))
    assert not evidence.cohorts.filter(pl.col("origin") == "own_center").height
