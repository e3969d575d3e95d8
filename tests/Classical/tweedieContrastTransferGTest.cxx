// SPDX-License-Identifier: Apache-2.0
// Contrast transfer on a weak object whose waves are made on a grid four times as fine, without the linear formula.
#include "tweedieContrastTransfer.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieRadialWave.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr double wavelength = 5e-11;
const PropagationGeometry geometry{wavelength, {1e-6, 1e-6}, {0.01, 0.02, 0.035, 0.06}};

/** A sum of three bumps with the given heights, on the parts of the pixels. */
at::Tensor
Bumps(std::array<double, 3> heights)
{
  const std::array<std::array<double, 3>, 3> places{{{30.2, 25.1, 3.0}, {60.7, 50.4, 6.0}, {40.1, 55.6, 1.5}}};
  at::Tensor sum = at::zeros({80 * 4, 96 * 4}, at::kDouble);
  for (std::size_t i = 0; i < 3; ++i)
  {
    const auto [x, y, width] = places[i];
    sum += (RadialDetector{80, 96, 1.0, x, y}.Radii() / width).square().div(-2.0).exp() * heights[i];
  }
  return sum;
}

at::Tensor
Binned(const at::Tensor & ofParts)
{
  return RadialDetector{80, 96, 1.0, 0.0, 0.0}.Binned(ofParts);
}

/** Counts of light of exp(i phi - B) at the distances, [1, distances, 1, y, x]: every plane wave by itself. */
at::Tensor
Patterns(const at::Tensor & phase,
         const at::Tensor & attenuation,
         const std::vector<double> & distances = geometry.distances)
{
  const double part = 0.25e-6;
  const at::Tensor spectrum = at::fft_fft2(at::polar(attenuation.neg().exp(), phase));
  const at::Tensor fy = at::fft_fftfreq(phase.size(0), part, at::kDouble).unsqueeze(1);
  const at::Tensor fx = at::fft_fftfreq(phase.size(1), part, at::kDouble).unsqueeze(0);
  const at::Tensor along = (1.0 - (fy.square() + fx.square()) * (wavelength * wavelength)).sqrt() - 1.0;
  std::vector<at::Tensor> patterns;
  for (const double z : distances)
  {
    const at::Tensor angle = along * (2.0 * pi * z / wavelength);
    const at::Tensor wave = at::fft_ifft2(spectrum * at::polar(at::ones_like(angle), angle));
    patterns.push_back(Binned(wave.abs().square()));
  }
  return at::stack(patterns).reshape({1, -1, 1, 80, 96});
}

at::Tensor
WithoutMean(const at::Tensor & x)
{
  return x - x.mean();
}
} // namespace

TEST(ContrastTransfer, FindsPhaseAndAttenuationOfAWeakObject)
{
  const at::Tensor phase = Bumps({-0.05, 0.03, -0.04});
  const at::Tensor attenuation = Bumps({0.004, 0.01, 0.006});
  ContrastTransferOptions options;
  options.lowRegularization = 1e-9; // no noise
  options.highRegularization = 1e-4;
  const WeakObject found = RetrieveByContrastTransfer(Patterns(phase, attenuation), geometry, options);
  EXPECT_EQ(found.phase.sizes(), at::IntArrayRef({1, 1, 1, 80, 96}));
  // Second order in phase and attenuation, 0.05 / 2 and less where they overlap: measured 0.6 and 0.7 %.
  EXPECT_TENSOR_CLOSE(found.phase[0][0][0], WithoutMean(Binned(phase)), 0.01);
  EXPECT_TENSOR_CLOSE(found.attenuation[0][0][0], Binned(attenuation), 0.01);
}

TEST(ContrastTransfer, FindsAPurePhase)
{
  const at::Tensor phase = Bumps({-0.05, 0.03, -0.04});
  ContrastTransferOptions options;
  options.object = ContrastObject::PhaseOnly;
  options.lowRegularization = 1e-9;
  const WeakObject found = RetrieveByContrastTransfer(Patterns(phase, phase * 0.0), geometry, options);
  EXPECT_TENSOR_CLOSE(found.phase[0][0][0], WithoutMean(Binned(phase)), 0.004); // measured: 0.002
  EXPECT_EQ(found.attenuation.abs().max().item<double>(), 0.0);
}

TEST(ContrastTransfer, FindsTheMeanOfASingleMaterial)
{
  const at::Tensor phase = Bumps({-0.05, -0.03, -0.04});
  ContrastTransferOptions options;
  options.object = ContrastObject::SingleMaterial;
  options.deltaOverBeta = 30.0;
  const WeakObject found = RetrieveByContrastTransfer(Patterns(phase, phase / -30.0), geometry, options);
  EXPECT_TENSOR_CLOSE(found.phase[0][0][0], Binned(phase), 0.004); // the mean too; measured: 0.001
  EXPECT_TENSOR_CLOSE(found.attenuation, found.phase / -30.0, 1e-14);
}

TEST(ContrastTransfer, SeveralDistancesFillTheZerosOfOne)
{
  // A rough phase: noise smoothed by a pixel. The longest distance is blind at 0.29 cycles a pixel.
  const at::Tensor fy = at::fft_fftfreq(320, 0.25, at::kDouble).square().unsqueeze(1);
  const at::Tensor fx = at::fft_fftfreq(384, 0.25, at::kDouble).square().unsqueeze(0);
  const at::Tensor spectrum = at::fft_fft2(Normal(1, {320, 384})) * ((fx + fy) * (-2.0 * pi * pi)).exp();
  const at::Tensor phase = at::real(at::fft_ifft2(spectrum)) * 0.2; // a standard deviation of 0.014
  const at::Tensor truth = WithoutMean(Binned(phase));
  const auto error = [&](std::vector<double> distances)
  {
    ContrastTransferOptions options;
    options.object = ContrastObject::PhaseOnly;
    options.extension = PlaneExtension::None; // as it is
    const at::Tensor I = Patterns(phase, phase * 0.0, distances);
    const PropagationGeometry several{wavelength, {1e-6, 1e-6}, std::move(distances)};
    return RelativeError(RetrieveByContrastTransfer(I, several, options).phase[0][0][0], truth);
  };
  const double one = error({0.23});
  const double several = error({0.1, 0.13, 0.17, 0.23});
  EXPECT_LT(several, 0.3 * one); // measured: 0.006, 0.055
}

TEST(ContrastTransfer, ZeroFrequencyIsNotPenalised)
{
  // Uniform attenuation, all the penalty there is.
  const at::Tensor I = at::full({2, 4, 1, 7, 6}, 0.9, at::kDouble);
  ContrastTransferOptions options;
  options.lowRegularization = 10.0;
  options.highRegularization = 10.0;
  const at::Tensor flat = at::full({2, 1, 1, 7, 6}, 0.05, at::kDouble);
  EXPECT_TENSOR_CLOSE(RetrieveByContrastTransfer(I, geometry, options).attenuation, flat, 1e-13);
  EXPECT_TENSOR_NEAR(RetrieveByContrastTransfer(I, geometry, options).phase, flat * 0.0, 1e-15);
  options.object = ContrastObject::SingleMaterial;
  options.deltaOverBeta = 100.0;
  EXPECT_TENSOR_CLOSE(RetrieveByContrastTransfer(I, geometry, options).phase, flat * -100.0, 1e-13);
  options.object = ContrastObject::PhaseOnly;
  EXPECT_TENSOR_NEAR(RetrieveByContrastTransfer(I, geometry, options).phase, flat * 0.0, 1e-15);
  options.lowRegularization = 0.0; // nothing left to divide by at f = 0
  EXPECT_TRUE(RetrieveByContrastTransfer(I, geometry, options).phase.isfinite().all().item<bool>());
}

TEST(ContrastTransfer, ABatchIsALoop)
{
  const at::Tensor I = 1.0 + Normal(1, {3, 4, 1, 9, 8}) * 0.1;
  const WeakObject all = RetrieveByContrastTransfer(I, geometry);
  const WeakObject one = RetrieveByContrastTransfer(I.narrow(0, 1, 1), geometry);
  EXPECT_TENSOR_EQUAL(all.phase.narrow(0, 1, 1), one.phase);
  EXPECT_TENSOR_EQUAL(all.attenuation.narrow(0, 1, 1), one.attenuation);
  EXPECT_EQ(RetrieveByContrastTransfer(I.to(at::kFloat), geometry).phase.scalar_type(), at::kFloat);
}

TEST(ContrastTransfer, RefusesBadInput)
{
  const at::Tensor I = at::ones({1, 4, 1, 8, 8}, at::kDouble);
  ContrastTransferOptions options;
  const PropagationGeometry one{wavelength, {1e-6, 1e-6}, {0.01}};
  EXPECT_THROW_MESSAGE(RetrieveByContrastTransfer(I, one), UsageError, "given 1 distances; required 2 or more");
  EXPECT_THROW_MESSAGE(RetrieveByContrastTransfer(I.narrow(1, 0, 3), geometry), DataError, "of 4 distances");
  EXPECT_THROW_MESSAGE(RetrieveByContrastTransfer(I * NAN, geometry), DataError, "NaN");
  EXPECT_THROW_MESSAGE(RetrieveByContrastTransfer(I[0], geometry), DataError, "required [batch, distances, 1, y, x]");
  EXPECT_THROW_MESSAGE(
      RetrieveByContrastTransfer(I, {0.0, {1e-6, 1e-6}, geometry.distances}), UsageError, "wavelength of 0 m");
  options.highRegularization = 0.0;
  EXPECT_THROW_MESSAGE(RetrieveByContrastTransfer(I, geometry, options), UsageError, "regularizations");
  options.highRegularization = 0.1;
  options.object = ContrastObject::SingleMaterial;
  EXPECT_THROW_MESSAGE(RetrieveByContrastTransfer(I, geometry, options), UsageError, "delta / beta 0");
}
