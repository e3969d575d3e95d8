#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes metrics.json beside it: inputs of the metrics of calibration, and what outside packages make of them.

The tests read the file and need no Python. To make it again, in a virtual environment:
    pip install numpy scipy scikit-learn scoringrules "arviz-stats[xarray]" statsmodels tarp tqdm deprecation \
        crepes mapie
    python judge-metrics.py
A number that no package gives comes from the plain loops here and is marked "own" in the source.
"""
import json
import pathlib

import numpy as np
from scipy import optimize, signal, spatial, stats
from scipy.stats import _ksstats
from sklearn.metrics.pairwise import rbf_kernel
from arviz_stats import ecdf_utils
from crepes import ConformalRegressor
from mapie.risk_control.methods import compute_hoeffding_bentkus_p_value, get_r_hat_plus
import scoringrules
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.multitest import multipletests
import tarp


def rounded(x, digits=5):
    """Inputs as short decimal numbers: both sides then have the same doubles."""
    return np.round(np.asarray(x, dtype=float), digits)


def tails():
    chi = [(x, k, stats.chi2.sf(x, k), min(1.0, 2.0 * min(stats.chi2.sf(x, k), stats.chi2.cdf(x, k))))
           for x, k in ((0.3, 1), (3.84, 1), (1.0, 15), (40.0, 15), (90.0, 64), (20.0, 64), (1100.0, 1000),
                        (1003500.0, 1000000), (997000.0, 1000000), (300.0, 15))]
    binomial = []
    for k, n, p in ((0, 10, 0.1), (3, 10, 0.3), (17, 200, 0.05), (180, 200, 0.9), (200, 200, 0.9), (1510, 3000, 0.5)):
        interval = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
        band = stats.binom.interval(0.99, n, p)
        binomial.append((k, n, p, stats.binom.cdf(k, n, p), int(band[0]), int(band[1]), interval.low, interval.high))
    # kstwo takes an approximation (to 2e-6) from 140 numbers on; up to 1000 its exact matrix form is asked for
    def kstwo(d, n):
        return float(_ksstats._kolmogn_DMTW(n, d, cdf=False)) if n <= 1000 else stats.kstwo.sf(d, n)

    kolmogorov = [(d, n, kstwo(d, n))
                  for d, n in ((0.5, 3), (0.2, 10), (0.45, 10), (0.04, 200), (0.1, 200), (0.19, 200), (0.03, 1000),
                               (0.05, 1000), (0.02, 4000), (0.03, 4000), (0.999, 5))]
    return {"chi-square": chi, "binomial": binomial, "kolmogorov": kolmogorov}


def wasserstein(x, z, order):
    """1-D: by scipy for order 1, else as an assignment of the points repeated to one count (scipy)."""
    if order == 1:
        return stats.wasserstein_distance(x, z)
    count = np.lcm(len(x), len(z))
    cost = np.abs(np.repeat(x, count // len(x))[:, None] - np.repeat(z, count // len(z))) ** order
    rows, columns = optimize.linear_sum_assignment(cost)
    return cost[rows, columns].mean() ** (1.0 / order)


def unbiased(kernel, x, z):
    n, m = len(x), len(z)
    a, b, c = kernel(x, x), kernel(z, z), kernel(x, z)
    return ((a.sum() - np.trace(a)) / (n * (n - 1)) + (b.sum() - np.trace(b)) / (m * (m - 1)) - 2.0 * c.mean())


def distances():
    rng = np.random.default_rng(1)
    x, z = rounded(rng.normal(size=(20, 3))), rounded(rng.normal(size=(30, 3)) * 1.2 + 0.4)
    directions = rng.normal(size=(8, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    truth = rounded(rng.normal(size=3))
    bandwidth = np.median(spatial.distance.pdist(np.concatenate([x, z])))

    def multiquadric(a, b):  # own
        return 1.0 / np.sqrt(1.0 + spatial.distance.cdist(a, b, "sqeuclidean") / bandwidth**2)

    def gaussian(a, b):
        return rbf_kernel(a, b, gamma=0.5 / bandwidth**2)

    return {
        "x": x, "z": z, "directions": directions, "truth": truth, "bandwidth": bandwidth,
        "wasserstein-1": np.mean([wasserstein(x @ u, z @ u, 1) for u in directions]),
        "wasserstein-2": np.mean([wasserstein(x @ u, z @ u, 2) for u in directions]),
        "discrepancy-gaussian": unbiased(gaussian, x, z),
        "discrepancy-inverse-multiquadric": unbiased(multiquadric, x, z),
        "energy-score": scoringrules.es_ensemble(truth, x, estimator="fair"),
    }


def ranks():
    rng = np.random.default_rng(2)
    cases, count, bins = 60, 11, 4
    truth, samples = rounded(rng.normal(size=cases)), rounded(rng.normal(size=(cases, count)))
    found = (samples < truth[:, None]).sum(axis=1)  # own: no ties
    test = stats.chisquare(np.bincount(found // ((count + 1) // bins), minlength=bins))
    points = np.arange(1, count + 1) / (count + 1)
    pointwise = ecdf_utils.simulate_confidence_bands(cases, 1, points, 0.9, 10000, rng)
    low, high = ecdf_utils.get_pointwise_confidence_band(pointwise, cases, points)
    uniform = rounded(rng.uniform(size=40) ** 1.3)
    distance = stats.kstest(uniform, "uniform", method="exact")
    return {
        "truth": truth, "samples": samples, "ranks": found, "bins": bins, "chi-square": test.statistic,
        "chi-square-p": test.pvalue, "curve-low": low, "curve-high": high, "uniform": uniform,
        "uniform-distance": distance.statistic, "uniform-p": distance.pvalue,
    }


def tarp_coverage():
    rng = np.random.default_rng(3)
    cases, count, size = 40, 8, 2
    truth = rounded(rng.normal(size=(cases, size)), 3)
    samples = rounded(1.3 * rng.normal(size=(cases, count, size)), 3)
    references = rounded(0.5 * truth + rng.normal(size=(cases, size)), 3)
    coverage, level = tarp.get_tarp_coverage(
        samples.transpose(1, 0, 2), truth, references=references, num_alpha_bins=count)
    # the package's levels are those of 0 ... n nearer samples only if both occur
    assert np.allclose(level, np.arange(count + 1) / count)
    return {"truth": truth, "samples": samples, "references": references, "coverage": coverage[:count]}


def predictive():
    rng = np.random.default_rng(4)
    count, draws = 30, 9
    observed, predicted = rounded(rng.normal(size=count)), rounded(rng.normal(size=(draws, count)))
    score = scoringrules.crps_ensemble(observed, predicted, m_axis=0, estimator="fair").mean()
    series = rounded(rng.normal(size=50))
    series -= series.mean()  # the package takes the mean away; a residual keeps its own
    box = acorr_ljungbox(series, lags=[3])
    image = rounded(rng.normal(size=(12, 15)), 3)
    correlation = signal.correlate2d(image, image)
    pairs = signal.correlate2d(np.ones_like(image), np.ones_like(image))
    row, column = image.shape[0] - 1, image.shape[1] - 1
    statistic = 0.0
    for y, x in [(0, 1), (0, 2)] + [(y, x) for y in (1, 2) for x in range(-2, 3)]:
        rho = correlation[row + y, column + x] / correlation[row, column]
        statistic += rho**2 * image.size * (image.size + 2) / pairs[row + y, column + x]
    return {
        "observed": observed, "draws": predicted, "score": score, "series": series,
        "series-statistic": box["lb_stat"].iloc[0], "series-p": box["lb_pvalue"].iloc[0],
        "image": image, "image-statistic": statistic, "image-p": stats.chi2.sf(statistic, 12),
    }


def sparsification():  # own
    rng = np.random.default_rng(5)
    deviation = rounded(rng.uniform(0.1, 1.0, size=40))
    error = rounded(deviation * rng.normal(size=40))
    steps = 8

    def curve(order):
        return [np.sqrt(np.mean(error[order[:40 - 40 * j // steps]] ** 2) / np.mean(error**2)) for j in range(steps)]

    found, oracle = curve(np.argsort(deviation)), curve(np.argsort(np.abs(error)))
    position = np.arange(steps + 1) / steps
    area = np.trapezoid(np.append(np.array(found) - oracle, 0.0), position)
    return {"error": error, "deviation": deviation, "found": found, "area": area}


def bound(risk, count, delta):
    """Where the p-value of MAPIE falls to delta."""
    def excess(mean):
        return compute_hoeffding_bentkus_p_value(np.array([risk]), count, mean)[0, 0] - delta

    return optimize.brentq(excess, max(risk, 1e-12) + 1e-12, 1.0 - 1e-12, xtol=1e-14)


def conformal():
    rng = np.random.default_rng(6)
    estimate, deviation = rounded(rng.normal(size=24)), rounded(rng.uniform(0.2, 1.0, size=24))
    truth = rounded(estimate + deviation * rng.normal(size=24))
    model = ConformalRegressor().fit(truth - estimate, sigmas=deviation)
    interval = {level: model.predict_int(np.zeros(1), sigmas=np.ones(1), confidence=level)[0, 1]
                for level in (0.5, 0.77, 0.9, 0.95)}  # none a whole multiple of 1/25: the package rounds those down
    scales = np.arange(1, 41) / 10.0
    pixels = np.abs(rng.standard_t(6, size=(24, 50)))
    losses = (pixels[:, :, None] > scales).mean(axis=1)
    risk, control = get_r_hat_plus(losses, scales, "crc", None, None, None)
    holm = [0.04, 0.001, 0.03, 0.2, 0.003, 0.6]
    return {
        "estimate": estimate, "deviation": deviation, "truth": truth,
        "quantiles": [[level, scale] for level, scale in interval.items()],
        "scales": scales, "losses": losses, "risk-controlled": scales[np.argmax(control <= 0.1)],
        "bounds": [[r, n, d, bound(r, n, d)]
                   for r, n, d in ((0.0, 20, 0.1), (0.05, 20, 0.1), (0.08, 100, 0.05), (0.3, 50, 0.01), (0.051, 19, 0.1))],
        "risk-bounds": [bound(r, 24, 0.1) for r in risk],
        "holm-p": holm, "holm-adjusted": multipletests(holm, method="holm")[1],
    }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def main():
    parts = {"tails": tails(), "distances": distances(), "ranks": ranks(), "tarp": tarp_coverage(),
             "predictive": predictive(),
             "sparsification": sparsification(), "conformal": conformal()}
    text = ",\n".join('"%s": %s' % (name, json.dumps(plain(part))) for name, part in parts.items())
    pathlib.Path(__file__).with_name("metrics.json").write_text("{\n" + text + "\n}\n")


if __name__ == "__main__":
    main()
