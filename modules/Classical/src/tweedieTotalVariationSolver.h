// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTotalVariationSolver_h
#define tweedieTotalVariationSolver_h

#include "tweedieTotalVariation.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

namespace tweedie
{
/** An upper bound of A^H A's largest eigenvalue, by a power iteration with a margin. */
double LargestEigenvalue(const LinearOperator & op, c10::ScalarType dtype, c10::Device device);

/** The iteration of SolveTotalVariation on the samples that are not done yet. */
class TotalVariationSolver
{
public:
  TotalVariationSolver(LinearOperatorPointer op,
                       const at::Tensor & y,
                       const at::Tensor & lambda,
                       const TotalVariationOptions & options);

  TotalVariationResult Run(const TotalVariationResult & start);

private:
  /** Per sample and active, in double on the host: [n]. */
  struct Gap
  {
    at::Tensor relative;
    at::Tensor squaredResidual;
  };

  void Initialize(const TotalVariationResult & start);
  void Iterate();
  Gap Measure() const;
  /** Writes the done samples (mask [n]) to the result and drops them from the state. */
  void Finish(const at::Tensor & done, const Gap & gap);
  void Keep(const at::Tensor & index);
  void RaiseCurvature(const at::Tensor & dx, const at::Tensor & dn);

  LinearOperatorPointer m_Operator;
  const TotalVariationOptions & m_Options;
  TotalVariationResult m_Result;

  // State of the active samples, [n, ...].
  at::Tensor m_Index;     // their places in the batch
  at::Tensor m_Lambda;    // [n]
  at::Tensor m_Curvature; // [n]: upper bound of the eigenvalues of A^H A, as far as met
  at::Tensor m_Momentum;  // [n]: t of the acceleration
  at::Tensor m_Data;      // A^H y
  at::Tensor m_DataNorm;  // [n]: ||y||^2
  at::Tensor m_X;         // current image and its product with A^H A
  at::Tensor m_NormalX;
  at::Tensor m_Ahead; // extrapolated image and its product
  at::Tensor m_NormalAhead;
  at::Tensor m_Dual; // over the curvature: p of the inner problem
  std::int64_t m_Iteration = 0;
};
} // namespace tweedie

#endif
