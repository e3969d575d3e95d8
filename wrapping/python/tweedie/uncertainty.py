# SPDX-License-Identifier: Apache-2.0
"""Whether an uncertainty is right, where truths are known: coverage, ranks, scores and intervals that keep what they promise.

All take and give numpy arrays. Cases are independent truths with the samples of their posteriors."""
from __future__ import annotations

import numpy as np

from ._backend import core


def _real(array):
    return np.ascontiguousarray(array, dtype=float)


def _whole(array):
    return np.ascontiguousarray(array, dtype=np.int64)


def _mask(mask):
    return None if mask is None else _real(mask)


def ranks(truth, samples, seed=0) -> np.ndarray:
    """How many of its n samples are below each truth, 0 ... n. Each has probability 1 / (n + 1) where the truth has the
    law of the samples. truth: [cases]; samples: [cases, n]. Ties are broken at random."""
    return core.ranks(_real(truth), _real(samples), seed)


def coverage_of_ranks(ranks, samples, levels=(), band_level=0.99) -> list:
    """How often the interval between two order statistics of n samples held the truth: dicts of level, covered, the band
    that an exact sampler stays in, is_inside. levels: all that so many samples have where none are given."""
    return core.coverage_of_ranks(_whole(ranks), samples, list(levels), band_level)


def histogram_of_ranks(ranks, samples, bins) -> dict:
    """Simulation-based calibration (Talts et al. 2018): counts, their 99 % band, chi_square and its p_value. bins divides
    samples + 1."""
    return core.histogram_of_ranks(_whole(ranks), samples, bins)


def curve_of_ranks(ranks, samples, level=0.95) -> dict:
    """The same without bins: the share of ranks below each position with a simultaneous band, and its p_value
    (Saeilynoja, Buerkner and Vehtari 2022)."""
    return core.curve_of_ranks(_whole(ranks), samples, level)


def tarp(ranks, samples, seed=0) -> dict:
    """Coverage of balls about random points (Lemos et al. 2023). ranks: how many of the samples are nearer to a reference
    point than the truth is; the point must depend on the data."""
    return core.tarp(_whole(ranks), samples, seed)


def crps(truth, samples, mask=None) -> float:
    """Continuous ranked probability score, fair (Ferro 2014), a mean over elements; lower is better.

        1/n sum_i |x_i - x| - 1/(2 n (n - 1)) sum_ij |x_i - x_j|

    truth: [...]; samples: [n, ...]."""
    return core.crps(_real(truth), _real(samples), _mask(mask))


def energy_score(truth, samples) -> float:
    """The same of vectors (Gneiting and Raftery 2007). truth: [d]; samples: [n, d]."""
    return core.energy_score(_real(truth), _real(samples))


def check_deviation(error, deviation, samples=0, factor=1.0, mask=None) -> dict:
    """Errors against standard deviations, element by element: predicted and found rms, their ratio, coverage_90,
    correlations, calibration_error (ENCE, Levi et al. 2019) and the curve of coverage (level, covered). samples: behind
    the deviation, for Student's quantiles; factor: sqrt(1 + 1/n) where the estimate is their mean."""
    return core.check_deviation(_real(error), _real(deviation), samples, factor, _mask(mask))


def sparsification(error, deviation, mask=None, steps=20) -> dict:
    """Whether large deviations are where the errors are (Ilg et al. 2018); area: AUSE, 0 is ideal."""
    return core.sparsification(_real(error), _real(deviation), _mask(mask), steps)


def highest_density(truth, samples, level=0.9) -> dict:
    """How often the truth lies where the posterior density is high. truth: log p [cases]; samples: log p [cases, n]."""
    return core.highest_density(_real(truth), _real(samples), level)


def diagnose_chains(draws) -> dict:
    """R-hat, effective sizes and the Monte-Carlo error of each quantity (Vehtari et al. 2021). draws: [iterations, chains,
    quantities]."""
    return core.diagnose_chains(_real(draws))


def conformal_scores(truth, estimate, deviation) -> np.ndarray:
    """|truth - estimate| / deviation."""
    return core.conformal_scores(_real(truth), _real(estimate), _real(deviation))


def conformal_quantile(scores, level) -> float:
    """Split conformal prediction (Vovk et al. 2005; Lei et al. 2018): the ceil((n + 1) level)-th smallest of n scores, the
    factor of the deviation whose interval holds the truth of a further, exchangeable case with probability level."""
    return core.conformal_quantile(_real(scores), level)


def missed_shares(scores, scales, mask=None) -> np.ndarray:
    """Share of pixels whose score exceeds each scale: [cases, scales] of scores [cases, ...]."""
    return core.missed_shares(_real(scores), _real(scales), _mask(mask))


def conformal_risk_scale(losses, scales, alpha) -> float:
    """Conformal risk control (Angelopoulos et al. 2022): the smallest scale at which the expected loss of a further case is
    at most alpha. losses: [cases, scales], none rising with the scale."""
    return core.conformal_risk_scale(_real(losses), _real(scales), alpha)


def risk_controlling_scale(losses, scales, alpha, delta) -> float:
    """The same with probability 1 - delta over the calibration cases (Bates et al. 2021)."""
    return core.risk_controlling_scale(_real(losses), _real(scales), alpha, delta)


def bootstrap_mean(values, groups, level=0.95, repeats=1000, seed=0) -> tuple:
    """(mean, low, high) of cases that depend on each other inside their group: whole groups are drawn (Davison and
    Hinkley 1997)."""
    return core.bootstrap_mean(_whole(groups).tolist(), _real(values).tolist(), level, repeats, seed)
