// SPDX-License-Identifier: Apache-2.0
#include "tweedieClassicalTable.h"
#include "tweedieError.h"
#include "tweedieFourierOperator.h"
#include "tweedieMapSets.h"
#include "tweedieSenseOperator.h"

#include <ATen/ATen.h>

namespace tweedie
{
at::Tensor
CombineCoils(const ClassicalProblem & problem, const at::Tensor & kspace)
{
  const at::Tensor coils =
      problem.transform ? problem.transform->Adjoint(kspace) : FourierTransform(kspace, 2, FourierDirection::Backward);
  if (problem.options.combine == "rss")
  {
    const at::Tensor magnitude = at::view_as_real(coils).square().sum(-1).sum(1, true).sqrt();
    return at::complex(magnitude, at::zeros_like(magnitude));
  }
  const auto sense = std::dynamic_pointer_cast<const SenseOperator>(problem.model);
  if (!sense)
  {
    throw DataError("coil maps: none for " + std::to_string(kspace.size(1)) +
                    " coils; required maps, or --combine rss");
  }
  return CombinedByMaps(coils, sense->Maps());
}

ClassicalSolution
ReconstructZeroFilled(const ClassicalProblem & problem)
{
  ClassicalSolution solution;
  const at::Tensor data = problem.density.defined() ? problem.data * problem.density.to(at::kFloat) : problem.data;
  solution.image =
      problem.options.combine == "rss" || !problem.model ? CombineCoils(problem, data) : problem.model->Adjoint(data);
  return solution;
}
} // namespace tweedie
