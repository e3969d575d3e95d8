// SPDX-License-Identifier: Apache-2.0
// The centre of k-space from samples along trajectories, and maps from it: of ellipses and coils of closed form.
#include "tweedieGriddedCenter.h"

#include "tweedieCoilMaps.h"
#include "tweedieEllipseScan.h"
#include "tweedieError.h"
#include "tweedieMRIModel.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
constexpr std::int64_t size = 64;

std::complex<float>
SampleAt(double kx, double ky, std::size_t coil, std::size_t coils)
{
  return std::complex<float>(static_cast<double>(size) * test::CoilOf(coil, coils).Spectrum(kx, ky));
}

/** Readouts of twice as many samples as pixels, with noise of that sigma. */
MRIScan
ScanAlong(const std::string & kind, std::int64_t readouts, std::size_t coils, double noise)
{
  TrajectoryOptions options;
  options.kind = kind;
  options.size = size;
  options.readouts = readouts;
  const at::Tensor trajectory = MakeTrajectory(options);
  MRIScan scan;
  scan.trajectory = TrajectoryVolume(trajectory);
  scan.imageGrid.size = {1, size, size};
  scan.kspace = Volume(scan.trajectory.GetGrid(), Volume::Element::Complex, static_cast<std::int64_t>(coils));
  const auto k = trajectory.accessor<double, 3>();
  std::complex<float> * value = scan.kspace.ComplexData();
  for (std::size_t coil = 0; coil < coils; ++coil)
  {
    for (std::int64_t i = 0; i < k.size(0); ++i)
    {
      for (std::int64_t j = 0; j < k.size(1); ++j)
      {
        *value++ = SampleAt(k[i][j][0], k[i][j][1], coil, coils);
      }
    }
  }
  at::manual_seed(5);
  at::Tensor samples = TensorView(scan.kspace);
  samples.add_(noise * at::randn(samples.sizes(), samples.options()));
  return scan;
}

/** The ellipses, but for their edge's pixels. */
at::Tensor
Inside()
{
  at::Tensor inside = at::zeros({size, size}, at::kBool);
  for (std::int64_t y = 0; y < size; ++y)
  {
    for (std::int64_t x = 0; x < size; ++x)
    {
      const auto place = [](std::int64_t i) { return static_cast<double>(i - size / 2) / static_cast<double>(size); };
      inside[y][x] = test::EllipsesAt(place(x), place(y)) > 0.0;
    }
  }
  return inside;
}

/** The sine of the angle between maps and true ones, inside. */
at::Tensor
SinesWithin(const CoilMaps & found, std::size_t coils)
{
  const at::Tensor truth = TensorView(test::TrueMaps(size, coils)).squeeze(1);
  const at::Tensor maps = TensorView(found.maps).squeeze(1);
  const at::Tensor cosine = (truth.conj() * maps).sum(0).abs() / truth.abs().square().sum(0).sqrt();
  return (1.0 - cosine.square()).clamp_min(0.0).sqrt().masked_select(Inside());
}

/** What a Cartesian scan would measure there. */
GriddedCenter
ExactCenter(std::size_t coils)
{
  Grid grid;
  grid.size = {1, size, size};
  GriddedCenter center{Volume(grid, Volume::Element::Complex, static_cast<std::int64_t>(coils)),
                       Volume(grid, Volume::Element::Real)};
  for (std::int64_t y = -12; y < 12; ++y)
  {
    for (std::int64_t x = -12; x < 12; ++x)
    {
      const std::int64_t place = (y + size / 2) * size + x + size / 2;
      center.mask.Data()[place] = 1.0F;
      for (std::size_t coil = 0; coil < coils; ++coil)
      {
        center.kspace.ComplexData()[static_cast<std::int64_t>(coil) * size * size + place] =
            SampleAt(static_cast<double>(x), static_cast<double>(y), coil, coils);
      }
    }
  }
  return center;
}

TEST(GriddedCenter, IsTheSpectrumOfClosedForm)
{
  const at::Tensor exact = TensorView(ExactCenter(2).kspace);
  for (const auto & [kind, width] :
       {std::pair("radial", 24.0F), std::pair("golden-angle", 20.0F), std::pair("spiral", 24.0F)})
  {
    const GriddedCenter center = GridCenter(ScanAlong(kind, 40, 2, 0.0), 24);
    const at::Tensor mask = TensorView(center.mask);
    EXPECT_GE(mask.sum().item<float>(), width * width) << kind; // golden angles leave wider gaps
    const at::Tensor wanted = exact * mask;
    // What lies beyond the margin, and gaps of up to 1.5 cycles: measured, at most 0.009.
    EXPECT_LT(((TensorView(center.kspace) - wanted).norm() / wanted.norm()).item<double>(), 0.012) << kind;
  }
}

TEST(GriddedCenter, MapsOfFortyReadoutsAreTheTrueOnesWithinTheObject)
{
  const GriddedCenter center = GridCenter(ScanAlong("radial", 40, 8, 0.01), 24), exact = ExactCenter(8);
  CoilMapOptions options;
  options.crop = 0.0;
  const auto sines = [&](const GriddedCenter & of)
  { return SinesWithin(EstimateCoilMaps(of.kspace, of.mask, options), 8); };
  // ESPIRiT of the exact centre leaves 0.0231 at the edge of the object and 0.005 on average, whose maps are waves of
  // half a cycle and no polynomials of the kernel's size: gridding adds nothing to that.
  EXPECT_LT(sines(center).max().item<double>(), 0.025);
  EXPECT_LT((sines(center) - sines(exact)).abs().max().item<double>(), 0.005);
  options.method = "walsh";
  EXPECT_LT(sines(center).max().item<double>(), 0.1); // means over five pixels are not the maps
}

TEST(GriddedCenter, FewReadoutsGiveANarrowerCentreAndMaps)
{
  const GriddedCenter center = GridCenter(ScanAlong("radial", 16, 8, 0.0), 24);
  EXPECT_LT(TensorView(center.mask).sum().item<float>(), 20.0F * 20.0F);
  CoilMapOptions options;
  options.crop = 0.0;
  const at::Tensor sines = SinesWithin(EstimateCoilMaps(center.kspace, center.mask, options), 8);
  EXPECT_LT(sines.max().item<double>(), 0.05); // 0.023 with a whole centre
}

TEST(GriddedCenter, MapsOfASmallCentreCoverTheObject)
{
  GriddedCenter center = ExactCenter(8);
  const at::Tensor mask = TensorView(center.mask), kept = at::zeros_like(mask);
  const auto middle = [](const at::Tensor & image)
  { return image.narrow(2, size / 2 - 4, 9).narrow(3, size / 2 - 4, 9); };
  middle(kept).copy_(middle(mask));
  mask.copy_(kept);
  CoilMapOptions options;
  options.crop = 0.0;
  const CoilMaps maps = EstimateCoilMaps(center.kspace, center.mask, options);
  EXPECT_LT(SinesWithin(maps, 8).max().item<double>(), 0.06); // measured: 0.057; 0.023 with a whole centre
  EXPECT_GT(TensorView(maps.eigenvalues).squeeze().masked_select(Inside()).min().item<double>(), 0.8);
}

TEST(GriddedCenter, AGapAroundTheCentreIsRefused)
{
  MRIScan scan = ScanAlong("radial", 16, 1, 0.0);
  TensorView(scan.trajectory).clamp_min_(3.0); // nothing near 0
  try
  {
    GridCenter(scan, 24);
    ADD_FAILURE() << "not refused";
  }
  catch (const DataError & error)
  {
    EXPECT_NE(std::string(error.what()).find("1.5 cycles"), std::string::npos) << error.what();
  }
}

TEST(GriddedCenter, AVolumesSlicesAreThoseOfClosedForm)
{
  constexpr std::int64_t pixels = 16;
  constexpr double width = 0.1, pi = 3.14159265358979323846; // a Gaussian, 3e-6 at the end of k-space
  TrajectoryOptions options;
  options.kind = "kooshball";
  options.size = pixels;
  options.readouts = 500;
  const at::Tensor k = MakeTrajectory(options);
  MRIScan scan;
  scan.trajectory = TrajectoryVolume(k);
  scan.imageGrid.size = {pixels, pixels, pixels};
  const double volume = std::pow(2.0 * pi * width * width * static_cast<double>(pixels), 1.5);
  const at::Tensor samples = at::exp(k.square().sum(-1) * (-2.0 * pi * pi * width * width)) * volume;
  scan.kspace = VolumeFromTensor(samples.to(at::kComplexFloat).unsqueeze(0).unsqueeze(0), scan.trajectory.GetGrid());
  const GriddedCenter center = GridCenter(scan, 24);
  const at::Tensor place = at::arange(pixels, at::kDouble) - static_cast<double>(pixels / 2);
  const at::Tensor along = at::exp(place.square() * (-2.0 * pi * pi * width * width));
  const at::Tensor slices = at::exp((place / static_cast<double>(pixels)).square() / (-2.0 * width * width));
  const double plane = 2.0 * pi * width * width * static_cast<double>(pixels);
  const at::Tensor wanted = plane * slices.view({-1, 1, 1}) * at::outer(along, along) * TensorView(center.mask)[0];
  EXPECT_GT(TensorView(center.mask).sum().item<float>(), 48.0F);
  const at::Tensor error = TensorView(center.kspace)[0].to(at::kComplexDouble) - wanted;
  // k_z is cut where the box of the middle ends.
  EXPECT_LT((error.norm() / wanted.norm()).item<double>(), 0.02);
}
} // namespace
} // namespace tweedie
