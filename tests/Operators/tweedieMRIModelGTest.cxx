// SPDX-License-Identifier: Apache-2.0
// A scan as forward model: layout, shared and per-slice operands, and one clear line for every inconsistency.
#include "tweedieMRIModel.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieSenseOperator.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
Grid
GridOf(std::int64_t z)
{
  Grid grid;
  grid.size = {z, 6, 5};
  return grid;
}

/** Three slices, two coils, a mask for all slices and maps per slice. */
MRIScan
MakeScan()
{
  MRIScan scan;
  scan.kspace = VolumeFromTensor(Normal(1, {2, 3, 6, 5}, at::kComplexFloat), GridOf(3));
  auto mask = at::ones({1, 1, 6, 5});
  mask.select(2, 4).zero_();
  scan.mask = VolumeFromTensor(mask, GridOf(1));
  scan.sensitivities = VolumeFromTensor(Normal(2, {2, 3, 6, 5}, at::kComplexFloat), GridOf(3));
  scan.noise = 0.1;
  return scan;
}

void
ExpectRefused(const MRIScan & scan, const char * text)
{
  EXPECT_THROW_MESSAGE(MakeMRIModel(scan), DataError, text);
}
} // namespace

TEST(MRIModel, BatchEntriesAreSlices)
{
  const auto scan = MakeScan();
  const auto model = MakeMRIModel(scan);
  EXPECT_EQ(model->BatchSize(), 3);
  EXPECT_EQ(model->RangeShape(), (Shape{2, 1, 6, 5}));
  const auto x = Streams(3, 3).Normal({1, 1, 6, 5}, at::kComplexFloat);
  const auto maps = TensorView(scan.sensitivities).transpose(0, 1).unsqueeze(2);
  const auto mask = TensorView(scan.mask).unsqueeze(0);
  EXPECT_TENSOR_EQUAL(model->Forward(x), MakeSenseOperator(mask, maps)->Forward(x));
}

TEST(MRIModel, DataAreZeroWhereNotSampled)
{
  const auto data = MRIData(MakeScan());
  EXPECT_EQ(data.sizes(), (at::IntArrayRef{3, 2, 1, 6, 5}));
  EXPECT_EQ(data.select(3, 4).abs().max().item<double>(), 0.0);
  EXPECT_GT(data.select(3, 3).abs().min().item<double>(), 0.0);
}

TEST(MRIModel, RefusesInconsistentScans)
{
  EXPECT_NO_THROW(MakeMRIModel(MakeScan()));
  auto scan = MakeScan();
  scan.kspace = Volume();
  ExpectRefused(scan, "k-space: ");

  scan = MakeScan();
  scan.kspace.Data()[7] = std::numeric_limits<float>::quiet_NaN();
  ExpectRefused(scan, "k-space");

  scan = MakeScan();
  scan.kspace = Volume(GridOf(3), Volume::Element::Complex, 2);
  ExpectRefused(scan, "only zeros");

  scan = MakeScan();
  scan.mask = Volume(GridOf(2), Volume::Element::Real);
  ExpectRefused(scan, "mask: given 5 x 6 x 2");

  scan = MakeScan();
  scan.mask = Volume(GridOf(1), Volume::Element::Real);
  ExpectRefused(scan, "at least one sample");

  scan = MakeScan();
  scan.mask.Data()[3] = 0.5F;
  ExpectRefused(scan, "zeros and ones");

  scan = MakeScan();
  scan.sensitivities = Volume();
  ExpectRefused(scan, "coil maps: given none for 2 coils");

  scan = MakeScan();
  scan.sensitivities = Volume(GridOf(1), Volume::Element::Complex, 3);
  ExpectRefused(scan, "maps of 2 coils");

  scan = MakeScan();
  scan.sensitivities = Volume(GridOf(1), Volume::Element::Complex, 2);
  ExpectRefused(scan, "coil maps: given only zeros");

  scan = MakeScan();
  scan.noise = 0.0;
  ExpectRefused(scan, "noise: ");
}
