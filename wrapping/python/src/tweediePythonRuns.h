// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePythonRuns_h
#define tweediePythonRuns_h

#include "tweediePythonArrays.h"
#include "tweediePythonCallbacks.h"

#include "tweedieOptionsSchema.h"
#include "tweedieVolumeEstimate.h"

#include <pybind11/pybind11.h>

#include <string>

namespace tweedie
{
namespace python
{
/** What run(options, callback, start) estimates, as Python sees it; other threads of Python go on meanwhile. options:
 * JSON text; start: an image or None. */
template <typename TOptions, typename TRun>
pybind11::dict
Estimated(const std::string & options, const pybind11::object & progress, const pybind11::object & start, TRun && run)
{
  const auto chosen = OwnOptionsFromText<TOptions>(options);
  const ProgressCallback callback = ProgressOf(progress);
  const Volume first = VolumeOf(start);
  VolumeEstimate estimate;
  {
    const pybind11::gil_scoped_release release;
    estimate = run(chosen, callback, first);
  }
  return TreeOf(estimate);
}

/** Of a method that starts from nothing: run(options, callback). */
template <typename TOptions, typename TRun>
pybind11::dict
Estimated(const std::string & options, const pybind11::object & progress, TRun && run)
{
  return Estimated<TOptions>(options,
                             progress,
                             pybind11::none(),
                             [&run](const TOptions & chosen, const ProgressCallback & callback, const Volume &)
                             { return run(chosen, callback); });
}
} // namespace python
} // namespace tweedie

#endif
