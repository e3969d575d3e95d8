#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes chains.json beside itself: draws of chains and what arviz (0.23) says about them.

Needs: arviz and numpy from PyPI. tweedieChainDiagnosticsGTest.cxx reads the file.
"""
import json
from pathlib import Path

import arviz
import numpy


def autoregressive(random, iterations, chains, memory):
    draws = numpy.zeros((iterations, chains))
    state = random.normal(size=chains) / numpy.sqrt(1 - memory**2)
    for i in range(iterations):
        state = memory * state + random.normal(size=chains)
        draws[i] = state
    return draws


def cases(random):
    yield "independent", random.normal(size=(100, 4))
    yield "slow", autoregressive(random, 120, 4, 0.9)
    yield "alternating", autoregressive(random, 100, 4, -0.7)
    yield "apart", random.normal(size=(80, 4)) + numpy.array([0.0, 0.0, 0.0, 1.5])
    yield "wider", random.normal(size=(80, 4)) * numpy.array([1.0, 1.0, 1.0, 4.0])
    yield "odd number", autoregressive(random, 101, 3, 0.5)
    yield "heavy tails", random.standard_cauchy(size=(90, 4))
    yield "ties", numpy.round(random.normal(size=(100, 4)))
    yield "drift", random.normal(size=(100, 2)) + numpy.linspace(0, 3, 100)[:, None]
    yield "one chain", autoregressive(random, 150, 1, 0.6)
    yield "never falls", autoregressive(random, 20, 2, 0.99)


def main():
    random = numpy.random.default_rng(20261127)
    rows = []
    for name, draws in cases(random):
        draws = numpy.round(draws, 6)
        chains = draws.T
        rows.append({
            "name": name,
            "draws": draws.tolist(),
            "shrinkage": float(arviz.rhat(chains, method="rank")) if len(chains) > 1 else None,  # arviz: two or more
            "bulk": float(arviz.ess(chains, method="bulk")),
            "tail": float(arviz.ess(chains, method="tail")),
            "error": float(arviz.mcse(chains, method="mean")),
        })
    text = json.dumps({"arviz": arviz.__version__, "cases": rows})
    (Path(__file__).parent / "chains.json").write_text(text + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
