// SPDX-License-Identifier: Apache-2.0
// The projection on measured amplitudes, against the transforms of ATen in double precision.
#include "tweedieMagnitudeProjector.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <array>
#include <complex>
#include <vector>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
struct Case
{
  std::int64_t rows;
  std::int64_t columns;
  bool isMasked;
};

const std::array<Case, 6> cases{
    {{16, 12, false}, {16, 12, true}, {15, 12, true}, {8, 13, true}, {9, 7, false}, {1, 10, true}}};

/** Amplitudes of noise: nothing in them is symmetric. */
at::Tensor
Amplitude(const Case & c)
{
  return Normal(1, {c.rows, c.columns}).abs() + 0.1;
}

/** Some pixels alone, and some with their opposites, are not known. */
at::Tensor
Measured(const Case & c)
{
  return c.isMasked ? Normal(2, {c.rows, c.columns}).gt(-0.6).to(at::kDouble) : at::Tensor();
}

at::Tensor
CentreFirst(const at::Tensor & x)
{
  return at::roll(x, {-(x.size(0) / 2), -(x.size(1) / 2)}, {0, 1});
}

/** Amplitudes with zero frequency first, negative where unknown; of a real plane each the mean of what is known of it
 * and of its opposite. */
at::Tensor
Wanted(const Case & c, bool isReal)
{
  at::Tensor b = CentreFirst(Amplitude(c)).contiguous();
  const at::Tensor measured = Measured(c);
  const at::Tensor known = measured.defined() ? CentreFirst(measured).contiguous() : at::ones_like(b);
  at::Tensor result = at::full_like(b, -1.0);
  const auto values = b.accessor<double, 2>();
  const auto isKnown = known.accessor<double, 2>();
  auto wanted = result.accessor<double, 2>();
  for (std::int64_t y = 0; y < c.rows; ++y)
  {
    for (std::int64_t x = 0; x < c.columns; ++x)
    {
      const std::int64_t v = isReal ? (c.rows - y) % c.rows : y;
      const std::int64_t u = isReal ? (c.columns - x) % c.columns : x;
      const double count = isKnown[y][x] + isKnown[v][u];
      const double sum = isKnown[y][x] * values[y][x] + isKnown[v][u] * values[v][u];
      wanted[y][x] = count > 0.0 ? sum / count : -1.0;
    }
  }
  return result;
}

/** P g and its error, by definition. */
std::pair<at::Tensor, double>
Expected(const Case & c, const at::Tensor & g)
{
  const double norm = std::sqrt(static_cast<double>(g.numel()));
  const at::Tensor wave = at::fft_fft2(g.to(at::kComplexDouble)) / norm;
  const at::Tensor b = Wanted(c, !g.is_complex());
  const at::Tensor isKnown = b.ge(0.0);
  const at::Tensor phase = at::where(wave.abs().gt(0.0), at::sgn(wave), at::ones_like(wave));
  const at::Tensor projected = at::fft_ifft2(at::where(isKnown, phase * b, wave) * norm);
  const at::Tensor error = at::where(isKnown, (wave.abs() - b).abs(), at::zeros_like(b));
  return {g.is_complex() ? projected : at::real(projected), (error.sum() / b.clamp_min(0.0).sum()).item<double>()};
}

template <typename TNumber>
at::ScalarType
TypeOf()
{
  using Real = decltype(std::real(TNumber{}));
  const auto real = std::is_same_v<Real, float> ? at::kFloat : at::kDouble;
  return std::is_same_v<TNumber, Real> ? real : at::toComplexType(real);
}

template <typename TNumber>
TNumber *
NumbersOf(const at::Tensor & x)
{
  return static_cast<TNumber *>(x.data_ptr());
}

template <typename TNumber>
at::Tensor
Plane(const Case & c)
{
  const at::Tensor re = Normal(3, {c.rows, c.columns});
  const bool isComplex = at::isComplexType(TypeOf<TNumber>());
  return (isComplex ? at::complex(re, Normal(4, {c.rows, c.columns})) : re).to(TypeOf<TNumber>());
}

/** Rounding of transforms of up to 192 numbers, and of the sums of errors. */
template <typename TNumber>
double
Rounding()
{
  return std::is_same_v<decltype(std::real(TNumber{})), float> ? 2e-6 : 2e-14;
}

template <typename TNumber> class MagnitudeProjectorTest : public ::testing::Test
{
};

using Numbers = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(MagnitudeProjectorTest, Numbers);
} // namespace

TYPED_TEST(MagnitudeProjectorTest, IsTheNearestPlaneWithTheMeasuredAmplitudes)
{
  for (const Case & c : cases)
  {
    SCOPED_TRACE(std::to_string(c.rows) + " x " + std::to_string(c.columns) + (c.isMasked ? ", masked" : ""));
    const MagnitudeProjector<TypeParam> projector(Amplitude(c), Measured(c));
    ASSERT_EQ(projector.Rows(), c.rows);
    ASSERT_EQ(projector.Columns(), c.columns);
    const at::Tensor g = Plane<TypeParam>(c);
    const at::Tensor copy = g.clone();
    const at::Tensor out = at::empty_like(g);
    const double error = projector.Project(NumbersOf<TypeParam>(g), NumbersOf<TypeParam>(out));
    const auto [expected, expectedError] = Expected(c, g);
    EXPECT_TENSOR_CLOSE(out, expected, Rounding<TypeParam>());
    EXPECT_NEAR(error, expectedError, Rounding<TypeParam>() * expectedError);
    EXPECT_NEAR(projector.Residual(NumbersOf<TypeParam>(g)), expectedError, Rounding<TypeParam>() * expectedError);
    EXPECT_TENSOR_EQUAL(g, copy); // only read
    // What has the amplitudes stays as it is.
    EXPECT_NEAR(projector.Residual(NumbersOf<TypeParam>(out)), 0.0, 10.0 * Rounding<TypeParam>());
  }
}

TYPED_TEST(MagnitudeProjectorTest, InPlaceAndAgainGiveTheSame)
{
  const Case c = cases[1];
  const MagnitudeProjector<TypeParam> projector(Amplitude(c), Measured(c));
  const at::Tensor g = Plane<TypeParam>(c);
  const at::Tensor first = at::empty_like(g);
  const at::Tensor second = at::empty_like(g);
  const double error = projector.Project(NumbersOf<TypeParam>(g), NumbersOf<TypeParam>(first));
  EXPECT_EQ(projector.Project(NumbersOf<TypeParam>(g), NumbersOf<TypeParam>(second)), error);
  EXPECT_TENSOR_EQUAL(first, second);
  EXPECT_EQ(projector.Residual(NumbersOf<TypeParam>(g)), projector.Residual(NumbersOf<TypeParam>(g)));
  at::Tensor inPlace = g.clone();
  EXPECT_EQ(projector.Project(NumbersOf<TypeParam>(inPlace), NumbersOf<TypeParam>(inPlace)), error);
  EXPECT_TENSOR_EQUAL(inPlace, first);
  projector.Smooth(NumbersOf<TypeParam>(g), 0.2, NumbersOf<TypeParam>(first));
  projector.Smooth(NumbersOf<TypeParam>(g), 0.2, NumbersOf<TypeParam>(second));
  EXPECT_TENSOR_EQUAL(first, second);
  inPlace = g.clone();
  projector.Smooth(NumbersOf<TypeParam>(inPlace), 0.2, NumbersOf<TypeParam>(inPlace));
  EXPECT_TENSOR_EQUAL(inPlace, first);
}

/** FFTW has other plans for memory at odd places. */
TYPED_TEST(MagnitudeProjectorTest, TakesPlanesAnywhereInMemory)
{
  const Case c = cases[1];
  const MagnitudeProjector<TypeParam> projector(Amplitude(c), Measured(c));
  const at::Tensor g = Plane<TypeParam>(c);
  const auto * const numbers = NumbersOf<TypeParam>(g);
  std::vector<TypeParam> moved(static_cast<std::size_t>(g.numel()) + 1);
  std::copy_n(numbers, g.numel(), moved.data() + 1);
  projector.Project(moved.data() + 1, moved.data() + 1);
  const at::Tensor out = at::empty_like(g);
  std::copy_n(moved.data() + 1, g.numel(), NumbersOf<TypeParam>(out));
  EXPECT_TENSOR_CLOSE(out, Expected(c, g).first, Rounding<TypeParam>());
}

TYPED_TEST(MagnitudeProjectorTest, SmoothsByAGaussianOfTheSpectrum)
{
  for (const Case & c : cases)
  {
    SCOPED_TRACE(std::to_string(c.rows) + " x " + std::to_string(c.columns));
    const MagnitudeProjector<TypeParam> projector(Amplitude(c));
    const at::Tensor g = Plane<TypeParam>(c);
    const auto options = at::TensorOptions().dtype(at::kDouble);
    const at::Tensor down = at::fft_fftfreq(c.rows, 1.0, options).square().unsqueeze(1);
    const at::Tensor across = at::fft_fftfreq(c.columns, 1.0, options).square().unsqueeze(0);
    for (const double width : {0.05, 0.3, 2.0})
    {
      const at::Tensor weights = ((down + across) / (-2.0 * width * width)).exp();
      const at::Tensor smooth = at::fft_ifft2(at::fft_fft2(g.to(at::kComplexDouble)) * weights);
      const at::Tensor out = at::empty_like(g);
      projector.Smooth(NumbersOf<TypeParam>(g), width, NumbersOf<TypeParam>(out));
      // Of the plane, which may be far larger than what is left of it.
      const at::Tensor expected = g.is_complex() ? smooth : at::real(smooth);
      EXPECT_TENSOR_NEAR(out, expected, 5.0 * Rounding<TypeParam>());
    }
  }
}

/** Long rows take whole blocks of the inner loop and a rest. */
TYPED_TEST(MagnitudeProjectorTest, LongRows)
{
  for (const std::int64_t columns : {300, 512, 648})
  {
    const Case c{3, columns, true};
    const MagnitudeProjector<TypeParam> projector(Amplitude(c), Measured(c));
    const at::Tensor g = Plane<TypeParam>(c);
    const at::Tensor out = at::empty_like(g);
    const double error = projector.Project(NumbersOf<TypeParam>(g), NumbersOf<TypeParam>(out));
    const auto [expected, expectedError] = Expected(c, g);
    EXPECT_TENSOR_CLOSE(out, expected, 2.0 * Rounding<TypeParam>());
    EXPECT_NEAR(error, expectedError, 2.0 * Rounding<TypeParam>() * expectedError);
  }
}

/** A wave of zero gets the amplitude and phase 0, or stays zero where nothing is known. */
TYPED_TEST(MagnitudeProjectorTest, NothingHasThePhaseZero)
{
  for (const Case & c : {cases[0], cases[1]})
  {
    const MagnitudeProjector<TypeParam> projector(Amplitude(c), Measured(c));
    const at::Tensor g = at::zeros({c.rows, c.columns}, TypeOf<TypeParam>());
    const at::Tensor out = at::empty_like(g);
    EXPECT_NEAR(projector.Project(NumbersOf<TypeParam>(g), NumbersOf<TypeParam>(out)), 1.0, Rounding<TypeParam>());
    EXPECT_TENSOR_CLOSE(out, Expected(c, g).first, Rounding<TypeParam>());
  }
}

TEST(MagnitudeProjector, RefusesWhatIsNoPattern)
{
  const at::Tensor b = at::ones({4, 5}, at::kDouble);
  const auto make = [](const at::Tensor & amplitude, const at::Tensor & measured)
  { const MagnitudeProjector<float> projector(amplitude, measured); };
  EXPECT_THROW_MESSAGE(make({}, {}), DataError, "none");
  EXPECT_THROW_MESSAGE(make(b[0], {}), DataError, "[5]");
  EXPECT_THROW_MESSAGE(make(b, at::ones({5, 4})), DataError, "a mask of that size");
  EXPECT_THROW_MESSAGE(make(at::zeros({4, 5}), {}), DataError, "above 0");
  EXPECT_THROW_MESSAGE(make(b, at::zeros({4, 5})), DataError, "above 0");
  EXPECT_NO_THROW(make(b - 2.0 * at::eye(4, 5, at::kDouble), {})); // a negative amplitude is one of zero
}
