# SPDX-License-Identifier: Apache-2.0
"""PyTorch of PyPI in the same program, imported before and after; run by a Python that has it."""
import importlib.util
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="no PyTorch in this Python")

PROGRAM = """
import numpy as np
{before}
import tweedie
{after}
scan = tweedie.simulate.mri(np.ones((1, 32, 32), np.float32) - 0.5 * np.eye(32, dtype=np.float32), coils=2)[0]
network = torch.nn.Conv2d(2, 2, 3, padding=1)
network.weight.data.zero_()
network.weight.data[0, 0, 1, 1] = network.weight.data[1, 1, 1, 1] = 0.2
network.bias.data.zero_()


def denoise(x, sigma):
    pair = torch.from_numpy(np.stack([x[:, 0, 0].real, x[:, 0, 0].imag], 1))
    with torch.no_grad():
        out = network(pair).numpy()
    return (out[:, 0] + 1j * out[:, 1])[:, None, None].astype(np.complex64)


prior = tweedie.denoiser(denoise, variance=0.25)
first = tweedie.reconstruct.mri(scan, prior=prior, steps=4).mean.array
x = torch.randn(2, 3, 8, 8, requires_grad=True)
torch.nn.functional.silu(torch.nn.Conv2d(3, 3, 3)(x)).square().mean().backward()
assert x.grad.abs().sum() > 0 and torch.linalg.svd(torch.randn(5, 5))[1].min() > 0
assert np.array_equal(first, tweedie.reconstruct.mri(scan, prior=prior, steps=4).mean.array)
print(tweedie.where())
"""


@pytest.mark.parametrize("order", ["before", "after"])
def test_both_work(order):
    text = PROGRAM.format(before="import torch" if order == "before" else "",
                          after="import torch" if order == "after" else "")
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() in ("child", "inside")
