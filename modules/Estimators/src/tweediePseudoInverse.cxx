// SPDX-License-Identifier: Apache-2.0
#include "tweediePseudoInverse.h"

#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"

#include <ATen/ATen.h>

#include <numeric>

namespace tweedie
{
PseudoInverse::PseudoInverse(LikelihoodPointer likelihood, const at::TensorOptions & images, double threshold)
    : m_Likelihood(std::move(likelihood)), m_Operator(dynamic_cast<const LinearOperator &>(m_Likelihood->Model())),
      m_Decomposition(m_Operator.Decompose(images)),
      m_IsComplex(at::isComplexType(c10::typeMetaToScalarType(images.dtype())))
{
  const at::Tensor values = m_Decomposition->Eigenvalues();
  std::vector<std::int64_t> perEntry(static_cast<std::size_t>(values.dim()), 1);
  perEntry.front() = values.size(0);
  const at::Tensor kept = values > values.flatten(1).amax(1).reshape(perEntry) * threshold;
  m_Kept = kept.to(values.scalar_type());
  m_Inverse = at::where(kept, values, at::ones_like(values)).reciprocal() * m_Kept;
}

/** V diag(l^+) V^H A^H (y - A x) without its V. */
at::Tensor
PseudoInverse::Spectrum(const at::Tensor & x) const
{
  return m_Decomposition->Analyze(m_Operator.Adjoint(m_Likelihood->Residual(x))) * m_Inverse;
}

at::Tensor
PseudoInverse::OfResidual(const at::Tensor & x) const
{
  return m_Decomposition->Synthesize(Spectrum(x));
}

at::Tensor
PseudoInverse::Replace(const at::Tensor & x, const at::Tensor & noise) const
{
  const at::Tensor change = Spectrum(x);
  return x + m_Decomposition->Synthesize(noise.defined() ? change + m_Decomposition->Analyze(noise) * m_Kept : change);
}

at::Tensor
PseudoInverse::Rank() const
{
  return m_Kept.flatten(1).sum(1, false, at::kDouble) * (m_IsComplex ? 2.0 : 1.0);
}

bool
VanishesUnsampled(const Likelihood & likelihood, const at::TensorOptions & images)
{
  const auto & gaussian = dynamic_cast<const GaussianLikelihood &>(likelihood);
  if (!gaussian.Sampled().defined())
  {
    return true;
  }
  const ForwardModel & model = likelihood.Model();
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(model.BatchSize()));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  const at::Tensor x = RandomStreams(0, streams).Normal(model.DomainShape(), c10::typeMetaToScalarType(images.dtype()));
  const at::Tensor outside = model.Apply(x.to(images.device())) * (1.0 - gaussian.Sampled());
  return !outside.ne(0).any().item<bool>();
}
} // namespace tweedie
