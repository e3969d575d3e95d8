// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseScanFixture_h
#define tweediePhaseScanFixture_h

#include "tweedieError.h"
#include "tweediePhaseScanFile.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <cstring>

namespace tweedie
{
namespace test
{
/** Numbers that no rounding leaves alone. */
inline Volume
Awkward(const Grid & grid, Volume::Element element, std::int64_t channels, float offset = 0.1F)
{
  Volume volume(grid, element, channels);
  const std::int64_t floats = volume.NumberOfElements() * (volume.IsComplex() ? 2 : 1);
  for (std::int64_t i = 0; i < floats; ++i)
  {
    volume.Data()[i] = offset + static_cast<float>(i % 89) / 7.0F;
  }
  return volume;
}

inline Volume
Ones(const Grid & grid, std::int64_t channels, std::int64_t zeroAt)
{
  Volume volume(grid, Volume::Element::Real, channels);
  std::fill_n(volume.Data(), volume.NumberOfElements(), 1.0F);
  volume.Data()[zeroAt] = 0.0F;
  return volume;
}

/** Two objects of 4 x 3 pixels behind a detector of 9 x 7. */
inline PhaseScan
PhaseScanOf(PhaseExperiment experiment)
{
  PhaseScan scan;
  scan.experiment = experiment;
  Grid detector;
  detector.size = Axes<std::int64_t>::FromXyz({9, 7, 2});
  detector.spacing = Axes<double>::FromXyz({0.1 / 3.0, 0.055, 1.0 / 7.0});
  detector.origin = {1.0 / 3.0, -2.5, 0.7};
  scan.object = detector;
  scan.object.size = Axes<std::int64_t>::FromXyz({4, 3, 2});
  scan.object.spacing = Axes<double>::FromXyz({1.0 / 3e5, 1.0 / 7e5, 1.0});
  const bool isFourier = experiment == PhaseExperiment::Fourier;
  const bool isNear = experiment == PhaseExperiment::NearField;
  scan.patterns = Awkward(detector, Volume::Element::Real, isFourier ? 1 : 3);
  Grid plane = detector.Slices(0, 1);
  scan.mask = Ones(isNear ? plane : detector, isFourier ? 1 : 3, 10);
  plane.size.x = 4;
  plane.size.y = 3;
  if (experiment == PhaseExperiment::Coded)
  {
    scan.codes = Awkward(plane, Volume::Element::Complex, 3);
  }
  if (isFourier)
  {
    scan.support = Ones(plane, 1, 5);
  }
  scan.wavelength = 1.0 / 7e9;
  scan.distances = isNear ? std::vector<double>{0.1, 0.2, 1.0 / 3.0} : std::vector<double>{5.0 / 3.0};
  scan.sourceDistance = isNear ? std::optional<double>(31.7) : std::nullopt;
  scan.beamCentre = {10.0 / 3.0, 3.3};
  scan.isReal = isFourier;
  scan.isNonNegative = false;
  scan.isCounts = !isFourier;
  scan.noise = isFourier ? std::optional<double>(0.1) : std::nullopt;
  scan.countsPerUnit = isFourier ? std::nullopt : std::optional<double>(1e6 / 3.0);
  scan.dark = isFourier ? 0.0 : 1.0 / 3.0;
  scan.scale = 0.7;
  scan.hounsfieldPerUnit = 2000.0;
  scan.warnings = {"made up"};
  return scan;
}

inline void
ExpectSameBits(const Volume & read, const Volume & written)
{
  ASSERT_EQ(read.IsEmpty(), written.IsEmpty());
  ASSERT_EQ(read.IsComplex(), written.IsComplex());
  ASSERT_EQ(read.Channels(), written.Channels());
  ASSERT_EQ(read.GetGrid().size, written.GetGrid().size);
  const auto floats = static_cast<std::size_t>(written.NumberOfElements() * (written.IsComplex() ? 2 : 1));
  EXPECT_TRUE(floats == 0 || std::memcmp(read.Data(), written.Data(), floats * sizeof(float)) == 0);
}

inline void
ExpectSameGrid(const Grid & read, const Grid & written)
{
  EXPECT_EQ(read.size, written.size);
  EXPECT_EQ(read.spacing, written.spacing);
  EXPECT_EQ(read.origin, written.origin);
  EXPECT_EQ(read.direction, written.direction);
}

/** All to the bit. */
inline void
ExpectSameScan(const PhaseScan & read, const PhaseScan & written)
{
  EXPECT_EQ(read.experiment, written.experiment);
  EXPECT_EQ(read.isCounts, written.isCounts);
  ExpectSameBits(read.patterns, written.patterns);
  ExpectSameBits(read.mask, written.mask);
  ExpectSameBits(read.codes, written.codes);
  ExpectSameBits(read.support, written.support);
  ExpectSameGrid(read.patterns.GetGrid(), written.patterns.GetGrid());
  ExpectSameGrid(read.object, written.object);
  EXPECT_EQ(read.wavelength, written.wavelength);
  EXPECT_EQ(read.distances, written.distances);
  EXPECT_EQ(read.sourceDistance, written.sourceDistance);
  EXPECT_EQ(read.beamCentre, written.beamCentre);
  EXPECT_EQ(read.isReal, written.isReal);
  EXPECT_EQ(read.isNonNegative, written.isNonNegative);
  EXPECT_EQ(read.noise, written.noise);
  EXPECT_EQ(read.countsPerUnit, written.countsPerUnit);
  EXPECT_EQ(read.dark, written.dark);
  EXPECT_EQ(read.scale, written.scale);
  EXPECT_EQ(read.hounsfieldPerUnit, written.hounsfieldPerUnit);
  EXPECT_EQ(read.warnings, written.warnings);
}

/** One line that starts with the file's name and has the word. */
template <typename TError = DataError>
void
ExpectRefused(const std::string & path, const std::string & word, const PhaseReadOptions & options = {})
{
  try
  {
    ReadPhaseScan(path, options);
    FAIL() << "no exception; expected one with '" << word << "'";
  }
  catch (const TError & error)
  {
    const std::string text = error.what();
    EXPECT_NE(text.find(word), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
}
} // namespace test
} // namespace tweedie

#endif
