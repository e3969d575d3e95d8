// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormDenoiser.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
double
ClosedFormDenoiser::PriorVariance() const
{
  return MarginalVariance().mean().item<double>() / (IsComplex() ? 2.0 : 1.0);
}

void
ClosedFormDenoiser::CheckState(const at::Tensor & x) const
{
  const auto shape = DomainShape();
  if (x.dim() < 1 || x.sizes().slice(1) != at::IntArrayRef(shape) || x.is_complex() != IsComplex())
  {
    std::ostringstream message;
    message << Name() << ": " << (x.is_complex() ? "complex" : "real") << " state of shape " << x.sizes()
            << "; a batch of " << (IsComplex() ? "complex" : "real") << ' ' << at::IntArrayRef(shape) << " is required";
    throw DataError(message.str());
  }
}
} // namespace tweedie
