// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieModelFile.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePriorTable.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieTestDevices.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>

namespace
{
using namespace tweedie;

UNetOptions
SmallNetwork(std::int64_t channels = 2)
{
  UNetOptions options;
  options.channels = channels;
  options.widths = {16.0, 32.0, 32.0};
  options.blocks = 1;
  options.embedding = 16;
  return options;
}

/** A network whose last layers are not zero, so that its output depends on everything. */
UNet
RandomNetwork(std::int64_t channels = 2)
{
  const UNet network(SmallNetwork(channels), 5);
  auto weights = network.Weights();
  at::manual_seed(11);
  for (auto & [name, weight] : weights)
  {
    weight = weight + 0.1 * at::randn_like(weight);
  }
  return UNet(SmallNetwork(channels), weights);
}

ModelCard
Card(std::int64_t channels = 2)
{
  ModelCard card;
  card.name = "test";
  card.network = SmallNetwork(channels);
  card.sigmaData = 0.3;
  card.priorVariance = 0.09;
  card.units = "1 = 99.9th percentile";
  return card;
}
} // namespace

TEST(UNet, PadsAnySizeWithZeros)
{
  const auto network = RandomNetwork();
  at::manual_seed(1);
  const auto x = at::randn({2, 2, 19, 22});
  const auto c = at::tensor({-0.5F, 0.2F});
  const auto padded = network.Forward(at::constant_pad_nd(x, {0, 2, 0, 5}, 0.0), c);
  const auto cropped = padded.narrow(2, 0, 19).narrow(3, 0, 22);
  EXPECT_EQ(network.SizeMultiple(), 8);
  EXPECT_TRUE(test::TensorClose(network.Forward(x, c), cropped, 1e-6)); // the same arithmetic: float rounding
}

TEST(UNet, BatchEqualsLoop)
{
  const auto network = RandomNetwork();
  at::manual_seed(2);
  const auto x = at::randn({3, 2, 16, 24});
  const auto c = at::tensor({-1.0F, 0.0F, 0.5F});
  const auto batch = network.Forward(x, c);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    // Convolutions may be blocked differently for another batch size: a few float roundings.
    EXPECT_TRUE(test::TensorClose(network.Forward(x.narrow(0, i, 1), c.narrow(0, i, 1))[0], batch[i], 1e-5));
  }
}

TEST(UNet, EveryPixelSeesTheWholeImage)
{
  const auto network = RandomNetwork();
  at::manual_seed(4);
  const auto x = at::randn({1, 2, 48, 48}).requires_grad_(true);
  network.Forward(x, at::zeros({1})).index({0, 0, 24, 24}).backward();
  const auto gradient = x.grad().abs().amax(at::IntArrayRef({0, 1}));
  EXPECT_GT(gradient[0][0].item<float>(), 0.0F);
  EXPECT_GT(gradient[47][47].item<float>(), 0.0F);
}

TEST(UNet, ParametersOfAnotherShapeAreRefused)
{
  auto weights = RandomNetwork().Weights();
  weights[4].second = at::zeros({1, 2, 3});
  EXPECT_THROW(UNet(SmallNetwork(), weights), DataError);
  weights = RandomNetwork().Weights();
  weights.pop_back();
  EXPECT_THROW(UNet(SmallNetwork(), weights), DataError);
  auto uneven = SmallNetwork();
  uneven.widths = {20.0};
  EXPECT_THROW(UNet(uneven, 1), UsageError);
}

TEST(UNet, ADeeperNetworkTakesOverAShallowerOneUnchanged)
{
  const auto shallow = RandomNetwork();
  auto options = SmallNetwork();
  options.widths.push_back(16.0);
  UNet deep(options, 3);
  deep.Adopt(shallow.Weights());
  at::manual_seed(4);
  const auto x = at::randn({2, 2, 16, 32});
  const auto c = at::tensor({-1.0F, 0.5F});
  EXPECT_TRUE(test::TensorClose(deep.Forward(x, c), shallow.Forward(x, c), 1e-5)); // float rounding

  UNet narrow(SmallNetwork(1), 3);
  EXPECT_THROW(narrow.Adopt(shallow.Weights()), DataError);
  auto fewer = SmallNetwork();
  fewer.widths.pop_back();
  EXPECT_THROW(UNet(fewer, 3).Adopt(shallow.Weights()), DataError);
}

TEST(UNet, CountsTheOperationsOfItsConvolutions)
{
  UNetOptions options;
  options.channels = 1;
  options.shuffle = 1;
  options.widths = {16.0};
  options.blocks = 1;
  const UNet network(options, 1);
  // in 1->16, block 16->16 twice, out 16->1, all 3x3, on 8 x 8 pixels, 2 operations a product
  EXPECT_DOUBLE_EQ(network.Operations(8, 8), 2.0 * 9.0 * 64.0 * (16 + 256 + 256 + 16));
}

TEST(NetworkDenoiser, UntrainedNetworkIsTheGaussianDenoiser)
{
  // The last layer starts at zero, so F = 0 and D = c_skip x: the exact denoiser of N(0, sigmaData^2 I).
  const NetworkDenoiser prior(Card(), UNet(SmallNetwork(), 1));
  at::manual_seed(5);
  const auto x = at::randn({2, 1, 1, 12, 10}, at::kComplexFloat);
  const auto sigma = at::tensor({0.1F, 2.0F});
  const auto s2 = sigma.square().view({2, 1, 1, 1, 1});
  EXPECT_TRUE(test::TensorClose(prior.Denoise(x, sigma), x * (0.09 / (s2 + 0.09)), 1e-6)); // float rounding
}

TEST(NetworkDenoiser, ComplexImagesAreTwoChannels)
{
  const NetworkDenoiser prior(Card(), RandomNetwork());
  at::manual_seed(6);
  const auto channels = at::randn({2, 2, 1, 16, 16});
  const auto x = at::complex(channels.select(1, 0), channels.select(1, 1)).unsqueeze(1);
  const auto sigma = at::scalar_tensor(0.5);
  const auto real = prior.Denoise(channels, sigma);
  const auto complex = prior.Denoise(x, sigma);
  EXPECT_TRUE(at::equal(at::real(complex.select(1, 0)), real.select(1, 0)));
  EXPECT_TRUE(at::equal(at::imag(complex.select(1, 0)), real.select(1, 1)));
}

TEST(NetworkDenoiser, BrainFloatIsTheSameNetworkToItsRounding)
{
  const test::TemporaryFolder folder;
  const auto path = folder.File("model.safetensors");
  SavePrior(path, Card(), RandomNetwork());
  const c10::Device cpu(c10::kCPU);
  at::manual_seed(6);
  const auto x = at::complex(at::randn({2, 1, 1, 16, 24}), at::randn({2, 1, 1, 16, 24}));
  const auto sigma = at::tensor({0.1F, 1.0F});
  const auto exact = LoadPrior(path, cpu)->Denoise(x, sigma);
  const auto rounded = LoadPrior(path, cpu, IsBrainFloat("bfloat16", cpu))->Denoise(x, sigma);
  // 8 bits of mantissa: 0.4 % a rounding, averaged over the channels and random from layer to layer.
  EXPECT_LT((rounded - exact).norm().item<double>(), 0.02 * exact.norm().item<double>());
  EXPECT_GT((rounded - exact).norm().item<double>(), 0.0);
  EXPECT_FALSE(IsBrainFloat("float32", cpu));
  EXPECT_THROW(IsBrainFloat("half", cpu), UsageError);
}

TEST(NetworkDenoiser, RefusesAnotherNumberOfChannels)
{
  const NetworkDenoiser prior(Card(1), RandomNetwork(1));
  EXPECT_THROW(prior.Denoise(at::zeros({1, 1, 1, 16, 16}, at::kComplexFloat), at::scalar_tensor(1.0)), DataError);
  EXPECT_THROW(prior.Denoise(at::zeros({1, 2, 1, 16, 16}), at::scalar_tensor(1.0)), DataError);
}

TEST(NetworkDenoiser, JacobianProductEqualsFiniteDifference)
{
  const NetworkDenoiser prior(Card(), RandomNetwork());
  at::manual_seed(7);
  const auto x = at::randn({1, 1, 1, 16, 16}, at::kComplexFloat);
  const auto u = at::randn({1, 1, 1, 16, 16}, at::kComplexFloat);
  const auto v = at::randn({1, 1, 1, 16, 16}, at::kComplexFloat);
  const auto sigma = at::scalar_tensor(0.7);
  const auto dot = [](const at::Tensor & a, const at::Tensor & b)
  { return (at::view_as_real(a) * at::view_as_real(b)).sum().item<double>(); };
  const double h = 1e-2;
  const double difference = dot(v, prior.Denoise(x + h * u, sigma) - prior.Denoise(x - h * u, sigma)) / (2.0 * h);
  // <v, J u> = <J^T v, u>; step error h^2 and float cancellation 1e-7 / h: together below 1e-3 of |J^T v| |u|.
  const auto product = prior.JacobianProduct(x, sigma, v);
  EXPECT_NEAR(dot(product, u), difference, 1e-3 * product.norm().item<double>() * u.norm().item<double>());
}

TEST(PriorTable, ModelsSurviveTheFile)
{
  const test::TemporaryFolder folder;
  const auto path = folder.File("model.safetensors");
  const auto network = RandomNetwork();
  auto card = Card();
  card.curve = {{100.0, 0.5, 0.6}};
  SavePrior(path, card, network);
  const auto loaded = LoadPrior(path, c10::Device(c10::kCPU));
  EXPECT_EQ(loaded->Card().name, "test");
  EXPECT_EQ(loaded->Card().curve, card.curve);
  EXPECT_DOUBLE_EQ(loaded->PriorVariance(), 0.09);
  EXPECT_TRUE(loaded->NeedsNoise());
  EXPECT_DOUBLE_EQ(loaded->GuidanceVariance(0.5), 0.25 / 1.25); // v = 1, the square of the image's unit
  at::manual_seed(8);
  const auto x = at::randn({1, 1, 1, 16, 16}, at::kComplexFloat);
  const auto sigma = at::scalar_tensor(0.5);
  // Weights are stored in half precision: 2^-11 relative each.
  EXPECT_TRUE(test::TensorClose(loaded->Denoise(x, sigma), NetworkDenoiser(Card(), network).Denoise(x, sigma), 2e-3));
  for (const auto device : AvailableDevices())
  {
    for (const auto & pair : VerifyPrior(path, device))
    {
      EXPECT_LT(pair.relativeError, GoldenTolerance);
    }
  }
}

TEST(PriorTable, ATamperedModelIsRefused)
{
  const test::TemporaryFolder folder;
  const auto path = folder.File("model.safetensors");
  SavePrior(path, Card(), RandomNetwork());
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-100, std::ios::end);
  const char byte = static_cast<char>(file.peek() ^ 1);
  file.seekp(-100, std::ios::end);
  file.write(&byte, 1);
  file.close();
  EXPECT_THROW(LoadPrior(path, c10::Device(c10::kCPU)), DataError);
}

TEST(PriorTable, AForeignFileIsRefused)
{
  const test::TemporaryFolder folder;
  const auto path = folder.File("foreign.safetensors");
  ModelFile foreign;
  foreign.card = R"({"version": 7})";
  foreign.tensors = {{"a", at::zeros({2})}};
  WriteModelFile(path, foreign);
  EXPECT_THROW(LoadPrior(path, c10::Device(c10::kCPU)), DataError);
}
