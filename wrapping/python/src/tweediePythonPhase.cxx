// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonCallbacks.h"
#include "tweediePythonModule.h"
#include "tweediePythonRuns.h"
#include "tweediePythonScans.h"

#include "tweedieOptionsSchema.h"
#include "tweediePhaseClassical.h"
#include "tweediePhasePosterior.h"
#include "tweediePhaseScanFile.h"
#include "tweediePhaseSimulation.h"

namespace py = pybind11;

namespace tweedie
{
namespace python
{
PhaseScan
PhaseScanOf(const py::dict & tree)
{
  PhaseScan scan;
  scan.experiment = PhaseExperimentFromName(tree["experiment"].cast<std::string>());
  scan.patterns = VolumeOf(tree["patterns"]);
  scan.isCounts = tree["is_counts"].cast<bool>();
  scan.mask = VolumeOf(tree["mask"]);
  scan.codes = VolumeOf(tree["codes"]);
  scan.support = VolumeOf(tree["support"]);
  scan.wavelength = tree["wavelength"].cast<double>();
  scan.distances = tree["distances"].cast<std::vector<double>>();
  scan.sourceDistance = tree["source_distance"].cast<std::optional<double>>();
  scan.beamCentre = tree["beam_centre"].cast<std::array<double, 2>>();
  scan.object = SizedGridOf(tree["image_grid"]);
  scan.isReal = tree["is_real"].cast<bool>();
  scan.isNonNegative = tree["is_non_negative"].cast<bool>();
  scan.noise = tree["noise"].cast<std::optional<double>>();
  scan.countsPerUnit = tree["counts_per_unit"].cast<std::optional<double>>();
  scan.dark = tree["dark"].cast<double>();
  scan.scale = tree["scale"].cast<double>();
  scan.hounsfieldPerUnit = tree["hounsfield_per_unit"].cast<std::optional<double>>();
  scan.warnings = tree["warnings"].cast<std::vector<std::string>>();
  return scan;
}

py::dict
TreeOf(const PhaseScan & scan)
{
  py::dict tree;
  tree["experiment"] = ToString(scan.experiment);
  tree["patterns"] = ImageOf(scan.patterns);
  tree["is_counts"] = scan.isCounts;
  tree["mask"] = ImageOf(scan.mask);
  tree["codes"] = ImageOf(scan.codes);
  tree["support"] = ImageOf(scan.support);
  tree["wavelength"] = scan.wavelength;
  tree["distances"] = scan.distances;
  tree["source_distance"] = scan.sourceDistance;
  tree["beam_centre"] = py::make_tuple(scan.beamCentre[0], scan.beamCentre[1]);
  tree["image_grid"] = TreeOf(scan.object);
  tree["is_real"] = scan.isReal;
  tree["is_non_negative"] = scan.isNonNegative;
  tree["noise"] = scan.noise;
  tree["counts_per_unit"] = scan.countsPerUnit;
  tree["dark"] = scan.dark;
  tree["scale"] = scan.scale;
  tree["hounsfield_per_unit"] = scan.hounsfieldPerUnit;
  tree["warnings"] = scan.warnings;
  return tree;
}

namespace
{
/** The scan, and the objects as it sees them. */
py::tuple
Simulate(const py::object & image, const py::object & codes, const std::string & options, const py::object & progress)
{
  const Volume volume = VolumeOf(image);
  const Volume given = VolumeOf(codes);
  const auto simulation = OwnOptionsFromText<PhaseSimulationOptions>(options);
  const ProgressCallback callback = ProgressOf(progress);
  PhaseScan scan;
  Volume object;
  {
    const py::gil_scoped_release release;
    scan = SimulatePhase(volume, simulation, given, callback);
    object = PhaseObject(volume, scan);
  }
  return py::make_tuple(TreeOf(scan), ImageOf(object));
}

py::dict
Posterior(const py::dict & tree,
          const std::string & options,
          const Prior * prior,
          std::optional<double> scale,
          const py::object & progress,
          const py::object & start)
{
  const PhaseScan scan = PhaseScanOf(tree);
  const auto run = [&](const auto & posterior, const auto & callback, const Volume & first)
  {
    return prior != nullptr ? ReconstructPhasePosterior(
                                  scan, prior->denoiser, scale.value_or(scan.scale), posterior, callback, first)
                            : ReconstructPhasePosterior(scan, posterior, callback, first);
  };
  return Estimated<PhasePosteriorOptions>(options, progress, start, run);
}

py::dict
Classical(const py::dict & tree, const std::string & options, const py::object & progress)
{
  const PhaseScan scan = PhaseScanOf(tree);
  const auto run = [&](const auto & classical, const auto & callback)
  { return ReconstructPhaseClassical(scan, classical, callback); };
  return Estimated<PhaseClassicalOptions>(options, progress, run);
}

py::dict
ReadScan(const std::string & path, const std::string & options)
{
  const auto chosen = OwnOptionsFromText<PhaseReadOptions>(options);
  PhaseScan scan;
  {
    const py::gil_scoped_release release;
    scan = ReadPhaseScan(path, chosen);
  }
  return TreeOf(scan);
}
} // namespace

void
AddPhase(py::module_ & module)
{
  module.def("simulate_phase", &Simulate);
  module.def("reconstruct_phase_posterior", &Posterior);
  module.def("reconstruct_phase_classical", &Classical);
  module.def("read_phase_scan", &ReadScan);
  module.def("write_phase_scan",
             [](const std::string & path, const py::dict & scan) { WritePhaseScan(path, PhaseScanOf(scan)); });
}
} // namespace python
} // namespace tweedie
