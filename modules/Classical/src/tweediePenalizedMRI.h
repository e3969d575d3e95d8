// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePenalizedMRI_h
#define tweediePenalizedMRI_h

#include "tweedieClassicalTable.h"
#include "tweedieTotalVariation.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
class SparsifyingTransform;

/** Some slices under a penalty whose weight is lambda, or what leaves `expected` of the residual. */
struct PenalizedSlices
{
  LinearOperatorPointer model;
  at::Tensor data;
  at::Tensor lambda;   ///< one number; undefined: by the discrepancy principle, from firstLambda
  at::Tensor expected; ///< [slice]
  at::Tensor firstLambda;
  std::optional<double> largestEigenvalue;
  at::Tensor circulant; ///< along a trajectory: of A^H A, see tweedieSplitSolver.h
  at::Tensor support;   ///< along a trajectory: where a coil sees anything; undefined: everywhere
  std::function<bool(std::int64_t iteration, double gap)> progress;
};

struct PenalizedImages
{
  at::Tensor image;
  at::Tensor lambda;
  std::vector<double> relativeGap;
  std::vector<double> squaredResidual;
  std::int64_t iterations = 0;
};

/** Slices along a trajectory under the penalty of that transform, by SolveBySplitting. */
PenalizedImages SolveAlongTrajectory(const PenalizedSlices & slices,
                                     const ClassicalProblem & problem,
                                     const SparsifyingTransform & transform);

/** All slices by a method with a penalty, some at a time, with the warnings that every such method has: a gap above
 * the tolerance, a residual that is not the noise's. */
ClassicalSolution ReconstructPenalized(const ClassicalProblem & problem,
                                       const std::string & name,
                                       const std::function<PenalizedImages(const PenalizedSlices &)> & solve);
} // namespace tweedie

#endif
