// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieRandom.h"
#include "tweedieRestorationTasks.h"
#include "tweedieVolumeTensor.h"

#include <gtest/gtest.h>

#include <limits>

namespace tweedie
{
namespace
{
/** Two slices of 32 x 24 pixels on an oblique grid, values 0 to 4. */
Volume
Image(Volume::Element element = Volume::Element::Real, std::int64_t channels = 1)
{
  Grid grid;
  grid.size = {2, 24, 32};
  grid.spacing = {3.0, 1.5, 0.75};
  grid.origin = {10.0, -20.0, 5.0};
  grid.direction = {0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0};
  Volume image(grid, element, channels);
  const at::Tensor view = TensorView(image);
  const auto type = view.is_complex() ? at::kComplexDouble : at::kDouble;
  const at::Tensor values = RandomStreams(3, {0}).Normal(view.sizes(), type).squeeze(0);
  view.copy_(view.is_complex() ? values : values.abs());
  return image;
}

RestorationNoiseOptions
Noise(double level)
{
  RestorationNoiseOptions noise;
  noise.noise = level;
  return noise;
}

RestorationTaskOptions
Task(const std::string & name)
{
  RestorationTaskOptions task;
  task.task = name;
  task.kernelSize = 9;
  task.kernelDeviation = 1.2;
  return task;
}

TEST(RestorationTasks, WithoutNoiseTheDataAreTheModelOfTheImage)
{
  for (const RestorationTaskRow & row : RestorationTaskTable())
  {
    SCOPED_TRACE(row.name);
    const Volume image = Image();
    const RestorationMeasurement measurement = SimulateRestoration(image, Task(row.name), Noise(0.0));
    EXPECT_FALSE(measurement.noise.has_value());
    EXPECT_EQ(measurement.image.size, image.GetGrid().size);
    const auto model = MakeRestorationModel(measurement, at::kCPU);
    const at::Tensor expected = model->Apply(SliceBatch(image) / measurement.scale) * measurement.scale;
    // Both in single precision, the simulation rounded once from double.
    EXPECT_TENSOR_NEAR(SliceBatch(measurement.data), expected, 1e-4);
    EXPECT_GT(expected.abs().max().item<double>(), 0.1);
    const RestorationTaskOptions told = ReadTaskOptions(measurement);
    EXPECT_EQ(told.task, row.name);
    EXPECT_EQ(told.kernelSize, 9);
  }
}

TEST(RestorationTasks, ABlurIsASumOverTheKernel)
{
  // By loops in double, not by the operator: y[n] = sum_m h[m] x[(n - m + c) mod N].
  const Volume image = Image();
  const RestorationMeasurement measurement = SimulateRestoration(image, Task("blur-motion"), Noise(0.0));
  ASSERT_EQ(measurement.kernel.GetGrid().size.z, 2); // a kernel per slice
  const at::Tensor kernels = TensorView(measurement.kernel)[0].to(at::kDouble);
  EXPECT_GT(test::LargestDifference(kernels[0], kernels[1]), 1e-3);
  for (std::int64_t z = 0; z < 2; ++z)
  {
    const at::Tensor x = TensorView(image)[0][z].to(at::kDouble);
    at::Tensor y = at::zeros_like(x);
    for (std::int64_t i = 0; i < 9; ++i)
    {
      for (std::int64_t j = 0; j < 9; ++j)
      {
        y += kernels[z][i][j] * x.roll({i - 4, j - 4}, {0, 1});
      }
    }
    EXPECT_TENSOR_NEAR(TensorView(measurement.data)[0][z], y.to(at::kFloat), 1e-5); // kernel and data in float
  }
}

TEST(RestorationTasks, SuperResolutionKeepsTheFieldOfView)
{
  const Volume image = Image();
  for (const char * name : {"sr", "sr-bicubic"})
  {
    const RestorationMeasurement measurement = SimulateRestoration(image, Task(name), Noise(0.01));
    const Grid & grid = measurement.data.GetGrid();
    EXPECT_EQ(grid.size.y, 6);
    EXPECT_EQ(grid.size.x, 8);
    EXPECT_DOUBLE_EQ(grid.spacing.x, 3.0);
    EXPECT_DOUBLE_EQ(grid.spacing.y, 6.0);
    EXPECT_DOUBLE_EQ(grid.spacing.z, 3.0);
    // The centre of the first large pixel lies 1.5 small ones along both axes from that of the first small pixel.
    const Grid & from = image.GetGrid();
    EXPECT_NEAR(grid.origin[0], from.origin[0] + 0.8 * 0.75 * 1.5 - 0.6 * 1.5 * 1.5, 1e-12);
    EXPECT_NEAR(grid.origin[1], from.origin[1] + 0.6 * 0.75 * 1.5 + 0.8 * 1.5 * 1.5, 1e-12);
    // Who describes the data by hand gets the same grid back.
    const RestorationMeasurement described = DescribeRestoration(measurement.data, Task(name), {}, {});
    EXPECT_TRUE(described.image.IsCongruent(from, 1e-9));
  }
}

/** Metal or not-a-number where nothing is measured: neither data nor scale know of it, and the given image stays. */
TEST(RestorationTasks, WhatIsNotMeasuredIsNoData)
{
  const RestorationMeasurement measurement = SimulateRestoration(Image(), Task("inpaint-box"), Noise(0.01));
  const auto describe = [&](double value)
  {
    const Volume image = measurement.data.Clone();
    TensorView(image).masked_fill_(TensorView(measurement.mask).eq(0), value);
    const Volume before = image.Clone();
    const auto described = DescribeRestoration(image, Task("inpaint-box"), measurement.mask, {});
    EXPECT_TENSOR_EQUAL(TensorView(image).nan_to_num(), TensorView(before).nan_to_num());
    return described;
  };
  const double scale = describe(0.0).scale;
  for (const double value : {1e6, std::numeric_limits<double>::quiet_NaN()})
  {
    const RestorationMeasurement described = describe(value);
    EXPECT_TENSOR_EQUAL(TensorView(described.data), TensorView(measurement.data));
    EXPECT_EQ(described.scale, scale);
  }
  // Without its mask the same image is not one.
  const Volume image = measurement.data.Clone();
  TensorView(image).masked_fill_(TensorView(measurement.mask).eq(0), std::numeric_limits<double>::quiet_NaN());
  EXPECT_THROW(DescribeRestoration(image, Task("denoise"), {}, {}), DataError);
}

TEST(RestorationTasks, NoiseHasItsLevelAndTheSeedDecides)
{
  const Volume image = Image(Volume::Element::Complex);
  const auto clean = SimulateRestoration(image, Task("denoise"), Noise(0.0));
  const auto noisy = SimulateRestoration(image, Task("denoise"), Noise(0.1));
  const at::Tensor n = SliceBatch(noisy.data) - SliceBatch(clean.data);
  ASSERT_TRUE(noisy.noise.has_value());
  EXPECT_NEAR(*noisy.noise, 0.1 * noisy.scale, 1e-12);
  // 1536 complex numbers: a standard error of 1 / sqrt(4 * 1536) = 1.3 %.
  EXPECT_NEAR(n.abs().square().mean().sqrt().item<double>() / *noisy.noise, 1.0, 0.05);
  RestorationTaskOptions other = Task("denoise");
  other.seed = 2;
  EXPECT_GT(test::RelativeError(SliceBatch(SimulateRestoration(image, other, Noise(0.1)).data), SliceBatch(noisy.data)),
            0.01);
  EXPECT_TENSOR_EQUAL(SliceBatch(SimulateRestoration(image, Task("denoise"), Noise(0.1)).data), SliceBatch(noisy.data));
}

TEST(RestorationTasks, CountsArePoisson)
{
  Grid grid;
  grid.size = {1, 200, 200};
  for (const double counts : {0.7, 30.0, 5000.0})
  {
    SCOPED_TRACE(counts);
    Volume flat(grid, Volume::Element::Real);
    TensorView(flat).fill_(2.0);
    RestorationNoiseOptions noise;
    noise.model = "poisson";
    noise.counts = counts;
    const auto measurement = SimulateRestoration(flat, Task("denoise"), noise);
    ASSERT_TRUE(measurement.countsPerUnit.has_value());
    EXPECT_FALSE(measurement.noise.has_value());
    const at::Tensor drawn = TensorView(measurement.data).to(at::kDouble) * *measurement.countsPerUnit;
    EXPECT_LT((drawn - drawn.round()).abs().max().item<double>(), 1e-2); // counts of 5000 in single precision: 5e-4
    // 40 000 numbers: mean within 4 standard errors, variance within 4 sqrt((2 + 1 / m) / 40000) of itself.
    EXPECT_NEAR(drawn.mean().item<double>(), counts, 4.0 * std::sqrt(counts / 40000.0));
    EXPECT_NEAR(drawn.var().item<double>() / counts, 1.0, 4.0 * std::sqrt((2.0 + 1.0 / counts) / 40000.0));
  }
}

TEST(RestorationTasks, ChannelsAreDegradedAlike)
{
  const Volume image = Image(Volume::Element::Real, 3);
  const auto measurement = SimulateRestoration(image, Task("sr"), Noise(0.0));
  EXPECT_EQ(measurement.data.Channels(), 3);
  const at::Tensor means = TensorView(image).reshape({3, 2, 6, 4, 8, 4}).mean(5).mean(3);
  EXPECT_TENSOR_NEAR(TensorView(measurement.data), means, 1e-5); // means of 16 floats
}

TEST(RestorationTasks, RefusesWhatIsNotPossible)
{
  const Volume image = Image();
  const auto refused = [&](const RestorationTaskOptions & task)
  { EXPECT_THROW(SimulateRestoration(image, task, Noise(0.01)), UsageError) << task.task; };
  RestorationTaskOptions task = Task("sr");
  task.factor = 5; // 24 and 32 are not multiples
  refused(task);
  task = Task("blur-gaussian");
  task.kernelSize = 25; // larger than 24 rows
  refused(task);
  task = Task("inpaint-random");
  task.keep = 0.0;
  refused(task);
  task = Task("no-such-task");
  refused(task);
  RestorationNoiseOptions poisson;
  poisson.model = "poisson";
  EXPECT_THROW(SimulateRestoration(Image(Volume::Element::Complex), Task("denoise"), poisson), DataError);
  Volume negative = Image().Clone();
  TensorView(negative)[0][0][0][0].fill_(-3.0);
  EXPECT_THROW(SimulateRestoration(negative, Task("denoise"), poisson), DataError);
  TensorView(negative)[0][0][0][0].fill_(std::nan(""));
  EXPECT_THROW(SimulateRestoration(negative, Task("denoise"), Noise(0.01)), DataError);
  EXPECT_THROW(SimulateRestoration(Volume(image.GetGrid(), Volume::Element::Real), Task("sr"), Noise(0.01)), DataError);
  EXPECT_THROW(SimulateRestoration(Image(Volume::Element::Complex), Task("hdr"), Noise(0.01)), DataError);
}

TEST(RestorationTasks, RefusesPartsThatDoNotFit)
{
  const Volume image = Image();
  RestorationMeasurement measurement = SimulateRestoration(image, Task("inpaint-box"), Noise(0.01));
  const auto refused = [](const RestorationMeasurement & wrong)
  { EXPECT_THROW(MakeRestorationModel(wrong, at::kCPU), DataError); };
  RestorationMeasurement wrong = measurement;
  wrong.mask = {};
  refused(wrong);
  wrong = measurement;
  wrong.kernel = wrong.mask;
  refused(wrong);
  wrong = measurement;
  wrong.mask = Volume(image.GetGrid(), Volume::Element::Real); // keeps nothing
  refused(wrong);
  wrong = measurement;
  wrong.mask = measurement.mask.Clone();
  TensorView(wrong.mask)[0][1].zero_(); // nothing of one slice
  refused(wrong);
  Grid small = image.GetGrid();
  small.size.x = 31;
  wrong.mask = Volume(small, Volume::Element::Real);
  TensorView(wrong.mask).fill_(1.0);
  refused(wrong);
  wrong = measurement;
  wrong.options = "{\"task\": \"paint\"}";
  refused(wrong);
  wrong.options = "nonsense";
  refused(wrong);
}
} // namespace
} // namespace tweedie
