// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonCallbacks.h"
#include "tweediePythonModule.h"
#include "tweediePythonRuns.h"
#include "tweediePythonScans.h"

#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieMRISimulation.h"
#include "tweedieOptionsSchema.h"

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
py::tuple
Simulate(const py::object & image, const std::string & options, const py::object & progress)
{
  const Volume volume = VolumeOf(image);
  const auto simulation = OwnOptionsFromText<MRISimulationOptions>(options);
  const ProgressCallback callback = ProgressOf(progress);
  MRISimulation made;
  {
    const py::gil_scoped_release release;
    made = SimulateMRI(volume, simulation, callback);
  }
  return py::make_tuple(TreeOf(made.scan), ImageOf(made.reference));
}

py::dict
Posterior(const py::dict & tree,
          const std::string & options,
          const Prior * prior,
          const py::object & progress,
          const py::object & start)
{
  const MRIScan scan = MRIScanOf(tree);
  const auto run = [&](const auto & posterior, const auto & callback, const Volume & first)
  {
    return prior != nullptr ? ReconstructPosterior(scan, prior->denoiser, posterior, callback, first)
                            : ReconstructPosterior(scan, posterior, callback, first);
  };
  return Estimated<PosteriorOptions>(options, progress, start, run);
}

py::dict
Classical(const py::dict & tree, const std::string & options, const py::object & progress)
{
  const MRIScan scan = MRIScanOf(tree);
  const auto run = [&](const auto & classical, const auto & callback)
  { return ReconstructClassical(scan, classical, callback); };
  return Estimated<MRIClassicalOptions>(options, progress, run);
}
} // namespace

void
AddMRI(py::module_ & module)
{
  module.def("simulate_mri", &Simulate);
  module.def("reconstruct_mri_posterior", &Posterior);
  module.def("reconstruct_mri_classical", &Classical);
}
} // namespace python
} // namespace tweedie
