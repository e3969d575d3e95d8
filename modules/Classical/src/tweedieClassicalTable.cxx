// SPDX-License-Identifier: Apache-2.0
#include "tweedieClassicalTable.h"

#include "tweedieError.h"

namespace tweedie
{
namespace
{
const ClassicalMethod methods[] = {
    {{"zero-filled", "adjoint of the data, or root of the sum of squares"}, ReconstructZeroFilled},
    {{"sense", "least squares with an l2 penalty, by conjugate gradients"}, ReconstructRegularizedSense},
    {{"tv", "least squares with a total variation penalty, to a duality gap"}, ReconstructTotalVariation},
    {{"wavelet", "least squares with an l1 penalty on wavelet coefficients, to a duality gap"}, ReconstructWavelet},
    {{"grappa", "missing lines as sums of measured ones, weighed at the centre of k-space"}, ReconstructGrappa},
    {{"gaussian-field", "the posterior of a Gaussian Markov field"}, ReconstructGaussianField},
};
} // namespace

const std::vector<ClassicalMethodInfo> &
ClassicalMethods()
{
  static const std::vector<ClassicalMethodInfo> infos = []
  {
    std::vector<ClassicalMethodInfo> list;
    for (const auto & method : methods)
    {
      list.push_back(method.info);
    }
    return list;
  }();
  return infos;
}

const ClassicalMethod &
FindClassicalMethod(const std::string & name)
{
  std::string known;
  for (const auto & method : methods)
  {
    if (name == method.info.name)
    {
      return method;
    }
    known += (known.empty() ? "" : "|") + std::string(method.info.name);
  }
  throw UsageError("--method: given '" + name + "'; required one of " + known);
}
} // namespace tweedie
