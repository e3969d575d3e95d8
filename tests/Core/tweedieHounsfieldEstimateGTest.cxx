// SPDX-License-Identifier: Apache-2.0
#include "tweedieHounsfieldEstimate.h"

#include "tweedieExpectTensor.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
TEST(HounsfieldEstimate, DeviationsHaveNoOffset)
{
  Grid grid;
  grid.size = {1, 1, 3};
  VolumeEstimate estimate;
  const at::Tensor mu = at::tensor({0.0, 0.019, 0.038}, at::kFloat).reshape({1, 1, 1, 3}); // air, water, bone
  estimate.mean = VolumeFromTensor(mu, grid);
  estimate.samples = VolumeFromTensor(at::cat({mu, mu + 0.0019}), grid);
  estimate.standardDeviation = VolumeFromTensor(at::full_like(mu, 0.00019), grid);
  const VolumeEstimate hu = InHounsfield(estimate, 0.019);
  const at::Tensor expected = at::tensor({-1000.0, 0.0, 1000.0}, at::kFloat).reshape({1, 1, 1, 3});
  EXPECT_TENSOR_CLOSE(TensorView(hu.mean), expected, 1e-6); // of floats
  EXPECT_TENSOR_CLOSE(TensorView(hu.samples)[1], expected[0] + 100.0, 1e-6);
  EXPECT_TENSOR_CLOSE(TensorView(hu.standardDeviation), at::full_like(mu, 10.0), 1e-6);
  EXPECT_TRUE(hu.magnitudeStandardDeviation.IsEmpty());
  EXPECT_TRUE(hu.mean.GetGrid().IsCongruent(grid));
}
} // namespace
} // namespace tweedie
