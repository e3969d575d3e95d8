// SPDX-License-Identifier: Apache-2.0
#include "tweedieDataSpace.h"

#include "tweedieConjugateGradient.h"
#include "tweedieError.h"

#include <ATen/ATen.h>

namespace tweedie
{
bool
DataSpace::Wanted(const Denoiser & prior, const EstimatorOptions & options)
{
  if (options.covariance == "product" && !prior.HasCovarianceProduct())
  {
    throw UsageError("--covariance: given product; prior " + prior.Name() + " has none, so scalar is required");
  }
  return options.covariance != "scalar" && prior.HasCovarianceProduct();
}

DataSpace::DataSpace(DenoiserPointer prior, LikelihoodPointer likelihood, const EstimatorOptions & options)
    : m_Prior(std::move(prior)), m_Likelihood(std::move(likelihood)),
      m_Gaussian(dynamic_cast<const GaussianLikelihood *>(m_Likelihood.get())),
      m_Operator(m_Likelihood ? dynamic_cast<const LinearOperator *>(&m_Likelihood->Model()) : nullptr),
      m_Iterations(options.innerIterations), m_Tolerance(options.innerTolerance)
{
  if (m_Gaussian == nullptr || m_Operator == nullptr)
  {
    throw UsageError("covariance product: the likelihood is not that of a linear model with Gaussian noise; "
                     "--covariance scalar is required");
  }
}

at::Tensor
DataSpace::Sampled(const at::Tensor & data) const
{
  return m_Gaussian->Sampled().defined() ? data * m_Gaussian->Sampled() : data;
}

at::Tensor
DataSpace::Gain(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & z) const
{
  return m_Prior->CovarianceProduct(x, sigma, m_Operator->Adjoint(z));
}

at::Tensor
DataSpace::Solve(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & b, const at::Tensor & start) const
{
  const at::Tensor & noise = m_Gaussian->ComponentVariance();
  const auto product = [&](const at::Tensor & z)
  { return Sampled(m_Operator->Forward(Gain(x, sigma, z))) + noise * z; };
  return ConjugateGradient(product, b, start, m_Iterations, m_Tolerance).solution;
}

at::Tensor
DataSpace::Draw(const at::Tensor & x,
                const at::Tensor & sigma,
                const at::Tensor & denoised,
                RandomStreams & random) const
{
  const at::Tensor prior = denoised + m_Prior->CovarianceDraw(x, sigma, random);
  at::Tensor residual = m_Gaussian->Residual(prior);
  residual = residual - Sampled(random.NormalLike(residual) * m_Gaussian->ComponentVariance().sqrt());
  return prior + Gain(x, sigma, Solve(x, sigma, residual, {}));
}
} // namespace tweedie
