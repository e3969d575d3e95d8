# SPDX-License-Identifier: Apache-2.0
"""The stubs say what the package does."""
import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tweedie

FOLDER = Path(tweedie.__file__).parent
MODULES = ["simulate", "reconstruct", "operators", "validate", "uncertainty", "files", "metrics", "priors"]


def names(arguments):
    last = [arguments.kwarg] if arguments.kwarg else []
    return [argument.arg for argument in arguments.args + arguments.kwonlyargs + last]


@pytest.mark.parametrize("name", MODULES)
def test_functions_have_the_arguments_that_they_take(name):
    module = sys.modules[f"tweedie.{name}"]
    stubs = {node.name: node for node in ast.parse((FOLDER / f"{name}.pyi").read_text()).body
             if isinstance(node, ast.FunctionDef)}
    functions = {key: value for key, value in vars(module).items()
                 if inspect.isfunction(value) and value.__module__ == module.__name__ and not key.startswith("_")}
    assert functions and set(stubs) == set(functions)
    for key, function in functions.items():
        parameters = inspect.signature(function).parameters
        assert names(stubs[key].args) == list(parameters)
        defaults = [ast.literal_eval(d) for d in stubs[key].args.kw_defaults if d is not None]
        live = [p.default for p in parameters.values() if p.kind is p.KEYWORD_ONLY and p.default is not p.empty]
        assert defaults == live


RIGHT = """
import numpy as np
import tweedie

scan, reference = tweedie.simulate.mri(np.ones((8, 8), np.float32), acceleration=2.0, mask="random")
found: tweedie.Estimate = tweedie.reconstruct.mri(scan, method="daps", steps=3, noise=None, prior="x.safetensors")
shape: tuple[int, ...] = found.mean.array.shape
op: tweedie.LinearOperator = tweedie.operators.mri(scan, slice=0)
own: tweedie.Denoiser = tweedie.denoiser(lambda x, sigma: x, variance=1.0)
number: float = tweedie.uncertainty.crps([1.0], [[2.0], [3.0]])
"""

WRONG = [("tweedie.simulate.mri(image, accelaration=2.0)", "accelaration"),
         ("tweedie.simulate.mri(image, mask='rondom')", "mask"),
         ("tweedie.reconstruct.mri(image, steps=3)", "MRIScan"),
         ("tweedie.reconstruct.mri(scan, steps='many')", "steps"),
         ("x: int = tweedie.reconstruct.mri(scan, method='sense')", "Estimate")]


def mypy(tmp_path, text):
    (tmp_path / "program.py").write_text(text)
    # Installed, mypy finds it; else its folder is named, which a folder of all packages must not be.
    where = {} if FOLDER.parent.name in ("site-packages", "dist-packages") else {"MYPYPATH": str(FOLDER.parent)}
    run = subprocess.run([sys.executable, "-m", "mypy", "--python-executable", sys.executable, "--cache-dir", tmp_path / "cache",
                          tmp_path / "program.py"], capture_output=True, text=True, cwd=tmp_path,
                         env={**os.environ, **where})
    return run.stdout + run.stderr


def test_mypy_takes_right_calls_and_refuses_wrong_ones(tmp_path):
    pytest.importorskip("mypy")
    assert "Success" in mypy(tmp_path, RIGHT)
    text = "import numpy as np\nimport tweedie\nimage = np.ones((8, 8), np.float32)\nscan = tweedie.simulate.mri(image)[0]\n"
    lines = mypy(tmp_path, text + "\n".join(call for call, _ in WRONG)).splitlines()
    for number, (call, word) in enumerate(WRONG, 5):
        assert any(f"program.py:{number}:" in line and word in line for line in lines), (call, lines)
