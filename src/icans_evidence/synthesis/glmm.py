"""Maximum likelihood of the binomial-normal model, many data sets at once.

A fit that does not settle, or whose tau runs away, is marked as not converged and carries no number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from icans_evidence.synthesis.intervals import Floats
from icans_evidence.synthesis.likelihood import NODES, Surface, curvatures, surface

START_TAUS = (0.2, 0.6, 1.2, 2.5)
LARGEST_TAU = 30.0
ROUNDS = 400
"""Steps are slow where tau is so large that the nodes miss a part of the integral; others need about ten."""
STEADY = 1e-8


@dataclass(frozen=True)
class Fits:
    """One entry a fit: mu and its standard error (logit), tau, log-likelihood; NaN where not converged."""

    mu: Floats
    se: Floats
    tau: Floats
    loglik: Floats
    converged: NDArray[np.bool_]


@dataclass
class _Climb:
    """Where every fit stands: mu, tau, the surface there and the share of a full step it may take next."""

    mu: Floats
    tau: Floats
    at: Surface
    stride: Floats
    done: NDArray[np.bool_]


def fit_glmm(x: Floats, n: Floats, nodes: int = NODES) -> Fits:
    """Fit logit(p_i) = mu + tau·u_i to each row of counts (fits × studies; a total of 0 is padding).

    The standard error of mu comes from the full information of (mu, tau), as metafor's rma.glmm gives it.
    A row without events, or with nothing but events, has no maximum and is marked as not converged.
    """
    x, n = np.atleast_2d(x).astype(float), np.atleast_2d(n).astype(float)
    events, totals = x.sum(axis=1), n.sum(axis=1)
    usable = (events > 0) & (events < totals)
    blank = np.full(len(x), np.nan)
    answer = {name: blank.copy() for name in ("mu", "se", "tau", "loglik")}
    converged = np.zeros(len(x), dtype=bool)
    if usable.any():
        found = _fit_usable(x[usable], n[usable], nodes)
        converged[usable] = found.converged
        for name, values in answer.items():
            values[usable] = np.where(found.converged, getattr(found, name), np.nan)
    return Fits(**answer, converged=converged)


def _fit_usable(x: Floats, n: Floats, nodes: int) -> Fits:
    climb = _start(x, n, nodes)
    for _ in range(ROUNDS):
        rows = np.flatnonzero(~climb.done)
        if not len(rows):
            break
        _step(climb, rows, x[rows], n[rows], nodes)
    return _settle(climb, x, n, nodes)


def _start(x: Floats, n: Floats, nodes: int) -> _Climb:
    """The best of a few values of tau, mu moved to its own best at each."""
    many = len(START_TAUS)
    tau = np.repeat(START_TAUS, len(x))
    mu, at = profile(np.tile(x, (many, 1)), np.tile(n, (many, 1)), tau, nodes=nodes, rounds=4)
    best = np.argmax(at.loglik.reshape(many, -1), axis=0) * len(x) + np.arange(len(x))
    at = Surface(**{name: values[best] for name, values in vars(at).items()})
    return _Climb(mu[best], tau[best], at, np.ones(len(x)), np.zeros(len(x), dtype=bool))


def profile(x: Floats, n: Floats, tau: Floats, nodes: int = NODES, rounds: int = 60) -> tuple[Floats, Surface]:
    """The best mu at each given tau (the log-likelihood is concave in mu), and the surface there."""
    totals = n.sum(axis=1)
    p = (x.sum(axis=1) + 0.5) / (totals + 1)
    mu = np.log(p / (1 - p))
    low, high = np.full_like(mu, -np.inf), np.full_like(mu, np.inf)
    at = surface(x, n, mu, tau, nodes)
    for _ in range(rounds):
        low, high = np.where(at.slope_mu > 0, mu, low), np.where(at.slope_mu < 0, mu, high)
        to = _inside(mu, at, 1.5 + tau, low, high)
        moved, mu = np.max(np.abs(to - mu), initial=0.0), to
        at = surface(x, n, mu, tau, nodes)
        if moved < STEADY:
            break
    return mu, at


def _inside(mu: Floats, at: Surface, reach: Floats, low: Floats, high: Floats) -> Floats:
    """The next mu: a Newton step, at most `reach` uphill, halfway where it would leave a known bracket."""
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(at.curve_mu < 0, -at.slope_mu / at.curve_mu, np.sign(at.slope_mu) * reach)
        to, middle = mu + np.clip(step, -reach, reach), (low + high) / 2
    return np.where(((to < low) | (to > high)) & np.isfinite(middle), middle, to)


def _direction(at: Surface, tau: Floats) -> tuple[Floats, Floats]:
    """A Newton step in (mu, tau); where the profile in tau is not concave, a bounded step uphill."""
    slope, curve = at.profile_slope(), at.profile_curve()
    reach = 0.5 * tau + 0.25
    with np.errstate(divide="ignore", invalid="ignore"):
        newton = np.where(curve < 0, -slope / curve, np.sign(slope) * reach)
    in_tau = np.clip(newton, -tau - reach, reach)
    in_mu = (at.slope_mu + at.curve_both * in_tau) / np.abs(at.curve_mu)
    return np.clip(in_mu, -2, 2), in_tau


def _step(climb: _Climb, rows: NDArray[Any], x: Floats, n: Floats, nodes: int) -> None:
    """One step of every unfinished fit: taken where it climbs, shortened where it does not."""
    here = Surface(**{name: values[rows] for name, values in vars(climb.at).items()})
    in_mu, in_tau = _direction(here, climb.tau[rows])
    stride = climb.stride[rows]
    mu = climb.mu[rows] + stride * in_mu
    tau = np.abs(climb.tau[rows] + stride * in_tau)
    there = surface(x, n, mu, tau, nodes)
    taken = there.loglik >= here.loglik - 1e-11 * (1 + np.abs(here.loglik))
    climb.stride[rows] = np.where(taken, np.minimum(1, stride * 2), stride / 4)
    climb.mu[rows] = np.where(taken, mu, climb.mu[rows])
    climb.tau[rows] = np.where(taken, tau, climb.tau[rows])
    for name, values in vars(climb.at).items():
        values[rows] = np.where(taken, getattr(there, name), values[rows])
    still = (np.abs(in_mu) < STEADY) & (np.abs(in_tau) < STEADY)
    climb.done[rows] = (still & taken) | (climb.tau[rows] > LARGEST_TAU)


def _settle(climb: _Climb, x: Floats, n: Floats, nodes: int) -> Fits:
    """The fits with tau 0, where the likelihood is no lower, read off the pooled counts."""
    events, totals = x.sum(axis=1), n.sum(axis=1)
    pooled = np.log(events / (totals - events))
    flat = events * pooled + totals * np.log1p(-events / totals)
    zero = flat >= climb.at.loglik - 1e-10 * (1 + np.abs(flat))
    with np.errstate(divide="ignore", invalid="ignore"):
        curve_mu, curve_both, curve_tau = curvatures(x, n, climb.mu, climb.tau, nodes)
        information = curve_both**2 / curve_tau - curve_mu
        se = np.where(zero, np.sqrt(totals / events / (totals - events)), 1 / np.sqrt(information))
    sound = zero | (climb.done & (climb.tau <= LARGEST_TAU) & (curve_tau < 0) & (information > 0))
    return Fits(
        mu=np.where(zero, pooled, climb.mu),
        se=se,
        tau=np.where(zero, 0.0, climb.tau),
        loglik=np.where(zero, flat, climb.at.loglik),
        converged=sound,
    )
