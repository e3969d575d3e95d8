// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonCallbacks.h"
#include "tweediePythonModule.h"

#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePriorTable.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
Prior
Load(const std::string & path, const std::string & deviceName, const std::string & precision)
{
  const py::gil_scoped_release release;
  const c10::Device device = DeviceFromName(deviceName);
  return {LoadPrior(path, device, IsBrainFloat(precision, device))};
}

Prior
FromFunction(const std::string & name,
             double variance,
             double sigmaMinimum,
             double sigmaMaximum,
             bool needsNoise,
             const py::object & denoise,
             const py::object & jacobian)
{
  FunctionDenoiserFacts facts;
  facts.name = name;
  facts.variance = variance;
  facts.sigmaMinimum = sigmaMinimum;
  facts.sigmaMaximum = sigmaMaximum;
  facts.needsNoise = needsNoise;
  return {std::make_shared<const FunctionDenoiser>(facts, DenoiserOf(denoise), JacobianOf(jacobian))};
}

py::array
Denoise(const Prior & prior, const py::array & x, const std::vector<double> & sigma)
{
  const at::Tensor image = TensorOf(x);
  const auto batch = image.dim() > 0 ? image.size(0) : 0;
  if (sigma.size() != 1 && static_cast<std::int64_t>(sigma.size()) != batch)
  {
    throw DataError("sigma: given " + std::to_string(sigma.size()) + " numbers for " + std::to_string(batch) +
                    " images; required one, or one for each");
  }
  at::Tensor result;
  {
    const py::gil_scoped_release release;
    const at::NoGradGuard noGrad;
    const at::Tensor levels = at::tensor(sigma, at::kDouble).to(at::toRealValueType(image.scalar_type()));
    result = prior.denoiser->Denoise(image, levels.expand({batch}).contiguous());
  }
  return ArrayOf(result);
}
} // namespace

void
AddPriors(py::module_ & module)
{
  py::class_<Prior>(module, "Prior")
      .def_static("load", &Load)
      .def_static("from_function", &FromFunction)
      .def("denoise", &Denoise)
      .def("name", [](const Prior & prior) { return prior.denoiser->Name(); })
      .def("variance", [](const Prior & prior) { return prior.denoiser->PriorVariance(); })
      .def("sigma_range",
           [](const Prior & prior)
           { return py::make_tuple(prior.denoiser->SigmaMinimum(), prior.denoiser->SigmaMaximum()); })
      .def("channels",
           [](const Prior & prior)
           {
             const auto * network = dynamic_cast<const NetworkDenoiser *>(prior.denoiser.get());
             return network == nullptr ? py::object(py::none()) : py::cast(network->Card().ImageChannels());
           });
}
} // namespace python
} // namespace tweedie
