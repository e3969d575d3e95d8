// SPDX-License-Identifier: Apache-2.0
#include "tweediePlaneAverageDenoiser.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierGaussianDenoiser.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieRealImageDenoiser.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

namespace tweedie
{
namespace
{
using test::Normal;

/** A network of random weights for slices of two real channels, of any size. */
DenoiserPointer
Network()
{
  ModelCard card;
  card.name = "slices";
  card.network.channels = 2;
  card.network.widths = {16.0, 16.0};
  card.network.blocks = 1;
  card.network.embedding = 16;
  NamedTensors weights; // one that has not been trained answers zero
  const UNet untrained(card.network, 3);
  for (const auto & [name, weight] : untrained.Weights())
  {
    weights.emplace_back(name, name == "out.weight" ? Normal(10, weight.sizes(), at::kFloat) * 0.1 : weight);
  }
  return std::make_shared<NetworkDenoiser>(card, UNet(card.network, weights));
}

at::Tensor
Levels(const std::vector<double> & values, at::ScalarType type)
{
  return at::tensor(values, at::kDouble).to(type);
}

TEST(PlaneAverage, IsTheClosedFormOfWhitePriors)
{
  // Slices of N(m, v) with one m everywhere are volumes of N(m, v): nothing is approximate.
  const double v = 0.7;
  const GaussianDenoiser volumes(at::full({2, 4, 4, 4}, 0.3, at::kDouble), v * at::eye(128, at::kDouble));
  const auto slices =
      std::make_shared<const GaussianDenoiser>(at::full({2, 1, 4, 4}, 0.3, at::kDouble), v * at::eye(32, at::kDouble));
  const PlaneAverageDenoiser prior(slices);
  const at::Tensor x = Normal(1, {3, 2, 4, 4, 4});
  const at::Tensor u = Normal(2, {3, 2, 4, 4, 4});
  const at::Tensor sigma = Levels({0.1, 1.0, 10.0}, at::kDouble);
  EXPECT_TENSOR_NEAR(prior.Denoise(x, sigma), volumes.Denoise(x, sigma), 1e-13); // sums of 32 products
  EXPECT_TENSOR_NEAR(prior.JacobianProduct(x, sigma, u), volumes.JacobianProduct(x, sigma, u), 1e-13);
  EXPECT_DOUBLE_EQ(prior.PriorVariance(), volumes.PriorVariance());
  EXPECT_DOUBLE_EQ(prior.GuidanceVariance(0.4), volumes.GuidanceVariance(0.4));
}

TEST(PlaneAverage, OfAStationaryPriorHasTheMeanOfTheThreeTransfers)
{
  // A smooth volume of 8^3, its slices, and what is known of the approximation: in each wave the mean of
  // S_p / (S_p + s^2).
  const at::Tensor k2 = (at::arange(8, at::kDouble) - 4.0).square();
  const at::Tensor spectrum =
      2.0 / (1.0 + k2.reshape({8, 1, 1}) + k2.reshape({1, 8, 1}) + k2.reshape({1, 1, 8})).square();
  const auto slices = std::make_shared<const FourierGaussianDenoiser>(spectrum.mean(0).reshape({1, 1, 8, 8}));
  const PlaneAverageDenoiser prior(slices); // a cube is the same from three sides
  const at::Tensor x = Normal(3, {1, 1, 8, 8, 8}, at::kComplexDouble);
  const double s2 = 0.09;
  at::Tensor transfer = at::zeros({8, 8, 8}, at::kDouble);
  for (const std::int64_t axis : {0, 1, 2})
  {
    const at::Tensor ofSlices = spectrum.mean(axis, true).expand({8, 8, 8});
    transfer = transfer + ofSlices / (ofSlices + s2) / 3.0;
  }
  const std::vector<std::int64_t> space{2, 3, 4};
  const at::Tensor waves = at::fft_fftn(x, c10::nullopt, space);
  const at::Tensor expected =
      at::fft_ifftn(waves * at::fft_ifftshift(transfer).reshape({1, 1, 8, 8, 8}), c10::nullopt, space);
  EXPECT_TENSOR_NEAR(prior.Denoise(x, test::Sigma(0.3)), expected, 1e-12); // transforms of 512 numbers of order one
}

TEST(PlaneAverage, TakesEveryVolumeByItself)
{
  // 5 + 6 + 7 slices of each of three volumes, 32 at a time: the pieces do not show.
  const PlaneAverageDenoiser prior(Network());
  const at::Tensor x = Normal(4, {3, 2, 5, 6, 7}, at::kFloat);
  const at::Tensor v = Normal(5, {3, 2, 5, 6, 7}, at::kFloat);
  const at::Tensor sigma = Levels({0.05, 0.5, 5.0}, at::kFloat);
  const at::Tensor denoised = prior.Denoise(x, sigma);
  const at::Tensor product = prior.JacobianProduct(x, sigma, v);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    const at::Tensor one = prior.Denoise(x.narrow(0, i, 1), sigma.narrow(0, i, 1));
    EXPECT_TENSOR_CLOSE(one, denoised.narrow(0, i, 1), 1e-5); // float convolutions, blocked otherwise
    const at::Tensor back = prior.JacobianProduct(x.narrow(0, i, 1), sigma.narrow(0, i, 1), v.narrow(0, i, 1));
    EXPECT_TENSOR_CLOSE(back, product.narrow(0, i, 1), 1e-5);
  }
  EXPECT_TENSOR_CLOSE(prior.Denoise(x.narrow(0, 1, 1), at::scalar_tensor(0.5)), denoised.narrow(0, 1, 1), 1e-5);
  const PlaneAverageDenoiser pieces(Network(), 0, SlicePlanes::Three, 4);
  EXPECT_TENSOR_CLOSE(pieces.Denoise(x, sigma), denoised, 1e-5);
  EXPECT_TENSOR_CLOSE(pieces.JacobianProduct(x, sigma, v), product, 1e-5);
  // By hand: the slice y = 3 of volume 1, seen from y, is a third of the answer.
  const auto slices = Network();
  at::Tensor sum = at::zeros({2, 5, 6, 7});
  for (std::int64_t i = 0; i < 5; ++i)
  {
    sum.select(1, i).add_(slices->Denoise(x[1].narrow(1, i, 1).unsqueeze(0), at::scalar_tensor(0.5))[0].squeeze(1));
  }
  for (std::int64_t i = 0; i < 6; ++i)
  {
    sum.select(2, i).add_(
        slices->Denoise(x[1].select(2, i).unsqueeze(1).unsqueeze(0), at::scalar_tensor(0.5))[0].squeeze(1));
  }
  for (std::int64_t i = 0; i < 7; ++i)
  {
    sum.select(3, i).add_(
        slices->Denoise(x[1].select(3, i).unsqueeze(1).unsqueeze(0), at::scalar_tensor(0.5))[0].squeeze(1));
  }
  EXPECT_TENSOR_CLOSE(denoised[1], sum / 3.0, 1e-5);
}

TEST(PlaneAverage, SlicesAcrossAreMirroredBeyondBothEnds)
{
  const auto slices = Network();
  const at::Tensor x = Normal(9, {1, 2, 4, 5, 6}, at::kFloat);
  const at::Tensor sigma = at::scalar_tensor(0.5);
  for (const std::int64_t mirrored : {2, 3, 100}) // the last: as many as there are
  {
    const std::int64_t beyond = std::min<std::int64_t>(mirrored, 3);
    at::Tensor sum = slices->Denoise(x[0].transpose(0, 1).unsqueeze(2), sigma).squeeze(2).transpose(0, 1).clone();
    for (const std::int64_t axis : {2, 3})
    {
      const at::Tensor across = at::reflection_pad2d(x[0].movedim(axis, 0), {0, 0, beyond, beyond}).unsqueeze(2);
      sum.add_(slices->Denoise(across, sigma).squeeze(2).narrow(2, beyond, 4).movedim(0, axis));
    }
    EXPECT_TENSOR_CLOSE(PlaneAverageDenoiser(slices, mirrored).Denoise(x, sigma)[0], sum / 3.0, 1e-5); // as above
  }
  EXPECT_GT(test::RelativeError(PlaneAverageDenoiser(slices, 2).Denoise(x, sigma),
                                PlaneAverageDenoiser(slices).Denoise(x, sigma)),
            1e-3);
}

TEST(PlaneAverage, GradientsAreItsJacobianProduct)
{
  for (const std::int64_t mirrored : {0, 2})
  {
    const PlaneAverageDenoiser prior(Network(), mirrored);
    const at::Tensor x = Normal(6, {2, 2, 4, 5, 6}, at::kFloat);
    const at::Tensor v = Normal(7, {2, 2, 4, 5, 6}, at::kFloat);
    const at::Tensor sigma = Levels({0.2, 0.6}, at::kFloat);
    at::Tensor leaf = x.clone().requires_grad_(true);
    const at::Tensor denoised = prior.Denoise(leaf, sigma);
    EXPECT_TRUE(denoised.requires_grad());
    EXPECT_TENSOR_EQUAL(denoised, prior.Denoise(x, sigma));
    const at::Tensor gradient = torch::autograd::grad({denoised}, {leaf}, {v})[0];
    EXPECT_TENSOR_EQUAL(gradient, prior.JacobianProduct(x, sigma, v));
    // The same by the graph of every slice.
    const auto slices = Network();
    at::Tensor sum = slices->Denoise(leaf.movedim(2, 1).flatten(0, 1).unsqueeze(2), sigma.repeat_interleave(4))
                         .squeeze(2)
                         .unflatten(0, {2, 4})
                         .movedim(1, 2);
    for (const std::int64_t axis : {3, 4})
    {
      const at::Tensor across = leaf.movedim(axis, 1).flatten(0, 1);
      const at::Tensor extended = mirrored > 0 ? at::reflection_pad2d(across, {0, 0, mirrored, mirrored}) : across;
      sum = sum + slices->Denoise(extended.unsqueeze(2), sigma.repeat_interleave(leaf.size(axis)))
                      .squeeze(2)
                      .narrow(2, mirrored, 4)
                      .unflatten(0, {2, -1})
                      .movedim(1, axis);
    }
    EXPECT_TENSOR_CLOSE(gradient, torch::autograd::grad({sum / 3.0}, {leaf}, {v})[0], 1e-5); // float convolutions
  }
}

TEST(PlaneAverage, RefusesSlices)
{
  const PlaneAverageDenoiser prior(Network());
  EXPECT_THROW_MESSAGE(prior.Denoise(Normal(1, {2, 5, 6}, at::kFloat), at::scalar_tensor(0.5)), DataError, "z, y, x");
  EXPECT_EQ(prior.Name(), "slices in three planes");
}
} // namespace
} // namespace tweedie
