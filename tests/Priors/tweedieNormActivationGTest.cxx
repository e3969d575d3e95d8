// SPDX-License-Identifier: Apache-2.0
#include "tweedieNormActivation.h"

#include "tweedieExpectTensor.h"
#include "tweedieTestDevices.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

namespace
{
struct Problem
{
  at::Tensor x, gain, offset, upstream;
};

Problem
MakeProblem(at::ScalarType type)
{
  at::manual_seed(3);
  // 37 x 41 pixels: more than two chunks of 512 and a ragged end.
  Problem p;
  p.x = (at::randn({3, 32, 37, 41}) * 2.0 + 0.5).to(type);
  p.gain = at::randn({3, 32});
  p.offset = at::randn({3, 32});
  p.upstream = at::randn({3, 32, 37, 41}).to(type);
  return p;
}

/** The definition, by LibTorch's own layers. */
at::Tensor
Composed(const at::Tensor & x, const at::Tensor & gain, const at::Tensor & offset, std::int64_t groups)
{
  const auto wide = x.scalar_type() == at::kBFloat16 ? x.to(at::kFloat) : x;
  const auto normalised = at::group_norm(wide, groups, {}, {}, 1e-5, false);
  const auto z = normalised * gain.unsqueeze(-1).unsqueeze(-1) + offset.unsqueeze(-1).unsqueeze(-1);
  return at::silu(z).to(x.scalar_type());
}

using Layer = at::Tensor (*)(const at::Tensor &, const at::Tensor &, const at::Tensor &, std::int64_t);

std::vector<at::Tensor>
ValueAndGradients(const Problem & p, Layer layer)
{
  const auto x = p.x.clone().requires_grad_(true);
  const auto gain = p.gain.clone().requires_grad_(true);
  const auto offset = p.offset.clone().requires_grad_(true);
  const auto y = layer(x, gain, offset, 4);
  y.backward(p.upstream);
  return {y.detach(), x.grad(), gain.grad(), offset.grad()};
}
} // namespace

TEST(NormActivation, EqualsTheComposedOperations)
{
  const auto problem = MakeProblem(at::kFloat);
  const auto fused = ValueAndGradients(problem, tweedie::NormActivation);
  const auto composed = ValueAndGradients(problem, Composed);
  for (std::size_t i = 0; i < fused.size(); ++i)
  {
    // Float sums over 6068 values and a polynomial exp of 2e-7: a few 1e-7 relative; 3e-6 leaves room.
    EXPECT_TRUE(tweedie::test::TensorClose(fused[i], composed[i], 3e-6)) << "tensor " << i;
  }
}

TEST(NormActivation, BrainFloatRoundsOnlyItsEnds)
{
  const auto problem = MakeProblem(at::kBFloat16);
  const auto fused = ValueAndGradients(problem, tweedie::NormActivation);
  const auto composed = ValueAndGradients(problem, Composed);
  for (std::size_t i = 0; i < fused.size(); ++i)
  {
    // One rounding of 8 bits is 2^-9 = 2e-3 relative, twice in the gradient of x (its first pass is stored).
    EXPECT_TRUE(tweedie::test::TensorClose(fused[i].to(at::kFloat), composed[i].to(at::kFloat), 6e-3))
        << "tensor " << i;
  }
}

TEST(NormActivation, ByTensorsEqualsTheComposedOperationsOnEveryDevice)
{
  // float64: the variance as a difference of moments loses no more than 1e-12. float32 and bfloat16 as above.
  const std::vector<std::pair<at::ScalarType, double>> types{
      {at::kDouble, 1e-12}, {at::kFloat, 3e-6}, {at::kBFloat16, 8e-3}};
  for (const auto & device : tweedie::test::Devices())
  {
    for (const auto & [type, tolerance] : types)
    {
      auto problem = MakeProblem(type);
      const auto coefficients = type == at::kDouble ? at::kDouble : at::kFloat;
      for (auto * tensor : {&problem.gain, &problem.offset})
      {
        *tensor = tensor->to(device, coefficients);
      }
      for (auto * image : {&problem.x, &problem.upstream})
      {
        *image = image->to(device).contiguous(at::MemoryFormat::ChannelsLast);
      }
      const auto tensors = ValueAndGradients(problem, tweedie::NormActivationTensors);
      const auto composed = ValueAndGradients(problem, Composed);
      EXPECT_TRUE(tensors[0].is_contiguous(at::MemoryFormat::ChannelsLast));
      for (std::size_t i = 0; i < tensors.size(); ++i)
      {
        EXPECT_TRUE(tweedie::test::TensorClose(tensors[i].to(at::kDouble), composed[i].to(at::kDouble), tolerance))
            << "tensor " << i << ", " << at::toString(type) << ", " << device;
      }
    }
  }
}

TEST(NormActivation, DoesNotDependOnThreads)
{
  const auto problem = MakeProblem(at::kFloat);
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = ValueAndGradients(problem, tweedie::NormActivation);
  at::set_num_threads(2);
  const auto two = ValueAndGradients(problem, tweedie::NormActivation);
  at::set_num_threads(before);
  EXPECT_TRUE(at::equal(one[0], two[0])); // partial sums are added in a fixed order: equal to the last bit
  EXPECT_TRUE(at::equal(one[1], two[1]));
}

TEST(NormActivation, LargeValuesAndNanKeepTheirMeaning)
{
  const auto x = at::tensor({-1e4F, 1e4F, 1.0F, 2.0F}).view({1, 1, 2, 2});
  const auto y = tweedie::NormActivation(x, at::full({1, 1}, 100.0F), at::zeros({1, 1}), 1);
  EXPECT_TRUE(y.isfinite().all().item<bool>());
  const auto poisoned = at::full({1, 1, 2, 2}, std::nanf(""));
  EXPECT_TRUE(tweedie::NormActivation(poisoned, at::ones({1, 1}), at::zeros({1, 1}), 1).isnan().all().item<bool>());
}
