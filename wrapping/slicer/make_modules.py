#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A folder of modules for 3D Slicer, one for every command of the program tweedie: its description NAME.xml, and beside
it NAME.py, which Slicer runs by its own Python, or a link to the program.

    make_modules.py --program /usr/local/bin/tweedie slicer-modules
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

LAUNCHER = pathlib.Path(__file__).with_name("launcher.py")


def ask(program, *words):
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0 or not done.stdout:
        raise RuntimeError(f"{program} {' '.join(words)}: {done.stderr.strip() or 'no answer'}; required tweedie")
    return done.stdout


def modules(program):
    """[(name, words of the command)]"""
    lines = [line.split() for line in ask(program, "--modules").splitlines()]
    return [(words[0], words[1:]) for words in lines]


def write(path, text):
    """Whole or not at all: Slicer may be reading the folder."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o755 if path.suffix == ".py" else 0o644)
    os.replace(draft, path)


def make(program, folder, links):
    folder.mkdir(parents=True, exist_ok=True)
    launcher = LAUNCHER.read_text(encoding="utf-8")
    made = modules(program)
    for name, words in made:
        write(folder / f"{name}.xml", ask(program, *words, "--xml"))
        link, script = folder / name, folder / f"{name}.py"
        for old in (link, script):  # one form at a time: two modules of one name are refused by Slicer
            if old.is_symlink() or old == script:
                old.unlink(missing_ok=True)
        if links:
            link.symlink_to(program)
        else:
            write(script, launcher.replace('"@PROGRAM@"', repr(program)).replace('["@COMMAND@"]', repr(words)))
    return len(made)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="tweedie", help="the program, by path or name")
    parser.add_argument("--links", action="store_true", help="links to the program in place of scripts")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    found = shutil.which(options.program)
    if found is None:
        sys.exit(f"--program: given {options.program}, which is no program; required the path of tweedie")
    try:
        count = make(os.path.abspath(found), options.folder, options.links)
    except (OSError, RuntimeError, IndexError) as error:
        sys.exit(f"make_modules: {error}")
    print(f"{options.folder}: {count} modules")


if __name__ == "__main__":
    main()
