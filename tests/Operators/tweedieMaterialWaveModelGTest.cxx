// SPDX-License-Identifier: Apache-2.0
// Patterns of one material against an integral without grid; derivatives against differences.
#include "tweedieMaterialWaveModel.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweediePropagationOperator.h"
#include "tweedieRadialWave.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double wavelength = 1e-10;
constexpr MaterialIndex material{2e-6, 4e-7};

/** Thickness in micrometres of 5 x 6 pixels, recorded at two distances. */
std::shared_ptr<const MaterialWaveModel>
Small(MagnitudeKind kind)
{
  const PropagationGeometry geometry{wavelength, {5e-7, 7e-7}, {2e-3, 9e-3}};
  return std::make_shared<const MaterialWaveModel>(
      std::make_shared<const PropagationOperator>(5, 6, geometry), material, wavelength, kind, 1e-6);
}

at::Tensor
Thickness()
{
  return Normal(1, {2, 1, 1, 5, 6}).abs() * 10.0; // 1 rad and more
}
} // namespace

TEST(MaterialWaveModel, PatternsAreThoseOfFresnelsIntegral)
{
  // A Gaussian bump of 1.3 radians on the axis, in light that is 1 everywhere else, at the edges of the image too.
  constexpr double width = 5e-6;
  constexpr double end = 7.0 * width; // e^-24.5
  constexpr double height = 10e-6;
  const auto bump = [](const at::Tensor & angle)
  { return (angle.sin() * (end / width)).square().div(-2.0).exp() * height; };
  const RadialDetector pixels{64, 81, 1e-6, 35.3, 30.8, 1};
  const at::Tensor radii = pixels.Radii();
  const at::Tensor thickness = ((radii / width).square().div(-2.0).exp() * height).reshape({1, 1, 1, 64, 81});
  // Parallel light, and a point source twice: what it magnifies is recorded on larger pixels.
  for (const auto & [z, source] : {std::pair{0.02, 0.0}, {0.3, 0.0}, {0.04, 0.04}, {0.1, 0.3}})
  {
    const double magnification = source > 0.0 ? 1.0 + z / source : 1.0;
    const PropagationGeometry detector{wavelength, {1e-6 * magnification, 1e-6 * magnification}, {z}};
    const PropagationGeometry geometry = source > 0.0 ? ParallelGeometry(detector, source) : detector;
    const PropagationOptions options{PropagationKernel::AngularSpectrum, 2.5};
    const auto A = std::make_shared<const PropagationOperator>(64, 81, geometry, options);
    const MaterialWaveModel model(A, material, wavelength, MagnitudeKind::Intensity);
    const at::Tensor y = model.Apply(thickness).reshape({64, 81});
    ASSERT_GT((y - 1.0).abs().max().item<double>(), 0.1); // there is something to see
    // A row and a column. The steepest phase, k r s / z, turns by 1.3 radians and less in a panel:
    // 1.3^4 / 4320 of what little is there. Measured: 2e-7.
    const at::Tensor places = at::cat({radii.select(0, 33), radii.select(1, 29)});
    const at::Tensor u =
        RadialWave({wavelength, material.delta, material.beta, end, bump, z, source}, places * magnification, 8000);
    EXPECT_TENSOR_NEAR(at::cat({y.select(0, 33), y.select(1, 29)}), u.abs().square(), 1e-6);
  }
}

TEST(MaterialWaveModel, NothingInTheLightIsFlat)
{
  const auto model = Small(MagnitudeKind::Intensity);
  EXPECT_TENSOR_EQUAL(model->Apply(at::zeros({1, 1, 1, 5, 6}, at::kDouble)), at::ones({1, 2, 1, 5, 6}, at::kDouble));
}

TEST(MaterialWaveModel, WithoutAPathItIsBeersLaw)
{
  const auto A =
      std::make_shared<const PropagationOperator>(5, 6, PropagationGeometry{wavelength, {1e-6, 1e-6}, {0.0}});
  const at::Tensor x = Thickness();
  const double mu = 4.0 * 3.14159265358979323846 * material.beta / wavelength;
  const MaterialWaveModel model(A, material, wavelength, MagnitudeKind::Intensity, 1e-6);
  EXPECT_TENSOR_CLOSE(model.Apply(x), (x * (-mu * 1e-6)).exp(), 1e-14); // rounding
}

TEST(MaterialWaveModel, VjpIsThatOfDifferences)
{
  for (const MagnitudeKind kind : {MagnitudeKind::Amplitude, MagnitudeKind::Intensity})
  {
    const auto model = Small(kind);
    const at::Tensor x = Thickness();
    const at::Tensor v = Normal(2, {2, 2, 1, 5, 6});
    at::Tensor expected = at::zeros_like(x);
    constexpr double h = 1e-4; // micrometres; error h^2 |A'''| / 6 with derivatives of c^3 = 0.002, and rounding / h
    for (std::int64_t i = 0; i < x.numel(); ++i)
    {
      at::Tensor above = x.clone();
      at::Tensor below = x.clone();
      above.view(-1)[i] += h;
      below.view(-1)[i] -= h;
      expected.view(-1)[i] = ((model->Apply(above) - model->Apply(below)) * v).sum() / (2.0 * h);
    }
    EXPECT_TENSOR_CLOSE(model->Vjp(x, v), expected, 1e-9);
    at::Tensor recorded = x.clone().set_requires_grad(true);
    model->Apply(recorded * 1.0).backward(v);
    const at::NoGradGuard noGrad;
    EXPECT_TENSOR_EQUAL(recorded.grad(), model->Vjp(x, v));
  }
}

TEST(MaterialWaveModel, ABatchIsALoop)
{
  const auto model = Small(MagnitudeKind::Amplitude);
  const at::Tensor x = Thickness();
  const at::Tensor v = Normal(2, {2, 2, 1, 5, 6});
  for (std::int64_t i = 0; i < 2; ++i)
  {
    // The same operations, in vectors of other lengths.
    EXPECT_TENSOR_CLOSE(model->Apply(x).narrow(0, i, 1), model->Apply(x.narrow(0, i, 1)), 1e-14);
    EXPECT_TENSOR_CLOSE(model->Vjp(x, v).narrow(0, i, 1), model->Vjp(x.narrow(0, i, 1), v.narrow(0, i, 1)), 1e-14);
  }
  const at::Tensor single = model->Apply(x.to(at::kFloat));
  EXPECT_EQ(single.scalar_type(), at::kFloat);
  EXPECT_TENSOR_CLOSE(single, model->Apply(x), 1e-6); // a few roundings of single precision
}

TEST(MaterialWaveModel, RefusesWrongNumbers)
{
  const auto A =
      std::make_shared<const PropagationOperator>(5, 6, PropagationGeometry{wavelength, {1e-6, 1e-6}, {0.0}});
  EXPECT_THROW_MESSAGE(MaterialWaveModel(nullptr, material, wavelength), UsageError, "given no operator");
  EXPECT_THROW_MESSAGE(MaterialWaveModel(A, material, 0.0), UsageError, "wavelength 0 m");
  EXPECT_THROW_MESSAGE(MaterialWaveModel(A, {NAN, 0.0}, wavelength), UsageError, "delta nan");
  const MaterialWaveModel model(A, material, wavelength);
  EXPECT_THROW_MESSAGE(model.Apply(at::zeros({1, 1, 1, 5, 6}, at::kComplexDouble)), DataError, "real");
}
