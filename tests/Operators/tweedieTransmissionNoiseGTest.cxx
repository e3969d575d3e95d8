// SPDX-License-Identifier: Apache-2.0
#include "tweedieTransmissionNoise.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
constexpr std::int64_t rays = 100000;

at::Tensor
Lines(double value, at::ScalarType type = at::kDouble)
{
  return at::full({1, rays}, value, type);
}

TransmissionNoiseOptions
Noise(double photons, double electronic, double scatter)
{
  return {photons, electronic, scatter};
}

/** Mean and variance within five standard errors. */
void
ExpectMoments(const at::Tensor & y, double mean, double variance)
{
  const auto n = static_cast<double>(y.numel());
  EXPECT_NEAR(y.mean().item<double>(), mean, 5.0 * std::sqrt(variance / n));
  EXPECT_NEAR(y.var().item<double>(), variance, 5.0 * variance * std::sqrt((2.0 + 1.0 / mean) / n));
}

TEST(TransmissionNoise, CountsFollowTheirLaw)
{
  for (const double line : {0.0, 3.0, 8.0})
  {
    const double mean = 2000.0 * std::exp(-line) + 4.0;
    ExpectMoments(SimulateCounts(Lines(line), Noise(2000.0, 3.0, 4.0), 1), mean, mean + 9.0);
  }
}

TEST(TransmissionNoise, EachEntryHasItsStream)
{
  const auto lines = at::rand({2, 40}, at::make_generator<at::CPUGeneratorImpl>(3), at::kDouble);
  const auto both = SimulateCounts(lines, Noise(500.0, 2.0, 0.0), 9);
  EXPECT_TENSOR_EQUAL(SimulateCounts(lines.narrow(0, 1, 1), Noise(500.0, 2.0, 0.0), 9, 1), both.narrow(0, 1, 1));
  EXPECT_GT(test::LargestDifference(SimulateCounts(lines, Noise(500.0, 2.0, 0.0), 10), both), 0.0);
}

TEST(TransmissionNoise, AShareOfTheDoseIsAScanOfThatDose)
{
  const double share = 0.1, electronic = 4.0;
  const auto full = SimulateCounts(Lines(2.0), Noise(1000.0, electronic, 20.0), 2);
  const double mean = share * (1000.0 * std::exp(-2.0) + 20.0);
  const auto low = ThinCounts(full, share, electronic, 3);
  ExpectMoments(low, mean, mean + electronic * electronic);
  const auto same = ThinCounts(full, 1.0, electronic, 3);
  EXPECT_TENSOR_NEAR(same, full, 1e-12);
}

TEST(TransmissionNoise, LogarithmsInvertWhatIsSeen)
{
  const auto lines = at::tensor({0.0, 1.0, 5.0}, at::kDouble);
  const auto counts = (-lines).exp() * 1e4 + 7.0;
  std::int64_t clamped = -1;
  EXPECT_TENSOR_NEAR(LogarithmOfCounts(counts, 1e4, 7.0, 1.0, clamped), lines, 1e-13);
  EXPECT_EQ(clamped, 0);
  const auto starved = at::tensor({-3.0, 7.0, 7.5, 20.0}, at::kDouble);
  const auto found = LogarithmOfCounts(starved, 1e4, 7.0, 1.0, clamped);
  EXPECT_EQ(clamped, 3);
  EXPECT_NEAR(found.max().item<double>(), std::log(1e4), 1e-13);
}

/** Three energies of a diagnostic tube and water's attenuation there, rounded: any numbers of that size will do. */
BeamSpectrum
Tube()
{
  return {{0.3, 0.5, 0.2}, {0.027, 0.0206, 0.0171}};
}

TEST(TransmissionNoise, ThePolynomialStraightensTheBeam)
{
  const BeamSpectrum tube = Tube();
  const double mu = 0.3 * 0.027 + 0.5 * 0.0206 + 0.2 * 0.0171;
  const auto coefficients = FitWaterPolynomial(tube, 400.0, 4);
  EXPECT_NEAR(coefficients[0], 1.0, 0.01); // the slope at zero thickness is mu by definition, the fit is over all of it
  double before = 0.0, after = 0.0;
  for (double t = 20.0; t <= 400.0; t += 20.0)
  {
    const double line = PolychromaticIntegral(tube, t);
    const double straight = ApplyPolynomial(coefficients, at::scalar_tensor(line, at::kDouble)).item<double>();
    before = std::max(before, std::abs(line / (mu * t) - 1.0));
    after = std::max(after, std::abs(straight / (mu * t) - 1.0));
  }
  EXPECT_GT(before, 0.03);  // what cupping is made of
  EXPECT_LT(after, 0.0005); // half a HU of water
  // One energy needs no straightening.
  const auto none = FitWaterPolynomial({{2.0}, {0.02}}, 300.0, 3);
  EXPECT_NEAR(none[0], 1.0, 1e-9);
  EXPECT_NEAR(none[1], 0.0, 1e-9);
  EXPECT_NEAR(none[2], 0.0, 1e-9);
}

TEST(TransmissionNoise, RefusesBadInput)
{
  const auto lines = Lines(1.0);
  EXPECT_THROW_MESSAGE(SimulateCounts(lines, Noise(0.0, 0.0, 0.0), 1), UsageError, "--photons");
  EXPECT_THROW_MESSAGE(SimulateCounts(lines / 0.0, Noise(10.0, 0.0, 0.0), 1), DataError, "not finite");
  EXPECT_THROW_MESSAGE(SimulateCounts(lines * -1e4, Noise(10.0, 0.0, 0.0), 1), DataError, "not finite");
  EXPECT_THROW_MESSAGE(ThinCounts(lines, 1.5, 0.0, 1), UsageError, "share of 1.5");
  EXPECT_THROW_MESSAGE(ThinCounts(lines, 0.0, 0.0, 1), UsageError, "share of 0");
  std::int64_t clamped = 0;
  EXPECT_THROW_MESSAGE(LogarithmOfCounts(lines, 0.0, 0.0, 1.0, clamped), UsageError, "0.0");
  EXPECT_THROW_MESSAGE(FitWaterPolynomial({{1.0}, {}}, 10.0, 2), UsageError, "1 weights and 0 attenuations");
  EXPECT_THROW_MESSAGE(FitWaterPolynomial(Tube(), 0.0, 2), UsageError, "degree 2");
}
} // namespace
} // namespace tweedie
