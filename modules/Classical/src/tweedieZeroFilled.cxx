// SPDX-License-Identifier: Apache-2.0
#include "tweedieClassicalTable.h"
#include "tweedieError.h"
#include "tweedieFourierOperator.h"

#include <ATen/ATen.h>

namespace tweedie
{
ClassicalSolution
ReconstructZeroFilled(const ClassicalProblem & problem)
{
  ClassicalSolution solution;
  if (problem.options.combine == "rss")
  {
    const at::Tensor coils = FourierTransform(problem.data, 2, FourierDirection::Backward);
    const at::Tensor magnitude = at::view_as_real(coils).square().sum(-1).sum(1, true).sqrt();
    solution.image = at::complex(magnitude, at::zeros_like(magnitude));
    return solution;
  }
  if (!problem.model)
  {
    throw DataError("coil maps: none for " + std::to_string(problem.data.size(1)) +
                    " coils; required maps, or --combine rss");
  }
  solution.image = problem.model->Adjoint(problem.data);
  return solution;
}
} // namespace tweedie
