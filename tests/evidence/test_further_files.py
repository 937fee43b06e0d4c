"""Files and columns that came later: data made before them are read, and what stands in them keeps to its rules."""

from __future__ import annotations

import polars as pl
import pytest

from grown import grown
from icans_evidence.errors import DataError
from icans_evidence.evidence import load_evidence

X = "data/extracted/"


def faults(tmp_path, monkeypatch, **files: str) -> list[str]:
    monkeypatch.chdir(tmp_path)
    grown(tmp_path / "data", **files)
    try:
        load_evidence("data")
    except DataError as error:
        return str(error).split("\n")[:-1]
    return []


def test_data_without_the_later_columns_and_files_are_read(data):
    """The small data have neither `n_locator` nor `second_reading`, no matrix, no pools of others, no advice."""
    assert b"second_reading" not in data.file("incidence").read_bytes()
    evidence = load_evidence("data")
    assert evidence.incidence["n_locator"].to_list() == [None] * 4
    assert evidence.incidence.schema["second_reading"] == pl.String
    assert evidence.incidence["note"][2] == 'Cut, not rounded: 42.5 is called "42"'
    later = (evidence.looked_for, evidence.published_pools, evidence.recommendations)
    assert [frame.height for frame in later] == [0, 0, 0]
    assert evidence.looked_for.columns == ["study_id", "core", "status", "note"]
    assert evidence.published_pools.schema["k_studies"] == pl.Int64


def test_a_file_with_the_later_columns_is_read_beside_one_without(data):
    data.swap("symptoms", b"locator,certainty,note", b"locator,n_locator,certainty,second_reading,note")
    text = data.file("symptoms").read_text(encoding="utf-8").splitlines()
    filled = [line.replace(",high,", ",Table 1,high,agrees,", 1) for line in text[1:]]
    data.file("symptoms").write_text("\n".join([text[0], *filled, ""]), encoding="utf-8")
    evidence = load_evidence("data")
    assert set(evidence.symptoms["n_locator"]) == {"Table 1"}
    assert set(evidence.symptoms["second_reading"]) == {"agrees"}
    assert set(evidence.incidence["second_reading"]) == {None}


def test_a_column_that_every_file_had_is_still_missed(data):
    data.swap("seizure_rates", b",certainty,", b",sure,")
    assert f"{X}seizure_rates.csv:1 certainty: this column is missing; it belongs after locator" in data.faults()


POOL = (
    "POOL-001,adams2020,ICANS,,,,,12,480,proportion,,30,25,35,ci95,percent,,30% (25–35),adams2020,Abstract,high,none,\n"
)
ADVICE = "REC-001,clark2019,monitoring,,,stated,Look twice a day,,clark2019,Table 2,high,none,,\n"
FAULTS = [
    ({"looked_for": "adams2020,fever,taken,\n"}, "looked_for.csv:2 core: \"fever\" is not allowed here; allowed: any_icans, onset"),
    ({"looked_for": "nobody,onset,taken,\n"}, 'looked_for.csv:2 study_id: "nobody" is no study_id of studies.csv'),
    ({"looked_for": "adams2020,onset,taken,\nbaker2021,onset,taken,\nadams2020,onset,not_printed,\n"},
     'looked_for.csv:4 core: "onset" of adams2020 stands already in line 2'),
    ({"published_pools": POOL.replace("001,adams2020", "001,nobody")},
     'published_pools.csv:2 study_id: "nobody" is no study_id of studies.csv'),
    ({"published_pools": POOL.replace("percent,,", "percent,adams2020;elsewhere,")},
     'published_pools.csv:2 includes: "elsewhere" is no cohort_id of cohorts.csv'),
    ({"published_pools": POOL.replace("POOL-001", "P1")},
     'published_pools.csv:2 pool_id: "P1" is no name of an estimate; a name of an estimate is POOL- and at least three '
     "digits, as in POOL-007"),
    ({"recommendations": ADVICE.replace("001,clark2019", "001,nobody")},
     'recommendations.csv:2 study_id: "nobody" is no study_id of studies.csv'),
    ({"recommendations": ADVICE.replace("none,,", "none,nobody,")},
     'recommendations.csv:2 superseded_by: "nobody" is no study_id of studies.csv'),
    ({"recommendations": ADVICE.replace("monitoring", "music")},
     'recommendations.csv:2 topic: "music" is not allowed here; allowed: monitoring'),
]  # fmt: skip


@pytest.mark.parametrize("files, said", FAULTS, ids=[said for _, said in FAULTS])
def test_a_fault_in_a_later_file_is_told(tmp_path, monkeypatch, files, said):
    assert faults(tmp_path, monkeypatch, **files) == [X + said]


def test_what_has_no_fault_is_read(tmp_path, monkeypatch):
    matrix = "adams2020,onset,taken,\nadams2020,any_icans,not_printed,abstract alone\nbaker2021,onset,not_looked_for,\n"
    pools = POOL.replace("percent,,", "percent,adams2020;baker2021,")
    assert faults(tmp_path, monkeypatch, looked_for=matrix, published_pools=pools, recommendations=ADVICE) == []


def test_the_document_that_names_a_scale_is_known(tmp_path, monkeypatch):
    said = faults(tmp_path, monkeypatch, sources={"adams2020": "adams2020;nobody"})
    assert said == [f'{X}cohorts.csv:2 scale_source: "nobody" is no study_id of studies.csv']
