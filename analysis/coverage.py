"""How often 95% intervals of a pooled proportion hold the truth, by simulation.

Usage: python analysis/coverage.py [--replicates 1000] [--seed 20260101] [--out analysis/coverage.csv] [--small]
       python analysis/coverage.py --figure    draws analysis/coverage.csv as analysis/coverage.svg; simulates nothing

Each replicate draws k studies of 30 to 120 patients; a study's logit is normal around logit(p) with standard deviation
tau. The truth is p, the proportion of a typical study. A line of the CSV is one p × tau × k × method × interval with
whole counts: replicates drawn, replicates with an estimate (`fitted`), intervals among these that hold p (`covered`).
"""

from __future__ import annotations

import argparse
import csv
import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from icans_evidence.synthesis.glmm import fit_glmm
from icans_evidence.synthesis.intervals import Floats
from icans_evidence.synthesis.inverse_variance import logits, restricted_likelihood, weighted_mean
from icans_evidence.synthesis.pooling import critical_value

PROPORTIONS = (0.02, 0.1, 0.3, 0.5)
TAUS = (0.0, 0.3, 0.6, 1.0)
SIZES = (3, 5, 8, 12, 20)
PATIENTS = (30, 120)
LEVEL = 0.95
COLUMNS = ("p", "tau", "k", "method", "interval", "replicates", "fitted", "covered")


def draw(rng: np.random.Generator, p: float, tau: float, k: int, replicates: int) -> tuple[Floats, Floats]:
    """(events, totals), each replicates × k."""
    n = rng.integers(PATIENTS[0], PATIENTS[1] + 1, (replicates, k))
    logit = math.log(p / (1 - p)) + tau * rng.standard_normal((replicates, k))
    return rng.binomial(n, 1 / (1 + np.exp(-logit))).astype(float), n.astype(float)


def knapp_hartung(x: Floats, n: Floats) -> tuple[float, float]:
    """(mu, standard error) by REML with Knapp and Hartung's factor; NaN without an estimate."""
    if x.sum() in (0, n.sum()):
        return math.nan, math.nan
    y, v = logits(x, n)
    mu, variance, q = weighted_mean(y, v, restricted_likelihood(y, v))
    return mu, math.sqrt(variance * q / (len(y) - 1))


def cell(x: Floats, n: Floats, truth: float) -> Iterator[tuple[str, str, int, int]]:
    """(method, interval, fitted, covered) for each way to an interval."""
    fits = fit_glmm(x, n)
    pairs = [knapp_hartung(*row) for row in zip(x, n, strict=True)]
    hartung = np.array(pairs).reshape(-1, 2)
    ways = (("glmm", "wald", fits.mu, fits.se), ("glmm", "t", fits.mu, fits.se), ("reml", "knha", *hartung.T))
    for method, interval, mu, se in ways:
        times, _df = critical_value(interval, x.shape[1], LEVEL)
        known = np.isfinite(mu)
        inside = np.abs(mu[known] - truth) <= times * se[known]
        yield method, interval, int(known.sum()), int(inside.sum())


def simulate(replicates: int, seed: int, grid: Iterator[tuple[float, float, int]]) -> Iterator[tuple[object, ...]]:
    """The lines of the CSV, each cell drawn from its own stream."""
    for number, (p, tau, k) in enumerate(grid):
        x, n = draw(np.random.default_rng((seed, number)), p, tau, k, replicates)
        for method, interval, fitted, covered in cell(x, n, math.log(p / (1 - p))):
            yield p, tau, k, method, interval, replicates, fitted, covered


def figure() -> str:
    """The committed coverage.csv as an SVG: the chart of the methods page, its colors those of paper."""
    from icans_evidence.figures.charts.pictures import chart
    from icans_evidence.figures.charts.svg import printable
    from icans_evidence.project import Project

    project = Project(Path(__file__).parent.parent)
    drawn = printable(chart(project.evidence, project.plan.pictures["coverage"]).drawing)
    return drawn.replace("<svg ", '<svg style="background:#ffffff" ', 1) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Coverage of pooled proportions by simulation.")
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("coverage.csv"))
    parser.add_argument("--small", action="store_true", help="four cells only, to see that it runs")
    parser.add_argument("--figure", action="store_true", help="draw the committed CSV instead of simulating")
    args = parser.parse_args()
    if args.figure:
        Path(__file__).with_name("coverage.svg").write_text(figure(), encoding="utf-8", newline="\n")
        return
    axes = (PROPORTIONS[:2], TAUS[:2], SIZES[:1]) if args.small else (PROPORTIONS, TAUS, SIZES)
    with args.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(simulate(args.replicates, args.seed, itertools.product(*axes)))


if __name__ == "__main__":
    main()
