"""Exports are what other programs make of them: frictionless, R with metafor, polars, and a reader of BibTeX."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from icans_evidence.errors import UsageError
from icans_evidence.evidence import load_evidence
from icans_evidence.evidence.schemas import columns_of
from icans_evidence.exchange import bibtex_export
from icans_evidence.exchange.bibtex_export import used_studies
from icans_evidence.exchange.exporting import FORMATS, LISTING, export
from icans_evidence.files.bibtex import read_references
from own_project import VOCABULARY

REAL = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def evidence():
    return load_evidence(REAL)


@pytest.fixture(scope="module")
def package(evidence, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("package")
    export(evidence, "datapackage", out)
    return out


@pytest.mark.parametrize("to", FORMATS)
def test_the_same_data_give_the_same_bytes(evidence, to):
    first, second = FORMATS[to](evidence), FORMATS[to](load_evidence(REAL))
    assert first
    assert first == second


def test_frictionless_accepts_the_package(package):
    """frictionless checks sizes, hashes, types, limits, words, keys and links of all tables."""
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.flatten(["name", "type", "rowNumber", "fieldName", "note"]) == []
    assert len(report.tasks) == len(VOCABULARY.tables)


@pytest.mark.parametrize("spoil, error", [
    (("n_events", "-1"), "constraint-error"), (("relation", "about"), "constraint-error"),
    (("percent", "x"), "type-error"), (("cohort_id", "nobody"), "foreign-key"), (("reported", ""), "constraint-error"),
])  # fmt: skip
def test_frictionless_finds_what_the_package_forbids(small, tmp_path, spoil, error):
    """Its limits, words and links are there to be broken; the hash is taken out so that it does not speak first."""
    frictionless = pytest.importorskip("frictionless")
    export(load_evidence(small), "datapackage", tmp_path / "p")
    path = tmp_path / "p" / "data" / "incidence.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][rows[0].index(spoil[0])] = spoil[1]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    described = json.loads((tmp_path / "p" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in described["resources"]:
        resource.pop("hash"), resource.pop("bytes")
    (tmp_path / "p" / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    report = frictionless.validate(str(tmp_path / "p" / "datapackage.json"))
    assert {(task.name, fault.type) for task in report.tasks for fault in task.errors} == {("incidence", error)}


def test_the_package_names_licence_sources_sizes_and_hashes(package, evidence):
    described = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert len(described["sources"]) == evidence.studies.height
    for resource in described["resources"]:
        content = (package / resource["path"]).read_bytes()
        assert content == (REAL / "extracted" / f"{resource['name']}.csv").read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
        assert [field["name"] for field in resource["schema"]["fields"]] == columns_of(VOCABULARY, resource["name"])
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_parquet_holds_the_tables_in_their_types(evidence, tmp_path):
    export(evidence, "parquet", tmp_path)
    for table, frame in evidence.tables.items():
        assert pl.read_parquet(tmp_path / f"{table}.parquet").equals(frame)


def test_references_are_those_of_rows_each_once(evidence):
    """Every study that rows use has one entry, those of references.bib word for word."""
    text = FORMATS["bibtex"](evidence)["references.bib"].decode()
    found = list(read_references(text))
    assert len({entry.key for entry in found}) == len(found)
    assert {entry.key for entry in found} == used_studies(evidence)
    known = {entry.key: entry for entry in evidence.references}
    assert all((e.title, e.doi) == (known[e.key].title, known[e.key].doi) for e in found if e.key in known)
    assert text.count("{") == text.count("}")


def test_entries_made_from_rows_are_read_by_pandoc_as_they_were_meant():
    """pandoc's reader of BibTeX: initials are given names, and no sign of a title is a command."""
    pypandoc = pytest.importorskip("pypandoc")
    title = "50% & more: A_b ~ c\\d #1 {e} ^f $2"
    row = {"study_id": "invented2020", "authors": "Garcia Borrega J", "title": title, "journal": "", "year": 2020,
           "doi": "10.1234/a_b", "document": "news_item"}  # fmt: skip
    (entry,) = json.loads(pypandoc.convert_text(bibtex_export._made(row), "csljson", format="bibtex"))
    assert entry["author"] == [{"family": "Garcia Borrega", "given": "J"}]
    assert (entry["title"], entry["DOI"], entry["note"]) == (title, "10.1234/a_b", "Read as news item")


def test_a_document_whose_title_was_not_seen_says_so():
    row = {
        "study_id": "x2020",
        "authors": "",
        "title": None,
        "journal": "",
        "year": None,
        "doi": "",
        "document": "letter",
    }
    assert (
        bibtex_export._made(row) == "@misc{x2020,\n  title = {[Title not seen: x2020]},\n  note = {Read as letter}\n}\n"
    )


@pytest.mark.parametrize("name, author", [
    ("Gust J", "Gust, J"), ("Castaneda-Puglianini O", "Castaneda-Puglianini, O"),
    ("The Registry Group", "{The Registry Group}"), ("", ""),
])  # fmt: skip
def test_a_name_is_told_to_bibtex_by_its_parts(name, author):
    assert bibtex_export._author(name) == author


@pytest.fixture(scope="module")
def for_r(evidence, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("metafor")
    export(evidence, "metafor", out)
    return out


def test_every_planned_pool_is_there_with_what_the_gate_says(for_r):
    pools = list(csv.DictReader((for_r / "pools.csv").open(encoding="utf-8")))
    assert len(pools) == 15, "analysis/plan.toml plans fifteen pools"
    script = (for_r / "analyse.R").read_text(encoding="utf-8")
    for pool in pools:
        name = pool["id"].rpartition(".")[0]
        studies = list(csv.DictReader((for_r / f"{name}.csv").open(encoding="utf-8")))
        entered = [row for row in studies if row["enters"] == "TRUE"]
        assert len(entered) == int(pool["k"])
        assert all(row["reason"] for row in studies if row["enters"] == "FALSE")
        call = f'{"time" if "onset" in name or "duration" in name else "proportion"}("{pool["id"]}", "{name}.csv"'
        assert (f"\n{call}" in script) == (pool["state"] != "refused")
        assert (f"\n# {call}" in script) == (pool["state"] == "refused")
        assert (pool["state"] == "pooled") == (not pool["against"])


@pytest.mark.beside
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R with metafor and lme4")
def test_r_runs_the_script_and_pools_as_we_do(for_r):
    """metafor 3.8-1 with lme4 on R 4.2.2: the estimate and its interval within 1e-4 of ours, each pool."""
    probe = subprocess.run(["Rscript", "-e", "library(metafor); library(lme4)"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("needs R with metafor and lme4")
    done = subprocess.run(["Rscript", "analyse.R"], cwd=for_r, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    theirs = {
        row["id"].strip(): row for row in csv.DictReader((for_r / "pooled_by_metafor.csv").open(encoding="utf-8"))
    }
    ours = {row["id"]: row for row in csv.DictReader((for_r / "pools.csv").open(encoding="utf-8")) if row["estimate"]}
    assert set(theirs) == set(ours)
    for name, row in ours.items():
        assert float(theirs[name]["estimate"]) == pytest.approx(float(row["estimate"]), abs=1e-4), name
        if "onset" not in name and "duration" not in name:
            for end in ("ci_low", "ci_high"):
                assert float(theirs[name][end]) == pytest.approx(float(row[end]), abs=1e-4), (name, end)


def test_an_export_leaves_other_files_alone_and_says_what_it_wrote(evidence, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = export(evidence, "bibtex", tmp_path)
    assert (done.written, done.unchanged) == (["references.bib"], [])
    again = export(evidence, "bibtex", tmp_path)
    assert (again.written, again.unchanged) == ([], ["references.bib"])
    assert (tmp_path / "mine.txt").read_text() == "mine"
    digest = sha256((tmp_path / "references.bib").read_bytes()).hexdigest()
    assert (tmp_path / LISTING).read_text() == f"{digest}  references.bib\n"


def test_a_file_that_no_export_wrote_is_not_replaced(evidence, tmp_path):
    (tmp_path / "references.bib").write_text("my own")
    with pytest.raises(
        UsageError, match=r"references\.bib in .* would be replaced, but no export wrote what stands there"
    ):
        export(evidence, "bibtex", tmp_path)
    assert (tmp_path / "references.bib").read_text() == "my own"
    assert export(evidence, "bibtex", tmp_path, overwrite=True).written == ["references.bib"]


def test_a_workbook_that_a_person_filled_since_is_not_replaced(evidence, tmp_path):
    export(evidence, "xlsx", tmp_path)
    with (tmp_path / "icans-evidence.xlsx").open("ab") as file:
        file.write(b"changed")
    with pytest.raises(UsageError, match="give --overwrite"):
        export(evidence, "xlsx", tmp_path)


@pytest.mark.parametrize("out", ["data", "data/extracted", "data/new"])
def test_the_data_are_no_place_for_an_export(small, out):
    with pytest.raises(UsageError, match="is the data itself"):
        export(load_evidence(small), "csv", Path(out))


def test_an_unknown_format_is_a_wrong_use(evidence, tmp_path):
    with pytest.raises(UsageError, match='format "ods"; allowed: xlsx, csv, parquet, datapackage, metafor, bibtex'):
        export(evidence, "ods", tmp_path)
