// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePythonModule_h
#define tweediePythonModule_h

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>

namespace tweedie
{
class Denoiser;

namespace python
{
/** A prior as Python holds it. */
struct Prior
{
  std::shared_ptr<const Denoiser> denoiser;
};

/** The prior, or null for None. */
inline std::shared_ptr<const Denoiser>
DenoiserIn(const Prior * prior)
{
  return prior == nullptr ? nullptr : prior->denoiser;
}

void AddErrors(pybind11::module_ & module);
void AddOptions(pybind11::module_ & module);
void AddPriors(pybind11::module_ & module);
void AddOperators(pybind11::module_ & module);
void AddMRI(pybind11::module_ & module);
void AddCT(pybind11::module_ & module);
void AddPhase(pybind11::module_ & module);
void AddRestoration(pybind11::module_ & module);
void AddFiles(pybind11::module_ & module);
void AddMetrics(pybind11::module_ & module);
void AddUncertainty(pybind11::module_ & module);
void AddValidation(pybind11::module_ & module);
void AddReport(pybind11::module_ & module);
} // namespace python
} // namespace tweedie

#endif
