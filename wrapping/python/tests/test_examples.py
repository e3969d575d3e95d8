# SPDX-License-Identifier: Apache-2.0
"""The gallery runs, at a small size, and the README shows it as it is."""
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples"
NEEDS = {"dicom": ["pydicom"], "compare": ["sigpy", "deepinv"]}
pytestmark = pytest.mark.skipif(not FOLDER.is_dir() or not Path("/usr/share/mricron/templates/ch2.nii.gz").is_file(),
                                reason="no examples beside the tests, or no mricron-data")


def numbers(text):
    pairs = [line.rsplit(": ", 1) for line in text.splitlines() if ": " in line]
    return {name: value for name, value in pairs}


def run(name, *arguments):
    for package in [*NEEDS.get(name, []), "scipy"]:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"no {package}")
    result = subprocess.run([sys.executable, FOLDER / f"{name}.py", "--small", *arguments], capture_output=True, text=True,
                            env=dict(os.environ, OMP_NUM_THREADS="1"), timeout=500)
    assert result.returncode == 0, result.stderr
    return numbers(result.stdout)


@pytest.mark.parametrize("name", ["first", "own_prior", "own_operator", "dicom", "validate", "compare"])
def test_example_runs(name, tmp_path):
    picture = tmp_path / "x.png"
    drawn = ["--figure", picture] if importlib.util.find_spec("matplotlib") else []
    found = run(name, *drawn)
    assert len(found) >= 2
    if drawn:
        assert picture.read_bytes().startswith(b"\x89PNG")
    if name == "own_operator":
        assert float(found["adjoint error"]) < 1e-13
    if name == "own_prior":
        assert float(found["distance of the mean from the formula [standard deviations]"]) < 1.5  # 4 samples: 0.5, 5 levels
    if name == "dicom":
        assert float(found["largest difference of place and orientation [mm]"]) < 1e-3
    if name == "compare":
        assert float(found["our SENSE beside SigPy's"]) < 1e-5
        assert float(found["our SENSE beside deepinv's solver on our operator"]) < 1e-5
        assert float(found["our operator beside deepinv's own"]) < 1e-6


def test_the_readme_shows_the_examples():
    spec = importlib.util.spec_from_file_location("render", FOLDER / "render.py")
    render = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(render)
    text = render.README.read_text(encoding="utf-8")
    assert all(f"<!-- example {name} -->" in text for name in render.NAMES)
    assert render.filled(text) == text, "required: wrapping/python/examples/render.py --text"
    for name in render.NAMES:
        assert 5_000 < render.figure_of(name).stat().st_size < 150_000
