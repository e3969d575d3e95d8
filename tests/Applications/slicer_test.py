#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program as modules of 3D Slicer, called as Slicer calls them: every description holds to the rules, every flag in
it is taken, volumes come back with their place in space. slicer_test.py PROGRAM SOURCE CMAKE"""

import array
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from slicer_form import Module, complaints, run

PROGRAM, SOURCE, CMAKE = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1)), sys.argv.pop(1)
# An oblique volume, turned about two axes: columns are the edges of a voxel, 2 x 2.5 x 4 mm.
DIRECTIONS = "(1.6,1.2,0) (-1.2,1.6,1.5) (1.44,-1.92,3.2)"
ORIGIN = "(-40.5,12.25,100)"
SIZES = (24, 20, 5)


def write_volume(path):
    """A block in a block, short, as Slicer writes its temporary files."""
    values = array.array("h", (
        100 + (80 if 6 < x < 14 and 5 < y < 12 else 0) if 2 < x < 21 and 2 < y < 17 else 0
        for z in range(SIZES[2]) for y in range(SIZES[1]) for x in range(SIZES[0])))
    header = (f"NRRD0004\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: {' '.join(map(str, SIZES))}\n"
              f"space directions: {DIRECTIONS}\nkinds: domain domain domain\nendian: little\nencoding: raw\n"
              f"space origin: {ORIGIN}\n\n")
    path.write_bytes(header.encode() + values.tobytes())


def header(path):
    text = path.read_bytes().split(b"\n\n")[0].decode()
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)


def numbers(text):
    return [float(number) for number in re.findall(r"-?[0-9.]+(?:e-?[0-9]+)?", text)]


def results(path):
    return {name: float(value) for name, value in (line.split(" = ") for line in path.read_text().splitlines())}


class SlicerTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.scripts, cls.links = cls.folder / "scripts", cls.folder / "links"
        for folder, more in ((cls.scripts, []), (cls.links, ["--links"])):
            done = run([sys.executable, "-B", SOURCE / "wrapping/slicer/make_modules.py", "--program", PROGRAM, *more, folder])
            assert done.returncode == 0, done.stderr
        cls.modules = {path.stem: Module(path.read_text()) for path in sorted(cls.scripts.glob("*.xml"))}
        cls.volume = cls.folder / "AB_vtkMRMLScalarVolumeNodeB.nrrd"
        write_volume(cls.volume)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def call(self, name, values, more=()):
        """As Slicer calls an executable; the program's name is the module's."""
        return run([self.links / name, *more, *self.modules[name].words(values)])

    def file(self, name):
        return self.folder / name

    def assert_place(self, path):
        found = header(path)
        self.assertEqual(found["space"], "left-posterior-superior")
        for key, expected in (("space directions", DIRECTIONS), ("space origin", ORIGIN)):
            for one, other in zip(numbers(found[key]), numbers(expected), strict=True):
                self.assertAlmostEqual(one, other, delta=1e-9)  # rounding of the text of doubles

    def assert_fails(self, done, text):
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(text, done.stderr)

    def test_every_verb_is_a_module(self):
        verbs = {line.split()[0]: line.split()[1:] for line in run([PROGRAM, "--modules"]).stdout.splitlines()}
        self.assertEqual(set(verbs), set(self.modules))
        known = run([PROGRAM, "--help"]).stdout
        for words in verbs.values():
            self.assertIn("\n  " + " ".join(words) + " ", known)
        listed = [line for line in known.splitlines() if re.match(r"  [a-z]", line)]
        self.assertGreaterEqual(len(verbs), 28)
        self.assertEqual(len(verbs), len(listed))

    def test_descriptions_hold_to_the_rules(self):
        for name, module in self.modules.items():
            with self.subTest(name):
                self.assertEqual(complaints(module), [])
                self.assertRegex(name, r"Tweedie[A-Za-z]+")
                self.assertEqual(module.root.findtext("category"), "Tweedie")

    def test_rules_find_what_is_wrong(self):
        text = (self.scripts / "TweedieSimulateMRI.xml").read_text()
        for right, wrong in (("<longflag>center_fraction", "<longflag>center-fraction"), ("<name>coils", "<name>mask"),
                             ("<default>smooth", "<default>rough"), ("<maximum>1024", "<maximum>2"),
                             ("<channel>input", "<channel>inout"), ("<default>0.0200", "<default>2e-02"),
                             ("<title>", "<heading/><title>"), ("<double>", "<number>")):
            broken = text.replace(right, wrong).replace("</double>", "</double>" if wrong != "<number>" else "</number>")
            self.assertNotEqual(complaints(Module(broken)), [], wrong)

    def test_volumes_go_in_and_out_where_they_should(self):
        for name, expected in (("ReconstructRestoration", {"imageArgument": "image input", "output": "image output",
                                                           "std": "image output", "mask": "image input", "prior": "file input",
                                                           "checkpoint": "file output"}),
                               ("ReconstructMRI", {"scanArgument": "file input", "output": "image output"}),
                               ("SimulateCT", {"image": "image input", "geometry": "file input", "output": "file output",
                                               "reference": "image output"}),
                               ("Compare", {"imageArgument": "image input", "reference": "image input", "output": "string None"}),
                               ("ValidateData", {"output": "directory output", "like": "image input"})):
            found = {p.name: f"{p.tag} {p.channel}" for p in self.modules["Tweedie" + name].parameters}
            self.assertLessEqual(expected.items(), found.items(), name)
        labels = {p.name for p in self.modules["TweedieReconstructMRI"].parameters if p.attributes.get("type") == "label"}
        self.assertEqual(labels, {"roi"})

    def test_only_files_of_volumes_are_replaced_unasked(self):
        ticked = {name: p.default for name, module in self.modules.items() for p in module.parameters if p.name == "overwrite"}
        self.assertEqual({ticked["TweedieReconstructMRI"], ticked["TweedieSimulateRestoration"]}, {"true"})
        for name in ("Deidentify", "Train", "ValidateData", "Compare", "TuneMRI", "Trajectory"):
            self.assertEqual(ticked["Tweedie" + name], "false", name)

    def test_a_geometry_is_made_of_defaults(self):
        done = self.call("TweedieGeometryCT", {"output": self.file("geometry.xml")})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("<RTKThreeDCircularGeometry", self.file("geometry.xml").read_text())

    def test_every_flag_is_taken(self):
        for name, module in self.modules.items():
            with self.subTest(name):
                values = {p.name: "7" for p in module.parameters if p.tag != "boolean" and not p.default and p.flag}
                values.update({p.name: "true" for p in module.parameters if p.tag == "boolean"})
                words = [word for word in module.words(values)]
                self.assert_fails(run([self.links / name, *words, "--nosuchflag"]), "--nosuchflag: unknown option")

    def test_both_forms_say_what_the_program_says(self):
        for name, words in (("TweedieReconstructMRI", ["reconstruct", "mri"]), ("TweedieInfo", ["info"])):
            said = run([PROGRAM, *words, "--xml"]).stdout
            self.assertTrue(said.startswith("<?xml"))
            self.assertEqual((self.scripts / f"{name}.xml").read_text(), said)
            self.assertEqual(run([self.links / name, "--xml"]).stdout, said)
            script = self.scripts / f"{name}.py"
            self.assertTrue(script.read_text().startswith("#!"))  # by which Slicer knows a module
            self.assertEqual(run([sys.executable, script, "--xml"]).stdout, said)
        hyphens = self.file("tweedie-reconstruct-mri")
        hyphens.symlink_to(PROGRAM)
        self.assertIn("<title>Reconstruct MRI<", run([hyphens, "--xml"]).stdout)

    def test_a_script_leaves_the_libraries_of_slicer_behind(self):
        launcher = (SOURCE / "wrapping/slicer/launcher.py").read_text()
        script = self.file("Environment.py")
        script.write_text(launcher.replace("@PROGRAM@", "/usr/bin/env").replace('["@COMMAND@"]', "[]"))
        slicer = {"LD_LIBRARY_PATH": "/slicer/lib", "PYTHONHOME": "/slicer/python", "PATH": os.environ["PATH"], "KEPT": "1"}

        def environment(**more):
            done = subprocess.run([sys.executable, "-E", script], env={**slicer, **more}, capture_output=True, text=True)
            return done.stdout

        outside = environment()
        self.assertIn("KEPT=1", outside)
        self.assertNotIn("/slicer/", outside)
        self.assertEqual(environment(APPLAUNCHER_0_HOME="/home/me").strip(), "HOME=/home/me")
        script.write_text(launcher)
        done = run([sys.executable, script])
        self.assert_fails(done, "required the program tweedie")

    def test_a_volume_comes_back_in_its_place(self):
        values = {"imageArgument": self.volume, "output": self.file("out.nrrd"), "std": self.file("dev.nrrd"),
                  "task": "denoise", "method": "tikhonov", "noise": "10"}
        returned = self.file("return.params")
        more = ["--processinformationaddress", "0x0", "--returnparameterfile", returned]
        for _ in range(2):  # the second time the files are there
            done = self.call("TweedieReconstructRestoration", values, more)
            self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("out.nrrd", "dev.nrrd"):
            self.assert_place(self.file(name))
            self.assertEqual(numbers(header(self.file(name))["sizes"]), list(SIZES))
        found = results(returned)
        names = {p.name for p in self.modules["TweedieReconstructRestoration"].parameters if p.is_result()}
        self.assertLessEqual(set(found), names)
        self.assertGreater(found["runSeconds"], 0)
        self.assertGreater(found["dataFit"], 0)
        # Values of the form that are the defaults belong to no method: nothing is said of them.
        self.assertNotIn("has no effect", done.stderr)
        self.assert_progress(done.stdout)

    def assert_progress(self, text):
        starts = text.count("<filter-start>")
        self.assertGreater(starts, 0)
        self.assertEqual(starts, text.count("<filter-end>"))
        fractions = [float(number) for number in re.findall(r"<filter-progress>([0-9.e-]+)</filter-progress>", text)]
        self.assertTrue(fractions and all(0 <= fraction <= 1 for fraction in fractions), fractions)
        self.assertEqual(fractions[-1], 1)
        for tag in ("progress", "name", "comment", "time", "start", "end"):  # in this order Slicer takes them away
            text = re.sub(rf"<filter-{tag}>[^<]*</filter-{tag}>\s*", "", text)
        self.assertNotIn("<", text)

    def test_a_scan_is_simulated_and_reconstructed(self):
        scan = self.file("scan")
        done = self.call("TweedieSimulateMRI", {"image": self.volume, "output": scan, "reference": self.file("truth.nrrd"),
                                                "coils": "4", "acceleration": "2.0000", "phase": "none"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_place(self.file("truth.nrrd"))
        # By the script, which Slicer runs with its Python.
        module = self.modules["TweedieReconstructMRI"]
        words = module.words({"scanArgument": f"{scan}.cfl", "output": self.file("sense.nrrd"), "method": "sense"})
        done = run([sys.executable, self.scripts / "TweedieReconstructMRI.py", *words])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_place(self.file("sense.nrrd"))
        returned = self.file("scores.params")
        done = self.call("TweedieCompare", {"imageArgument": self.file("sense.nrrd"), "reference": self.file("truth.nrrd"),
                                            "output": self.file("report")}, ["--returnparameterfile", returned])
        self.assertEqual(done.returncode, 0, done.stderr)
        # Half of k-space with a noise of 0.02 of the largest value: 34 dB before reconstruction, less what is missing.
        self.assertGreater(results(returned)["psnr"], 20)
        self.assertEqual(set(results(returned)), {"psnr", "ssim", "nrmse"})

    def test_what_is_wrong_is_said_in_one_line(self):
        name = "TweedieReconstructRestoration"
        given = {"imageArgument": self.volume, "task": "denoise", "method": "tv", "noise": "10"}
        self.assert_fails(self.call(name, given), "--output: not given")
        same = {**given, "output": self.volume}
        before = self.volume.read_bytes()
        self.assert_fails(self.call(name, same), "which is an input")
        self.assertEqual(self.volume.read_bytes(), before)
        output = {**given, "output": self.file("never.nrrd")}
        self.assert_fails(self.call(name, {**output, "noise": "1,2"}), "--noise: given '1,2'; required a number")
        self.assert_fails(self.call(name, output, ["--returnparameterfile", "/nowhere/x.params"]), "/nowhere")
        self.assert_fails(run([self.links / name, "--returnparameterfile"]), "--returnparameterfile: no value given")
        self.assert_fails(self.call(name, {**given, "output": "-"}), "--output: given - by 3D Slicer")
        self.assertFalse(self.file("never.nrrd").exists())

    def test_makes_modules_of_a_program_only(self):
        script = SOURCE / "wrapping/slicer/make_modules.py"
        for program, text in (("/nowhere/tweedie", "which is no program"), ("/bin/false", "required tweedie")):
            done = run([sys.executable, "-B", script, "--program", program, self.file("none")])
            self.assert_fails(done, text)
        self.assertEqual(list(self.file("none").glob("*")) if self.file("none").exists() else [], [])

    def test_the_extension_puts_modules_where_slicer_says(self):
        """Against a stand-in for Slicer's package, which proves no more than that the file runs and names the right
        variables: there is no Slicer here."""
        package = self.file("package")
        package.mkdir()
        (package / "Use.cmake").write_text("")
        (package / "SlicerConfig.cmake").write_text(
            f'set(Slicer_USE_FILE "{package}/Use.cmake")\nset(Slicer_CLIMODULES_BIN_DIR lib/Slicer-5.6/cli-modules)\n'
            "set(Slicer_INSTALL_CLIMODULES_BIN_DIR lib/Slicer-5.6/cli-modules)\n"
            f'set(Slicer_EXTENSION_GENERATE_CONFIG "{package}/Use.cmake")\nset(Slicer_EXTENSION_CPACK "{package}/Use.cmake")\n')
        build, prefix = self.file("build"), self.file("prefix")
        for words in (["-S", SOURCE / "wrapping/slicer", "-B", build, f"-DSlicer_DIR={package}",
                       f"-DTWEEDIE_PROGRAM={PROGRAM}", f"-DCMAKE_INSTALL_PREFIX={prefix}"],
                      ["--build", build], ["--install", build]):
            done = run([CMAKE, *words])
            self.assertEqual(done.returncode, 0, done.stderr)
        made = {path.name for path in (prefix / "lib/Slicer-5.6/cli-modules").iterdir()}
        self.assertEqual(made, {f"{name}.{kind}" for name in self.modules for kind in ("py", "xml")})


if __name__ == "__main__":
    unittest.main()
