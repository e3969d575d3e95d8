// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonCallbacks.h"
#include "tweediePythonModule.h"
#include "tweediePythonRuns.h"
#include "tweediePythonScans.h"

#include "tweedieOptionsSchema.h"
#include "tweedieRestorationFile.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTasks.h"
#include "tweedieRestorationVolume.h"

namespace py = pybind11;

namespace tweedie
{
namespace python
{
RestorationMeasurement
RestorationOf(const py::dict & tree)
{
  RestorationMeasurement measurement;
  measurement.data = VolumeOf(tree["data"]);
  measurement.image = SizedGridOf(tree["image_grid"]);
  measurement.options = tree["options"].cast<std::string>();
  measurement.mask = VolumeOf(tree["mask"]);
  measurement.kernel = VolumeOf(tree["kernel"]);
  measurement.scale = tree["scale"].cast<double>();
  measurement.noise = tree["noise"].cast<std::optional<double>>();
  measurement.countsPerUnit = tree["counts_per_unit"].cast<std::optional<double>>();
  measurement.operatorNetwork = tree["operator_network"].cast<std::string>();
  measurement.operatorFingerprint = tree["operator_fingerprint"].cast<std::string>();
  measurement.warnings = tree["warnings"].cast<std::vector<std::string>>();
  return measurement;
}

py::dict
TreeOf(const RestorationMeasurement & measurement)
{
  py::dict tree;
  tree["data"] = ImageOf(measurement.data);
  tree["image_grid"] = TreeOf(measurement.image);
  tree["options"] = measurement.options;
  tree["mask"] = ImageOf(measurement.mask);
  tree["kernel"] = ImageOf(measurement.kernel);
  tree["scale"] = measurement.scale;
  tree["noise"] = measurement.noise;
  tree["counts_per_unit"] = measurement.countsPerUnit;
  tree["operator_network"] = measurement.operatorNetwork;
  tree["operator_fingerprint"] = measurement.operatorFingerprint;
  tree["warnings"] = measurement.warnings;
  return tree;
}

namespace
{
py::dict
Simulate(const py::object & image,
         const std::string & taskOptions,
         const std::string & noiseOptions,
         const py::object & progress)
{
  const Volume volume = VolumeOf(image);
  const auto task = OwnOptionsFromText<RestorationTaskOptions>(taskOptions);
  const auto noise = OwnOptionsFromText<RestorationNoiseOptions>(noiseOptions);
  const ProgressCallback callback = ProgressOf(progress);
  RestorationMeasurement measurement;
  {
    const py::gil_scoped_release release;
    measurement = SimulateRestoration(volume, task, noise, callback);
  }
  return TreeOf(measurement);
}

py::dict
Describe(const py::object & data, const std::string & options, const py::object & mask, const py::object & kernel)
{
  const auto task = OwnOptionsFromText<RestorationTaskOptions>(options);
  return TreeOf(DescribeRestoration(VolumeOf(data), task, VolumeOf(mask), VolumeOf(kernel)));
}

py::dict
Posterior(const py::dict & tree,
          const std::string & options,
          const Prior * prior,
          const py::object & progress,
          const py::object & start)
{
  const RestorationMeasurement measurement = RestorationOf(tree);
  const auto run = [&](const auto & posterior, const auto & callback, const Volume & first)
  {
    return prior != nullptr ? ReconstructRestoration(measurement, prior->denoiser, posterior, callback, first)
                            : ReconstructRestoration(measurement, posterior, callback, first);
  };
  return Estimated<RestorationPosteriorOptions>(options, progress, start, run);
}

py::dict
Classical(const py::dict & tree, const std::string & options, const py::object & progress)
{
  const RestorationMeasurement measurement = RestorationOf(tree);
  const auto run = [&](const auto & classical, const auto & callback)
  { return RestoreClassical(measurement, classical, callback); };
  return Estimated<RestorationVolumeOptions>(options, progress, run);
}

py::dict
ReadMeasurement(const std::string & path)
{
  RestorationMeasurement measurement;
  {
    const py::gil_scoped_release release;
    measurement = ReadRestoration(path);
  }
  return TreeOf(measurement);
}
} // namespace

void
AddRestoration(py::module_ & module)
{
  module.def("simulate_restoration", &Simulate);
  module.def("describe_restoration", &Describe);
  module.def("reconstruct_restoration_posterior", &Posterior);
  module.def("reconstruct_restoration_classical", &Classical);
  module.def("read_restoration", &ReadMeasurement);
  module.def("write_restoration",
             [](const std::string & path, const py::dict & measurement)
             { WriteRestoration(path, RestorationOf(measurement)); });
}
} // namespace python
} // namespace tweedie
