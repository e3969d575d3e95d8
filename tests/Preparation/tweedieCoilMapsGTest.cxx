// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilMaps.h"
#include "tweedieError.h"
#include "tweedieMRISimulation.h"
#include "tweediePixelEigenvectors.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
/** A smooth disc in 64 x 56 pixels, measured by 6 coils. */
MRISimulation
Simulated(double acceleration)
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({64, 56, 1});
  Volume image(grid, Volume::Element::Real);
  for (std::int64_t y = 0; y < 56; ++y)
  {
    for (std::int64_t x = 0; x < 64; ++x)
    {
      const double r = std::hypot((static_cast<double>(x) - 32.0) / 25.0, (static_cast<double>(y) - 28.0) / 21.0);
      image.Data()[y * 64 + x] = static_cast<float>(100.0 / (1.0 + std::exp(20.0 * (r - 1.0))));
    }
  }
  MRISimulationOptions options;
  options.coils = 6;
  options.acceleration = acceleration;
  options.centerFraction = 24.0 / 56.0;
  options.noise = 0.001;
  return SimulateMRI(image, options);
}

/** The sine of the angle between the maps and the true ones, at pixels within the object whose eigenvalue is large. */
double
LargestSine(const MRISimulation & simulation, const CoilMaps & result)
{
  const at::Tensor truth = TensorView(simulation.scan.sensitivities).squeeze(1);
  const at::Tensor maps = TensorView(result.maps).squeeze(1);
  const at::Tensor cosine = (truth.conj() * maps).sum(0).abs();
  const at::Tensor object = TensorView(simulation.reference).squeeze().abs() > 0.5;
  const at::Tensor sine = (1.0 - cosine.square()).clamp_min(0.0).sqrt();
  return sine.masked_select(object).max().item<double>();
}

TEST(CoilMaps, EspiritFindsTheTrueMapsWithinTheObject)
{
  const MRISimulation simulation = Simulated(1.0);
  const CoilMaps result = EstimateCoilMaps(simulation.scan.kspace, simulation.scan.mask, {});
  // Maps that are no trigonometric polynomials of the kernel's size, and the noise, leave a hundredth.
  EXPECT_LT(LargestSine(simulation, result), 0.02);
  const at::Tensor object = TensorView(simulation.reference).squeeze().abs() > 0.5;
  EXPECT_GT(TensorView(result.eigenvalues).squeeze().masked_select(object).min().item<double>(), 0.98);
}

TEST(CoilMaps, UndersampledDataGiveTheMapsOfTheirCentre)
{
  const MRISimulation whole = Simulated(1.0), part = Simulated(1.8);
  const CoilMaps ofWhole = EstimateCoilMaps(whole.scan.kspace, whole.scan.mask, {});
  const CoilMaps ofPart = EstimateCoilMaps(part.scan.kspace, part.scan.mask, {});
  // The centre, and its noise, is the same.
  const at::Tensor both = TensorView(ofWhole.maps) - TensorView(ofPart.maps);
  const at::Tensor object = TensorView(whole.reference).squeeze().abs() > 0.5;
  EXPECT_LT(both.abs().amax(at::IntArrayRef{0, 1}).masked_select(object).max().item<double>(), 1e-5);
}

TEST(CoilMaps, WalshFindsThemCoarsely)
{
  const MRISimulation simulation = Simulated(1.0);
  CoilMapOptions options;
  options.method = "walsh";
  const CoilMaps result = EstimateCoilMaps(simulation.scan.kspace, simulation.scan.mask, options);
  // Means over five pixels of a windowed image are not the maps.
  EXPECT_LT(LargestSine(simulation, result), 0.1);
  EXPECT_NEAR(TensorView(result.maps).abs().square().sum(0).min().item<double>(), 1.0, 1e-5);
}

TEST(CoilMaps, CropRemovesWhatTheCoilsDoNotExplain)
{
  const MRISimulation simulation = Simulated(1.0);
  CoilMapOptions options;
  options.crop = 0.95;
  const CoilMaps hard = EstimateCoilMaps(simulation.scan.kspace, simulation.scan.mask, options);
  options.softCrop = true;
  const CoilMaps soft = EstimateCoilMaps(simulation.scan.kspace, simulation.scan.mask, options);
  const at::Tensor power = TensorView(hard.maps).abs().square().sum(0),
                   values = TensorView(hard.eigenvalues).squeeze(0);
  EXPECT_LT((power - (values >= 0.95).to(at::kFloat)).abs().max().item<double>(), 1e-5);
  // As "bart ecalib -c 0.95 -S" has it: half where the root of the eigenvalue is the limit, 0 as far below as 1 above.
  const at::Tensor t = ((values.sqrt() - 0.95) / 0.05).clamp(-1.0, 1.0);
  const at::Tensor weight = 0.5 * (1.0 + 2.0 * t / (1.0 + t.square()));
  const at::Tensor faded = TensorView(soft.maps).abs().square().sum(0).sqrt();
  EXPECT_LT((faded - weight).abs().max().item<double>(), 1e-5); // rounding of single precision
  EXPECT_TRUE(((faded > 0.01) & (faded < 0.99)).any().item<bool>());
}

TEST(CoilMaps, EigenvectorsAreThoseOfADirectSolver)
{
  constexpr std::int64_t coils = 5, pixels = 37; // two full vectors and a rest
  at::manual_seed(3);
  at::Tensor factors = at::randn({pixels, coils, 3}, at::kComplexDouble);
  factors.select(2, 0).mul_(4.0); // eigenvalues apart from each other
  const at::Tensor matrices = at::matmul(factors, factors.conj().transpose(1, 2));
  const auto [values, vectors] = at::linalg_eigh(matrices);
  const at::Tensor index = at::triu_indices(coils, coils);
  const at::Tensor upper = matrices.permute({1, 2, 0}).index({index[0], index[1]}).to(at::kComplexFloat);
  const at::Tensor real = at::real(upper).contiguous(), imaginary = at::imag(upper).contiguous();
  at::Tensor found = at::ones({2, coils, pixels}, at::kFloat), eigenvalues = at::empty({pixels}, at::kFloat);
  LargestEigenvectors({real.data_ptr<float>(), imaginary.data_ptr<float>(), coils, pixels},
                      pixels,
                      1,
                      found[0].data_ptr<float>(),
                      found[1].data_ptr<float>(),
                      pixels,
                      eigenvalues.data_ptr<float>());
  const at::Tensor v = at::complex(found[0], found[1]).t().to(at::kComplexDouble);
  const at::Tensor cosine = (vectors.select(2, coils - 1).conj() * v).sum(1).abs();
  EXPECT_LT(((eigenvalues - values.select(1, coils - 1)) / values.select(1, coils - 1)).abs().max().item<double>(),
            1e-4);
  // An eigenvalue that stands still to 1e-6 has a vector that is right to some 1e-3.
  EXPECT_GT(cosine.min().item<double>(), 1.0 - 1e-4);
}

TEST(CoilMaps, AScanWithoutAFullCentreIsRefused)
{
  MRISimulation simulation = Simulated(1.0);
  simulation.scan.mask.Data()[28 * 64 + 32] = 0.0F;
  try
  {
    EstimateCoilMaps(simulation.scan.kspace, simulation.scan.mask, {});
    ADD_FAILURE() << "not refused";
  }
  catch (const DataError & error)
  {
    EXPECT_NE(std::string(error.what()).find("required a full centre"), std::string::npos) << error.what();
  }
}
} // namespace
} // namespace tweedie
