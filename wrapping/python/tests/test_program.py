# SPDX-License-Identifier: Apache-2.0
"""The program's studies, called from Python: the same figures, errors, progress and stops."""
import contextlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tweedie

FEW = dict(only=["daps/inpainting-gaussian"], draws=20, cases=0, training_steps=0)


def without_folder(text):
    return re.sub(r"\S*report\.html", "", text)


def running(word):
    """Processes that were told it."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended
            found += [file] if word in file.read_text(errors="replace") else []
    return found


def rows_of(folder):
    """Of table.json, but for the clock."""
    table = json.loads((folder / "table.json").read_text())
    return without_clock(table["table"] if isinstance(table, dict) else table)


def without_clock(rows):
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def test_closed_forms_are_those_of_the_program(tmp_path, program):
    study = tweedie.validate.closed_form(tmp_path / "python", **FEW)
    printed = program("validate", "closed-form", "--only", "daps/inpainting-gaussian", "--draws", 20, "--cases", 0,
                      "--training-steps", 0, "--output", tmp_path / "program")
    assert without_folder(study.text) == without_folder(printed)
    assert without_clock(study.table) == rows_of(tmp_path / "program")
    assert "daps" in {row["method"] for row in study.table} and study.report.is_file() and study.verdicts == []


def test_simulated_scans_of_an_array(tmp_path, phantom, brain_prior, program):
    tweedie.write_image(tmp_path / "phantom.mha", phantom)
    reports = []
    study = tweedie.validate.simulated_mri(phantom, tmp_path / "python", prior=tweedie.load_prior(brain_prior), unseen=True,
                                           slices="0:0", seeds=2, method=["sense"], replicas=3, acceleration=2.0,
                                           progress=reports.append)
    program("validate", "simulated", "mri", "--image", tmp_path / "phantom.mha", "--prior", brain_prior, "--unseen", "--slices",
            "0:0", "--seeds", 2, "--method", "sense", "--replicas", 3, "--acceleration", 2, "--output", tmp_path / "program")
    assert without_clock(study.table) == rows_of(tmp_path / "program")
    assert study.verdicts and set(study.flags) == {one["check"] for one in study.verdicts if one["verdict"] == "failed"}
    assert reports and all(0 <= one["step"] <= one["steps"] for one in reports)
    assert max(one["step"] / one["steps"] for one in reports) == 1


def test_a_scan_of_python_takes_inserts(tmp_path, scan, brain_prior):
    study = tweedie.validate.lesion(scan, tmp_path / "inserts", prior=brain_prior, steps=2, places=1, samples=2,
                                    diameters=[6.0], contrasts=[0.3])
    assert study.table and study.report.is_file()


def test_every_command_is_described():
    said = tweedie.program.commands()
    assert {"validate closed-form", "compare", "reconstruct mri"} <= set(said)
    assert "output" in said["validate closed-form"]["required"]
    assert said["reconstruct mri"]["arguments"][0]["name"]


def test_errors_are_those_of_the_package(tmp_path):
    with pytest.raises(tweedie.UsageError, match="draws.*required"):
        tweedie.validate.closed_form(tmp_path / "a", draws=3)
    with pytest.raises(tweedie.UsageError, match="did you mean draws"):
        tweedie.validate.closed_form(tmp_path / "a", drafts=30)
    with pytest.raises(tweedie.DataError, match="absent.safetensors: cannot be opened"):
        tweedie.validate.simulated_mri("absent.mha", tmp_path / "a", prior="absent.safetensors")
    with pytest.raises(tweedie.UsageError, match="model file"):
        tweedie.validate.simulated_mri("absent.mha", tmp_path / "a", prior=tweedie.denoiser(lambda x, s: x, 1.0))
    with pytest.raises(tweedie.UsageError, match="required one of"):
        tweedie.program.run("guess")
    assert not (tmp_path / "a").exists()


def test_progress_can_stop_it(tmp_path):
    with pytest.raises(tweedie.Aborted):
        tweedie.validate.closed_form(tmp_path / "a", **{**FEW, "draws": 20000}, progress=lambda report: False)

    def interrupt(report):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tweedie.validate.closed_form(tmp_path / "b", **{**FEW, "draws": 20000}, progress=interrupt)
    assert not (tmp_path / "a" / "report.html").exists() and not (tmp_path / "b" / "report.html").exists()
    assert not running(str(tmp_path))


def test_the_environment_has_the_command():
    call = "import sys; from tweedie.program import main; sys.argv = ['tweedie', '--version']; main()"
    run = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True)
    assert run.stdout.split() == ["tweedie", tweedie.__version__]


def test_images_are_written_for_the_time_of_a_run(phantom):
    said = tweedie.program.run("info", phantom)
    assert "48" in said and "40" in said
