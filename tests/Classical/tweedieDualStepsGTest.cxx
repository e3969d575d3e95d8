// SPDX-License-Identifier: Apache-2.0
#include "tweedieDualSteps.h"
#include "tweedieExpectTensor.h"
#include "tweedieRandom.h"
#include "tweedieTestDevices.h"

namespace tweedie
{
namespace
{
at::Tensor
Random(std::uint64_t seed, at::IntArrayRef shape, at::ScalarType type, std::int64_t batch = 2)
{
  std::vector<std::uint64_t> streams;
  for (std::int64_t i = 0; i < batch; ++i)
  {
    streams.push_back(static_cast<std::uint64_t>(i));
  }
  return RandomStreams(seed, streams).Normal(shape, type);
}

TEST(Differences, HaveTheirAdjoint)
{
  const at::Tensor u = Random(1, {2, 7, 6}, at::kDouble);
  const at::Tensor p = Random(2, {2, 2, 7, 6}, at::kDouble);
  const double left = (Differences(u) * p).sum().item<double>();
  const double right = (u * DifferencesAdjoint(p)).sum().item<double>();
  EXPECT_NEAR(left, right, 1e-12); // a few hundred products of order 1 in double
  EXPECT_GT(std::abs(left), 0.1);
}

TEST(Planar, RoundTripKeepsKindAndShape)
{
  for (const auto type : {at::kFloat, at::kComplexFloat})
  {
    const at::Tensor x = Random(3, {3, 1, 4, 5}, type);
    const at::Tensor planar = ToPlanar(x);
    EXPECT_EQ(planar.sizes(), at::IntArrayRef({2, x.is_complex() ? 6 : 3, 4, 5}));
    EXPECT_TENSOR_EQUAL(FromPlanar(planar, x), x);
    EXPECT_TENSOR_EQUAL(FromPlanar(ToPlanar(x.conj()), x), x.conj());
  }
}

struct Size
{
  std::int64_t parts;
  std::int64_t height;
  std::int64_t width;
};

TEST(DualSteps, FusedLoopsEqualTensorArithmetic)
{
  const at::Tensor lambda = at::tensor({0.3, 1.1}, at::kDouble);
  for (const auto & size :
       {Size{1, 9, 12}, Size{2, 9, 12}, Size{2, 1, 20}, Size{2, 20, 1}, Size{1, 1, 1}, Size{2, 16, 17}})
  {
    for (const auto type : {at::kFloat, at::kDouble})
    {
      const at::Tensor b = Random(4, {size.parts, size.height, size.width}, type);
      at::Tensor fused = at::zeros_like(Differences(b));
      at::Tensor tensors = fused.clone();
      at::Tensor x;
      at::Tensor expected;
      for (int call = 0; call < 2; ++call) // the second one starts from the dual variable of the first
      {
        x = DualSteps(b, lambda, 7, fused);
        expected = DualStepsOnDevice(b, lambda, 7, tensors);
      }
      // 14 steps of order 1, in the order of operations only different.
      const double tolerance = type == at::kFloat ? 1e-5 : 1e-13;
      EXPECT_TENSOR_NEAR(fused, tensors, tolerance);
      EXPECT_TENSOR_NEAR(x, expected, tolerance);
    }
  }
}

TEST(DualSteps, RunOnEveryDevice)
{
  const at::Tensor lambda = at::tensor({0.3, 1.1}, at::kDouble);
  const at::Tensor b = Random(5, {2, 8, 9}, at::kFloat);
  at::Tensor reference = at::zeros_like(Differences(b));
  const at::Tensor expected = DualSteps(b, lambda, 5, reference);
  for (const auto & device : test::Devices())
  {
    at::Tensor dual = at::zeros_like(reference).to(device);
    EXPECT_TENSOR_NEAR(DualSteps(b.to(device), lambda, 5, dual).cpu(), expected, 1e-5); // float, five steps
  }
}

TEST(DualSteps, StayFeasibleAndReachTheDenoisedImage)
{
  const at::Tensor b = Random(6, {2, 12, 10}, at::kDouble);
  const at::Tensor lambda = at::tensor({0.5, 0.0}, at::kDouble);
  at::Tensor dual = at::zeros_like(Differences(b));
  at::Tensor x;
  for (int call = 0; call < 300; ++call)
  {
    x = DualSteps(b, lambda, 10, dual);
  }
  const at::Tensor norms = dual.square().sum({1, 2}).sqrt();
  EXPECT_LE(norms[0].max().item<double>(), 0.5 * (1.0 + 1e-12)); // rounding of one quotient
  EXPECT_TENSOR_EQUAL(x[1], b[1]);
  // At the optimum <p, grad x> = lambda TV(x); the gap of 3000 steps.
  const at::Tensor differences = Differences(x)[0];
  const double variation = differences.square().sum(at::IntArrayRef({0, 1})).sqrt().sum().item<double>();
  EXPECT_NEAR((dual[0] * differences).sum().item<double>(), 0.5 * variation, 1e-5 * variation);
  EXPECT_GT(variation, 1.0);
}
} // namespace
} // namespace tweedie
