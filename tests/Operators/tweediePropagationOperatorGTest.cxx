// SPDX-License-Identifier: Apache-2.0
// Propagation against the closed form of a Gaussian beam; what it conserves, what undoes it, and where it ends.
#include "tweediePropagationOperator.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweediePropagationTransfer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr double wavelength = 5e-7;

PropagationOptions
Options(PropagationKernel kernel, double padding = 2.0, bool bandLimit = false)
{
  return {kernel, padding, bandLimit};
}

/** An elliptic beam off the centre of odd and even pixels that are not square: no axis can be taken for another. */
struct GaussianBeam
{
  std::int64_t rows = 127;
  std::int64_t columns = 100;
  std::array<double, 2> pitch{6e-6, 5e-6};
  std::array<double, 2> waist{50e-6, 60e-6}; ///< x, y
  std::array<double, 2> centre{52.3, 60.1};  ///< pixels, x, y

  /** exp(-s^2 / (w^2 q)) / q^(1/2), q = 1 + i z lambda / (pi w^2), along one axis. */
  at::Tensor
  Profile(std::size_t axis, std::int64_t n, double z) const
  {
    const double w = waist[axis];
    const c10::complex<double> q(1.0, z * wavelength / (pi * w * w));
    const at::Tensor s = (at::arange(n, at::kDouble) - centre[axis]) * pitch[axis];
    const at::Tensor exponent = s.square().to(at::kComplexDouble) / at::scalar_tensor(q * (w * w), at::kComplexDouble);
    return exponent.neg().exp() / at::scalar_tensor(q, at::kComplexDouble).sqrt();
  }

  at::Tensor
  At(double z) const
  {
    return (Profile(1, rows, z).unsqueeze(1) * Profile(0, columns, z).unsqueeze(0)).reshape({1, 1, 1, rows, columns});
  }

  PropagationGeometry
  Geometry(std::vector<double> distances) const
  {
    return {wavelength, pitch, std::move(distances)};
  }
};
} // namespace

TEST(PropagationOperator, GaussianBeamIsThatOfTheClosedForm)
{
  const GaussianBeam beam;
  const std::vector<double> distances{2e-3, 5e-3, 12e-3, -5e-3};
  for (const auto kernel : {PropagationKernel::AngularSpectrum, PropagationKernel::Fresnel})
  {
    const PropagationOperator A(beam.rows, beam.columns, beam.Geometry(distances), Options(kernel));
    const at::Tensor x = beam.At(0.0);
    for (const auto type : {at::kComplexDouble, at::kComplexFloat})
    {
      const at::Tensor y = A.Forward(x.to(type));
      for (std::size_t l = 0; l < distances.size(); ++l)
      {
        // Fresnel: the closed form, to the tail of the beam beyond the image, e^-25, and rounding of the transforms.
        // Angular spectrum: z / z_R times the square of the divergence, lambda / (pi w) = 3e-3, over 4 and less: the
        // closed form is paraxial. The project's bar is 1e-4.
        const double allowed = kernel == PropagationKernel::AngularSpectrum ? 1e-5 : 1e-9;
        EXPECT_TENSOR_CLOSE(y.select(1, static_cast<std::int64_t>(l)).unsqueeze(1),
                            beam.At(distances[l]),
                            type == at::kComplexFloat ? std::max(allowed, 1e-6) : allowed);
      }
    }
  }
}

TEST(PropagationOperator, BandLimitGoesBeyondTheSamplingLimit)
{
  const GaussianBeam beam;
  const PropagationGeometry far = beam.Geometry({40e-3});
  EXPECT_LT(SamplingLimit(beam.rows, beam.columns, far, Options(PropagationKernel::AngularSpectrum)), 13e-3);
  const auto limited = Options(PropagationKernel::AngularSpectrum, 2.0, true);
  const at::Tensor y = PropagationOperator(beam.rows, beam.columns, far, limited).Forward(beam.At(0.0));
  // The beam has 1e-10 of its amplitude outside the band; paraxial as above.
  EXPECT_TENSOR_CLOSE(y, beam.At(40e-3), 1e-5);
}

TEST(PropagationOperator, BandLimitIsThatOfMatsushimaAndShimobaba)
{
  const PropagationGeometry far{wavelength, {2e-6, 3e-6}, {5e-3}};
  const Extent padded{120, 200};
  const auto kept = [&](PropagationKernel kernel)
  { return PropagationTransfer(padded, far, Options(kernel, 2.0, true))[0].abs(); };
  // Along an axis: f_x <= 1 / (lambda ((2 df z)^2 + 1)^(1/2)), df = 1 / (400 um); nothing is damped.
  const double limitX = 1.0 / (wavelength * std::sqrt(std::pow(2.0 * 5e-3 / 400e-6, 2.0) + 1.0));
  const double limitY = 1.0 / (wavelength * std::sqrt(std::pow(2.0 * 5e-3 / 360e-6, 2.0) + 1.0));
  const at::Tensor fx = at::fft_fftfreq(200, 2e-6, at::kDouble).abs();
  const at::Tensor fy = at::fft_fftfreq(120, 3e-6, at::kDouble).abs().narrow(0, 0, 61);
  const at::Tensor spectrum = kept(PropagationKernel::AngularSpectrum);
  EXPECT_TENSOR_NEAR(spectrum[0], fx.le(limitX).to(at::kDouble), 1e-15);
  EXPECT_TENSOR_NEAR(spectrum.select(1, 0), fy.le(limitY).to(at::kDouble), 1e-15);
  // Fresnel: f_x <= 1 / (2 lambda df z), whatever f_y.
  const at::Tensor fresnel = kept(PropagationKernel::Fresnel);
  const at::Tensor inX = fx.le(400e-6 / (2.0 * wavelength * 5e-3)).to(at::kDouble).unsqueeze(0);
  const at::Tensor inY = fy.le(360e-6 / (2.0 * wavelength * 5e-3)).to(at::kDouble).unsqueeze(1);
  EXPECT_TENSOR_NEAR(fresnel, inX * inY, 1e-15);
  ASSERT_LT(fresnel.mean().item<double>(), 0.9);
}

TEST(PropagationOperator, AtTheSamplingLimitThePhaseTurnsByPiAStep)
{
  // Pixels of 0.8 wavelengths, where both kernels differ; rows and columns each decide once. Half the limit, half of
  // pi.
  for (const auto & [pitchX, pitchY] : {std::pair{4e-7, 8e-7}, {8e-7, 4e-7}})
  {
    for (const auto kernel : {PropagationKernel::AngularSpectrum, PropagationKernel::Fresnel})
    {
      const auto options = Options(kernel, 1.0);
      PropagationGeometry geometry{wavelength, {pitchX, pitchY}, {0.0}};
      geometry.distances[0] = 0.5 * SamplingLimit(512, 500, geometry, options);
      const at::Tensor H = PropagationTransfer({512, 500}, geometry, options)[0];
      const at::Tensor half = H.narrow(1, 0, 251);
      const auto steps = [](const at::Tensor & next, const at::Tensor & last)
      { return at::angle(next * last.conj()).abs().max().item<double>(); };
      const double across = steps(half.slice(1, 1), half.slice(1, 0, -1));
      const double down = steps(half.slice(0, 1), half.slice(0, 0, -1));
      // A step below the highest frequency, of 250.
      EXPECT_NEAR(std::max(across, down), 0.5 * pi, 0.01 * pi);
    }
  }
}

TEST(PropagationOperator, KeepsTheEnergy)
{
  const GaussianBeam beam;
  const at::Tensor x = beam.At(0.0);
  for (const auto kernel : {PropagationKernel::AngularSpectrum, PropagationKernel::Fresnel})
  {
    const PropagationOperator A(beam.rows, beam.columns, beam.Geometry({2e-3, 5e-3, 10e-3}), Options(kernel));
    for (const auto type : {at::kComplexDouble, at::kComplexFloat})
    {
      const at::Tensor energy = A.Forward(x.to(type)).to(at::kComplexDouble).abs().square().sum(at::IntArrayRef{3, 4});
      const double before = x.abs().square().sum().item<double>();
      EXPECT_TENSOR_NEAR(energy / before, at::ones_like(energy), 1e-6); // the bar; nothing reaches the edge
    }
  }
}

TEST(PropagationOperator, BackwardUndoesForwardInsideTheBand)
{
  // Without padding every wave is periodic and all of it comes back.
  const PropagationGeometry forth{wavelength, {3e-6, 2e-6}, {1e-4}};
  const PropagationGeometry back{wavelength, {3e-6, 2e-6}, {-1e-4}};
  const at::Tensor x = at::complex(Normal(1, {2, 1, 1, 33, 26}), Normal(2, {2, 1, 1, 33, 26}));
  for (const auto kernel : {PropagationKernel::AngularSpectrum, PropagationKernel::Fresnel})
  {
    const PropagationOperator A(33, 26, forth, Options(kernel, 1.0));
    const PropagationOperator B(33, 26, back, Options(kernel, 1.0));
    ASSERT_TRUE(A.IsUnitary());
    EXPECT_TENSOR_CLOSE(B.Forward(A.Forward(x)), x, 1e-13); // rounding of four transforms
    EXPECT_TENSOR_CLOSE(B.Forward(x), A.Adjoint(x), 1e-13);
  }
  // Pixels below the wavelength hold waves that do not travel, and the band limit leaves out more: the rest comes back.
  const auto limited = Options(PropagationKernel::AngularSpectrum, 1.0, true);
  const PropagationOperator A(33, 26, {wavelength, {2e-7, 3e-7}, {2e-5}}, limited);
  const PropagationOperator B(33, 26, {wavelength, {2e-7, 3e-7}, {-2e-5}}, limited);
  EXPECT_FALSE(A.IsUnitary());
  const at::Tensor inside = B.Forward(A.Forward(x));
  EXPECT_GT(RelativeError(inside, x), 0.5);
  EXPECT_GT(RelativeError(inside, at::zeros_like(x)), 1.0); // norm of what is left
  EXPECT_TENSOR_CLOSE(B.Forward(A.Forward(inside)), inside, 1e-13);
}

TEST(PropagationOperator, FresnelIsTheAngularSpectrumNearTheAxis)
{
  const PropagationGeometry geometry{1e-10, {1e-6, 1e-6}, {0.05, 0.5}};
  const at::Tensor x = at::complex(Normal(1, {1, 1, 1, 64, 64}), Normal(2, {1, 1, 1, 64, 64}));
  const PropagationOperator A(64, 64, geometry, Options(PropagationKernel::AngularSpectrum));
  const PropagationOperator B(64, 64, geometry, Options(PropagationKernel::Fresnel));
  // X-rays: the phases differ by pi z lambda^3 f^4 / 4 <= 1e-7 at the highest f^2 = 2 / (2e-6)^2.
  EXPECT_TENSOR_CLOSE(B.Forward(x), A.Forward(x), 1e-7);
  // Light at 10 wavelengths a pixel: another wave.
  const PropagationGeometry wide{5e-7, {1e-6, 1e-6}, {1e-4}};
  const PropagationOperator C(64, 64, wide, Options(PropagationKernel::AngularSpectrum));
  const PropagationOperator D(64, 64, wide, Options(PropagationKernel::Fresnel));
  EXPECT_GT(RelativeError(D.Forward(x), C.Forward(x)), 0.1);
}

TEST(PropagationOperator, PaddingHidesThePeriod)
{
  // A point at the edge: its wave comes in on the other side unless there is room for it.
  at::Tensor x = at::zeros({1, 1, 1, 32, 32}, at::kComplexDouble);
  x.select(-1, 0).select(-1, 16).fill_(1.0);
  const PropagationGeometry geometry{wavelength, {2e-6, 2e-6}, {1e-4}};
  const auto farSide = [&](double padding)
  {
    const PropagationOperator A(32, 32, geometry, Options(PropagationKernel::Fresnel, padding));
    return A.Forward(x).narrow(-1, 24, 8).abs().max().item<double>();
  };
  EXPECT_GT(farSide(1.0), 10.0 * farSide(2.0));
}

TEST(PropagationOperator, OtherDevicesDoTheSame)
{
  const PropagationGeometry geometry{wavelength, {3e-6, 2e-6}, {1e-4, -5e-5, 7e-5}};
  for (const double padding : {1.0, 1.7})
  {
    const auto options = Options(PropagationKernel::AngularSpectrum, padding);
    const PropagationOperator A(13, 18, geometry, options);
    const Extent padded = PaddedExtent({13, 18}, geometry, options);
    const at::Tensor transfer = PropagationTransfer(padded, geometry, options);
    const at::Tensor x = at::complex(Normal(1, {2, 1, 1, 13, 18}), Normal(2, {2, 1, 1, 13, 18}));
    const at::Tensor y = at::complex(Normal(3, {2, 3, 1, 13, 18}), Normal(4, {2, 3, 1, 13, 18}));
    EXPECT_TENSOR_CLOSE(PropagateByATen(x, transfer, padded), A.Forward(x), 1e-14); // another transform's rounding
    EXPECT_TENSOR_CLOSE(PropagateBackByATen(y, transfer, padded), A.Adjoint(y), 1e-14);
  }
}

TEST(PropagationOperator, NamesTheSamplingLimitAndWhatHelps)
{
  const PropagationGeometry geometry{1e-10, {1e-6, 2e-6}, {0.1, -3.0}};
  const auto options = Options(PropagationKernel::Fresnel);
  // 2 x 64 columns of 1 um and 2 x 32 rows of 2 um: N p^2 / lambda = 1.28 m and 2.56 m.
  EXPECT_NEAR(SamplingLimit(32, 64, geometry, options), 1.28, 1e-12);
  EXPECT_NEAR(SamplingLimit(32, 64, geometry, Options(PropagationKernel::AngularSpectrum)), 1.28, 1e-8);
  EXPECT_THROW_MESSAGE(PropagationOperator(32, 64, geometry, options),
                       UsageError,
                       "given a distance of 3 m; required at most 1.28 m, the sampling limit");
  EXPECT_THROW_MESSAGE(PropagationOperator(32, 64, geometry, options), UsageError, "a padding of 4.69 or the band");
  EXPECT_NO_THROW(PropagationOperator(32, 64, geometry, Options(PropagationKernel::Fresnel, 4.69)));
  EXPECT_NO_THROW(PropagationOperator(32, 64, geometry, Options(PropagationKernel::Fresnel, 2.0, true)));
  // Beyond any padding.
  const PropagationGeometry fine{wavelength, {2e-7, 2e-7}, {1e-5}};
  EXPECT_THROW_MESSAGE(PropagationOperator(32, 32, fine), UsageError, "; the band limit would do");
}

TEST(PropagationOperator, RefusesWrongNumbers)
{
  const PropagationGeometry good{1e-10, {1e-6, 1e-6}, {0.1}};
  EXPECT_NO_THROW(PropagationOperator(8, 8, {1e-10, {1e-6, 1e-6}, {0.0}}));
  EXPECT_THROW_MESSAGE(PropagationOperator(8, 0, good), UsageError, "8 x 0 pixels");
  EXPECT_THROW_MESSAGE(PropagationOperator(8, 8, {0.0, {1e-6, 1e-6}, {0.1}}), UsageError, "wavelength 0 m");
  EXPECT_THROW_MESSAGE(PropagationOperator(8, 8, {1e-10, {1e-6, NAN}, {0.1}}), UsageError, "lengths above 0");
  EXPECT_THROW_MESSAGE(PropagationOperator(8, 8, {1e-10, {1e-6, 1e-6}, {}}), UsageError, "0 distances");
  EXPECT_THROW_MESSAGE(PropagationOperator(8, 8, {1e-10, {1e-6, 1e-6}, {NAN}}), UsageError, "finite");
  EXPECT_THROW_MESSAGE(
      PropagationOperator(8, 8, good, Options(PropagationKernel::Fresnel, 0.5)), UsageError, "padding of 0.5");
  EXPECT_THROW_MESSAGE(PropagationKernelFromName("Fresnel"), UsageError, "required angular-spectrum or fresnel");
  EXPECT_EQ(PropagationKernelFromName("fresnel"), PropagationKernel::Fresnel);
  EXPECT_EQ(PropagationKernelFromName("angular-spectrum"), PropagationKernel::AngularSpectrum);
}

TEST(ParallelGeometry, DividesByTheMagnification)
{
  const PropagationGeometry detector{1e-10, {3e-6, 6e-6}, {0.2}};
  const PropagationGeometry parallel = ParallelGeometry(detector, 0.1); // M = 3
  EXPECT_NEAR(parallel.distances.front(), 0.2 / 3.0, 1e-15);
  EXPECT_NEAR(parallel.pitch[0], 1e-6, 1e-18);
  EXPECT_NEAR(parallel.pitch[1], 2e-6, 1e-18);
  EXPECT_THROW_MESSAGE(ParallelGeometry(detector, 0.0), UsageError, "a source at 0 m");
  EXPECT_THROW_MESSAGE(ParallelGeometry({1e-10, {1e-6, 1e-6}, {0.1, 0.2}}, 1.0), UsageError, "2 distances");
}
