#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that each check of the house fails on a bad sample, and passes on the good one that the sample is made from."""

import tempfile
import unittest
from pathlib import Path

import cpp_text
import include_graph
import readme
import style_checks
import symbols
from tree import Tree

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"


def header(name, *includes):
    guard = name.replace(".", "_")
    lines = "".join(f"#include {include}\n" for include in includes)
    return f"{LICENCE}#ifndef {guard}\n#define {guard}\n{lines}#endif\n"


def function(name, lines, body="  Work();\n"):
    """A function of that many lines, signature and braces included."""
    return f"int\n{name}()\n{{\n" + body * (lines - 4) + "}\n"


class CppText(unittest.TestCase):
    def names(self, text):
        return [f.name for f in cpp_text.functions(text)]

    def lines(self, text):
        return {f.name: f.lines for f in cpp_text.functions(text)}

    def test_literals_do_not_hide_or_open_braces(self):
        body = '  a = "}{" "\\"}"; b = \'}\'; /* } */ // }\n  c = R"x(}")" })x"; d = 1\'000; e = \'"\';\n'
        self.assertEqual(self.lines(function("F", 64, body)), {"F": 2 * 60 + 4})
        self.assertEqual(self.names(LICENCE + function("F", 9, body) + function("G", 9)), ["F", "G"])

    def test_length_counts_return_type_and_closing_brace(self):
        self.assertEqual(self.lines(function("F", 60)), {"F": 60})
        self.assertEqual(self.lines(function("F", 61)), {"F": 61})

    def test_class_members_constructors_and_trailing_types(self):
        text = ("namespace a::b\n{\ntemplate <typename T = std::vector<int>> class X final : public Y<T>\n{\npublic:\n"
                "  explicit X(int a) : m_A{a}, m_B(Z{1, 2})\n  {\n  }\n  auto\n  Get() const -> std::vector<int>\n  {\n"
                "    if (a)\n    {\n    }\n    return {};\n  }\nprivate:\n  int m_A{1};\n  enum class E\n  {\n    One\n  };\n"
                "  bool operator==(const X & x) const noexcept { return true; }\n};\nconst Table t = {{\"a\", [](int x)\n"
                "{ return x; }}};\n} // namespace\n")
        self.assertEqual(self.lines(text)["X"], 3)
        self.assertEqual(self.lines(text)["Get"], 8)
        self.assertEqual(len(self.names(text)), 4)

    def test_lambdas_count_with_their_function(self):
        inner = "  run([&](int i) {\n    for (;;)\n    {\n    }\n  });\n"
        self.assertEqual(self.lines(function("F", 14, inner)), {"F": 54})

    def test_google_tests_have_names(self):
        self.assertEqual(self.names("TEST(Grid, Slices)\n{\n  int x = 1;\n}\n"), ["TEST(Grid, Slices)"])

    def test_preprocessor_branches_keep_pairs(self):
        text = "#if A\nvoid F() {\n#else\nvoid F(int) {\n#endif\n}\n#define M(x) {\\\n  {\nvoid G() {}\n"
        self.assertEqual(self.names(text), ["F", "G"])
        self.assertTrue(cpp_text.is_balanced(text))
        self.assertFalse(cpp_text.is_balanced("void F() {{ }\n"))

    def test_includes_in_comments_do_not_count(self):
        text = '// #include "a.h"\n/* #include "b.h" */\n#include "c.h"\n#  include <d/e.h>\n'
        self.assertEqual(cpp_text.includes(text), [(3, "c.h"), (4, "d/e.h")])


class Symbols(unittest.TestCase):
    def test_only_what_a_library_defines_for_itself_is_twice(self):
        inline, strong = ("tweedie::Inline()", False), ("tweedie::A(int)", True)
        self.assertEqual(symbols.twice({"one": {inline, strong}, "two": {inline}}), {})
        beside_inline = {"one": {strong}, "two": {("tweedie::A(int)", False)}}
        self.assertEqual(symbols.twice(beside_inline), {"tweedie::A(int)": ["one", "two"]})


class Checks(unittest.TestCase):
    """A small tree of two modules that passes, then one fault at a time."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.module("Core")
        self.module("Operators", "DEPENDS TweedieCore")
        self.write("modules/Core/include/tweedieA.h", header("tweedieA.h"))
        self.write("modules/Operators/include/tweedieB.h", header("tweedieB.h", '"tweedieA.h"'))
        self.write("modules/Operators/src/tweedieB.cxx", LICENCE + '#include "tweedieB.h"\n')
        self.write("modules/Operators/src/CMakeLists.txt", "file(GLOB sources CONFIGURE_DEPENDS *.cxx)\n")
        self.write("tests/Core/CMakeLists.txt", "tweedie_add_tests(Core)\n")
        self.write("tests/Core/tweedieAGTest.cxx", LICENCE)

    def write(self, path, text):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def module(self, name, depends=""):
        self.write(f"modules/{name}/itk-module.cmake",
                   f'itk_module(\n  Tweedie{name}\n  {depends}\n  DESCRIPTION "What it DEPENDS on")\n')
        for file in ("README.md", "CMakeLists.txt", "src/CMakeLists.txt"):
            self.write(f"modules/{name}/{file}", "")

    def faults(self):
        tree = Tree(self.root)
        checks = [include_graph.check_edges, include_graph.check_design, include_graph.check_torch_free,
                  style_checks.check_includes, style_checks.check_sizes, style_checks.check_headers,
                  style_checks.check_layout, style_checks.check_calls, style_checks.check_build,
                  style_checks.check_scripts]
        return [fault for check in checks for fault in check(tree)]

    def expect(self, *words):
        faults = self.faults()
        self.assertTrue(any(all(word in fault for word in words) for fault in faults), f"{words} not in {faults}")

    def test_good_sample_passes(self):
        self.assertEqual(self.faults(), [])

    def test_ring(self):
        self.module("Core", "DEPENDS TweedieOperators")
        self.write("modules/Core/src/tweedieA.cxx", LICENCE + '#include "tweedieB.h"\n')
        self.expect("ring", "Core -> Operators -> Core")
        self.expect("Core -> Operators is not an edge of the design's table")

    def test_undeclared_and_unused_edges(self):
        self.module("Operators")
        self.expect("tweedieB.h:4", "TweedieCore", "does not declare")
        self.module("Operators", "DEPENDS TweedieCore TweedieLikelihoods")
        self.expect("declares TweedieLikelihoods, which nothing includes")

    def test_private_edge_in_public_header(self):
        self.module("Operators", "PRIVATE_DEPENDS TweedieCore")
        self.expect("tweedieB.h:4", "does not declare in DEPENDS")

    def test_dcmtk_outside_io(self):
        self.module("IO")
        self.write("modules/IO/src/tweedieA.cxx", LICENCE + '#include <dcmtk/dcmdata/dcfilefo.h>\n')
        self.assertNotIn("DCMTK", str(self.faults()))
        self.write("modules/IO/include/tweedieA.h", LICENCE + '#include <dcmtk/dcmdata/dcfilefo.h>\n')
        self.expect("tweedieA.h:2", "dcfilefo.h")

    def test_hdf5_outside_io(self):
        self.module("IO")
        self.write("modules/IO/src/tweedieA.cxx", LICENCE + '#include <hdf5.h>\n')
        self.assertNotIn("HDF5", str(self.faults()))
        self.write("modules/IO/include/tweedieA.h", LICENCE + '#include <hdf5.h>\n')
        self.expect("tweedieA.h:2", "HDF5")

    def test_itk_outside_its_modules(self):
        self.module("Operators", "DEPENDS TweedieCore ITKCommon")
        self.write("modules/Operators/src/tweedieB.cxx", LICENCE + '#include "itkImage.h"\n#include "tweedieB.h"\n')
        self.expect("tweedieB.cxx:2", "itkImage.h")
        self.expect("Operators declares ITK")

    def test_torch_behind_a_header_of_ours(self):
        self.module("Bridge", "DEPENDS TweedieCore")
        self.write("modules/Core/include/tweedieA.h", header("tweedieA.h", '"tweedieC.h"'))
        self.write("modules/Core/include/tweedieC.h", header("tweedieC.h", "<ATen/core/Tensor.h>"))
        self.write("modules/Bridge/include/tweedieD.h", header("tweedieD.h", '"tweedieA.h"'))
        self.expect("tweedieD.h", "tweedieA.h -> tweedieC.h -> ATen/core/Tensor.h")

    def test_heavy_includes(self):
        self.write("tests/Core/tweedieAGTest.cxx", LICENCE + "#include <torch/torch.h>\n")
        self.write("modules/Core/include/tweedieC.h", header("tweedieC.h", "<ATen/ATen.h>", "<nlohmann/json.hpp>"))
        self.expect("tweedieAGTest.cxx:2", "torch/torch.h")
        self.expect("tweedieC.h:4", "ATen/ATen.h")
        self.expect("tweedieC.h:5", "json_fwd")

    def test_long_function_and_long_file(self):
        self.write("modules/Core/include/tweedieC.h", header("tweedieC.h") + function("Long", 61))
        self.write("tests/Core/tweedieAGTest.cxx", LICENCE + "\n" * 400)
        self.expect("tweedieC.h:5", "Long has 61 lines")
        self.expect("tweedieAGTest.cxx", "401 lines")

    def test_files_that_no_list_names(self):
        self.write("tests/Core/tweedieBTest.cxx", LICENCE)
        self.write("modules/Core/src/tweedieC.cxx", LICENCE)
        self.write("modules/Core/src/CMakeLists.txt", "# tweedieC.cxx is only in a comment\n")
        (self.root / "modules/Core/README.md").unlink()
        self.expect("tests/Core/tweedieBTest.cxx", "not in")
        self.expect("modules/Core/src/tweedieC.cxx", "not in")
        self.expect("modules/Core/README.md: missing")

    def test_licence_guard_and_top_level(self):
        self.write("modules/Core/include/tweedieC.h", "#ifndef other\n#define other\n#endif\n")
        self.write("notes.txt", "")
        self.expect("tweedieC.h", "SPDX")
        self.expect("tweedieC.h", "include guard: tweedieC_h")
        self.expect("notes.txt", "top level")

    def test_script_that_cannot_be_run(self):
        self.write("tests/Core/compare-a.py", "#!/usr/bin/env python3\n")
        self.expect("compare-a.py", "not executable")
        (self.root / "tests/Core/compare-a.py").chmod(0o755)
        self.assertEqual(self.faults(), [])

    def test_calls_and_flags(self):
        self.write("modules/Core/src/tweedieC.cxx",
                   LICENCE + 'auto a = "std::cout";\nauto b = std::stod(s);\nvoid f() { std::cerr << 1; }\n')
        self.write("CMakeLists.txt", "add_compile_options(-march=native)\n")
        self.expect("tweedieC.cxx:3", "locale")
        self.expect("tweedieC.cxx:4", "does not print")
        self.expect("CMakeLists.txt", "-march=native")
        self.assertFalse(any("tweedieC.cxx:2" in fault for fault in self.faults()))


class Readme(unittest.TestCase):
    def test_commands_join_lines_and_drop_comments(self):
        text = "```sh\ntweedie a --b 1 \\\n  --c # why\nls --d\n```\n```cpp\ntweedie x\n```\n"
        self.assertEqual(readme.commands(text), [["a", "--b", "1", "--c"]])

    def test_unknown_flag_verb_and_link(self):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "tweedie"
            program.write_text('#!/bin/sh\n[ "$1" = train ] && echo " --steps N  --steps-more"\n')
            program.chmod(0o755)
            self.assertEqual(readme.unknown_flags(str(program), ["train", "--steps", "3"]), [])
            self.assertEqual(len(readme.unknown_flags(str(program), ["train", "--step", "3"])), 1)
            self.assertEqual(len(readme.unknown_flags(str(program), ["fly", "--steps"])), 1)
            (Path(folder) / "README.md").write_text("[a](tweedie) [b](gone.md) [c](https://x.y/z)")
            self.assertEqual(len(readme.broken_links(Path(folder))), 1)

    def test_code_that_no_example_holds(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "modules/A/examples").mkdir(parents=True)
            (Path(folder) / "modules/A/examples/a.cxx").write_text("  int a;\n")
            (Path(folder) / "README.md").write_text("```cpp\nint a;\nint b;\n```\n")
            self.assertEqual(len(readme.foreign_code(Path(folder))), 1)


if __name__ == "__main__":
    unittest.main()
