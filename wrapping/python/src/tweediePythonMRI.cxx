// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonCallbacks.h"
#include "tweediePythonModule.h"
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
  const auto posterior = OwnOptionsFromText<PosteriorOptions>(options);
  const ProgressCallback callback = ProgressOf(progress);
  const Volume first = VolumeOf(start);
  VolumeEstimate estimate;
  {
    const py::gil_scoped_release release;
    estimate = prior != nullptr ? ReconstructPosterior(scan, prior->denoiser, posterior, callback, first)
                                : ReconstructPosterior(scan, posterior, callback, first);
  }
  return TreeOf(estimate);
}

py::dict
Classical(const py::dict & tree, const std::string & options, const py::object & progress)
{
  const MRIScan scan = MRIScanOf(tree);
  const auto classical = OwnOptionsFromText<MRIClassicalOptions>(options);
  const ProgressCallback callback = ProgressOf(progress);
  VolumeEstimate estimate;
  {
    const py::gil_scoped_release release;
    estimate = ReconstructClassical(scan, classical, callback);
  }
  return TreeOf(estimate);
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
