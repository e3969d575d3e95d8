// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonCallbacks.h"
#include "tweediePythonModule.h"
#include "tweediePythonScans.h"

#include "tweedieDiffractionOperator.h"
#include "tweedieError.h"
#include "tweedieFourierOperator.h"
#include "tweedieJosephProjector.h"
#include "tweedieLinearPosterior.h"
#include "tweedieMRIModel.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieOptionsSchema.h"
#include "tweediePhaseModel.h"
#include "tweediePropagationOperator.h"
#include "tweedieRestorationTasks.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
using OperatorHandle = std::shared_ptr<LinearOperator>;

OperatorHandle
Handle(const LinearOperatorPointer & model)
{
  return std::const_pointer_cast<LinearOperator>(model); // nothing of it can be changed
}

/** One sample through an operator, in the precision of the array. */
template <typename TCall>
py::array
Through(const OperatorHandle & model, const py::array & x, const TCall & call)
{
  const at::Tensor sample = TensorOf(x);
  at::Tensor result;
  {
    const py::gil_scoped_release release;
    const at::NoGradGuard noGrad;
    result = call(*model, sample.unsqueeze(0)).squeeze(0);
  }
  return ArrayOf(result);
}

at::ScalarType
TypeOf(const OperatorHandle & model, bool isDouble)
{
  const at::ScalarType real = isDouble ? at::kDouble : at::kFloat;
  return model->RequiresComplex() ? at::toComplexType(real) : real;
}

py::dict
Linear(const OperatorHandle & model,
       const py::array & data,
       const py::dict & image,
       double scale,
       const Prior * prior,
       const std::string & options,
       const py::object & progress,
       const py::object & start)
{
  LinearMeasurement measurement;
  measurement.model = model;
  measurement.data = TensorOf(data);
  measurement.scale = scale;
  const Shape domain = model->DomainShape();
  if (domain.size() != 4)
  {
    throw DataError("linear: given an operator of images with " + std::to_string(domain.size()) +
                    " axes; required [channel, z, y, x]");
  }
  measurement.image = GridOf(image, domain[1], domain[2], domain[3]);
  const auto posterior = OwnOptionsFromText<PosteriorOptions>(options);
  if (!posterior.noise)
  {
    throw UsageError("noise: given none; required the standard deviation of a sample of the data");
  }
  measurement.noise = *posterior.noise;
  const ProgressCallback callback = ProgressOf(progress);
  const Volume first = VolumeOf(start);
  VolumeEstimate estimate;
  {
    const py::gil_scoped_release release;
    estimate = ReconstructLinear(measurement, DenoiserIn(prior), posterior, callback, first);
  }
  return TreeOf(estimate);
}
using OperatorClass = py::class_<LinearOperator, OperatorHandle>;

OperatorHandle
Restoration(const py::dict & measurement)
{
  const auto model = MakeRestorationModel(RestorationOf(measurement), c10::Device(c10::DeviceType::CPU));
  const auto linear = std::dynamic_pointer_cast<const LinearOperator>(model);
  if (!linear)
  {
    throw UsageError("restoration: given the task " + model->Name() + ", which is not linear; required one that is");
  }
  return Handle(linear);
}

OperatorHandle
Propagation(std::int64_t rows,
            std::int64_t columns,
            double wavelength,
            const std::array<double, 2> & pitch,
            const std::vector<double> & distances,
            const std::string & kernel,
            double padding,
            bool bandLimit)
{
  const PropagationGeometry geometry{wavelength, pitch, distances};
  PropagationOptions options;
  options.kernel = PropagationKernelFromName(kernel);
  options.padding = padding;
  options.bandLimit = bandLimit;
  return Handle(std::make_shared<PropagationOperator>(rows, columns, geometry, options));
}

/** Those of light. */
void
AddWaveMakers(OperatorClass & type)
{
  type.def_static("phase", [](const py::dict & scan) { return Handle(PhaseModel(PhaseScanOf(scan)).Wave()); })
      .def_static("diffraction",
                  [](const py::array & codes, std::int64_t rows, std::int64_t columns)
                  { return Handle(std::make_shared<DiffractionOperator>(TensorOf(codes).clone(), rows, columns)); })
      .def_static("propagation", &Propagation);
}

/** The ways to an operator. */
void
AddMakers(OperatorClass & type)
{
  type.def_static("mri", [](const py::dict & scan) { return Handle(MakeMRIModel(MRIScanOf(scan))); })
      .def_static("ct",
                  [](const py::dict & scan, const py::dict & image)
                  {
                    const CTScan made = CTScanOf(scan);
                    return Handle(std::make_shared<JosephProjector>(
                        made.geometry, DetectorOf(made.projections.GetGrid()), SizedGridOf(image)));
                  })
      .def_static("restoration", &Restoration)
      .def_static("fourier",
                  [](const std::vector<std::int64_t> & shape, int axes)
                  { return Handle(std::make_shared<FourierOperator>(shape, axes)); })
      .def_static("from_functions",
                  [](const std::string & name,
                     const std::vector<std::int64_t> & domain,
                     const std::vector<std::int64_t> & range,
                     bool isComplex,
                     const py::object & forward,
                     const py::object & adjoint)
                  {
                    return Handle(std::make_shared<FunctionOperator>(
                        name, domain, range, isComplex, SampleFunctionOf(forward), SampleFunctionOf(adjoint)));
                  });
}
} // namespace

void
AddOperators(py::module_ & module)
{
  OperatorClass type(module, "Operator");
  AddMakers(type);
  AddWaveMakers(type);
  type.def("name", [](const OperatorHandle & model) { return model->Name(); })
      .def("domain_shape", [](const OperatorHandle & model) { return model->DomainShape(); })
      .def("range_shape", [](const OperatorHandle & model) { return model->RangeShape(); })
      .def("batch", [](const OperatorHandle & model) { return model->BatchSize(); })
      .def("is_complex", [](const OperatorHandle & model) { return model->RequiresComplex(); })
      .def("select",
           [](const OperatorHandle & model, std::int64_t index)
           {
             const auto selected = model->Select(at::tensor({index}, at::kLong));
             return Handle(std::dynamic_pointer_cast<const LinearOperator>(selected));
           })
      .def("forward",
           [](const OperatorHandle & model, const py::array & x)
           { return Through(model, x, [](const LinearOperator & a, const at::Tensor & t) { return a.Forward(t); }); })
      .def("adjoint",
           [](const OperatorHandle & model, const py::array & y)
           { return Through(model, y, [](const LinearOperator & a, const at::Tensor & t) { return a.Adjoint(t); }); })
      .def("normal",
           [](const OperatorHandle & model, const py::array & x)
           { return Through(model, x, [](const LinearOperator & a, const at::Tensor & t) { return a.Normal(t); }); })
      .def("norm",
           [](const OperatorHandle & model, std::int64_t iterations, std::uint64_t seed)
           {
             const py::gil_scoped_release release;
             return SpectralNorm(*model, iterations, seed, TypeOf(model, false));
           })
      .def("adjoint_error",
           [](const OperatorHandle & model, std::uint64_t seed, bool isDouble)
           {
             const py::gil_scoped_release release;
             return AdjointError(*model, seed, TypeOf(model, isDouble));
           });
  module.def("reconstruct_linear", &Linear);
}
} // namespace python
} // namespace tweedie
