"""Each planned pool for R: its studies as a CSV file, and a script that pools them with metafor as the reports do.

The gate's answer goes with the numbers: what it refuses is listed with the reason, and pooled only as planned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icans_evidence import wording
from icans_evidence.errors import UsageError
from icans_evidence.exchange.row_texts import csv_of
from icans_evidence.files.formula_guard import harmless
from icans_evidence.summaries.pooled_rates import Answer, answers, outcome_of
from icans_evidence.summaries.proportion_rows import summed

if TYPE_CHECKING:
    import polars as pl

    from icans_evidence.evidence import Evidence

_ABOUT = ("product", "disease", "age_group", "scale", "denominator_kind", "source_kind", "row_id", "cohort_id")
_OPENING = """\
# The planned pools of icans-evidence, version {version} of the data, for R with the packages metafor and lme4.
# {notice}
# Run it in this folder: Rscript analyse.R. It prints each pool and writes pooled_by_metafor.csv.
#
# Each CSV file holds one row a study: xi patients with the event of ni (for times, the median in days), whether the
# row enters, and if not, why. xi is rebuilt from a printed percentage where reconstructed is TRUE.
# Proportions: binomial-normal model (rma.glmm, measure "PLO"), interval by t on k - 1. Times: the median of medians.

suppressPackageStartupMessages(library(metafor))

studies <- function(file) {{
  dat <- read.csv(file, encoding = "UTF-8", na.strings = "", stringsAsFactors = FALSE)
  dat[dat$enters, ]
}}

pooled <- data.frame()
note <- function(id, k, estimate, low = NA, high = NA, tau2 = NA) {{
  pooled <<- rbind(pooled, data.frame(id = id, k = k, estimate = estimate, ci_low = low, ci_high = high, tau2 = tau2))
}}

title <- function(id, against) {{
  cat("\\n==", id, "==\\n")
  if (against != "") cat("Not pooled in the reports:", against, "\\n")
}}

proportion <- function(id, file, against = "") {{
  dat <- studies(file)
  res <- rma.glmm(measure = "PLO", xi = xi, ni = ni, data = dat, slab = study, test = "t")
  est <- predict(res, transf = transf.ilogit)
  title(id, against)
  print(res)
  print(est)
  note(id, nrow(dat), est$pred, est$ci.lb, est$ci.ub, res$tau2)
}}

time <- function(id, file, against = "") {{
  dat <- studies(file)
  title(id, against)
  cat("median of", nrow(dat), "medians:", median(dat$median_days), "days\\n")
  note(id, nrow(dat), median(dat$median_days))
}}
"""
_CLOSING = """
write.csv(format(pooled, digits = 10), "pooled_by_metafor.csv", row.names = FALSE, quote = FALSE)
"""


def metafor(evidence: Evidence) -> dict[str, bytes]:
    """A CSV file for every planned pool, `pools.csv` with our own answers, and the script `analyse.R`."""
    found = answers(evidence, summed(evidence))
    if not found:
        raise UsageError("no pool is planned; name one in analysis/plan.toml of the project")
    files = {f"{one.judged.pool.id}.csv": _studies(one) for one in found}
    script = _OPENING.format(version=evidence.version, notice=wording.EDUCATIONAL) + "".join(map(_block, found))
    return {"analyse.R": (script + _CLOSING).encode(), "pools.csv": _pools(found), **files}


def _studies(answer: Answer) -> bytes:
    """The rows of a pool: first those that enter, then those left out with their reasons."""
    judged = answer.judged
    parts: list[tuple[pl.DataFrame, bool]] = [(judged.rows, True), (judged.left_out, False)]
    figures = ("median_days", "low", "high", "ni") if judged.is_duration else ("xi", "ni", "percent", "reconstructed")
    header = ("study", "year", *figures, *_ABOUT, "enters", "reason")
    rows = [_row(row, figures, enters) for frame, enters in parts for row in frame.iter_rows(named=True)]
    return csv_of(header, rows)


_FIGURES = {"median_days": "value", "xi": "events", "ni": "n_total"}


def _row(row: dict[str, Any], figures: tuple[str, ...], enters: bool) -> list[object]:
    cells = [row.get(_FIGURES.get(name, name)) for name in figures]
    words = [harmless(str(row[name] or "")) for name in _ABOUT]
    said = [_r(cell) for cell in cells]
    return [harmless(row["label"] or ""), _r(row["year"]), *said, *words, _r(enters), row.get("reason") or ""]


def _r(value: Any) -> str:
    """A value as R reads it; nothing where there is none."""
    if value is None:
        return ""
    return str(value).upper() if isinstance(value, bool) else f"{value:.15g}"


def _block(answer: Answer) -> str:
    """The lines of the script for one pool; commented out where neither the gate nor the plan lets it be pooled."""
    judged = answer.judged
    against = "; ".join(judged.reasons).replace('"', "'")
    caution = f',\n  "{against}"' if judged.reasons and answer.computed else ""
    call = f'{"time" if judged.is_duration else "proportion"}("{answer.id}", "{judged.pool.id}.csv"{caution})'
    refused = f"# Refused by the gate: {against}.\n" if judged.reasons and not answer.computed else ""
    mixed = "# Refused by the gate; the plan allows this mix to be computed beside the refusal.\n" if caution else ""
    return f"\n# {outcome_of(judged)}\n{refused}{mixed}{call if answer.computed else f'# {call}'}\n"


def _pools(found: list[Answer]) -> bytes:
    """One row a pool: our own answer, or why there is none."""
    rows = []
    for one in found:
        answer: Any = one.pooled or one.median
        ends = [getattr(answer, name, None) if one.computed else None for name in ("estimate", "ci_low", "ci_high")]
        state = "pooled" if one.judged.passes else "mixed" if one.computed else "refused"
        figures = [f"{end:.10g}" if end is not None else "" for end in ends]
        rows.append(
            [one.id, outcome_of(one.judged), state, one.judged.rows.height, *figures, "; ".join(one.judged.reasons)]
        )
    return csv_of(("id", "outcome", "state", "k", "estimate", "ci_low", "ci_high", "against"), rows)
