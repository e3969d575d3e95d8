// SPDX-License-Identifier: Apache-2.0
// Raw data along trajectories: rows, slices, units and places.
#include "tweedieError.h"
#include "tweedieMRIModel.h"
#include "tweedieMRIPreparation.h"
#include "tweedieNoiseWhitening.h"
#include "tweedieRawExample.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
using test::FlagBit;
using test::RandomSamples;
using test::ReadoutOf;

constexpr double rounding = 1e-6; // of float numbers of about 1

/** [readout, sample, 2], cycles per field of view of 16 pixels. */
at::Tensor
Radial(std::int64_t readouts)
{
  TrajectoryOptions options;
  options.size = 16;
  options.readouts = readouts;
  return MakeTrajectory(options);
}

MRIReadout
ReadoutAlong(const at::Tensor & samples, const at::Tensor & places, std::int64_t number)
{
  MRIReadout readout = ReadoutOf(samples, number);
  const at::Tensor values = places.to(at::kFloat).contiguous();
  readout.trajectoryDimensions = values.size(1);
  readout.trajectory.assign(values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
  return readout;
}

/** kspace [coil, readout, sample] for an image of 16 x 16 pixels of 2 x 3 mm, measured twice as wide along x. */
MRIRaw
RawAlong(const at::Tensor & kspace, const at::Tensor & trajectory)
{
  MRIRaw raw;
  MRIEncoding encoding;
  encoding.encoded.matrix = {32, 16, 1};
  encoding.encoded.fieldOfView = {64.0, 48.0, 5.0};
  encoding.recon.matrix = {16, 16, 1};
  encoding.recon.fieldOfView = {32.0, 48.0, 5.0};
  encoding.trajectory = "radial";
  raw.encodings.push_back(encoding);
  for (std::int64_t i = 0; i < kspace.size(1); ++i)
  {
    raw.readouts.push_back(ReadoutAlong(kspace.select(1, i), trajectory[i], i));
  }
  return raw;
}

MRIScan
Prepared(const MRIRaw & raw, const MRIPreparationOptions & options = {})
{
  return PrepareMRI(raw, options).scan;
}

double
Difference(const at::Tensor & a, const at::Tensor & b)
{
  return (a.to(at::kComplexDouble) - b.to(at::kComplexDouble)).abs().max().item<double>();
}

std::string
MessageOf(const MRIRaw & raw, const MRIPreparationOptions & options = {})
{
  try
  {
    Prepared(raw, options);
  }
  catch (const Error & error)
  {
    return error.what();
  }
  return "";
}

void
AddNoise(MRIRaw & raw, const at::Tensor & samples)
{
  raw.readouts.push_back(ReadoutOf(samples, 0));
  raw.readouts.back().flags = FlagBit(MRIReadoutFlag::Noise);
}

TEST(RawTrajectory, ReadoutsAreRowsWithTheirPlaces)
{
  const at::Tensor kspace = RandomSamples({3, 7, 32}), trajectory = Radial(7);
  const MRIScan scan = Prepared(RawAlong(kspace, trajectory));
  EXPECT_LT(Difference(TensorView(scan.kspace).squeeze(1), kspace), rounding);
  EXPECT_LT(Difference(MRITrajectory(scan), trajectory), 8.0 * rounding);
  EXPECT_TRUE(scan.mask.IsEmpty());
  EXPECT_FALSE(scan.noise.has_value());
  EXPECT_EQ(scan.imageGrid.size, Axes<std::int64_t>::FromXyz({16, 16, 1}));
  EXPECT_DOUBLE_EQ(scan.imageGrid.spacing.x, 2.0);
  EXPECT_DOUBLE_EQ(scan.imageGrid.spacing.y, 3.0);
}

TEST(RawTrajectory, UnitsAreToldByTheLargestNumberOrAskedFor)
{
  const at::Tensor kspace = RandomSamples({1, 5, 32}), trajectory = Radial(5);
  const double pi = std::acos(-1.0);
  for (const double unit : {1.0, 1.0 / 16.0, 2.0 * pi / 16.0})
  {
    EXPECT_LT(Difference(MRITrajectory(Prepared(RawAlong(kspace, trajectory * unit))), trajectory), 8.0 * rounding);
  }
  const MRIRaw half = RawAlong(kspace, trajectory * (0.5 / 16.0)); // the inner half of k-space, in cycles per sample
  EXPECT_NE(MessageOf(half).find("--trajectory-unit"), std::string::npos) << MessageOf(half);
  MRIPreparationOptions options;
  options.trajectoryUnit = "cycles-per-sample";
  EXPECT_LT(Difference(MRITrajectory(Prepared(half, options)), 0.5 * trajectory), 8.0 * rounding);
}

TEST(RawTrajectory, DiscardedSamplesLeaveWithTheirPlaces)
{
  const at::Tensor kspace = RandomSamples({2, 4, 32}), trajectory = Radial(4);
  MRIRaw raw = RawAlong(kspace, trajectory);
  for (MRIReadout & readout : raw.readouts)
  {
    readout.discardPre = 2;
    readout.discardPost = 1;
  }
  MRIPreparationOptions options;
  options.trajectoryUnit = "cycles-per-fov";
  const MRIScan scan = Prepared(raw, options);
  EXPECT_LT(Difference(TensorView(scan.kspace).squeeze(1), kspace.narrow(2, 2, 29)), rounding);
  EXPECT_LT(Difference(MRITrajectory(scan), trajectory.narrow(1, 2, 29)), 8.0 * rounding);
}

TEST(RawTrajectory, NoiseReadoutsWhitenAndRepeatedReadoutsAreMeans)
{
  const at::Tensor kspace = RandomSamples({3, 6, 32}), noise = RandomSamples({3, 500});
  MRIRaw raw = RawAlong(kspace, Radial(6));
  const MRIRaw again = RawAlong(3.0 * kspace, Radial(6));
  raw.readouts.insert(raw.readouts.end(), again.readouts.begin(), again.readouts.end());
  AddNoise(raw, noise);
  const MRIScan scan = Prepared(raw);
  EXPECT_NEAR(*scan.noise, std::sqrt(0.5), 1e-12);
  const at::Tensor white = WhiteningMatrix(NoiseCovariance({&raw.readouts.back()}, 5.0));
  const at::Tensor wanted = at::mm(white, 2.0 * kspace.view({3, -1})).view({3, 6, 32});
  EXPECT_LT(Difference(TensorView(scan.kspace).squeeze(1), wanted), 1e-5); // of numbers up to 10
}

TEST(RawTrajectory, WhatWasNotMeasuredAsOftenStaysRowsOfTheSameNoise)
{
  const at::Tensor kspace = RandomSamples({2, 6, 32});
  MRIRaw raw = RawAlong(kspace, Radial(6));
  raw.readouts.push_back(raw.readouts[2]);
  AddNoise(raw, RandomSamples({2, 500}));
  const MRIScan scan = Prepared(raw);
  EXPECT_EQ(scan.kspace.GetGrid().size.y, 7);
  EXPECT_EQ(scan.noise, 1.0);
  EXPECT_LT(Difference(MRITrajectory(scan)[3], Radial(6)[2]), 8.0 * rounding); // beside its equal
}

TEST(RawTrajectory, SlicesShareTheirTrajectoryWhateverTheOrderOrAreChosenFrom)
{
  const at::Tensor kspace = RandomSamples({2, 2, 6, 32}), trajectory = Radial(6); // coil, slice
  MRIRaw raw = RawAlong(kspace.select(1, 0), trajectory);
  raw.readouts.clear();
  for (std::int64_t i = 0; i < 6; ++i)
  {
    for (std::int64_t slice = 0; slice < 2; ++slice)
    {
      const std::int64_t number = slice == 0 ? i : 5 - i; // the other way round
      raw.readouts.push_back(ReadoutAlong(kspace.select(1, slice).select(1, number), trajectory[number], number));
      raw.readouts.back().index.slice = slice;
      raw.readouts.back().position = {1.0, 2.0, slice == 0 ? 10.0 : 3.0}; // slice 1 lies below
    }
  }
  const MRIScan scan = Prepared(raw);
  EXPECT_LT(Difference(TensorView(scan.kspace), kspace.flip(1).flip(2)), rounding);
  EXPECT_LT(Difference(MRITrajectory(scan), trajectory.flip(0)), 8.0 * rounding); // rows as the first slice has them
  EXPECT_NEAR(scan.imageGrid.spacing.z, 7.0, 1e-12);
  EXPECT_NEAR(scan.imageGrid.origin[0], 1.0 - 8.0 * 2.0, 1e-12);
  EXPECT_NEAR(scan.imageGrid.origin[1], 2.0 - 8.0 * 3.0, 1e-12);
  EXPECT_NEAR(scan.imageGrid.origin[2], 3.0, 1e-12);

  raw.readouts.front().trajectory[0] += 0.25F;
  EXPECT_NE(MessageOf(raw).find("--slice"), std::string::npos) << MessageOf(raw);
  MRIPreparationOptions options;
  options.slice = 1;
  EXPECT_LT(Difference(TensorView(Prepared(raw, options).kspace).squeeze(1), kspace.select(1, 1).flip(1)), rounding);
}

TEST(RawTrajectory, PartitionsOfAStackBecomeSlices)
{
  const at::Tensor volume = RandomSamples({1, 4, 6, 32}); // coil, z, readout, sample
  const std::vector<std::int64_t> alongZ{1};
  const at::Tensor kspace =
      at::fft_fftshift(at::fft_fft(at::fft_ifftshift(volume, alongZ), c10::nullopt, 1, "ortho"), alongZ);
  const at::Tensor trajectory = Radial(6);
  MRIRaw raw = RawAlong(kspace.select(1, 0), trajectory);
  MRIEncoding & encoding = raw.encodings[0];
  encoding.encoded.matrix[2] = encoding.recon.matrix[2] = 4;
  encoding.encoded.fieldOfView[2] = encoding.recon.fieldOfView[2] = 12.0;
  encoding.step2 = MRILimits{0, 3, 2};
  raw.readouts.clear();
  for (std::int64_t z = 0; z < 4; ++z)
  {
    for (std::int64_t i = 0; i < 6; ++i)
    {
      raw.readouts.push_back(ReadoutAlong(kspace.select(1, z).select(1, i), trajectory[i], i));
      raw.readouts.back().index.step2 = z;
      raw.readouts.back().position = {0.0, 0.0, 10.0};
    }
  }
  const MRIScan scan = Prepared(raw);
  EXPECT_LT(Difference(TensorView(scan.kspace), volume), 2.0 * rounding);
  EXPECT_NEAR(scan.imageGrid.origin[2], 10.0 - 2.0 * 3.0, 1e-12);
  EXPECT_NEAR(scan.imageGrid.spacing.z, 3.0, 1e-12);
  raw.readouts.pop_back();
  EXPECT_NE(MessageOf(raw).find("partitions"), std::string::npos) << MessageOf(raw);
}

TEST(RawTrajectory, PlacesOfThreeNumbersMakeAVolumeWhoseZRunsAlongReadCrossPhase)
{
  TrajectoryOptions options;
  options.kind = "kooshball";
  options.size = 8;
  options.readouts = 40;
  const at::Tensor kspace = RandomSamples({2, 40, 16}), trajectory = MakeTrajectory(options);
  MRIRaw raw = RawAlong(kspace, trajectory);
  MRIEncoding & encoding = raw.encodings[0];
  encoding.encoded.matrix = {16, 8, 8};
  encoding.recon.matrix = {8, 8, 8};
  encoding.encoded.fieldOfView = {32.0, 16.0, 16.0};
  encoding.recon.fieldOfView = {16.0, 16.0, 16.0};
  const MRIScan scan = Prepared(raw);
  EXPECT_EQ(scan.kspace.GetGrid().size.z, 1);
  EXPECT_EQ(scan.imageGrid.size, Axes<std::int64_t>::FromXyz({8, 8, 8}));
  EXPECT_NEAR(scan.imageGrid.origin[2], -8.0, 1e-12);
  EXPECT_LT(Difference(MRITrajectory(scan), trajectory), 4.0 * rounding);
  for (MRIReadout & readout : raw.readouts)
  {
    readout.sliceDirection = {0.0, 0.0, -1.0};
  }
  const MRIScan flipped = Prepared(raw);
  EXPECT_LT(Difference(MRITrajectory(flipped), trajectory * at::tensor({1.0, 1.0, -1.0}, at::kDouble)), 4.0 * rounding);
  EXPECT_EQ(flipped.imageGrid.origin, scan.imageGrid.origin);
  EXPECT_EQ(flipped.imageGrid.direction, scan.imageGrid.direction);
}

TEST(RawTrajectory, EveryBadInputIsOneLine)
{
  const MRIRaw good = RawAlong(RandomSamples({2, 5, 32}), Radial(5));
  const auto broken = [&](auto && change)
  {
    MRIRaw raw = good;
    change(raw);
    return MessageOf(raw);
  };
  const auto along = [](std::int64_t samples, std::int64_t rank) {
    return ReadoutAlong(RandomSamples({2, samples}), at::zeros({samples, rank}), 1);
  };
  EXPECT_EQ(MessageOf(good), "");
  const auto expect = [](const std::string & message, const std::string & part)
  {
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  };
  expect(broken([](MRIRaw & raw) { raw.encodings[0].trajectory = "epi"; }), "'epi'; required cartesian, radial");
  expect(broken([](MRIRaw & raw) { raw.readouts[2].trajectoryDimensions = 0; }), "others without");
  expect(broken([](MRIRaw & raw) { raw.readouts[2].trajectory.pop_back(); }), "63 numbers of a trajectory");
  expect(broken([&](MRIRaw & raw) { raw.readouts[2] = along(30, 2); }), "of 32 and of 30 samples");
  expect(broken([&](MRIRaw & raw) { raw.readouts[2] = along(32, 3); }), "of 2 and 3 numbers");
  expect(broken([&](MRIRaw & raw) { raw.readouts = {along(32, 4)}; }), "of 4 and 4 numbers");
  expect(broken([&](MRIRaw & raw) { raw.readouts = {along(32, 1)}; }), "of 1 and 1 numbers");
  expect(broken(
             [&](MRIRaw & raw)
             {
               raw.readouts = {along(32, 3)};
               raw.readouts[0].trajectory[2] = 1.0F;
             }),
         "three numbers for an encoded matrix of one partition");
  const float none = std::numeric_limits<float>::quiet_NaN();
  expect(broken([&](MRIRaw & raw) { raw.readouts[2].trajectory[3] = none; }), "not finite");
  expect(broken([&](MRIRaw & raw) { raw.readouts[2].trajectory[3] = 40.0F; }), "--trajectory-unit");
  MRIPreparationOptions asked;
  asked.trajectoryUnit = "cycles-per-fov";
  MRIRaw far = good;
  far.readouts[2].trajectory[3] = 40.0F;
  expect(MessageOf(far, asked), "reaches 40.000000 along y; required at most 8.0");
  expect(broken([](MRIRaw & raw) { raw.encodings[0].recon.matrix = {60000, 60000, 1}; }), "a line in 64");
  expect(broken(
             [](MRIRaw & raw)
             {
               raw.encodings[0].encoded.matrix[2] = raw.encodings[0].recon.matrix[2] = 2;
               raw.readouts[0].index.slice = 1;
             }),
         "several slabs");
  expect(broken([](MRIRaw & raw) { raw.encodings[0].encoded.matrix[2] = 65535; }), "partitions"); // not their memory
}
} // namespace
} // namespace tweedie
