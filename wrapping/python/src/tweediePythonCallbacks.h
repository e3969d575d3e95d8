// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePythonCallbacks_h
#define tweediePythonCallbacks_h

#include "tweedieFunctionDenoiser.h"
#include "tweedieFunctionOperator.h"
#include "tweedieProgress.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace tweedie
{
namespace python
{
/** Asks Python for signals after each step, so that Ctrl-C stops a run, and calls the function, if it is not None, with
 * a dict; its False stops the run with Aborted. Exceptions go to the caller as they are. */
ProgressCallback ProgressOf(const pybind11::object & function);

/** f(x, sigma) -> array like x; f(x, sigma, v) for the Jacobian. Both see the memory of C++ without a copy, and what
 * they return is not copied either where it has the type of x. */
DenoisingFunction DenoiserOf(const pybind11::object & function);
JacobianFunction JacobianOf(const pybind11::object & function);
SampleFunction SampleFunctionOf(const pybind11::object & function);
} // namespace python
} // namespace tweedie

#endif
