# SPDX-License-Identifier: Apache-2.0
"""The program's own commands, in a process of their own: the studies, which write folders of results.

A command is told what its flags are called, with underscores, and answers what it prints:

    tweedie.program.run("info", "brain-t1.safetensors")
    tweedie.program.run("compare", suite="mri-brain", image="ch2.nii.gz", prior="brain-t1.safetensors", output="compared")

An Image in place of a file is written for the time of the run, and a loaded prior stands for its file.
"""
from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from . import _build
from . import progress as _progress
from ._backend import core
from ._fields import python_name
from ._options import commands as _commands
from ._options import options_text
from .errors import Aborted, DataError, NumericalError, UsageError
from .files import write_image
from .image import Image
from .priors import Denoiser
from .progress import Progress

_ERRORS = {1: UsageError, 2: DataError, 3: NumericalError, 130: Aborted}  # the program's exit codes


def path() -> str:
    """Where the program is: that of this package, or TWEEDIE_PROGRAM."""
    return os.environ.get("TWEEDIE_PROGRAM") or str(Path(__file__).parent / _build.PROGRAM)


def commands() -> dict:
    """What the program can do, by command: its purpose, arguments, options and which of them are required."""
    return dict(_commands())


def run(command: str, *words: object, progress: Progress = None, **options) -> str:
    """Runs a command with its arguments and flags; returns what it prints. Raises what the functions of this package
    raise: UsageError, DataError, NumericalError, Aborted. Where it is stopped it keeps what it has done, as the program
    does at Ctrl-C."""
    if command not in _commands():
        raise UsageError(f"command: given {command}; required one of " + ", ".join(_commands()))
    report = _progress._of(progress)
    options.setdefault("threads", core.threads())
    with tempfile.TemporaryDirectory(prefix="tweedie-") as folder:
        texts = _Texts(folder)
        arguments = [*command.split(), *_flags(command, options, texts), *(["--"] if words else []), *map(texts.of, words)]
        if report is not None and "progress" in _names(command):
            arguments[len(command.split()):0] = ["--progress", "slicer"]
        return _Run([path(), *arguments], report).wait()


def main() -> None:
    """The command tweedie of an environment of Python: this process becomes the program."""
    os.execv(path(), [path(), *sys.argv[1:]])


class _Texts:
    """Values as words of a command line. folder: of the files that exist as long as the run."""

    def __init__(self, folder):
        self._folder, self._number = Path(folder), 0

    def of(self, value):
        if isinstance(value, Image):
            self._number += 1
            file = self._folder / f"image-{self._number}.mha"
            write_image(file, value)
            return str(file)
        if isinstance(value, Denoiser):
            if value._options is None:
                raise UsageError("prior: given a function; required a model file")
            return value._options["prior"]
        return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _names(command):
    return {python_name(field["name"]) for field in _commands()[command]["options"]}


def _flags(command, options, texts):
    """The flags of keyword arguments. None is a flag that is not given."""
    plain = {}
    for name, value in options.items():
        if value is None or (name == "threads" and "threads" not in _names(command)):
            continue
        several = isinstance(value, (list, tuple))
        one = isinstance(value, (Image, Denoiser, os.PathLike))
        plain[name] = [texts.of(item) if isinstance(item, (Image, os.PathLike)) else item for item in value] if several \
            else texts.of(value) if one else value
    words = []
    for name, value in json.loads(options_text(f"tweedie {command}", plain)).items():
        kind = next(f["type"] for f in _commands()[command]["options"] if f["name"] == name)
        if isinstance(value, bool):
            words.append(f"--{name}" if value else f"--no-{name}")
        elif kind == "texts":
            words += [f"--{name}={item}" for item in value]
        else:
            words.append(f"--{name}=" + (",".join(map(str, value)) if isinstance(value, list) else str(value)))
    return words


class _Run:
    """The program at work: what it prints, its progress, and its end as Python has ends."""

    def __init__(self, words, report):
        self._report, self._printed, self._start = report, [], time.monotonic()
        # In a session of its own: Ctrl-C reaches it once, from here.
        self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                         text=True, errors="replace", start_new_session=True)
        self._errors, self._is_interrupted = [], False
        self._reader = threading.Thread(target=lambda: self._errors.extend(self._process.stderr), daemon=True)
        self._reader.start()

    def wait(self):
        try:
            self._read()
        except BaseException:
            self._stop()
            raise
        self._end()
        code = self._process.returncode
        if code == 0:
            return "".join(self._printed)
        line = self._errors[-1].strip() if self._errors else f"ended with {code}"
        message = re.sub(r"^tweedie[a-z \-]*: ", "", line)
        raise _ERRORS.get(code, NumericalError)(message)

    def _read(self):
        """Slicer's tags of progress, and everything else as it is."""
        task, tag = "", re.compile(r"<filter-(start|name|comment|progress|end|time)>([^<]*)|</filter-(start|end)>")
        for line in self._process.stdout:
            match = tag.match(line) if self._report is not None else None
            if match is None:
                self._printed.append(line)
            elif match.group(1) == "name":
                task = match.group(2)
            elif match.group(1) == "progress":
                self._tell(task, float(match.group(2)))

    def _tell(self, task, share):
        steps = 1000
        report = {"task": task, "step": round(steps * share), "steps": steps, "noise_level": 0.0,
                  "elapsed_seconds": time.monotonic() - self._start, "note": ""}
        if self._report(report) is False:
            self._interrupt()

    def _interrupt(self):
        """Once: a second Ctrl-C ends the program at once."""
        if not self._is_interrupted:
            self._process.send_signal(signal.SIGINT)
        self._is_interrupted = True

    def _stop(self):
        self._interrupt()
        for _ in self._process.stdout:
            pass
        self._end()

    def _end(self):
        self._process.wait()
        self._reader.join()
        self._process.stdout.close()
        self._process.stderr.close()
