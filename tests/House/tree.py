# SPDX-License-Identifier: Apache-2.0
"""The source tree as the checks see it: modules with their declared edges, and files with their text."""

import re
from functools import cached_property
from pathlib import Path

SOURCE_FOLDERS = ("modules", "applications", "tests", "wrapping")
HEADERS = (".h", ".hxx")
CPP = HEADERS + (".cxx",)


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


class Module:
    """modules/<name>: its files, and what its itk-module.cmake declares."""

    def __init__(self, folder):
        self.folder = folder
        self.name = folder.name

    @cached_property
    def declaration(self):
        path = self.folder / "itk-module.cmake"
        return re.sub(r"#.*", "", read(path)) if path.is_file() else ""

    def declared(self, *keywords):
        """The names after DEPENDS (public) or PRIVATE_DEPENDS (only src/)."""
        names = []
        for keyword in keywords:
            match = re.search(rf"\b{keyword}\b([\s\w]*?)(?=\b[A-Z]+(?:_[A-Z]+)+\b|\bDEPENDS\b|\bDESCRIPTION\b|\)|\")",
                              self.declaration)
            names += match.group(1).split() if match else []
        return names

    def edges(self, *keywords):
        """The declared names of our own modules, without their prefix."""
        return {name[len("Tweedie") :] for name in self.declared(*keywords) if name.startswith("Tweedie")}

    def files(self, *parts, suffixes=CPP):
        folder = self.folder.joinpath(*parts)
        return sorted(path for path in folder.rglob("*") if path.suffix in suffixes) if folder.is_dir() else []


class Tree:
    def __init__(self, root):
        self.root = Path(root)

    @cached_property
    def modules(self):
        folders = sorted(path.parent for path in (self.root / "modules").glob("*/CMakeLists.txt"))
        return {folder.name: Module(folder) for folder in folders}

    def files(self, *suffixes):
        """Every file of ours with one of these suffixes."""
        found = []
        for folder in SOURCE_FOLDERS:
            found += [path for path in (self.root / folder).rglob("*") if path.suffix in suffixes and path.is_file()]
        return sorted(path for path in found if "__pycache__" not in path.parts)

    @cached_property
    def header_owner(self):
        """Header file name -> (module, True when public)."""
        owner = {}
        for module in self.modules.values():
            for path in module.files(suffixes=HEADERS + (".in",)):
                name = path.name[: -len(".in")] if path.suffix == ".in" else path.name
                owner[name] = (module.name, "include" in path.relative_to(module.folder).parts)
        return owner

    def name(self, path):
        return path.relative_to(self.root).as_posix()
