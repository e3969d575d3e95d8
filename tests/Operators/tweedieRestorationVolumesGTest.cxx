// SPDX-License-Identifier: Apache-2.0
// Tasks that couple slices: super-resolution and blur across them.
#include "tweedieBlurKernels.h"
#include "tweedieCirculantBlurOperator.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieRandom.h"
#include "tweedieRestorationTasks.h"
#include "tweedieVolumeTensor.h"

#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
/** Two channels of eight slices of 12 x 10 pixels on an oblique grid. */
Volume
Image()
{
  Grid grid;
  grid.size = {8, 12, 10};
  grid.spacing = {1.0, 1.5, 0.75};
  grid.origin = {10.0, -20.0, 5.0};
  grid.direction = {0.8, 0.0, 0.6, 0.6, 0.0, -0.8, 0.0, 1.0, 0.0};
  return VolumeFromTensor(RandomStreams(3, {0}).Normal({2, 8, 12, 10}, at::kDouble).squeeze(0).abs(), grid);
}

RestorationNoiseOptions
NoNoise()
{
  RestorationNoiseOptions noise;
  noise.noise = 0.0;
  return noise;
}

RestorationTaskOptions
ThickSlices(const std::string & name)
{
  RestorationTaskOptions task;
  task.task = name;
  task.axisFactor = {2.0, 1.0, 4.0};
  return task;
}

TEST(RestorationVolumes, ThickSlicesAreMeansOfThinOnes)
{
  const Volume image = Image();
  const RestorationMeasurement measurement = SimulateRestoration(image, ThickSlices("sr"), NoNoise());
  EXPECT_TRUE(CouplesSlices(ThickSlices("sr")));
  const at::Tensor means = TensorView(image).reshape({2, 2, 4, 12, 5, 2}).mean({2, 5});
  EXPECT_TENSOR_CLOSE(TensorView(measurement.data), means, 1e-6); // float32
  const Grid & grid = measurement.data.GetGrid();
  EXPECT_EQ(grid.size, (Axes<std::int64_t>{2, 12, 5}));
  EXPECT_EQ(grid.spacing, (Axes<double>{4.0, 1.5, 1.5}));
  // The first thick pixel lies half a small one along x and one and a half along z from the first small one.
  EXPECT_NEAR(grid.origin[0], 10.0 + 0.8 * 0.375 + 0.6 * 1.5, 1e-12);
  EXPECT_NEAR(grid.origin[1], -20.0 + 0.6 * 0.375 - 0.8 * 1.5, 1e-12);
  EXPECT_NEAR(grid.origin[2], 5.0, 1e-12);
  const RestorationMeasurement described = DescribeRestoration(measurement.data, ThickSlices("sr"), {}, {});
  EXPECT_TRUE(described.image.IsCongruent(image.GetGrid(), 1e-9));
  const auto model = MakeRestorationModel(described, at::kCPU);
  EXPECT_EQ(model->DomainShape(), (Shape{2, 8, 12, 10}));
  EXPECT_EQ(model->RangeShape(), (Shape{2, 2, 12, 5}));
  EXPECT_EQ(MeasurementBatch(described, described.data).sizes(), (at::IntArrayRef{1, 2, 2, 12, 5}));
}

TEST(RestorationVolumes, EveryAxisHasItsFactorAndSlicesStayApartWhereTheyCan)
{
  RestorationTaskOptions task = ThickSlices("sr-bicubic");
  const RestorationMeasurement thick = SimulateRestoration(Image(), task, NoNoise());
  EXPECT_EQ(thick.data.GetGrid().size, (Axes<std::int64_t>{2, 12, 5}));
  task.axisFactor = {2.0, 3.0, 1.0};
  EXPECT_FALSE(CouplesSlices(task));
  const RestorationMeasurement flat = SimulateRestoration(Image(), task, NoNoise());
  EXPECT_EQ(flat.data.GetGrid().size, (Axes<std::int64_t>{8, 4, 5}));
  EXPECT_EQ(MakeRestorationModel(flat, at::kCPU)->DomainShape(), (Shape{2, 1, 12, 10}));
  // A factor of one along every axis is the image itself.
  task.axisFactor = {1.0, 1.0, 1.0};
  EXPECT_TENSOR_CLOSE(TensorView(SimulateRestoration(Image(), task, NoNoise()).data), TensorView(Image()), 1e-6);
}

TEST(RestorationVolumes, ABlurInThreeDimensions)
{
  const Volume image = Image();
  RestorationTaskOptions task;
  task.task = "blur-gaussian";
  task.dimensions = 3;
  task.kernelSize = 5;
  task.kernelDeviation = 0.9;
  const RestorationMeasurement measurement = SimulateRestoration(image, task, NoNoise());
  EXPECT_EQ(measurement.kernel.GetGrid().size, (Axes<std::int64_t>{5, 5, 5}));
  const CirculantBlurOperator blur({2, 8, 12, 10}, GaussianKernel(5, 0.9, 3));
  const at::Tensor expected = blur.Forward(TensorView(image).unsqueeze(0).to(at::kDouble)).squeeze(0);
  EXPECT_TENSOR_CLOSE(TensorView(measurement.data), expected, 1e-6); // float32
  EXPECT_TENSOR_CLOSE(
      MakeRestorationModel(measurement, at::kCPU)->Apply(TensorView(image).unsqueeze(0)).squeeze(0), expected, 1e-5);
  EXPECT_TRUE(measurement.image.IsCongruent(image.GetGrid()));
}

TEST(RestorationVolumes, RefusesWhatIsNotPossible)
{
  const auto simulate = [](const RestorationTaskOptions & task) { SimulateRestoration(Image(), task, NoNoise()); };
  RestorationTaskOptions task = ThickSlices("sr");
  task.axisFactor = {1.0, 1.0, 3.0};
  EXPECT_THROW_MESSAGE(simulate(task), UsageError, "divides the extent");
  for (const std::vector<double> & factors :
       {std::vector<double>{2.0}, {1.0, 1.0, 1.5}, {1.0, 1.0, 0.0}, {1.0, 1.0, 65.0}})
  {
    task.axisFactor = factors;
    EXPECT_THROW_MESSAGE(simulate(task), UsageError, "--axis-factor");
  }
  task = RestorationTaskOptions();
  task.task = "blur-gaussian";
  task.dimensions = 3;
  task.kernelSize = 9; // of eight slices
  EXPECT_THROW_MESSAGE(simulate(task), UsageError, "kernel");
  task.task = "blur-motion";
  EXPECT_THROW_MESSAGE(simulate(task), UsageError, "--dimensions");
  task.dimensions = 4;
  EXPECT_THROW_MESSAGE(simulate(task), UsageError, "--dimensions");
}
} // namespace
} // namespace tweedie
