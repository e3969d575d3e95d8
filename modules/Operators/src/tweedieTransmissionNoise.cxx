// SPDX-License-Identifier: Apache-2.0
#include "tweedieTransmissionNoise.h"

#include "tweedieCountNumbers.h"
#include "tweedieError.h"
#include "tweedieSimulationStreams.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace tweedie
{
namespace
{
RandomStreams
Streams(std::int64_t seed, SimulationPurpose purpose, std::uint64_t first, std::int64_t count)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < streams.size(); ++i)
  {
    streams[i] = StreamOf(purpose, first + i);
  }
  return {static_cast<std::uint64_t>(seed), streams};
}

void
RequireFinite(const at::Tensor & values, const char * what)
{
  if (!values.isfinite().all().item<bool>())
  {
    throw DataError(std::string("CT noise: given ") + what + " that are not finite; required finite ones");
  }
}

void
RequireSpectrum(const BeamSpectrum & s)
{
  const auto isPositive = [](double x) { return x >= 0.0 && std::isfinite(x); };
  const bool fits = !s.weights.empty() && s.weights.size() == s.attenuation.size() &&
                    std::all_of(s.weights.begin(), s.weights.end(), isPositive) &&
                    std::all_of(s.attenuation.begin(), s.attenuation.end(), isPositive) &&
                    std::accumulate(s.weights.begin(), s.weights.end(), 0.0) > 0.0;
  if (!fits)
  {
    throw UsageError("beam hardening: given a spectrum of " + std::to_string(s.weights.size()) + " weights and " +
                     std::to_string(s.attenuation.size()) +
                     " attenuations; required as many, >= 0, some weight above 0");
  }
}
} // namespace

void
TransmissionNoiseOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("photons", "mean count of a ray that meets nothing").Unit("counts").Above(0).Range(0, 1e12), photons);
  v.Visit(Field("electronic", "standard deviation of the detector's own noise").Unit("counts").Range(0, 1e9),
          electronic);
  v.Visit(Field("scatter", "mean count of scatter and dark current").Unit("counts").Range(0, 1e12), scatter);
}

at::Tensor
SimulateCounts(const at::Tensor & lines,
               const TransmissionNoiseOptions & options,
               std::int64_t seed,
               std::uint64_t firstStream)
{
  ValidateOptions(options);
  RequireFinite(lines, "line integrals");
  RandomStreams random = Streams(seed, SimulationPurpose::Noise, firstStream, lines.size(0));
  const at::Tensor means = (-lines.to(at::kDouble)).exp() * options.photons + options.scatter;
  RequireFinite(means, "line integrals whose counts");
  at::Tensor counts = DrawPoisson(means, random);
  if (options.electronic > 0.0)
  {
    counts = counts + random.NormalLike(counts) * options.electronic;
  }
  return counts.to(lines.scalar_type());
}

at::Tensor
ThinCounts(const at::Tensor & counts, double share, double electronic, std::int64_t seed, std::uint64_t firstStream)
{
  if (!(share > 0.0 && share <= 1.0) || !(electronic >= 0.0))
  {
    throw UsageError("dose: given a share of " + std::to_string(share) + " and an electronic noise of " +
                     std::to_string(electronic) + "; required above 0 and at most 1, and >= 0");
  }
  RequireFinite(counts, "counts");
  RandomStreams random = Streams(seed, SimulationPurpose::Thinning, firstStream, counts.size(0));
  // Electronic noise leaves fractions and negative numbers: they shrink, and whole photons are drawn for.
  const at::Tensor given = counts.to(at::kDouble);
  const at::Tensor whole = given.round().clamp_min(0.0);
  at::Tensor kept = DrawBinomial(whole, share, random) + (given - whole) * share;
  if (electronic > 0.0)
  {
    kept = kept + random.NormalLike(kept) * (electronic * std::sqrt(1.0 - share * share));
  }
  return kept.to(counts.scalar_type());
}

at::Tensor
LogarithmOfCounts(const at::Tensor & counts, double photons, double scatter, double least, std::int64_t & clamped)
{
  if (!(photons > 0.0) || !(least > 0.0))
  {
    throw UsageError("CT counts: given " + std::to_string(photons) + " photons and at least " + std::to_string(least) +
                     " counts; required above 0");
  }
  RequireFinite(counts, "counts");
  const at::Tensor seen = counts.to(at::kDouble) - scatter;
  clamped = seen.lt(least).sum().item<std::int64_t>();
  return (std::log(photons) - seen.clamp_min(least).log()).to(counts.scalar_type());
}

double
PolychromaticIntegral(const BeamSpectrum & spectrum, double thickness)
{
  double all = 0.0;
  double passed = 0.0;
  for (std::size_t i = 0; i < spectrum.weights.size(); ++i)
  {
    all += spectrum.weights[i];
    passed += spectrum.weights[i] * std::exp(-spectrum.attenuation[i] * thickness);
  }
  return std::log(all / passed);
}

std::vector<double>
FitWaterPolynomial(const BeamSpectrum & spectrum, double longest, std::int64_t degree)
{
  RequireSpectrum(spectrum);
  if (!(longest > 0.0) || !std::isfinite(longest) || degree < 1)
  {
    throw UsageError("beam hardening: given " + std::to_string(longest) + " mm and degree " + std::to_string(degree) +
                     "; required above 0 and at least 1");
  }
  constexpr std::int64_t samples = 200;
  const double all = std::accumulate(spectrum.weights.begin(), spectrum.weights.end(), 0.0);
  const double mu =
      std::inner_product(spectrum.weights.begin(), spectrum.weights.end(), spectrum.attenuation.begin(), 0.0) / all;
  const double most = PolychromaticIntegral(spectrum, longest);
  at::Tensor powers = at::empty({samples, degree}, at::kDouble);
  at::Tensor wanted = at::empty({samples, 1}, at::kDouble);
  for (std::int64_t i = 0; i < samples; ++i)
  {
    const double t = longest * static_cast<double>(i + 1) / static_cast<double>(samples);
    const double scaled = PolychromaticIntegral(spectrum, t) / most; // within 0..1, for a well-behaved matrix
    for (std::int64_t k = 0; k < degree; ++k)
    {
      powers[i][k] = std::pow(scaled, static_cast<double>(k + 1));
    }
    wanted[i] = mu * t;
  }
  const at::Tensor solution = std::get<0>(at::linalg_lstsq(powers, wanted, c10::nullopt, "gelsd"));
  std::vector<double> coefficients;
  for (std::int64_t k = 0; k < degree; ++k)
  {
    coefficients.push_back(solution[k][0].item<double>() / std::pow(most, static_cast<double>(k + 1)));
  }
  return coefficients;
}

at::Tensor
ApplyPolynomial(const std::vector<double> & coefficients, const at::Tensor & lines)
{
  at::Tensor sum = at::zeros_like(lines);
  for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c)
  {
    sum = (sum + *c) * lines;
  }
  return sum;
}
} // namespace tweedie
