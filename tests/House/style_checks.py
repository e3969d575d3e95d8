# SPDX-License-Identifier: Apache-2.0
"""Forbidden includes and calls, sizes, and the shape of the tree."""

import ast
import re

import cpp_text
from include_graph import public_headers
from tree import CPP, HEADERS, read

MAXIMUM_FUNCTION_LINES = 60
MAXIMUM_FILE_LINES = 400
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "CHANGELOG.md", "modules", "applications",
             "data", "tests", "wrapping"}

# Calls that libraries must not make, each with its reason.
FORBIDDEN_CALLS = [
    (re.compile(r"\bstd::(cout|cerr|clog)\b|(?<![\w.>:])f?printf\s*\("), "a library does not print"),
    (re.compile(r"(?<![\w.>])(?:std::)?(stod|stof|stold|strtod|strtof|atof|sscanf)\s*\("),
     "number parsing that depends on the locale; required: std::from_chars"),
]


def _inside(tree, path, *folders):
    return tree.name(path).startswith(tuple(folder + "/" for folder in folders))


def _forbidden(tree, path, header):
    """Why this file must not include this header; empty if it may."""
    is_header = path.suffix in HEADERS
    if header in ("torch/torch.h", "torch/script.h"):
        return "costs 20 to 50 seconds per file; required: ATen"
    if header == "nlohmann/json.hpp" and is_header:
        return "too heavy for a header; required: nlohmann/json_fwd.hpp"
    if header.startswith("../") or "/../" in header:
        return "reaches into another folder; required: a name on the include path"
    if re.match(r"itk\w+\.h(xx)?$", header.split("/")[-1]) and _inside(tree, path, "modules", "applications"):
        if not _inside(tree, path, "modules/Bridge", "modules/Filters", "modules/IO/src"):
            return "ITK belongs to Bridge, Filters and the sources of IO"
    if header.startswith("dcmtk/") and not _inside(tree, path, "modules/IO/src", "tests"):
        return "DCMTK belongs to the sources of IO"
    if header in ("hdf5.h", "H5Cpp.h") and not _inside(tree, path, "modules/IO/src", "tests"):
        return "HDF5 belongs to the sources of IO"
    if header.startswith(("ATen/", "c10/", "torch/")) and _inside(tree, path, "modules/Bridge", "modules/Filters"):
        return "Torch has no place in Bridge and Filters"
    return ""


def check_includes(tree):
    faults = []
    for path in tree.files(*CPP):
        for line, header in cpp_text.includes(read(path)):
            reason = _forbidden(tree, path, header)
            if reason:
                faults.append(f"{tree.name(path)}:{line}: includes {header}: {reason}")
    light = re.compile(r"ATen/core/Tensor\.h$|c10/")
    for path in public_headers(tree):
        for line, header in cpp_text.includes(read(path)):
            if header.startswith(("ATen/", "torch/")) and not light.match(header):
                faults.append(f"{tree.name(path)}:{line}: includes {header} in a public header; at most "
                              "ATen/core/Tensor.h")
            if header == "fftw3.h":
                faults.append(f"{tree.name(path)}:{line}: FFTW stays behind one class, in src/")
    return faults


def check_calls(tree):
    faults = []
    for module in tree.modules.values():
        for path in module.files("include") + module.files("src"):
            text = cpp_text.blank_literals(read(path))
            for number, line in enumerate(text.split("\n"), 1):
                for pattern, reason in FORBIDDEN_CALLS:
                    if pattern.search(line):
                        faults.append(f"{tree.name(path)}:{number}: {reason}")
                if path.suffix in HEADERS and re.search(r"\busing\s+namespace\b", line):
                    faults.append(f"{tree.name(path)}:{number}: using namespace in a header")
    return faults


def _python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield cpp_text.Function(node.name, node.lineno, node.end_lineno)


def check_sizes(tree):
    faults = []
    for path in tree.files(*CPP, ".py", ".sh", ".cmake", ".txt"):
        text = read(path)
        lines = text.count("\n") + (not text.endswith("\n") and bool(text))
        if lines > MAXIMUM_FILE_LINES:
            faults.append(f"{tree.name(path)}: {lines} lines; at most {MAXIMUM_FILE_LINES}")
        found = []
        if path.suffix in CPP:
            found = cpp_text.functions(text)
            if not cpp_text.is_balanced(text):
                faults.append(f"{tree.name(path)}: braces do not pair, lengths cannot be measured")
        elif path.suffix == ".py":
            found = _python_functions(text)
        for function in found:
            if function.lines > MAXIMUM_FUNCTION_LINES:
                faults.append(f"{tree.name(path)}:{function.first}: {function.name} has {function.lines} lines; "
                              f"at most {MAXIMUM_FUNCTION_LINES}")
    return faults


def _guard(path):
    return path.name.replace(".", "_")


def check_headers(tree):
    """First line, include guard and name of every source file."""
    faults = []
    for path in tree.files(*CPP):
        text = read(path)
        if not text.startswith("// SPDX-License-Identifier: Apache-2.0\n"):
            faults.append(f"{tree.name(path)}: required first line: // SPDX-License-Identifier: Apache-2.0")
        if path.suffix in HEADERS and f"#ifndef {_guard(path)}\n#define {_guard(path)}\n" not in text:
            faults.append(f"{tree.name(path)}: required include guard: {_guard(path)}")
        if _inside(tree, path, "modules") and not path.name.startswith(("tweedie", "itk")):
            faults.append(f"{tree.name(path)}: required name: tweedieXxx or itkXxx")
    return faults


def _listed(cmake, names):
    """Names that a CMakeLists.txt neither mentions nor takes by a pattern."""
    text = re.sub(r"#.*", "", read(cmake)) if cmake.is_file() else ""
    if re.search(r"file\(GLOB \w+ CONFIGURE_DEPENDS \*\.cxx\)", text):
        return []
    if "tweedie_add_tests(" in text:
        names = [name for name in names if not name.endswith("GTest.cxx")]
    return [name for name in names if not re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text)]


def check_layout(tree):
    """Each module has its files, and CMake takes every source and every test."""
    faults = []
    for module in tree.modules.values():
        for name in ("README.md", "itk-module.cmake", "CMakeLists.txt", "src/CMakeLists.txt"):
            if not (module.folder / name).is_file():
                faults.append(f"modules/{module.name}/{name}: missing")
        if f"Tweedie{module.name}" not in module.declaration:
            faults.append(f"modules/{module.name}/itk-module.cmake: does not declare Tweedie{module.name}")
        sources = [path.name for path in module.files("src", suffixes=(".cxx",))]
        for name in _listed(module.folder / "src" / "CMakeLists.txt", sources):
            faults.append(f"modules/{module.name}/src/{name}: not in src/CMakeLists.txt")
    for folder in sorted(path for path in (tree.root / "tests").iterdir() if path.is_dir()):
        tests = [path.name for path in folder.glob("*.cxx")]
        for name in _listed(folder / "CMakeLists.txt", tests):
            faults.append(f"tests/{folder.name}/{name}: not in tests/{folder.name}/CMakeLists.txt")
    for path in sorted(tree.root.iterdir()):
        if not path.name.startswith((".", "build")) and path.name not in TOP_LEVEL:
            faults.append(f"{path.name}: the top level holds only {', '.join(sorted(TOP_LEVEL))}")
    return faults


def check_build(tree):
    """Binaries stay portable, and ITK's global settings stay out."""
    faults = []
    for path in tree.files(".txt", ".cmake", ".in") + [tree.root / "CMakeLists.txt", tree.root / "CMakePresets.json"]:
        text = re.sub(r"#.*", "", read(path)) if path.is_file() else ""
        for word, reason in (("-march=native", "binaries are portable"), ("ITK_USE_FILE", "edits every target"),
                             ("-ffast-math", "NaN and infinity keep their meaning")):
            if word in text:
                faults.append(f"{tree.name(path)}: {word}: {reason}")
    return faults


def check_scripts(tree):
    """What names its interpreter can be run by its name: CI calls the comparisons so."""
    scripts = [path for path in tree.files(".py", ".sh", "") if read(path).startswith("#!")]
    return [f"{tree.name(path)}: starts with #! but is not executable"
            for path in scripts if not path.stat().st_mode & 0o111]
