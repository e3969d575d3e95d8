// SPDX-License-Identifier: Apache-2.0
// The transform at any frequencies, and its parts: window, sizes, real transforms.
#include "tweedieNonuniformFourier.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double pi = 3.14159265358979323846;

/** Frequencies from -1.5 to 1.5 cycles per pixel, the edges of the spectrum's period among them. */
std::vector<PlaneFrequency>
Frequencies(std::int64_t count)
{
  const auto random = Streams(1, 2).Uniform({count}, at::kDouble);
  std::vector<PlaneFrequency> result{{0.0, 0.0}, {0.5, 0.5}, {-0.5, 0.25}, {0.25, -0.5}, {1.0, -1e-18}};
  for (std::int64_t n = 0; n < count; ++n)
  {
    result.push_back({3.0 * random[0][n].item<double>() - 1.5, 3.0 * random[1][n].item<double>() - 1.5});
  }
  return result;
}

at::Tensor
Transformed(const NonuniformFourier<double> & transform, const at::Tensor & image, std::size_t count)
{
  at::Tensor q = at::empty({static_cast<std::int64_t>(count)}, at::kComplexDouble);
  transform.Forward(image.data_ptr<double>(),
                    reinterpret_cast<std::complex<double> *>(q.data_ptr<c10::complex<double>>()));
  return q;
}
} // namespace

TEST(NonuniformFourier, IsTheDefiningSum)
{
  const auto frequencies = Frequencies(300);
  for (const auto & size : {Shape{1, 1}, Shape{2, 3}, Shape{17, 20}, Shape{30, 9}})
  {
    const auto image = Normal(2, size);
    const NonuniformFourier<double> transform(size[0], size[1], 12, frequencies);
    const auto q = Transformed(transform, image, frequencies.size());
    at::Tensor expected = at::empty_like(q);
    const auto j = (at::arange(size[0], at::kDouble) - static_cast<double>(size[0] / 2)).unsqueeze(1);
    const auto i = (at::arange(size[1], at::kDouble) - static_cast<double>(size[1] / 2)).unsqueeze(0);
    for (std::size_t n = 0; n < frequencies.size(); ++n)
    {
      const auto phase = (i * frequencies[n].x + j * frequencies[n].y) * (-2.0 * pi);
      expected[static_cast<std::int64_t>(n)] = (image * at::polar(at::ones_like(phase), phase)).sum();
    }
    // Gridding with a window of 12 points.
    EXPECT_TENSOR_CLOSE(q, expected, 1e-10);
  }
}

TEST(NonuniformFourier, OfAGaussianIsAGaussian)
{
  const auto frequencies = Frequencies(400);
  const NonuniformFourier<double> transform(80, 90, 14, frequencies);
  const double s = 4.0;
  const auto y = at::arange(80, at::kDouble) - 40.0;
  const auto x = at::arange(90, at::kDouble) - 45.0;
  const auto image = at::outer((y / s).square().mul(-0.5).exp(), (x / s).square().mul(-0.5).exp());
  const auto q = Transformed(transform, image, frequencies.size());
  at::Tensor expected = at::empty_like(at::real(q));
  for (std::size_t n = 0; n < frequencies.size(); ++n)
  {
    const double u = frequencies[n].x - std::round(frequencies[n].x);
    const double v = frequencies[n].y - std::round(frequencies[n].y);
    expected[static_cast<std::int64_t>(n)] = 2.0 * pi * s * s * std::exp(-2.0 * pi * pi * s * s * (u * u + v * v));
  }
  // Aliases exp(-2 pi^2 s^2 / 4) = 5e-35 and edges exp(-40^2 / (2 s^2)) = 2e-22 vanish: the gridding is left.
  EXPECT_TENSOR_CLOSE(at::real(q), expected, 1e-11);
  EXPECT_LE(at::imag(q).abs().max().item<double>(), 1e-11 * 2.0 * pi * s * s);
}

TEST(KaiserBessel, TransformIsThatOfTheWindow)
{
  for (const std::int64_t width : {4, 6, 12})
  {
    const KaiserBessel window(width, 2.0);
    EXPECT_DOUBLE_EQ(window.Value(0.0), 1.0);
    for (const double place : {0.0, 0.1, 0.25})
    {
      // The trapezoidal rule; the window ends with a step of 1 / I0(b), whose error is the square of the interval.
      constexpr int parts = 20000;
      const double step = static_cast<double>(width) / parts;
      double sum = 0.0;
      for (int i = 0; i <= parts; ++i)
      {
        const double u = -0.5 * static_cast<double>(width) + step * i;
        sum += step * (i == 0 || i == parts ? 0.5 : 1.0) * window.Value(u) * std::cos(2.0 * pi * u * place);
      }
      EXPECT_NEAR(sum, window.Transform(place), 1e-8);
    }
  }
}

TEST(KaiserBessel, SizesHaveSmallPrimeFactors)
{
  EXPECT_EQ(EvenTransformSize(1), 2);
  EXPECT_EQ(EvenTransformSize(734), 750);
  EXPECT_EQ(EvenTransformSize(512), 512);
  EXPECT_EQ(EvenTransformSize(13), 14);
  EXPECT_EQ(EvenTransformSize(22), 24);
}

TEST(FftwPlan, OfRealNumbersIsTheHalfOfTheComplexOne)
{
  for (const int size : {6, 7, 30})
  {
    FftwLayout layout;
    layout.rank = 1;
    layout.size = {size, 1, 1};
    layout.real = true;
    const auto x = Normal(1, {size});
    const FftwBuffer<double> in(3, size), out(4, size);
    auto * numbers = reinterpret_cast<double *>(in.Data());
    std::copy_n(x.data_ptr<double>(), size, numbers);
    FftwPlan<double>::Get(layout).Execute(numbers, out.Data());
    const auto spectrum =
        at::from_blob(reinterpret_cast<c10::complex<double> *>(out.Data()), {size / 2 + 1}, at::kComplexDouble);
    EXPECT_TENSOR_CLOSE(spectrum, at::fft_rfft(x), 1e-14); // rounding
    layout.direction = FourierDirection::Backward;
    FftwPlan<double>::Get(layout).Execute(out.Data(), numbers);
    EXPECT_TENSOR_CLOSE(at::from_blob(numbers, {size}, at::kDouble), x * static_cast<double>(size), 1e-14);
  }
}
