// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieMRIPreparation.h"
#include "tweedieRawExample.h"
#include "tweedieVolumeTensor.h"

#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
using test::FlagBit;
using test::RandomSamples;
using test::RawOf;
using test::ReadoutOf;

MRIPreparationOptions
Unwhitened()
{
  MRIPreparationOptions options;
  options.whiten = false;
  return options;
}

MRIScan
Prepared(const MRIRaw & raw, const MRIPreparationOptions & options = Unwhitened())
{
  return PrepareMRI(raw, options).scan;
}

double
Difference(const at::Tensor & a, const at::Tensor & b)
{
  return (a.to(at::kComplexDouble) - b.to(at::kComplexDouble)).abs().max().item<double>();
}

std::string
MessageOf(const MRIRaw & raw, const MRIPreparationOptions & options = Unwhitened())
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

bool
HasWarning(const MRIScan & scan, const std::string & part)
{
  return std::any_of(scan.warnings.begin(),
                     scan.warnings.end(),
                     [&](const std::string & warning) { return warning.find(part) != std::string::npos; });
}

constexpr double rounding = 1e-6; // of float numbers of about 1

TEST(MRIPreparation, PutsEveryLineWhereItsCounterSays)
{
  const at::Tensor kspace = RandomSamples({3, 9, 12});
  const MRIScan scan = Prepared(RawOf(kspace));
  EXPECT_LT(Difference(TensorView(scan.kspace).squeeze(1), kspace), rounding);
  EXPECT_EQ(TensorView(scan.mask).min().item<float>(), 1.0F);
  EXPECT_FALSE(scan.noise.has_value());
}

TEST(MRIPreparation, PartialFourierKeepsTheCentreAtTheMiddle)
{
  const at::Tensor kspace = RandomSamples({2, 16, 12});
  MRIRaw raw = RawOf(kspace);
  raw.readouts.erase(raw.readouts.begin(), raw.readouts.begin() + 5);
  for (MRIReadout & readout : raw.readouts)
  {
    readout.index.step1 -= 5; // counted from the first line that was measured
  }
  raw.encodings[0].step1 = MRILimits{0, 10, 3};
  const MRIScan scan = Prepared(raw);
  at::Tensor wanted = kspace.clone();
  wanted.narrow(1, 0, 5).zero_();
  EXPECT_LT(Difference(TensorView(scan.kspace).squeeze(1), wanted), rounding);
  EXPECT_EQ(TensorView(scan.mask).sum().item<float>(), 11.0F * 12.0F);
}

TEST(MRIPreparation, AnAsymmetricEchoKeepsItsCentreSample)
{
  const at::Tensor kspace = RandomSamples({2, 8, 16});
  MRIRaw raw = RawOf(kspace);
  for (std::int64_t y = 0; y < 8; ++y)
  {
    MRIReadout readout = ReadoutOf(kspace.select(1, y).narrow(1, 5, 11), y);
    readout.centerSample = 3;
    raw.readouts[static_cast<std::size_t>(y)] = readout;
  }
  at::Tensor wanted = kspace.clone();
  wanted.narrow(2, 0, 5).zero_();
  const MRIScan scan = Prepared(raw);
  EXPECT_LT(Difference(TensorView(scan.kspace).squeeze(1), wanted), rounding);
  EXPECT_EQ(TensorView(scan.mask).sum().item<float>(), 8.0F * 11.0F);
}

TEST(MRIPreparation, ReversedReadoutsAreTurnedAround)
{
  const at::Tensor kspace = RandomSamples({2, 8, 10});
  MRIRaw raw = RawOf(kspace);
  raw.readouts[3] = ReadoutOf(kspace.select(1, 3).flip(1), 3);
  raw.readouts[3].flags = FlagBit(MRIReadoutFlag::Reverse);
  EXPECT_LT(Difference(TensorView(Prepared(raw).kspace).squeeze(1), kspace), rounding);
}

TEST(MRIPreparation, NavigatorsAndDummiesAreLeftOut)
{
  const at::Tensor kspace = RandomSamples({2, 8, 10});
  MRIRaw raw = RawOf(kspace);
  for (const MRIReadoutFlag flag :
       {MRIReadoutFlag::Navigation, MRIReadoutFlag::PhaseCorrection, MRIReadoutFlag::Dummy, MRIReadoutFlag::Feedback})
  {
    raw.readouts.push_back(ReadoutOf(kspace.select(1, 0) * 100.0, 4));
    raw.readouts.back().flags = FlagBit(flag);
  }
  EXPECT_LT(Difference(TensorView(Prepared(raw).kspace).squeeze(1), kspace), rounding);
}

TEST(MRIPreparation, InterleavedRepetitionsMakeOneImageAndEachCanBeChosen)
{
  const at::Tensor kspace = RandomSamples({2, 8, 10});
  MRIRaw raw = RawOf(kspace);
  for (MRIReadout & readout : raw.readouts)
  {
    readout.index.repetition = readout.index.step1 % 2;
  }
  EXPECT_LT(Difference(TensorView(Prepared(raw).kspace).squeeze(1), kspace), rounding);
  MRIPreparationOptions second = Unwhitened();
  second.repetition = 1;
  EXPECT_EQ(TensorView(Prepared(raw, second).mask).sum().item<float>(), 4.0F * 10.0F);
}

TEST(MRIPreparation, AveragesAreMeansAndLowerTheNoise)
{
  const at::Tensor kspace = RandomSamples({2, 8, 10});
  MRIRaw raw = RawOf(kspace);
  const MRIRaw other = RawOf(3.0 * kspace);
  raw.readouts.insert(raw.readouts.end(), other.readouts.begin(), other.readouts.end());
  raw.readouts.push_back(ReadoutOf(RandomSamples({2, 200}), 0));
  raw.readouts.back().flags = FlagBit(MRIReadoutFlag::Noise);
  EXPECT_LT(Difference(TensorView(Prepared(raw).kspace).squeeze(1), 2.0 * kspace), 2.0 * rounding);
  EXPECT_NEAR(*PrepareMRI(raw, {}).scan.noise, std::sqrt(0.5), 1e-12);
}

TEST(MRIPreparation, NoiseReadoutsWhitenToTheIdentity)
{
  constexpr std::int64_t coils = 6, samples = 20000;
  const at::Tensor mixing = at::eye(coils, at::kComplexDouble) + 0.4 * RandomSamples({coils, coils});
  at::manual_seed(11);
  MRIRaw raw = RawOf(at::mm(mixing, at::randn({coils, 64 * 64}, at::kComplexDouble)).view({coils, 64, 64}));
  // Samples twice as far apart have half the power of noise.
  raw.readouts.push_back(
      ReadoutOf(std::sqrt(0.5) * at::mm(mixing, at::randn({coils, samples}, at::kComplexDouble)), 0));
  raw.readouts.back().flags = FlagBit(MRIReadoutFlag::Noise);
  raw.readouts.back().sampleTime = 10.0;
  const MRIScan scan = Prepared(raw, {});
  EXPECT_EQ(scan.noise, 1.0);
  const at::Tensor white = TensorView(scan.kspace).reshape({coils, -1}).to(at::kComplexDouble);
  const at::Tensor covariance = at::mm(white, white.conj().t()) / static_cast<double>(white.size(1));
  // 4096 samples tell a variance to 1.6 %.
  EXPECT_LT(Difference(covariance, at::eye(coils, at::kComplexDouble)), 0.05);
  // A receiver that lets 0.64 of the noise scan's power through: the data's noise is larger by 1 / 0.64.
  raw.relativeNoiseBandwidth = 0.64;
  const at::Tensor filtered = TensorView(Prepared(raw, {}).kspace).reshape({coils, -1}).to(at::kComplexDouble);
  EXPECT_LT(Difference(filtered, 0.8 * white), 10.0 * rounding); // of numbers of about 3
}

TEST(MRIPreparation, ReadoutOversamplingIsRemovedWithoutChangingTheImage)
{
  // A plane wave at the sample k = 3 of 16 is at k = 3 / 2 of 8: what fits into half the field of view is kept.
  at::Tensor image = at::zeros({1, 4, 16}, at::kComplexDouble);
  image.narrow(2, 4, 8).copy_(RandomSamples({1, 4, 8}));
  const std::vector<std::int64_t> plane{1, 2};
  const auto toKspace = [&](const at::Tensor & x)
  { return at::fft_fftshift(at::fft_fft2(at::fft_ifftshift(x, plane), {}, plane, "ortho"), plane); };
  MRIRaw raw = RawOf(toKspace(image));
  raw.encodings[0].recon.matrix[0] = 8;
  raw.encodings[0].recon.fieldOfView[0] = 16.0;
  const MRIScan scan = Prepared(raw);
  EXPECT_EQ(scan.kspace.GetGrid().size.x, 8);
  EXPECT_DOUBLE_EQ(scan.kspace.GetGrid().spacing.x, 2.0);
  EXPECT_LT(Difference(TensorView(scan.kspace).squeeze(1), toKspace(image.narrow(2, 4, 8))), 2.0 * rounding);
}

TEST(MRIPreparation, ThePositionIsThatOfTheTransformsCentreOfAnObliqueSlice)
{
  MRIRaw raw = RawOf(RandomSamples({1, 8, 12}));
  const double c = std::cos(0.4), s = std::sin(0.4);
  for (MRIReadout & readout : raw.readouts)
  {
    readout.position = {31.0, -17.5, 42.25};
    readout.readDirection = {c, s, 0.0};
    readout.phaseDirection = {0.0, 0.0, -1.0};
    readout.sliceDirection = {-s, c, 0.0};
  }
  const Grid grid = Prepared(raw).kspace.GetGrid();
  const double x = 6.0 * 2.0, y = 4.0 * 3.0; // from voxel 0 to voxel N / 2
  EXPECT_NEAR(grid.origin[0], 31.0 - c * x, 1e-9);
  EXPECT_NEAR(grid.origin[1], -17.5 - s * x, 1e-9);
  EXPECT_NEAR(grid.origin[2], 42.25 + y, 1e-9);
  EXPECT_NEAR(grid.direction[2], -s, 1e-9);
  EXPECT_NEAR(grid.direction[5], c, 1e-9);
}

TEST(MRIPreparation, SlicesAreSortedByPlaceAndHandedRight)
{
  const at::Tensor kspace = RandomSamples({1, 3, 8, 10});
  MRIRaw raw = RawOf(kspace.select(1, 0));
  raw.readouts.clear();
  const double places[] = {4.0, -8.0, -2.0};
  for (std::int64_t slice = 0; slice < 3; ++slice)
  {
    for (std::int64_t y = 0; y < 8; ++y)
    {
      MRIReadout readout = ReadoutOf(kspace.select(1, slice).select(1, y), y);
      readout.index.slice = slice;
      readout.sliceDirection = {0.0, 0.0, -1.0}; // left-handed
      readout.position = {0.0, 0.0, places[slice]};
      raw.readouts.push_back(readout);
    }
  }
  const MRIScan scan = Prepared(raw);
  const Grid & grid = scan.kspace.GetGrid();
  EXPECT_NEAR(grid.origin[2], -8.0, 1e-9);
  EXPECT_NEAR(grid.spacing.z, 6.0, 1e-9);
  EXPECT_NEAR(grid.direction[8], 1.0, 1e-9);
  const at::Tensor sorted = at::stack({kspace.select(1, 1), kspace.select(1, 2), kspace.select(1, 0)}, 1);
  EXPECT_LT(Difference(TensorView(scan.kspace), sorted), rounding);
}

TEST(MRIPreparation, DirectionsOfLengthZeroBecomeTheIdentityWithAWarning)
{
  MRIRaw raw = RawOf(RandomSamples({1, 8, 10}));
  for (MRIReadout & readout : raw.readouts)
  {
    readout.readDirection = readout.phaseDirection = readout.sliceDirection = {0.0, 0.0, 0.0};
  }
  const MRIScan scan = Prepared(raw);
  EXPECT_EQ(scan.kspace.GetGrid().direction, Grid().direction);
  EXPECT_TRUE(HasWarning(scan, "length zero"));
}

TEST(MRIPreparation, PartitionsBecomeSlicesAroundThePosition)
{
  const at::Tensor volume = RandomSamples({1, 6, 8, 10});
  const std::vector<std::int64_t> alongZ{1};
  const at::Tensor kspace =
      at::fft_fftshift(at::fft_fft(at::fft_ifftshift(volume, alongZ), c10::nullopt, 1, "ortho"), alongZ);
  MRIRaw raw = RawOf(kspace.select(1, 0));
  raw.encodings[0].encoded.matrix[2] = 6;
  raw.encodings[0].step2 = MRILimits{0, 5, 3};
  raw.readouts.clear();
  for (std::int64_t z = 0; z < 6; ++z)
  {
    for (std::int64_t y = 0; y < 8; ++y)
    {
      raw.readouts.push_back(ReadoutOf(kspace.select(1, z).select(1, y), y));
      raw.readouts.back().index.step2 = z;
      raw.readouts.back().position = {0.0, 0.0, 10.0};
    }
  }
  raw.encodings[0].encoded.fieldOfView[2] = raw.encodings[0].recon.fieldOfView[2] = 12.0;
  const MRIScan scan = Prepared(raw);
  EXPECT_LT(Difference(TensorView(scan.kspace), volume), 2.0 * rounding);
  EXPECT_NEAR(scan.kspace.GetGrid().origin[2], 10.0 - 3.0 * 2.0, 1e-9);
  // Left-handed: partitions run downwards, voxel 5 of the slab is the lowest one.
  for (MRIReadout & readout : raw.readouts)
  {
    readout.sliceDirection = {0.0, 0.0, -1.0};
  }
  const MRIScan mirrored = Prepared(raw);
  EXPECT_LT(Difference(TensorView(mirrored.kspace), volume.flip(1)), 2.0 * rounding);
  EXPECT_NEAR(mirrored.kspace.GetGrid().origin[2], 10.0 - 2.0 * 2.0, 1e-9);
  EXPECT_NEAR(mirrored.kspace.GetGrid().direction[8], 1.0, 1e-9);
}

TEST(MRIPreparation, VirtualCoilsKeepTheEnergyOfDependentOnes)
{
  const at::Tensor two = RandomSamples({2, 8, 10});
  const at::Tensor five = at::mm(RandomSamples({5, 2}), two.view({2, 80})).view({5, 8, 10});
  MRIPreparationOptions options = Unwhitened();
  options.virtualCoils = 2;
  const at::Tensor compressed = TensorView(Prepared(RawOf(five), options).kspace);
  EXPECT_EQ(compressed.size(0), 2);
  EXPECT_NEAR(compressed.abs().square().sum().item<double>() / five.abs().square().sum().item<double>(), 1.0, 1e-5);
}

TEST(MRIPreparation, EveryBadInputIsOneLine)
{
  const MRIRaw good = RawOf(RandomSamples({2, 8, 10}));
  const auto broken = [&](auto && change)
  {
    MRIRaw raw = good;
    change(raw);
    return MessageOf(raw);
  };
  EXPECT_EQ(MessageOf(good), "");
  const auto expect = [](const std::string & message, const std::string & part)
  {
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  };
  expect(broken([](MRIRaw & raw) { raw.encodings.push_back(raw.encodings[0]); }), "--encoding");
  expect(broken([](MRIRaw & raw) { raw.encodings[0].trajectory = "spiral"; }), "0 numbers of a trajectory");
  expect(broken([](MRIRaw & raw) { raw.readouts[2].trajectoryDimensions = 2; }), "others without");
  expect(broken([](MRIRaw & raw) { raw.readouts[2].index.step1 = 40; }), "encoded matrix of 8");
  expect(broken([](MRIRaw & raw) { raw.encodings[0].encoded.matrix[0] = 6; }), "encoded matrix of 6");
  expect(broken([](MRIRaw & raw) { raw.encodings[0].encoded.matrix = {60000, 60000, 1}; }), "a line in 64");
  expect(broken([](MRIRaw & raw) { raw.readouts[2] = ReadoutOf(RandomSamples({3, 10}), 2); }), "as many in all");
  expect(broken([](MRIRaw & raw) { raw.readouts.clear(); }), "no readout of an image");
  expect(broken([](MRIRaw & raw) { raw.readouts[0].phaseDirection = {1.0, 0.0, 0.0}; }), "right angle");
  MRIPreparationOptions options = Unwhitened();
  options.contrast = 3;
  expect(MessageOf(good, options), "--contrast");
  EXPECT_TRUE(HasWarning(Prepared(good, {}), "no noise readouts"));
}
} // namespace
} // namespace tweedie
