// SPDX-License-Identifier: Apache-2.0
// The one extension module of the package: plain arrays, numbers, texts and functions in and out.
#include "tweediePythonModule.h"

#include "tweedieAvailableCores.h"
#include "tweedieError.h"
#include "tweedieVersion.h"

#include <ATen/Parallel.h>

#include <cstdlib>

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
/** The class of Python that stands for an error of ours. */
const char *
NameOf(const Error & error)
{
  switch (error.Code())
  {
  case ExitCode::Usage:
    return "UsageError";
  case ExitCode::Data:
    return "DataError";
  case ExitCode::Interrupted:
    return "Aborted";
  default:
    return "NumericalError";
  }
}
} // namespace

void
AddErrors(py::module_ &)
{
  py::register_exception_translator(
      [](std::exception_ptr pointer)
      {
        try
        {
          if (pointer)
          {
            std::rethrow_exception(pointer);
          }
        }
        catch (const Error & error)
        {
          const py::object type = py::module_::import("tweedie.errors").attr(NameOf(error));
          PyErr_SetString(type.ptr(), error.what());
        }
      });
}
} // namespace python
} // namespace tweedie

PYBIND11_MODULE(_core, module)
{
  namespace python = tweedie::python;
  module.attr("version") = tweedie::Version;
  // numpy 2 moved what older versions of pybind11 read: arrays would come out wrong without a word.
  module.attr("knows_numpy_2") = PYBIND11_VERSION_HEX >= 0x020C0000;
  // As the program does it: LibTorch's own default is not always the number of cores.
  if (std::getenv("OMP_NUM_THREADS") == nullptr)
  {
    at::set_num_threads(tweedie::AvailableCores());
  }
  module.def("threads", [] { return at::get_num_threads(); });
  module.def("set_threads", [](int threads) { at::set_num_threads(threads); });
  python::AddErrors(module);
  python::AddOptions(module);
  python::AddPriors(module);
  python::AddOperators(module);
  python::AddMRI(module);
  python::AddCT(module);
  python::AddPhase(module);
  python::AddRestoration(module);
  python::AddFiles(module);
  python::AddMetrics(module);
  python::AddUncertainty(module);
  python::AddValidation(module);
  python::AddReport(module);
}
