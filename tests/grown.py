"""The small data, whose schema is older than this release, grown by hand to the schema of today."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

SMALL = Path(__file__).parent / "evidence" / "small"
FURTHER = {
    "core": "core,words\nany_icans,any ICANS\nonset,onset\n",
    "topics": "topic,words\nmonitoring,monitoring\n",
    "prophylaxis": "prophylaxis,words,apart\nnone,none stated,\nlevetiracetam,levetiracetam,\n"
    "corticosteroids,corticosteroids,true\n",
}
DECLARED = (
    "cohorts,scale_source,scale,Documents that name the scale,,,,\n"
    "cohorts,prophylaxis,scale_source,What was given to prevent it,prophylaxis,,,true\n"
)
FILES = {
    "looked_for": "study_id,core,status,note",
    "published_pools": "pool_id,study_id,outcome,counts,product,target,population,k_studies,n_patients,statistic,"
    "method,estimate,low,high,spread,unit,includes,reported,read_in,locator,certainty,second_reading,note",
    "recommendations": "rec_id,study_id,topic,grade,product,status,statement,figures,read_in,locator,certainty,"
    "second_reading,superseded_by,note",
}


def changed(path: Path, key: str, columns: dict[str, dict[str, str]]) -> None:
    """Fill columns of a CSV file, which are added at its end where it lacks them, in the rows of these keys ("" where a
    key is not named)."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = list(dict.fromkeys([*rows[0], *columns]))
    for row in rows:
        for name, cells in columns.items():
            row[name] = cells.get(row[key], row.get(name, ""))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def grown(data: Path, given: dict[str, str] | None = None, sources: dict[str, str] | None = None, **files: str) -> Path:
    """The small data in the folder `data`, of two cohorts that share no patients and a center's own: what each was
    `given` to prevent ICANS, the `sources` of their scales, and rows of FILES."""
    shutil.copytree(SMALL, data, dirs_exist_ok=True)
    words, extracted = data / "vocabulary", data / "extracted"
    for name, text in FURTHER.items():
        (words / f"{name}.csv").write_text(text, encoding="utf-8")
    with (words / "columns.csv").open("a", encoding="utf-8") as file:
        file.write(DECLARED)
    answers = {"any_icans": "any_icans", "onset_any": "onset"}
    changed(words / "outcomes.csv", "outcome", {"core": answers, "counted_as": {"any_icans": "icans", "severe_icans": "icans",
            "delayed_neurotoxicity": "neurologic_events"}})  # fmt: skip
    changed(words / "scales.csv", "scale", {"counts": {"astct2019": "icans", "ctcae4": "neurologic_events"}})
    path = extracted / "cohorts.csv"
    cohorts = list(csv.DictReader(path.open(newline="", encoding="utf-8")))
    names = list(cohorts[0])
    at = names.index("scale") + 1
    names[at:at] = ["scale_source", "prophylaxis"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        for row in cohorts:
            name = row["cohort_id"]
            row |= {"scale_source": (sources or {}).get(name, ""), "prophylaxis": (given or {}).get(name, "none"),
                    "overlaps_with": "", "overlap_basis": ""}  # fmt: skip
            writer.writerow(row)
    for name, rows in files.items():
        (extracted / f"{name}.csv").write_text(f"{FILES[name]}\n{rows}", encoding="utf-8")
    return data
