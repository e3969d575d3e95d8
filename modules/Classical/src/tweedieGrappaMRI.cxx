// SPDX-License-Identifier: Apache-2.0
#include "tweedieClassicalTable.h"
#include "tweedieError.h"
#include "tweedieGrappa.h"

#include <ATen/ATen.h>

#include <vector>

namespace tweedie
{
namespace
{
/** [y]: the measured lines of a slice's mask [y, x]. */
at::Tensor
MeasuredLines(const at::Tensor & mask)
{
  const at::Tensor share = mask.to(at::kDouble).mean(1);
  if (!share.eq(0.0).logical_or(share.eq(1.0)).all().item<bool>())
  {
    throw DataError("grappa: a mask that cuts lines; required whole lines along x, measured or not");
  }
  return share;
}
} // namespace

ClassicalSolution
ReconstructGrappa(const ClassicalProblem & problem)
{
  const std::int64_t slices = problem.data.size(0);
  GrappaOptions options;
  options.damping = problem.options.lambda.value_or(options.damping);
  std::vector<at::Tensor> filled;
  for (std::int64_t slice = 0; slice < slices; ++slice)
  {
    const at::Tensor mask = problem.mask[problem.mask.size(0) > 1 ? slice : 0].squeeze(0).squeeze(0);
    const at::Tensor kspace = problem.data[slice].squeeze(1);
    filled.push_back(FillByGrappa(kspace, MeasuredLines(mask), options).unsqueeze(1));
    problem.report(slice + 1, slices);
  }
  ClassicalSolution solution;
  solution.image = CombineCoils(problem, at::stack(filled));
  return solution;
}
} // namespace tweedie
