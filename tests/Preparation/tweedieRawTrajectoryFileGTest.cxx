// SPDX-License-Identifier: Apache-2.0
// Raw files along trajectories that other people's programs wrote, and what they show.
#include "tweedieMRIClassical.h"
#include "tweedieMRIModel.h"
#include "tweedieMRIPreparation.h"
#include "tweedieMRIRawFile.h"
#include "tweedieProcess.h"
#include "tweedieRadialRawFile.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tweedie
{
namespace
{
MRIClassicalOptions
Sense()
{
  MRIClassicalOptions options;
  options.method = "sense";
  options.lambda = 0.0;
  options.tolerance = 1e-5;
  return options;
}

TEST(RawTrajectoryFile, AGridMeasuredAsATrajectoryIsTheCartesianImage)
{
  constexpr char generator[] = "/usr/bin/ismrmrd_generate_cartesian_shepp_logan";
  if (!std::filesystem::exists(generator))
  {
    GTEST_SKIP() << "needs Debian's package ismrmrd-tools";
  }
  const test::TemporaryFolder folder;
  const std::string path = folder.File("raw.h5");
  ASSERT_EQ(test::Process({generator, "-m", "32", "-c", "1", "-n", "0", "-k", "-o", path}).Run().exitCode, 0);
  MRIRaw raw = ReadMRIRaw(path);
  ASSERT_EQ(raw.readouts.front().trajectoryDimensions, 2);
  const MRIScan onGrid = PrepareMRI(raw, {}).scan;
  raw.encodings[0].trajectory = "other";
  const MRIScan along = PrepareMRI(raw, {}).scan;
  EXPECT_EQ(along.kspace.GetGrid().size.x, 64);
  EXPECT_TRUE(along.imageGrid.IsCongruent(onGrid.kspace.GetGrid()));
  const at::Tensor wanted = TensorView(ReconstructClassical(onGrid, Sense()).mean);
  const at::Tensor image = TensorView(ReconstructClassical(along, Sense()).mean);
  // The generator's unitary transform has 64 x 32 pixels, that of the scan 32 x 32. The window has 1e-5.
  EXPECT_LT(((image * std::sqrt(2.0) - wanted).norm() / wanted.norm()).item<double>(), 1e-4);
}

#ifdef TWEEDIE_TEST_ISMRMRD
/** The ellipses at the pixels, and (within) where they are constant for reach pixels around. */
struct TruePixels
{
  at::Tensor values, within;
};

TruePixels
TrueValues(std::int64_t size, std::int64_t reach)
{
  const auto place = [&](std::int64_t i) { return static_cast<double>(i - size / 2) / static_cast<double>(size); };
  TruePixels truth{at::zeros({size, size}, at::kDouble), at::zeros({size, size}, at::kBool)};
  for (std::int64_t y = 0; y < size; ++y)
  {
    for (std::int64_t x = 0; x < size; ++x)
    {
      const double value = test::EllipsesAt(place(x), place(y));
      bool isEven = true;
      for (std::int64_t dy = -reach; dy <= reach; ++dy)
      {
        for (std::int64_t dx = -reach; dx <= reach; ++dx)
        {
          isEven = isEven && test::EllipsesAt(place(x + dx), place(y + dy)) == value;
        }
      }
      truth.values[y][x] = value;
      truth.within[y][x] = isEven;
    }
  }
  return truth;
}

/** Of an image, in pixels from pixel floor(N / 2). */
std::array<double, 2>
CentroidOf(const at::Tensor & image)
{
  const at::Tensor place = at::arange(image.size(0), at::kDouble) - static_cast<double>(image.size(0) / 2);
  const double sum = image.sum().item<double>();
  return {(image.sum(0) * place).sum().item<double>() / sum, (image.sum(1) * place).sum().item<double>() / sum};
}

std::array<double, 2>
TrueCentroid(double size)
{
  double sum = 0.0, x = 0.0, y = 0.0;
  for (const test::Ellipse & one : test::Ellipses())
  {
    const double weight = one.value * one.halfX * one.halfY;
    sum += weight;
    x += weight * one.x;
    y += weight * one.y;
  }
  return {size * x / sum, size * y / sum};
}

TEST(RawTrajectoryFile, AnObjectOfClosedFormIsAtItsPlaceWithItsValues)
{
  const test::TemporaryFolder folder;
  test::RadialRawFile file;
  file.slices = 2;
  file.position = {31.0F, -17.5F, 42.25F};
  file.read = {0.8F, 0.6F, 0.0F};
  file.phase = {0.0F, 0.0F, -1.0F};
  file.normal = {-0.6F, 0.8F, 0.0F};
  file.Write(folder.File("raw.h5"));
  MRIScan scan = PrepareMRI(ReadMRIRaw(folder.File("raw.h5")), {}).scan;
  const Grid & grid = scan.imageGrid;
  EXPECT_EQ(grid.size, Axes<std::int64_t>::FromXyz({64, 64, 2}));
  EXPECT_NEAR(grid.origin[0], 31.0 - 0.8 * 32.0 * 2.0, 1e-5); // read direction of float numbers times 64 mm
  EXPECT_NEAR(grid.origin[1], -17.5 - 0.6 * 32.0 * 2.0, 1e-5);
  EXPECT_NEAR(grid.origin[2], 42.25 + 32.0 * 2.0, 1e-5);
  EXPECT_NEAR(grid.spacing.z, 6.0, 1e-5);
  scan.sensitivities = test::TrueMaps(64, file.coils);
  const auto result = ReconstructClassical(scan, Sense());
  const TruePixels truth = TrueValues(64, 3);
  for (std::int64_t slice = 0; slice < 2; ++slice)
  {
    const at::Tensor image = at::real(TensorView(result.mean)[0][slice]).to(at::kDouble);
    const at::Tensor wanted = truth.values * static_cast<double>(slice + 1);
    for (const double value : {1.0, 1.5, 0.4})
    {
      const at::Tensor part = truth.within & (truth.values == value);
      EXPECT_GT(part.sum().item<std::int64_t>(), 9);
      // Rings of the cut spectrum change their sign from pixel to pixel: measured, 0.0024 is left of them.
      EXPECT_NEAR(
          image.masked_select(part).mean().item<double>() / (value * static_cast<double>(slice + 1)), 1.0, 0.01);
    }
    // The rings themselves: 0.045 of the brightest slice's edges, three pixels from them.
    const at::Tensor rest = (image - wanted).masked_select(truth.within);
    EXPECT_LT(rest.abs().max().item<double>(), 0.06 * static_cast<double>(slice + 1));
    const auto found = CentroidOf(image), expected = TrueCentroid(64.0);
    EXPECT_NEAR(found[0], expected[0], 0.001); // pixels; a wrong centre would give half of one, measured 7e-5
    EXPECT_NEAR(found[1], expected[1], 0.001);
  }
}
#else
TEST(RawTrajectoryFile, AnObjectOfClosedFormIsAtItsPlaceWithItsValues)
{
  GTEST_SKIP() << "needs Debian's package libismrmrd-dev";
}
#endif
} // namespace
} // namespace tweedie
