"""What pooling is asked for and what it answers.

A number that the data cannot carry is None, and the sentence says why.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from icans_evidence.errors import UsageError
from icans_evidence.synthesis.intervals import normal_quantile

METHODS = {
    "glmm": "binomial-normal model",
    "reml": "inverse variance, tau² by restricted maximum likelihood",
    "dl": "inverse variance, tau² after DerSimonian and Laird",
    "pm": "inverse variance, tau² after Paule and Mandel",
    "ft": "inverse variance, tau² after DerSimonian and Laird",
}
INTERVALS = {"wald": "normal quantile", "t": "t", "knha": "Knapp–Hartung"}


@dataclass(frozen=True)
class Choice:
    """How to pool: estimator, interval, confidence level, Knapp–Hartung floor, and the event's name."""

    method: str = "glmm"
    interval: str = "wald"
    level: float = 0.95
    floor: bool = False
    event: str = "the event"

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UsageError(f'method "{self.method}"; allowed: {", ".join(METHODS)}')
        if self.interval not in INTERVALS:
            raise UsageError(f'interval "{self.interval}"; allowed: {", ".join(INTERVALS)}')
        if self.interval == "knha" and self.method == "glmm":
            raise UsageError('interval "knha" with method "glmm"; allowed with glmm: wald, t')
        if self.floor and self.interval != "knha":
            raise UsageError(f'floor with interval "{self.interval}"; allowed only with knha')
        normal_quantile(self.level)

    @property
    def percent(self) -> int:
        """The confidence level in percent, for sentences."""
        return round(self.level * 100)


@dataclass(frozen=True)
class Pooled:
    """A pooled proportion.

    `estimate`, `ci_*`, `pi_*` (prediction interval for a new study) and `mean` (the mean over studies,
    which a spread of logits moves away from the typical study's `estimate`) are proportions; `mu` and
    `se` are logits; `i2` is in percent. `q` is the likelihood-ratio statistic for the GLMM, Cochran's Q
    otherwise. `bound_*` is the exact one-sided bound of the pooled counts and stands only where no study,
    or every patient, had an event. `ci_df` and `pi_df` are degrees of freedom, None for the normal
    quantile. None anywhere: not estimable.
    """

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    pi_low: float | None
    pi_high: float | None
    mean: float | None
    mu: float | None
    se: float | None
    tau2: float | None
    tau2_low: float | None
    tau2_high: float | None
    i2: float | None
    i2_low: float | None
    i2_high: float | None
    h2: float | None
    q: float | None
    q_df: int | None
    ci_df: int | None
    pi_df: int | None
    bound_low: float | None
    bound_high: float | None
    k: int
    n_events: int
    n_total: int
    method: str
    interval: str
    level: float
    sentence: str
    warnings: tuple[str, ...]
    r_code: str

    def as_dict(self) -> dict[str, Any]:
        """All fields by name, ready for JSON: no NaN, no infinity, tuples as lists."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}
