"""A made-up cohort of 200 patients for the tutorial and the tests; no row stands for a person.

Run as a script it writes `analysis/synthetic/`; the seed is fixed, so the files are equal from run to run.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SEED = 20260301
PATIENTS = 200
FOLDER = Path(__file__).parent / "synthetic"
FIRST_DAY = date(2025, 1, 6)
PRODUCTS = (("axicabtagene ciloleucel", 90), ("tisagenlecleucel", 60), ("lisocabtagene maraleucel", 50))
ASSESSMENTS = (
    "patient_id", "assessed_at", "age_years", "developmental_delay", "ice", "capd", "consciousness", "seizure", "motor",
    "edema",
)  # fmt: skip
ICE_AT = {0: (10, 10), 1: (7, 9), 2: (3, 6), 3: (0, 2), 4: (0, 0)}
CAPD_AT = {0: ("0", "0"), 1: ("1", "8"), 2: ("3", "8"), 3: ("9", "20"), 4: ("unable", "unable")}
CONSCIOUSNESS_AT = ("alert", "alert", "awakens_to_voice", "awakens_to_touch", "unarousable")


def patients(chance: random.Random) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each patient's infusion and assessments."""
    products = [name for name, count in PRODUCTS for _ in range(count)]
    chance.shuffle(products)
    for number, product in enumerate(products, start=1):
        name = f"S{number:03d}"
        infused = FIRST_DAY + timedelta(days=chance.randrange(700))
        age = chance.randint(4, 11) if number % 20 == 0 else chance.randint(19, 82)
        infusion = {"patient_id": name, "infused_at": infused.isoformat(), "product": product}
        days = [
            {"patient_id": name, "assessed_at": (infused + timedelta(days=day)).isoformat(), "age_years": age, **found}
            for day, found in findings(chance, age < 12)
        ]
        yield infusion, days


def findings(chance: random.Random, is_child: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    """The findings of one patient by day after infusion; some days, and some domains on bad days, are missing."""
    grades = course_of(chance)
    last = max(14, *grades) if grades else 14
    seizure_day = max(grades, key=lambda day: grades[day]) if max(grades.values(), default=0) >= 3 else -1
    seizes = chance.random() < 0.35
    for day in range(last + 1):
        if day not in grades and chance.random() < 0.12:
            continue
        grade = grades.get(day, 0)
        found = at_grade(chance, grade, is_child)
        if seizes and day == seizure_day:
            found["seizure"] = "prolonged_or_repetitive" if grade == 4 else "resolved"
        if grade and chance.random() < 0.08:
            found["edema"] = ""
        yield day, found


def course_of(chance: random.Random) -> dict[int, int]:
    """Grades by day: none in about half, a rise to a peak and a fall in the others, a few without an end."""
    if chance.random() > 0.48:
        return {}
    onset, peak = 2 + min(chance.randrange(9), chance.randrange(9)), chance.choices((1, 2, 3, 4), (35, 25, 28, 12))[0]
    rise = [max(1, peak - step) for step in range(chance.randint(0, 3), 0, -1)]
    plateau = [peak] * chance.randint(1, 3)
    fall = [grade for grade in range(peak - 1, 0, -1) for _ in range(chance.randint(1, 2))]
    ends = [0, 0] if chance.random() < 0.93 else []
    course = dict(enumerate(rise + plateau + fall + ends, start=onset))
    return course if ends else {**course, **dict.fromkeys(range(onset + len(course), 15), 1)}


def at_grade(chance: random.Random, grade: int, is_child: bool) -> dict[str, Any]:
    """Findings that reach a grade."""
    score: dict[str, Any] = {"ice": "", "capd": ""}
    if is_child:
        low, high = CAPD_AT[grade]
        score["capd"] = low if low == high else chance.randint(int(low), int(high))
    else:
        score["ice"] = chance.randint(*ICE_AT[grade])
    others = {"seizure": "none", "motor": "none", "edema": "none"}
    return {"developmental_delay": "", **score, "consciousness": CONSCIOUSNESS_AT[grade], **others}


def write(folder: Path) -> None:
    """Write `assessments.csv` and `infusions.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    infusions, assessments = [], []
    for infusion, days in patients(random.Random(SEED)):
        infusions.append(infusion)
        assessments += days
    for name, columns, rows in (
        ("infusions", ("patient_id", "infused_at", "product"), infusions),
        ("assessments", ASSESSMENTS, assessments),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    write(FOLDER)
