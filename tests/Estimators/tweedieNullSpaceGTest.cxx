// SPDX-License-Identifier: Apache-2.0
#include "tweedieNullSpace.h"

#include "tweedieAffineChain.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
using test::SpectralMatrixOperator;

const Shape shape{1, 1, 3, 4};

GaussianLikelihood
LikelihoodOf(const at::Tensor & matrix)
{
  const auto model = std::make_shared<const SpectralMatrixOperator>(matrix, shape);
  // Data far from what the samples are around: they must not matter.
  return GaussianLikelihood(model, model->Apply(at::full({1, 1, 1, 3, 4}, 5.0, matrix.options())), 0.1);
}

at::Tensor
Samples(at::ScalarType type)
{
  at::manual_seed(4);
  return at::randn({6, 2, 1, 1, 3, 4}, type) + 3.0;
}

/** The definition, with the pseudo-inverse. */
at::Tensor
Expected(const at::Tensor & matrix, const at::Tensor & samples)
{
  const at::Tensor d = (samples - samples.mean(0)).flatten(2);
  const at::Tensor unseen = d - d.matmul((at::linalg_pinv(matrix).matmul(matrix)).transpose(0, 1));
  return (unseen.square().sum(0) / d.square().sum(0)).clamp_max(1.0).view({2, 1, 1, 3, 4});
}

TEST(NullSpaceTest, OfAMatrixItIsThatOfThePseudoInverse)
{
  at::manual_seed(1);
  const at::Tensor matrix = at::randn({7, 12}, at::kDouble);
  const at::Tensor samples = Samples(at::kDouble);
  const NullSpace found = NullSpaceOf(LikelihoodOf(matrix), samples);
  // Conjugate gradients stop at a residual of 1e-3 of A^T A d; the weakest direction is some ten times weaker.
  EXPECT_LT((found.share - Expected(matrix, samples)).abs().max().item<double>(), 2e-2);
  EXPECT_GT(found.total, 0.2); // five of twelve directions
  EXPECT_LT(found.total, 0.65);
}

TEST(NullSpaceTest, WhatIsMeasuredByItselfIsSeenAndTheRestIsNot)
{
  const at::Tensor matrix = at::eye(12, at::kDouble).narrow(0, 0, 8);
  const NullSpace found = NullSpaceOf(LikelihoodOf(matrix), Samples(at::kDouble));
  const at::Tensor share = found.share.flatten(1);
  EXPECT_LT(share.narrow(1, 0, 8).max().item<double>(), 1e-12); // one step is exact, in double precision
  EXPECT_EQ(share.narrow(1, 8, 4).min().item<double>(), 1.0);
}

TEST(NullSpaceTest, SamplesThatDoNotDifferHaveNoShare)
{
  const at::Tensor samples = at::ones({3, 2, 1, 1, 3, 4}, at::kDouble);
  const NullSpace found = NullSpaceOf(LikelihoodOf(at::eye(12, at::kDouble).narrow(0, 0, 8)), samples);
  EXPECT_EQ(found.total, 0.0);
  EXPECT_EQ(found.share.abs().max().item<double>(), 0.0);
}
} // namespace
} // namespace tweedie
