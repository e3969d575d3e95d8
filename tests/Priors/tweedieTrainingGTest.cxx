// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweediePriorTable.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieTraining.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include <filesystem>

namespace
{
using namespace tweedie;

/** Discs of different radius and grey: enough structure for a tiny network to learn. */
TrainingImages
Discs()
{
  std::vector<at::Tensor> slices;
  const auto y = (at::arange(32, at::kFloat) - 16.0).view({-1, 1});
  const auto x = (at::arange(32, at::kFloat) - 16.0).view({1, -1});
  for (int i = 0; i < 8; ++i)
  {
    slices.push_back((y.square() + x.square() < (4.0 + i) * (4.0 + i)).to(at::kFloat) * (0.5 + 0.1 * i));
  }
  TrainingImages images;
  images.training = at::stack(slices);
  images.validation = images.training.narrow(0, 2, 2) * 0.9;
  return images;
}

TrainingOptions
SmallTraining()
{
  TrainingOptions options;
  options.steps = 12;
  options.decaySteps = 4;
  options.batch = 4;
  options.validateEvery = 6;
  options.precision = "float32";
  options.network.widths = {16.0, 16.0};
  options.network.blocks = 1;
  options.network.embedding = 8;
  return options;
}

double
Distance(const UNet & a, const UNet & b)
{
  double sum = 0.0;
  for (std::size_t i = 0; i < a.Weights().size(); ++i)
  {
    sum += (a.Weights()[i].second - b.Weights()[i].second).square().sum().item<double>();
  }
  return std::sqrt(sum);
}
} // namespace

TEST(Training, LearnsToDenoise)
{
  auto options = SmallTraining();
  options.steps = 200;
  options.validateEvery = 200;
  options.learningRate = 3e-3;
  options.averaging = 0.9;
  ModelCard card;
  TrainPrior(Discs(), options, card);
  ASSERT_EQ(card.curve.size(), 1U);
  // The untrained network is the Gaussian denoiser, whose loss is 1 on average over images of its variance.
  EXPECT_LT(card.curve[0][2], 0.8);
  EXPECT_EQ(card.steps, 200);
}

TEST(Training, StoppedAndResumedEqualsNotStopped)
{
  const test::TemporaryFolder folder;
  ModelCard card;
  const auto whole = TrainPrior(Discs(), SmallTraining(), card);

  auto options = SmallTraining();
  options.checkpoint = folder.File("checkpoint.safetensors");
  ModelCard stopped;
  EXPECT_THROW(TrainPrior(Discs(), options, stopped, [](const ProgressReport & r) { return r.step < 7; }), Aborted);
  ASSERT_TRUE(std::filesystem::exists(options.checkpoint));
  ModelCard resumed;
  const auto rest = TrainPrior(Discs(), options, resumed);
  EXPECT_EQ(Distance(whole, rest), 0.0); // the same operations on the same numbers
  ASSERT_EQ(resumed.curve.size(), card.curve.size());
  EXPECT_EQ(resumed.curve.back()[2], card.curve.back()[2]); // held-out loss; the training loss is a running mean
}

TEST(Training, ACheckpointOfAnotherNetworkIsRefused)
{
  const test::TemporaryFolder folder;
  auto options = SmallTraining();
  options.steps = 1;
  options.checkpoint = folder.File("checkpoint.safetensors");
  ModelCard card;
  TrainPrior(Discs(), options, card);
  options.network.widths = {16.0, 32.0};
  EXPECT_THROW(TrainPrior(Discs(), options, card), UsageError);
}

TEST(Training, GoesOnFromAnotherModelWithItsScales)
{
  const test::TemporaryFolder folder;
  auto options = SmallTraining();
  ModelCard first;
  const auto network = TrainPrior(Discs(), options, first);
  first.sigmaData = 0.123;
  options.start = folder.File("model.safetensors");
  SavePrior(options.start, first, network);
  options.steps = 1;
  options.learningRate = 1e-12;
  ModelCard second;
  const auto moved = TrainPrior(Discs(), options, second);
  EXPECT_DOUBLE_EQ(second.sigmaData, 0.123);
  EXPECT_LT(Distance(network, moved), 0.01); // weights are stored in half precision
}

TEST(Training, UntouchedImagesAreNotInterpolated)
{
  AugmentationOptions options;
  options.untouched = 1.0;
  options.flip = false;
  options.shift = 0.0;
  options.contrast = 0.0;
  options.gain = 0.0;
  options.phase = "none";
  const auto images = Discs();
  const auto batch = AugmentedBatch(images, options, 4, 16, 1, 0);
  for (std::int64_t i = 0; i < batch.size(0); ++i)
  {
    double nearest = 1e9;
    for (std::int64_t k = 0; k < images.training.size(0); ++k)
    {
      nearest = std::min(nearest, test::LargestDifference(batch[i][0], images.training[k]));
    }
    EXPECT_LT(nearest, 1e-4); // whole pixels up to the float rounding of normalised coordinates
  }
}

TEST(Training, BatchesAreReproducible)
{
  const auto images = Discs();
  const AugmentationOptions options;
  EXPECT_TRUE(at::equal(AugmentedBatch(images, options, 4, 3, 1, 9), AugmentedBatch(images, options, 4, 3, 1, 9)));
  EXPECT_FALSE(at::equal(AugmentedBatch(images, options, 4, 3, 1, 9), AugmentedBatch(images, options, 4, 3, 1, 10)));
}

TEST(Training, TheCardStatesTheOrientationThatAllImagesHave)
{
  auto options = SmallTraining();
  options.steps = 1;
  options.decaySteps = 0;
  TrainingImages images = Discs();
  images.orientation = "LP";
  ModelCard card;
  options.augmentation.flip = false;
  TrainPrior(images, options, card);
  EXPECT_EQ(ModelCard::FromJson(card.ToJson(), "card").orientation, "LP");
  options.augmentation.flip = true;
  TrainPrior(images, options, card);
  EXPECT_EQ(ModelCard::FromJson(card.ToJson(), "card").orientation, "LP, RP");
  TrainingImages others = Discs();
  others.orientation = "LA";
  AppendTrainingImages(images, others, "others");
  TrainPrior(images, options, card);
  EXPECT_EQ(ModelCard::FromJson(card.ToJson(), "card").orientation, "");
}

TEST(Training, HeldOutSlicesAndTheirNeighboursAreLeftOut)
{
  Grid grid;
  grid.size = {40, 16, 16};
  Volume volume(grid, Volume::Element::Real);
  for (std::int64_t i = 0; i < volume.NumberOfElements(); ++i)
  {
    volume.Data()[i] = 100.0F + static_cast<float>(i / 256); // slice z has the grey 100 + z
  }
  volume.Data()[0] = 0.0F;
  const auto images = SelectTrainingSlices(volume, {{10, 29}}, 3);
  EXPECT_EQ(images.training.size(0), 40 - 20 - 6);
  EXPECT_EQ(images.validation.size(0), 8);
  EXPECT_EQ(images.orientation, "LP");
  const auto greys = images.training.select(1, 5).select(1, 5) * 139.0;
  for (std::int64_t i = 0; i < greys.size(0); ++i)
  {
    const double z = std::round(greys[i].item<double>()) - 100.0;
    EXPECT_TRUE(z < 7.0 || z > 32.0) << z;
  }
  EXPECT_THROW(SelectTrainingSlices(volume, {{0, 39}}, 0), UsageError);
}

TEST(Training, HounsfieldUnitsHaveAFixedScale)
{
  Grid grid;
  grid.size = {30, 8, 8};
  Volume volume(grid, Volume::Element::Real);
  for (std::int64_t i = 0; i < volume.NumberOfElements(); ++i)
  {
    volume.Data()[i] = i % 8 == 0 ? -1024.0F : static_cast<float>(i / 64); // padding, else z HU
  }
  const auto images = SelectTrainingSlices(volume, {{4, 8}, {20, 24}}, 1, 1500.0);
  EXPECT_EQ(images.training.size(0), 30 - 2 * 7);
  EXPECT_EQ(images.validation.size(0), 10);
  EXPECT_EQ(images.training.min().item<float>(), 0.0F); // below air there is nothing
  const auto slices = images.training.select(1, 5).select(1, 5);
  for (std::int64_t i = 0; i < slices.size(0); ++i)
  {
    const double z = slices[i].item<double>() * 2500.0 - 1000.0;
    EXPECT_NEAR(z, std::round(z), 1e-3); // floats near 1000
    EXPECT_TRUE(z < 2.5 || (z > 9.5 && z < 18.5) || z > 25.5) << z;
  }
  for (std::int64_t i = 0; i < volume.NumberOfElements(); ++i)
  {
    volume.Data()[i] = std::abs(volume.Data()[i]); // a magnitude is not what was promised
  }
  EXPECT_THROW(SelectTrainingSlices(volume, {}, 1, 1500.0), DataError);
}
