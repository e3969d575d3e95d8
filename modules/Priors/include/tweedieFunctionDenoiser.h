// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFunctionDenoiser_h
#define tweedieFunctionDenoiser_h

#include "tweedieDenoiser.h"

#include <functional>

namespace tweedie
{
/** D(x, sigma) of images x [batch, shape...] with one noise level each, [batch] in double; the shape and type of x. */
using DenoisingFunction = std::function<at::Tensor(const at::Tensor & x, const at::Tensor & sigma)>;
/** J^T v with J = dD/dx. */
using JacobianFunction =
    std::function<at::Tensor(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v)>;

/** What has to be known of a denoiser beside what it does. */
struct FunctionDenoiserFacts
{
  std::string name = "function";
  double variance = 1.0;     ///< mean variance of a real component under the prior
  double sigmaMinimum = 0.0; ///< noise levels that it was made for
  double sigmaMaximum = 0.0; ///< 0: any
  bool needsNoise = true;    ///< as a network does; a formula takes any input
};

/** A prior that somebody else computes: a network of another library, another program. Batches of any size; calls come
 * from one thread at a time as long as the caller runs one estimator. */
class FunctionDenoiser final : public Denoiser
{
public:
  /** jacobian may be empty. Throws UsageError for a variance that is not positive and levels that are not in order. */
  FunctionDenoiser(FunctionDenoiserFacts facts, DenoisingFunction denoise, JacobianFunction jacobian = {});

  std::string
  Name() const override
  {
    return m_Facts.name;
  }
  /** Throws DataError where the function returns another shape or type, NumericalError where it returns what is not
   * finite. */
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  bool
  HasJacobianProduct() const override
  {
    return static_cast<bool>(m_Jacobian);
  }
  at::Tensor JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const override;
  double
  PriorVariance() const override
  {
    return m_Facts.variance;
  }
  bool
  NeedsNoise() const override
  {
    return m_Facts.needsNoise;
  }
  double
  SigmaMinimum() const override
  {
    return m_Facts.sigmaMinimum;
  }
  double SigmaMaximum() const override;

private:
  at::Tensor Checked(const at::Tensor & result, const at::Tensor & x) const;

  FunctionDenoiserFacts m_Facts;
  DenoisingFunction m_Denoise;
  JacobianFunction m_Jacobian;
};
} // namespace tweedie

#endif
