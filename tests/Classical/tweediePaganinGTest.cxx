// SPDX-License-Identifier: Apache-2.0
// Paganin's inversion on a sphere whose pattern is an integral without grid, and its filter on a single wave.
#include "tweediePaganin.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieRadialWave.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr double wavelength = 5e-11; // 24.8 keV
constexpr MaterialIndex material{5e-7, 5e-9};
constexpr double mu = 4.0 * pi * material.beta / wavelength;

/** A sphere of 80 um and 5 radians, 2 cm (effective) before pixels of 1 um (effective), off their centre. */
struct Sphere
{
  explicit Sphere(double sourceDistance)
      : magnification(sourceDistance > 0.0 ? 1.0 + Distance(sourceDistance) / sourceDistance : 1.0),
        detector{wavelength, {pitch * magnification, pitch * magnification}, {Distance(sourceDistance)}},
        pixels{120, 128, pitch * magnification, 63.9, 59.2}
  {
    // Twenty-four radii a pixel: the fringes of the rim are finer than pixels.
    const double step = pixels.pitch / 24.0;
    const at::Tensor radii = at::arange(24 * 90, at::kDouble) * step;
    const auto scene =
        SphereScene(wavelength, material.delta, material.beta, radius, detector.distances[0], sourceDistance);
    // The steepest phase turns 4000 times: 2.5 panels each, and little light is that far out.
    intensity = pixels.Image(RadialWave(scene, radii, 10000).abs().square(), step);
    const at::Tensor inside = (radius * radius - (pixels.Radii() / magnification).square()).clamp_min(0.0);
    thickness = pixels.Binned(inside.sqrt() * 2.0);
    geometry = sourceDistance > 0.0 ? ParallelGeometry(detector, sourceDistance) : detector;
  }

  /** z with z / (1 + z / z_1) = 2 cm. */
  static double
  Distance(double sourceDistance)
  {
    return sourceDistance > 0.0 ? 1.0 / (1.0 / 0.02 - 1.0 / sourceDistance) : 0.02;
  }

  static constexpr double pitch = 1e-6;
  static constexpr double radius = 40e-6;
  double magnification;
  PropagationGeometry detector;
  RadialDetector pixels;
  PropagationGeometry geometry;
  at::Tensor intensity;
  at::Tensor thickness;
};

/** They take a second each. */
const Sphere &
SphereOf(double sourceDistance)
{
  static std::map<double, Sphere> made;
  return made.try_emplace(sourceDistance, sourceDistance).first->second;
}
} // namespace

TEST(PaganinThickness, OfASphereIsWithinOnePercent)
{
  for (const double source : {0.0, 0.03}) // parallel, M = 3
  {
    const Sphere & sphere = SphereOf(source);
    ASSERT_GT(sphere.intensity.max().item<double>(), 1.1); // fringes, more than there is absorption
    for (const auto extension : {PlaneExtension::None, PlaneExtension::Edge, PlaneExtension::Mirror})
    {
      const at::Tensor T = PaganinThickness(sphere.intensity, sphere.geometry, material, extension);
      // The project's bar. What is left lies at the rim, where the thickness is steep: measured 0.6 %.
      EXPECT_TENSOR_CLOSE(T, sphere.thickness, 0.01);
      EXPECT_NEAR(T[59][64].item<double>(), sphere.thickness[59][64].item<double>(), 0.01 * 2.0 * Sphere::radius);
      EXPECT_NEAR(T.mean().item<double>(), sphere.thickness.mean().item<double>(), 0.005 * T.mean().item<double>());
      // The zero frequency passes as it is; of what lies beyond the edges, a mirror alone has the same mean.
      const double kept = (T * -mu).exp().mean().item<double>();
      EXPECT_NEAR(kept, sphere.intensity.mean().item<double>(), extension == PlaneExtension::Edge ? 1e-5 : 1e-14);
    }
  }
}

TEST(PaganinThickness, OfAConeBeamIsThatOfTheSamplePlane)
{
  const Sphere & sphere = SphereOf(0.03); // M = 3
  const auto error = [&](const PropagationGeometry & geometry)
  { return RelativeError(PaganinThickness(sphere.intensity, geometry, material), sphere.thickness); };
  // The known mistakes: frequencies of the detector, its distance, both.
  const auto & [right, wrong] = std::pair{sphere.geometry, sphere.detector};
  EXPECT_GT(error({wavelength, wrong.pitch, right.distances}), 0.03);
  EXPECT_GT(error({wavelength, right.pitch, wrong.distances}), 0.03);
  EXPECT_GT(error(wrong), 0.03);
}

TEST(PaganinThickness, DampsASingleWaveByItsFormula)
{
  // Whole periods on a plane that is its own continuation; pixels that are not square.
  const PropagationGeometry geometry{wavelength, {1e-6, 2e-6}, {0.05}};
  const double fx = 3.0 / (32.0 * 1e-6);
  const double fy = 2.0 / (25.0 * 2e-6);
  const at::Tensor x = (at::arange(32, at::kDouble) * (2.0 * pi * fx * 1e-6)).unsqueeze(0);
  const at::Tensor y = (at::arange(25, at::kDouble) * (2.0 * pi * fy * 2e-6)).unsqueeze(1);
  const at::Tensor wave = (x + y).cos();
  const double gain = 1.0 / (1.0 + 0.05 * material.delta / mu * 4.0 * pi * pi * (fx * fx + fy * fy));
  ASSERT_LT(gain, 0.2);
  const at::Tensor T = PaganinThickness(0.8 + 0.3 * wave, geometry, material, PlaneExtension::None);
  EXPECT_TENSOR_CLOSE(T, (0.8 + 0.3 * gain * wave).log() / -mu, 1e-13); // rounding
}

TEST(PaganinThickness, WithoutAPathItIsBeersLaw)
{
  const at::Tensor T = Normal(1, {2, 3, 7, 6}).abs() * 1e-5;
  const PropagationGeometry geometry{wavelength, {1e-6, 2e-6}, {0.0}};
  for (const auto extension : {PlaneExtension::None, PlaneExtension::Edge, PlaneExtension::Mirror})
  {
    EXPECT_TENSOR_CLOSE(PaganinThickness((T * -mu).exp(), geometry, material, extension), T, 1e-11); // 1e-15 / (mu T)
  }
}

TEST(PaganinThickness, MirrorKeepsTheMeanOfAnyImage)
{
  const at::Tensor I = Normal(1, {4, 7, 6}).abs() + 0.1;
  const PropagationGeometry geometry{wavelength, {1e-6, 2e-6}, {0.05}};
  const at::Tensor kept = (PaganinThickness(I, geometry, material) * -mu).exp().mean(at::IntArrayRef{1, 2});
  EXPECT_TENSOR_CLOSE(kept, I.mean(at::IntArrayRef{1, 2}), 1e-14); // rounding
  // Edges go on as they are: a step at the border stays a step, while a periodic plane mixes both sides.
  at::Tensor half = at::ones({16, 16}, at::kDouble);
  half.narrow(1, 0, 8).fill_(0.5);
  const PropagationGeometry close{wavelength, {1e-6, 2e-6}, {0.005}}; // the filter: 1.4 um
  const auto border = [&](PlaneExtension extension)
  { return (PaganinThickness(half, close, material, extension) * -mu).exp()[8][15].item<double>(); };
  EXPECT_GT(border(PlaneExtension::Edge), 0.99);
  EXPECT_GT(border(PlaneExtension::Mirror), 0.99);
  EXPECT_LT(border(PlaneExtension::None), 0.9);
}

TEST(PaganinThickness, ABatchIsALoop)
{
  const at::Tensor I = Normal(1, {2, 3, 1, 9, 8}).abs() + 0.1;
  const PropagationGeometry geometry{wavelength, {1e-6, 2e-6}, {0.05}};
  const at::Tensor T = PaganinThickness(I, geometry, material);
  EXPECT_EQ(T.sizes(), I.sizes());
  EXPECT_TENSOR_EQUAL(T[1][2][0], PaganinThickness(I[1][2][0], geometry, material));
  const at::Tensor single = PaganinThickness(I.to(at::kFloat), geometry, material);
  EXPECT_EQ(single.scalar_type(), at::kFloat);
  EXPECT_TENSOR_CLOSE(single, T, 1e-5); // rounding of I alone, over mu T
  EXPECT_TENSOR_CLOSE(PhaseOfThickness(T, material.delta, wavelength), T * (-2.0 * pi * 1e4), 1e-14);
}

TEST(PaganinThickness, RefusesBadInput)
{
  const PropagationGeometry good{wavelength, {1e-6, 1e-6}, {0.05}};
  const at::Tensor I = at::ones({8, 8}, at::kDouble);
  EXPECT_THROW_MESSAGE(
      PaganinThickness(I, {wavelength, {1e-6, 1e-6}, {0.1, 0.2}}, material), UsageError, "2 distances");
  EXPECT_THROW_MESSAGE(PaganinThickness(I, {wavelength, {1e-6, 1e-6}, {-0.1}}, material), UsageError, "-0.1 m");
  EXPECT_THROW_MESSAGE(PaganinThickness(I, {0.0, {1e-6, 1e-6}, {0.1}}, material), UsageError, "wavelength of 0 m");
  EXPECT_THROW_MESSAGE(PaganinThickness(I, {wavelength, {1e-6, 0.0}, {0.1}}, material), UsageError, "0 x 1e-06 m");
  EXPECT_THROW_MESSAGE(PaganinThickness(I, good, {1e-6, 0.0}), UsageError, "beta above 0");
  EXPECT_THROW_MESSAGE(PaganinThickness(I, good, {NAN, 1e-9}), UsageError, "delta nan");
  EXPECT_THROW_MESSAGE(PaganinThickness({}, good, material), DataError, "no tensor");
  EXPECT_THROW_MESSAGE(PaganinThickness(I.to(at::kComplexDouble), good, material), DataError, "real intensities");
  EXPECT_THROW_MESSAGE(PaganinThickness(I * NAN, good, material), DataError, "NaN");
  EXPECT_THROW_MESSAGE(PaganinThickness(I * 0.0, good, material), DataError, "64 pixels of pattern 0 without light");
  EXPECT_THROW_MESSAGE(PhaseOfThickness(I, 1e-6, -1.0), UsageError, "length above 0");
}
