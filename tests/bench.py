"""`make bench`: how long things take on this machine and how they grow, as ratios in one run; no test asserts a time.

Each line is the median of some runs of a whole process, memory its peak. Quarto is compared where it is on PATH.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from evidence.scale import scale  # noqa: E402
from icans_evidence.publishing.quarto import obstacle  # noqa: E402
from own_project import copied  # noqa: E402

COMMAND = [sys.executable, "-m", "icans_evidence"]


def timed(arguments: list[str], runs: int = 3) -> tuple[float, float]:
    """Median wall seconds of a command and its peak memory in MB."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(arguments, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def line(what: str, seconds: float, more: str = "") -> None:
    print(f"{what:<58}{seconds:>8.2f} s  {more}", flush=True)


def start_up() -> None:
    line("icans-evidence --help", timed([*COMMAND, "--help"], 7)[0])
    grade = [
        "grade",
        "--ice",
        "8",
        "--consciousness",
        "alert",
        "--seizure",
        "resolved",
        "--motor",
        "none",
        "--edema",
        "none",
    ]
    line("icans-evidence grade", timed([*COMMAND, *grade], 7)[0])


def building(folder: Path) -> None:
    out = folder / "site"
    build = [*COMMAND, "build", "--engine", "pandoc", "--out", str(out)]
    cold, runs = [], 3
    for _ in range(runs):
        shutil.rmtree(out, ignore_errors=True)
        seconds, memory = timed(build, 1)
        cold.append(seconds)
    median = statistics.median(cold)
    line("cold build of all pages, embedded engine", median, f"peak {memory:.0f} MB")
    line("unchanged rebuild", timed(build)[0])
    if lacking := obstacle():
        print(f"Quarto on the same pages: not compared ({lacking})")
        return
    quarto = timed([*COMMAND, "build", "--engine", "quarto", "--out", str(folder / "quarto")], 1)[0]
    line("the same pages by Quarto", quarto, f"embedded takes {median / quarto:.2f} of it")


def formats(folder: Path) -> None:
    """All pages as HTML, PDF and Word: from nothing, after one row, after one handout, on a copy of the project."""
    project = copied(folder / "project")
    build = [*COMMAND, "--project", str(project), "build", "--engine", "pandoc", "--to", "all"]
    seconds, memory = timed(build, 1)
    line("cold build of all pages in all formats", seconds, f"peak {memory:.0f} MB")
    table, handout = project / "data/extracted/seizure_rates.csv", project / "reports/handout.qmd"
    row = "recipients of axicabtagene ciloleucel"
    for what, path, old, new in (
        ("all formats after one row changed", table, row, f"{row} at one center"),
        ("all formats after one handout changed", handout, 'subtitle: "', 'subtitle: "Neurology: '),
    ):
        taken = []
        for before, after in ((old, new), (new, old), (old, new)):
            text = path.read_text(encoding="utf-8")
            assert before in text, f"{path} has no {before}"
            path.write_text(text.replace(before, after, 1), encoding="utf-8")
            taken.append(timed(build, 1)[0])
        line(what, statistics.median(taken), f"{statistics.median(taken) / seconds:.2f} of the cold build")


def growth(folder: Path, times: tuple[int, ...]) -> None:
    """Validation of the real rows and of multiples of them; the last column falls where it is no worse than linear."""
    code = "import sys; from icans_evidence import load_evidence; load_evidence(sys.argv[1])"
    for k in times:
        data = folder / f"data-{k}"
        rows = scale(ROOT / "data", data, k)
        seconds = timed([sys.executable, "-c", code, str(data)], 3 if k < 100 else 1)[0]
        line(f"validate {rows:>10,} rows ({k:,} times the real ones)", seconds, f"{1e6 * seconds / rows:.2f} µs a row")
        if k <= 100:
            out = folder / f"site-{k}"
            built = timed([*COMMAND, "build", "--engine", "pandoc", "--data", str(data), "--out", str(out)], 1)[0]
            line(f"build from {rows:>10,} rows", built, f"{1e6 * built / rows:.1f} µs a row")
        shutil.rmtree(data)


def main() -> None:
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start_up()
        building(folder)
        formats(folder)
        growth(folder, (1, 10, 100, 1000) if "--short" in sys.argv else (1, 10, 100, 1000, 10_000))


if __name__ == "__main__":
    main()
