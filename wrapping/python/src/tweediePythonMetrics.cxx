// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonModule.h"

#include "tweedieComparison.h"
#include "tweedieMetrics.h"

namespace py = pybind11;

namespace tweedie
{
namespace python
{
void
AddMetrics(py::module_ & module)
{
  module.def("psnr",
             [](const py::array & reference, const py::array & estimate, std::optional<double> range)
             { return PeakSignalToNoiseRatio(TensorOf(reference), TensorOf(estimate), {}, range); });
  module.def("ssim",
             [](const py::array & reference, const py::array & estimate, std::optional<double> range)
             { return StructuralSimilarity(TensorOf(reference), TensorOf(estimate), {}, range); });
  module.def("nrmse",
             [](const py::array & reference, const py::array & estimate)
             { return NormalizedRootMeanSquareError(TensorOf(reference), TensorOf(estimate)); });
  module.def("compare",
             [](const py::object & reference, const py::list & entries)
             {
               ComparisonInput input;
               input.reference = VolumeOf(reference);
               for (const py::handle & item : entries)
               {
                 const auto tree = item.cast<py::dict>();
                 ComparisonEntry entry;
                 entry.name = tree["name"].cast<std::string>();
                 entry.image = VolumeOf(tree["image"]);
                 entry.standardDeviation = VolumeOf(tree["standard_deviation"]);
                 entry.samples = tree["samples"].cast<std::optional<std::int64_t>>();
                 input.entries.push_back(entry);
               }
               const py::gil_scoped_release release;
               return ComparisonJson(input, CompareWithReference(input));
             });
}
} // namespace python
} // namespace tweedie
