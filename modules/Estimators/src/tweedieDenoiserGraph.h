// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDenoiserGraph_h
#define tweedieDenoiserGraph_h

#include "tweedieDenoiser.h"

namespace tweedie
{
/** D(x, sigma) kept with its graph, so that J^T v costs one backward pass and no second forward pass. */
class DenoiserGraph
{
public:
  DenoiserGraph(const Denoiser & denoiser, const at::Tensor & x, double sigma);

  /** D, without the graph. */
  at::Tensor Denoised() const;

  /** J^T v, once: the graph is freed. Falls back to the denoiser's JacobianProduct where Denoise kept no graph. */
  at::Tensor JacobianProduct(const at::Tensor & v);

private:
  const Denoiser & m_Denoiser;
  at::Tensor m_Sigma;
  at::Tensor m_Input;
  at::Tensor m_Output;
};

/** sigma for each sample of x, in its real type, on its device. */
at::Tensor SigmaTensor(const at::Tensor & x, double sigma);
} // namespace tweedie

#endif
