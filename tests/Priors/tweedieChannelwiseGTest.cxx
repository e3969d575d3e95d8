// SPDX-License-Identifier: Apache-2.0
#include "tweedieChannelwiseDenoiser.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierGaussianDenoiser.h"

namespace tweedie
{
namespace
{
constexpr std::int64_t channels = 3, rows = 6, columns = 5;

at::Tensor
Spectrum()
{
  return test::Normal(5, {1, 1, rows, columns}).square() + 0.1;
}

/** Independent images of one law, and the law of their stack. */
struct Laws
{
  std::shared_ptr<const FourierGaussianDenoiser> image = std::make_shared<const FourierGaussianDenoiser>(
      Spectrum(), test::Normal(6, {1, 1, rows, columns}, at::kComplexDouble));
  FourierGaussianDenoiser stack{Spectrum().expand({channels, 1, rows, columns}).contiguous(),
                                image->Mean().reshape({1, 1, rows, columns}).expand({channels, 1, rows, columns})};
  ChannelwiseDenoiser prior{image, channels};
};

TEST(Channelwise, IsTheLawOfIndependentImages)
{
  const Laws laws;
  const at::Tensor x = test::Normal(1, {2, channels, 1, rows, columns}, at::kComplexDouble);
  const at::Tensor u = test::Normal(2, x.sizes(), at::kComplexDouble);
  for (const at::Tensor & sigma :
       {at::tensor({0.3, 2.0}, at::kDouble), at::tensor({0.7}, at::kDouble), at::scalar_tensor(0.7, at::kDouble)})
  {
    // The same sums of 30 products in another order of the memory.
    EXPECT_TENSOR_NEAR(laws.prior.Denoise(x, sigma), laws.stack.Denoise(x, sigma), 1e-12);
    EXPECT_TENSOR_NEAR(laws.prior.JacobianProduct(x, sigma, u), laws.stack.JacobianProduct(x, sigma, u), 1e-12);
    EXPECT_TENSOR_NEAR(laws.prior.CovarianceProduct(x, sigma, u), laws.stack.CovarianceProduct(x, sigma, u), 1e-12);
  }
  EXPECT_TENSOR_NEAR(laws.prior.PriorMean().reshape({channels, rows, columns}),
                     laws.stack.PriorMean().reshape({channels, rows, columns}),
                     1e-15);
  EXPECT_DOUBLE_EQ(laws.prior.PriorVariance(), laws.stack.PriorVariance());
  EXPECT_DOUBLE_EQ(laws.prior.GuidanceVariance(0.4), laws.image->GuidanceVariance(0.4));
  EXPECT_TRUE(laws.prior.HasJacobianProduct() && laws.prior.HasCovarianceProduct() && laws.prior.HasCovarianceDraw());
}

TEST(Channelwise, DrawsAreIndependentBetweenChannels)
{
  const Laws laws;
  const std::int64_t count = 4000;
  auto random = test::Streams(3, count);
  const at::Tensor x = at::zeros({count, channels, 1, rows, columns}, at::kComplexDouble);
  const at::Tensor draws = laws.prior.CovarianceDraw(x, at::scalar_tensor(0.5, at::kDouble), random);
  const at::Tensor flat = draws.select(3, 2).select(3, 1).squeeze(2); // one pixel, [draw, channel]
  const at::Tensor covariance = at::matmul(flat.conj().t(), flat) / static_cast<double>(count);
  const at::Tensor e = at::zeros({1, channels, 1, rows, columns}, at::kComplexDouble);
  const at::Tensor one = e.clone();
  one.select(1, 0).select(2, 2).select(2, 1).fill_(1.0);
  const double variance =
      2.0 *
      at::real(laws.prior.CovarianceProduct(e, at::scalar_tensor(0.5, at::kDouble), one))[0][0][0][2][1].item<double>();
  // Four standard errors of a second moment of 4000 complex draws.
  EXPECT_TENSOR_NEAR(covariance, variance * at::eye(channels, at::kComplexDouble), 4.0 * variance / std::sqrt(4000.0));
}

TEST(Channelwise, KnowsNothingBesideItsSupport)
{
  const Laws laws;
  const at::Tensor support = (test::Normal(8, {channels, 1, rows, columns}) > 0).to(at::kDouble);
  const ChannelwiseDenoiser prior(laws.image, channels, support);
  const at::Tensor x = test::Normal(1, {2, channels, 1, rows, columns}, at::kComplexDouble);
  const at::Tensor u = test::Normal(2, x.sizes(), at::kComplexDouble);
  const at::Tensor sigma = at::scalar_tensor(0.7, at::kDouble);
  EXPECT_TENSOR_EQUAL(prior.Denoise(x, sigma), laws.prior.Denoise(x, sigma) * support);
  EXPECT_TENSOR_EQUAL(prior.JacobianProduct(x, sigma, u), laws.prior.JacobianProduct(x, sigma, u * support));
  EXPECT_TENSOR_EQUAL(prior.CovarianceProduct(x, sigma, u),
                      laws.prior.CovarianceProduct(x, sigma, u * support) * support);
  auto random = test::Streams(3, 2), same = test::Streams(3, 2);
  EXPECT_TENSOR_EQUAL(prior.CovarianceDraw(x, sigma, random), laws.prior.CovarianceDraw(x, sigma, same) * support);
}

TEST(Channelwise, RefusesStacksOfOtherSizes)
{
  const Laws laws;
  const at::Tensor x = test::Normal(1, {2, 2, 1, rows, columns}, at::kComplexDouble);
  EXPECT_THROW_MESSAGE(
      laws.prior.Denoise(x, at::scalar_tensor(1.0, at::kDouble)), DataError, "required [batch, 3, z, y, x]");
}
} // namespace
} // namespace tweedie
