// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormPriors_h
#define tweedieClosedFormPriors_h

#include "tweedieClosedFormDenoiser.h"
#include "tweedieIncrementPrior.h"
#include "tweedieTargetDensity.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tweedie
{
/** 4 x 4 pixels. */
constexpr std::int64_t ClosedFormSide = 4;
constexpr std::int64_t ClosedFormUnknowns = ClosedFormSide * ClosedFormSide;

/** A prior whose draws, density and denoiser are all exact. */
struct ClosedFormPrior
{
  std::string name;  ///< "gaussian"
  std::string label; ///< "Gaussian"
  DenoiserPointer denoiser;
  double largestDeviation;
  std::optional<IncrementPrior> increments; ///< where it is one
  std::function<at::Tensor(RandomStreams &)> draw;
  /** log p(x) up to a constant, of [B, n]; of a law with an atom that of the law widened by a tenth of its scale. */
  std::function<at::Tensor(const at::Tensor &)> logDensity;
  /** The posterior for linear data in closed form; empty for increments. */
  std::function<std::shared_ptr<const ClosedFormDenoiser>(const at::Tensor & matrix, const at::Tensor & data, double)>
      condition;
  std::function<TargetDensityPointer(LikelihoodPointer)> target;
};

ClosedFormPrior ClosedFormGaussian();

/** Two modes that alternate from row to row and differ little in every other column, 0.6 and 0.4. */
ClosedFormPrior ClosedFormMixture();

/** Along the pixels in the order of memory. */
ClosedFormPrior ClosedFormIncrements(const IncrementPrior & prior);

/** Standard normal numbers that the problems are made of. */
at::Tensor ClosedFormNormal(std::uint64_t stream, at::IntArrayRef sizes);
} // namespace tweedie

#endif
