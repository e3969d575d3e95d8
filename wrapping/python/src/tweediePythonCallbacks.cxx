// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonCallbacks.h"

#include "tweediePythonArrays.h"

#include <chrono>
#include <memory>

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
constexpr std::chrono::milliseconds betweenSignals(20); // a step of a small problem takes less than asking

/** A Python function that any thread may hold and let go. */
std::shared_ptr<py::object>
Held(const py::object & function)
{
  return {new py::object(function),
          [](py::object * held)
          {
            const py::gil_scoped_acquire gil;
            delete held;
          }};
}

py::dict
TreeOf(const ProgressReport & report)
{
  py::dict tree;
  tree["task"] = report.task;
  tree["step"] = report.step;
  tree["steps"] = report.steps;
  tree["noise_level"] = report.noiseLevel;
  tree["elapsed_seconds"] = report.elapsedSeconds;
  tree["note"] = report.note;
  return tree;
}

at::Tensor
ResultOf(const py::object & result)
{
  if (!py::isinstance<py::array>(result))
  {
    throw py::type_error("the function returned " + std::string(py::str(py::type::of(result))) +
                         "; required a numpy array");
  }
  return TensorOf(py::array::ensure(result, py::array::c_style));
}
} // namespace

ProgressCallback
ProgressOf(const py::object & function)
{
  using Clock = std::chrono::steady_clock;
  const auto held = function.is_none() ? nullptr : Held(function);
  const auto last = std::make_shared<Clock::time_point>(Clock::now());
  return [held, last](const ProgressReport & report)
  {
    const auto now = Clock::now();
    if (!held && now - *last < betweenSignals)
    {
      return true;
    }
    *last = now;
    const py::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0)
    {
      throw py::error_already_set();
    }
    if (!held)
    {
      return true;
    }
    const py::object answer = (*held)(TreeOf(report));
    return answer.is_none() || answer.cast<bool>();
  };
}

DenoisingFunction
DenoiserOf(const py::object & function)
{
  return [held = Held(function)](const at::Tensor & x, const at::Tensor & sigma)
  {
    const py::gil_scoped_acquire gil;
    return ResultOf((*held)(ArrayOf(x), ArrayOf(sigma)));
  };
}

JacobianFunction
JacobianOf(const py::object & function)
{
  if (function.is_none())
  {
    return {};
  }
  return [held = Held(function)](const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v)
  {
    const py::gil_scoped_acquire gil;
    return ResultOf((*held)(ArrayOf(x), ArrayOf(sigma), ArrayOf(v)));
  };
}

SampleFunction
SampleFunctionOf(const py::object & function)
{
  return [held = Held(function)](const at::Tensor & x)
  {
    const py::gil_scoped_acquire gil;
    return ResultOf((*held)(ArrayOf(x)));
  };
}
} // namespace python
} // namespace tweedie
