"""The binomial-normal likelihood of many data sets at once, by adaptive Gauss–Hermite quadrature.

Arrays are (fits, studies); a study with a total of 0 is padding and weighs nothing, so subsets of studies
are fits. The random effect is tau·u with u standard normal; the nodes sit at each study's own mode and
curvature.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from icans_evidence.synthesis.intervals import Floats

NODES = 21
"""Quadrature nodes, as nAGQ = 21 in lme4."""


@dataclass(frozen=True)
class Surface:
    """Log-likelihood, its slopes and its curvatures in (mu, tau), one value a fit."""

    loglik: Floats
    slope_mu: Floats
    slope_tau: Floats
    curve_mu: Floats
    curve_both: Floats
    curve_tau: Floats

    def profile_slope(self) -> Floats:
        """Slope in tau when mu follows at its best."""
        return self.slope_tau - self.curve_both / self.curve_mu * self.slope_mu

    def profile_curve(self) -> Floats:
        """Curvature in tau when mu follows at its best."""
        return self.curve_tau - self.curve_both**2 / self.curve_mu


@cache
def _nodes(count: int) -> tuple[Floats, Floats]:
    """Gauss–Hermite nodes for the weight exp(−z²/2), and the logarithms of weight × exp(z²/2)."""
    points, weights = np.polynomial.hermite.hermgauss(count)
    points = points * np.sqrt(2)
    return points, np.log(weights) + points**2 / 2 - np.log(np.pi) / 2


def _logistic(eta: Floats) -> tuple[Floats, Floats]:
    """(probability, log(1 + exp(eta))) without overflow at either end."""
    small = np.exp(-np.abs(eta))
    return np.where(eta >= 0, 1.0, small) / (1 + small), np.maximum(eta, 0) + np.log1p(small)


@dataclass(frozen=True)
class _Mode:
    """Each study's most likely u, the curvature there, and how both move with (mu, tau)."""

    u: Floats
    curve: Floats
    u_by: tuple[Floats, Floats]
    curve_by: tuple[Floats, Floats]


def _modes(x: Floats, n: Floats, mu: Floats, tau: Floats) -> _Mode:
    """The modes by Newton steps inside a shrinking bracket; their movement by implicit differentiation.

    They start where normal logits would put them. A step onto an end of the bracket is halved like one beyond it: from
    0, a large study with nothing but events would otherwise swing between the ends for ever.
    """
    low, high = np.minimum(tau * (x - n), tau * x), np.maximum(tau * (x - n), tau * x)
    had, had_not = x + 0.5, n - x + 0.5
    u = np.clip(tau * (np.log(had / had_not) - mu) / (tau**2 + 1 / had + 1 / had_not), low, high)
    for _ in range(100):
        p, _softplus = _logistic(mu + tau * u)
        slope = tau * (x - n * p) - u
        low, high = np.where(slope > 0, u, low), np.where(slope < 0, u, high)
        step = u + slope / (1 + tau**2 * n * p * (1 - p))
        beyond = ((step <= low) & (step < u)) | ((step >= high) & (step > u))
        step = np.where(beyond, (low + high) / 2, step)
        moved, u = np.max(np.abs(step - u), initial=0.0), step
        if moved < 1e-11:
            break
    p, _softplus = _logistic(mu + tau * u)
    spread = n * p * (1 - p)
    skew = spread * (1 - 2 * p)
    curve = 1 + tau**2 * spread
    by_mu, by_tau = -tau * spread / curve, (x - n * p - tau * spread * u) / curve
    curve_by_mu = tau**2 * skew * (1 + tau * by_mu)
    curve_by_tau = 2 * tau * spread + tau**2 * skew * (u + tau * by_tau)
    return _Mode(u, curve, (by_mu, by_tau), (curve_by_mu, curve_by_tau))


def surface(x: Floats, n: Floats, mu: Floats, tau: Floats, nodes: int = NODES) -> Surface:
    """The quadrature's log-likelihood at (mu, tau), one pair a fit; the binomial coefficients are left out.

    The slopes are those of the quadrature sum itself, nodes moving with (mu, tau), so that its maximum is
    found even where 21 nodes miss a part of the integral; the curvatures are the integral's (Louis'
    identity).
    """
    points, log_weights = _nodes(nodes)
    mode = _modes(x, n, mu[:, None], tau[:, None])
    u = mode.u[..., None] + points / np.sqrt(mode.curve)[..., None]
    eta = mu[:, None, None] + tau[:, None, None] * u
    p, softplus = _logistic(eta)
    log_terms = x[..., None] * eta - n[..., None] * softplus - u**2 / 2 + log_weights
    top = log_terms.max(axis=-1, keepdims=True)
    share = np.exp(log_terms - top)
    mass = share.sum(axis=-1, keepdims=True)
    share /= mass
    loglik = (np.log(mass[..., 0]) + top[..., 0] - np.log(mode.curve) / 2).sum(axis=-1)
    residual = x[..., None] - n[..., None] * p
    drift = _drift(mode, share, points, tau[:, None, None] * residual - u)
    spread = n[..., None] * p * (1 - p)
    return _derivatives(loglik, drift, share=share, u=u, residual=residual, spread=spread)


def _mean(share: Floats, values: Floats) -> Floats:
    """Posterior mean over the nodes."""
    return np.asarray(np.einsum("...j,...j->...", share, np.broadcast_to(values, share.shape)))


def _drift(mode: _Mode, share: Floats, points: Floats, pull: Floats) -> tuple[Floats, Floats]:
    """What the moving nodes add to the slopes in (mu, tau): nothing where the quadrature is exact."""
    shift = _mean(share, pull)
    stretch = 1 + _mean(share, points * pull) / np.sqrt(mode.curve)
    by_mu, by_tau = (
        (u_by * shift - curve_by / mode.curve / 2 * stretch).sum(axis=-1)
        for u_by, curve_by in zip(mode.u_by, mode.curve_by, strict=True)
    )
    return by_mu, by_tau


def _derivatives(
    loglik: Floats,
    drift: tuple[Floats, Floats],
    *,
    share: Floats,
    u: Floats,
    residual: Floats,
    spread: Floats,
) -> Surface:
    lever = u * residual
    first, second = _mean(share, residual), _mean(share, lever)
    return Surface(
        loglik=loglik,
        slope_mu=first.sum(axis=-1) + drift[0],
        slope_tau=second.sum(axis=-1) + drift[1],
        curve_mu=(_mean(share, residual**2 - spread) - first**2).sum(axis=-1),
        curve_both=(_mean(share, residual * lever - spread * u) - first * second).sum(axis=-1),
        curve_tau=(_mean(share, lever**2 - spread * u**2) - second**2).sum(axis=-1),
    )


def curvatures(x: Floats, n: Floats, mu: Floats, tau: Floats, nodes: int = NODES) -> tuple[Floats, Floats, Floats]:
    """The sum's second derivatives (mu mu, mu tau, tau tau), by central differences of its slopes."""
    width = 1e-4
    right, left = surface(x, n, mu + width, tau, nodes), surface(x, n, mu - width, tau, nodes)
    up, down = surface(x, n, mu, tau + width, nodes), surface(x, n, mu, tau - width, nodes)
    return (
        (right.slope_mu - left.slope_mu) / (2 * width),
        (up.slope_mu - down.slope_mu) / (2 * width),
        (up.slope_tau - down.slope_tau) / (2 * width),
    )
