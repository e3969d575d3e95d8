# SPDX-License-Identifier: Apache-2.0
"""Functions of arrays against closed forms of Gaussians."""
import numpy as np
import pytest

import tweedie
from tweedie import uncertainty


@pytest.fixture(scope="module")
def cases():
    """Truths x ~ N(0, 1) seen as y = x + N(0, 1): the posterior is N(y / 2, 1 / 2)."""
    generator = np.random.default_rng(3)
    truth = generator.standard_normal(2000)
    data = truth + generator.standard_normal(2000)
    samples = data[:, None] / 2 + np.sqrt(0.5) * generator.standard_normal((2000, 19))
    return truth, data, samples


def test_ranks_of_exact_samples_are_uniform(cases):
    truth, _, samples = cases
    ranks = uncertainty.ranks(truth, samples)
    assert np.array_equal(ranks, (samples < truth[:, None]).sum(1))
    assert uncertainty.histogram_of_ranks(ranks, 19, 10)["p_value"] > 0.001
    curve = uncertainty.curve_of_ranks(ranks, 19)
    assert np.all(np.array(curve["low"]) <= curve["found"]) and np.all(curve["found"] <= np.array(curve["high"]))
    (ninety,) = uncertainty.coverage_of_ranks(ranks, 19, [0.9])
    assert ninety["level"] == pytest.approx(0.9) and ninety["is_inside"]
    narrow = uncertainty.ranks(truth, truth.mean() + 0.5 * (samples - samples.mean()))
    assert uncertainty.histogram_of_ranks(narrow, 19, 10)["p_value"] < 1e-6
    with pytest.raises(tweedie.UsageError, match="bins"):
        uncertainty.histogram_of_ranks(ranks, 19, 7)


def test_scores_are_their_formulas(cases):
    truth, data, samples = cases
    few = samples[:50].T
    pairs = np.abs(few[:, None] - few[None]).sum((0, 1)) / (2 * 19 * 18)
    expected = (np.abs(few - truth[:50]).mean(0) - pairs).mean()
    assert uncertainty.crps(truth[:50], few) == pytest.approx(expected, rel=1e-12)
    mask = np.arange(50) < 20
    assert uncertainty.crps(truth[:50], few, mask) == pytest.approx(
        (np.abs(few - truth[:50]).mean(0) - pairs)[:20].mean(), rel=1e-12)
    distance = np.linalg.norm(few[:, None] - few[None], axis=-1).sum() / (2 * 19 * 18)
    energy = np.linalg.norm(few - truth[:50], axis=1).mean() - distance
    assert uncertainty.energy_score(truth[:50], few) == pytest.approx(energy, rel=1e-12)
    check = uncertainty.check_deviation(truth - data / 2, np.full(2000, np.sqrt(0.5)))
    assert abs(check["coverage_90"] - 0.9) < 4 * np.sqrt(0.9 * 0.1 / 2000)
    assert abs(check["ratio"] - 1) < 0.06  # of 2000 errors 1.6 %


def test_intervals_keep_their_promise(cases):
    truth, data, _ = cases
    wrong = np.full(2000, 0.2)  # in place of 0.71
    scores = uncertainty.conformal_scores(truth, data / 2, wrong)
    factor = uncertainty.conformal_quantile(scores[:1000], 0.9)
    assert abs(np.mean(scores[1000:] <= factor) - 0.9) < 0.04  # of 1000 cases, twice 1 %
    assert factor == np.sort(scores[:1000])[int(np.ceil(1001 * 0.9)) - 1]
    scales = np.linspace(0.5, 10, 96)
    missed = uncertainty.missed_shares(scores.reshape(200, 10), scales)
    assert missed.shape == (200, 96) and missed[3, 20] == np.mean(scores.reshape(200, 10)[3] > scales[20])
    risk, sure = uncertainty.conformal_risk_scale(missed, scales, 0.1), uncertainty.risk_controlling_scale(missed, scales, 0.1, 0.1)
    assert 1.645 * 0.7 / 0.2 * 0.9 < risk <= sure
    with pytest.raises(tweedie.UsageError, match="level"):
        uncertainty.conformal_quantile(scores[:5], 0.9)


def test_tarp_chains_and_others(cases):
    truth, data, samples = cases
    reference = data + np.random.default_rng(5).standard_normal(2000)
    ranks = (np.abs(samples - reference[:, None]) < np.abs(truth - reference)[:, None]).sum(1)
    assert uncertainty.tarp(ranks, 19)["p_value"] > 0.001
    error = (truth - data / 2).reshape(40, 50)
    found = uncertainty.sparsification(error, np.abs(error))
    assert found["area"] == pytest.approx(0.0, abs=1e-12) and found["area_at_random"] > 0.1
    density = lambda x: -(x - (data / 2).reshape(-1, *[1] * (x.ndim - 1)))**2  # noqa: E731
    assert uncertainty.highest_density(density(truth), density(samples))["is_inside"]
    chains = uncertainty.diagnose_chains(np.random.default_rng(1).standard_normal((500, 4, 2)))
    assert chains["r_hat"].shape == (2,) and np.all(chains["r_hat"] < 1.02) and np.all(chains["bulk_size"] > 1000)
    mean, low, high = uncertainty.bootstrap_mean(truth, np.arange(2000) // 10)
    assert mean == pytest.approx(truth.mean()) and low < mean < high and high - low < 0.2
    with pytest.raises(tweedie.DataError):
        uncertainty.crps(truth, samples)


def test_report_is_that_of_the_program(phantom, tmp_path, program):
    noisy = tweedie.simulate.restoration(phantom, task="denoise", noise=0.1, seed=4)
    found = tweedie.reconstruct.restoration(noisy, method="tikhonov")
    found.report(tmp_path / "ours.html", beside={"noisy": noisy.data}, caption="Beside.", statement="Of a test.")
    text = (tmp_path / "ours.html").read_text()
    for words in ("Reconstruction: tikhonov", "noisy", "Beside.", "Of a test.", "standard deviation", "provenance"):
        assert words in text
    found.report(tmp_path / "truth.html", reference=phantom)
    assert "NRMSE" in (tmp_path / "truth.html").read_text() and "NRMSE" not in text
    found.report(tmp_path / "ours.pdf")
    assert (tmp_path / "ours.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(tweedie.UsageError, match="html"):
        found.report(tmp_path / "ours.txt")
    tweedie.write_restoration(tmp_path / "noisy.nii.gz", noisy)
    program("reconstruct", "restoration", tmp_path / "noisy.nii.gz", "--method", "tikhonov", "--output",
            tmp_path / "x.nii.gz", "--std", tmp_path / "s.nii.gz", "--report", tmp_path / "theirs.html")
    read = tweedie.read_restoration(tmp_path / "noisy.nii.gz")
    tweedie.reconstruct.restoration(read, method="tikhonov").report(tmp_path / "ours.html")
    pictures = [[part for part in (tmp_path / name).read_text().split('"') if part.startswith("data:image/png")]
                for name in ("ours.html", "theirs.html")]
    assert pictures[0] and pictures[0] == pictures[1]


def test_validation_of_other_scans(phantom, brain_prior):
    patterns = tweedie.simulate.phase(phantom, experiment="coded", patterns=4, noise=0.01, seed=5)[0]
    checked = tweedie.validate.data(patterns, prior=brain_prior, samples=4, folds=0, double_samples=0,
                                    posterior={"steps": 4})
    assert {"residual-of-samples"} <= {verdict["check"] for verdict in checked.verdicts}
    assert "kind-of-object" in checked.flags  # a disc is no brain
    assert checked.estimate.samples.channels == 4
    image = tweedie.Image(1000 * phantom.array - 1000)
    scan = tweedie.simulate.ct(image, tweedie.simulate.ct_geometry(type="parallel", views=30), photons=1e5)
    ct = brain_prior.parent / "head-ct.safetensors"
    checked = tweedie.validate.data(scan, prior=ct, samples=4, folds=0, double_samples=0, posterior={"steps": 4})
    assert checked.estimate.summary["method"] == "daps" and 0.01 < checked.estimate.mean.array.max() < 0.05  # 1/mm
    with pytest.raises(TypeError, match="MRIScan, CTScan or PhaseScan"):
        tweedie.validate.data(phantom, prior=brain_prior)
