// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonCallbacks.h"
#include "tweediePythonModule.h"
#include "tweediePythonRuns.h"
#include "tweediePythonScans.h"

#include "tweedieCTClassical.h"
#include "tweedieCTGeometryOptions.h"
#include "tweedieCTPosterior.h"
#include "tweedieCTSimulation.h"
#include "tweedieError.h"
#include "tweedieOptionsSchema.h"

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
py::dict
Simulate(const py::object & image, const py::dict & geometry, const std::string & options, const py::object & progress)
{
  const Volume volume = VolumeOf(image);
  const CTGeometry views = CTGeometryOf(geometry);
  const auto simulation = OwnOptionsFromText<CTSimulationOptions>(options);
  const ProgressCallback callback = ProgressOf(progress);
  CTScan scan;
  {
    const py::gil_scoped_release release;
    scan = SimulateCT(volume, views, simulation, callback);
  }
  return TreeOf(scan);
}

Grid
ImageGridOf(const CTScan & scan)
{
  if (!scan.image)
  {
    throw UsageError("image_grid: the scan has none; required the grid of the image to reconstruct");
  }
  return *scan.image;
}

py::dict
Posterior(const py::dict & tree,
          const std::string & options,
          const Prior * prior,
          double attenuationAtOne,
          const py::object & progress,
          const py::object & start)
{
  const CTScan scan = CTScanOf(tree);
  const Grid grid = ImageGridOf(scan);
  const auto run = [&](const auto & posterior, const auto & callback, const Volume & first)
  {
    return prior != nullptr
               ? ReconstructCTPosterior(scan, grid, prior->denoiser, attenuationAtOne, posterior, callback, first)
               : ReconstructCTPosterior(scan, grid, posterior, callback, first);
  };
  return Estimated<CTPosteriorOptions>(options, progress, start, run);
}

py::dict
Classical(const py::dict & tree, const std::string & options, const py::object & progress)
{
  const CTScan scan = CTScanOf(tree);
  const Grid grid = ImageGridOf(scan);
  const auto run = [&](const auto & classical, const auto & callback)
  { return ReconstructCTClassical(scan, grid, classical, callback); };
  return Estimated<CTClassicalOptions>(options, progress, run);
}
} // namespace

void
AddCT(py::module_ & module)
{
  module.def("geometry_ct",
             [](const std::string & options)
             { return TreeOf(MakeCTGeometry(OwnOptionsFromText<CTGeometryOptions>(options))); });
  module.def("simulate_ct", &Simulate);
  module.def("reconstruct_ct_posterior", &Posterior);
  module.def("reconstruct_ct_classical", &Classical);
}
} // namespace python
} // namespace tweedie
