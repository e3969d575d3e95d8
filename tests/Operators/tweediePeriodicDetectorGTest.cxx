// SPDX-License-Identifier: Apache-2.0
// Detectors whose columns close to a circle: the sum that they are, what they cost in accuracy, and the normal operator
// that is a convolution for any image.
#include "tweedieSliceSum.h"
#include "tweedieToeplitzNormalOperator.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorDiagnostics.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
FourierSliceProjector
Periodic(const ParallelScan & scan, std::int64_t width = 6, bool footprints = true, bool toeplitz = false)
{
  FourierSliceOptions options;
  options.width = width;
  options.detectorFootprint = footprints;
  options.pixelFootprint = footprints;
  options.periodicDetector = true;
  options.toeplitzNormal = toeplitz;
  return FourierSliceProjector(scan.geometry, scan.detector, scan.grid, 1, options);
}

/** Even, odd and prime numbers of columns, the shadow from end to end of the detector and well within, unequal
 * spacings, a grid and a detector off the axis. */
std::vector<ParallelScan>
Scans()
{
  std::vector<ParallelScan> scans{MakeParallelScan({1, 16, 16}, 6, 24),
                                  MakeParallelScan({1, 17, 12}, 5, 23, 190.0),
                                  MakeParallelScan({1, 48, 48}, 7, 69),
                                  MakeParallelScan({1, 1, 1}, 3, 3)};
  ParallelScan offset = MakeParallelScan({1, 35, 42}, 9, 89, 7.0);
  offset.grid.spacing.x = 0.9;
  offset.grid.spacing.y = 1.1;
  offset.grid.origin[0] += 6.5;
  offset.grid.origin[1] -= 3.2;
  offset.detector.pitchU = 0.95;
  offset.detector.originU -= 4.1;
  scans.push_back(offset);
  return scans;
}

at::Tensor
Noise(const ParallelScan & scan)
{
  return Normal(1, {2, 1, 1, scan.grid.size.y, scan.grid.size.x});
}
} // namespace

TEST(PeriodicDetector, IsTheSumOverTheFrequenciesOfItsColumns)
{
  for (const auto & scan : Scans())
  {
    for (const bool footprints : {true, false})
    {
      FourierSliceOptions options;
      options.detectorFootprint = footprints;
      options.pixelFootprint = footprints;
      options.periodicDetector = true;
      const auto op = Periodic(scan, 6, footprints);
      // The bar of the default width.
      EXPECT_TENSOR_CLOSE(op.Forward(Noise(scan)), Multiply(DirectSum(scan, options), Noise(scan), scan), 1e-5);
      EXPECT_LE(AdjointError(op, 1, at::kDouble), 1e-12); // the bars of the project
      EXPECT_LE(AdjointError(op, 2, at::kComplexFloat), 1e-5);
    }
  }
}

TEST(PeriodicDetector, MakesTheNormalOperatorAConvolution)
{
  double ofSingle = 0.0;
  double ofDouble = 0.0;
  for (const auto & scan : Scans())
  {
    const auto views = static_cast<std::int64_t>(scan.geometry.views.size());
    const at::Tensor weights = Streams(1, 1).Uniform({views}, at::kDouble)[0];
    const auto x = Noise(scan); // white: the image with most beyond what the detector resolves
    const auto error = [&](const FourierSliceProjector & op, at::ScalarType type)
    {
      const at::Tensor y = op.Forward(x.to(type));
      const at::Tensor weighted = op.Adjoint(y * weights.to(type).reshape({1, 1, -1, 1, 1}));
      const double plain = RelativeError(ToeplitzNormalOperator(op).Forward(x.to(type)), op.Adjoint(y));
      return std::max(plain, RelativeError(ToeplitzNormalOperator(op, weights).Forward(x.to(type)), weighted));
    };
    ofSingle = std::max(ofSingle, error(Periodic(scan), at::kFloat));
    ofDouble = std::max(ofDouble, error(Periodic(scan, 12), at::kDouble));
  }
  RecordProperty("single", std::to_string(1e6 * ofSingle) + "e-6");
  RecordProperty("double", std::to_string(1e12 * ofDouble) + "e-12");
  // The bars of the project: the default width in single precision, and a width for double precision.
  EXPECT_LE(ofSingle, 1e-4);
  EXPECT_LE(ofDouble, 1e-8);
}

TEST(PeriodicDetector, KeepsNormalAndForwardAndBackTogether)
{
  const auto scan = MakeParallelScan({2, 24, 24}, 30, 40);
  const auto op = Periodic(scan, 12, true, true);
  const auto x = Streams(1, 2).Normal(op.DomainShape(), at::kDouble);
  EXPECT_TENSOR_CLOSE(op.Normal(x), op.Adjoint(op.Forward(x)), 1e-8); // the bar of the project
}

TEST(PeriodicDetector, HasTheLineIntegralsOfTheHeadPhantom)
{
  // As without period: pixels err at the edges by 1.2 %, half of that for readings of a detector.
  const auto scan = MakeParallelScan({1, 256, 256}, 180, 367);
  const auto phantom = SheppLogan(256.0);
  const auto found = Periodic(scan, 6, false).Forward(Rasterize(phantom, scan.grid, 4).to(at::kFloat));
  const double toLines = RelativeError(found, Project(phantom, scan.geometry, scan.detector));
  const double toReadings = RelativeError(found, Readings(phantom, scan, 8));
  RecordProperty("lines", std::to_string(toLines));
  RecordProperty("readings", std::to_string(toReadings));
  EXPECT_LE(toLines, 0.012);
  EXPECT_LE(toReadings, 0.006);
}

TEST(PeriodicDetector, HasToSeeTheWholeGrid)
{
  // The diagonal is 22.6 mm.
  EXPECT_THROW_MESSAGE(Periodic(MakeParallelScan({1, 16, 16}, 4, 22)), UsageError, "does not see the whole grid");
  EXPECT_NO_THROW(Periodic(MakeParallelScan({1, 16, 16}, 4, 23)));
}
