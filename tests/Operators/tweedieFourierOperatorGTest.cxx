// SPDX-License-Identifier: Apache-2.0
// Centred unitary Fourier transform: against its definition, ATen's transform, and the identities it must fulfil.
#include "tweedieFourierOperator.h"

#include "tweedieCenteredFourier.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
struct Precision
{
  at::ScalarType type;
  double tolerance; ///< the project's bar for round trip and Parseval
};

const std::vector<Precision> precisions{{at::kComplexFloat, 1e-6}, {at::kComplexDouble, 1e-13}};

/** The centred unitary transform of length n as a matrix, from its definition. */
at::Tensor
DefinitionMatrix(std::int64_t n)
{
  const auto index = at::arange(n, at::kDouble) - static_cast<double>(n / 2);
  const auto angle = at::outer(index, index) * (-2.0 * M_PI / static_cast<double>(n));
  return at::complex(at::cos(angle), at::sin(angle)) / std::sqrt(static_cast<double>(n));
}
} // namespace

class FourierSizes : public testing::TestWithParam<std::vector<std::int64_t>>
{
};

TEST_P(FourierSizes, RoundTripAndParseval)
{
  for (const auto & precision : precisions)
  {
    const auto x = Normal(1, GetParam(), precision.type);
    const int dimensions = x.dim() == 3 ? 3 : 2;
    const auto y = FourierTransform(x, dimensions, FourierDirection::Forward);
    EXPECT_TENSOR_CLOSE(FourierTransform(y, dimensions, FourierDirection::Backward), x, precision.tolerance);
    const double ratio = (AsDouble(y).abs().square().sum() / AsDouble(x).abs().square().sum()).item<double>();
    EXPECT_NEAR(std::sqrt(ratio), 1.0, precision.tolerance);
  }
}

TEST_P(FourierSizes, EqualsTheDefinition)
{
  const auto x = Normal(1, GetParam(), at::kComplexDouble);
  auto expected = at::matmul(DefinitionMatrix(x.size(-2)), at::matmul(x, DefinitionMatrix(x.size(-1))));
  if (x.dim() == 3)
  {
    expected = at::matmul(DefinitionMatrix(x.size(0)), expected.flatten(1)).reshape(x.sizes());
  }
  // A direct sum of at most 320 terms.
  EXPECT_TENSOR_CLOSE(FourierTransform(x, x.dim() == 3 ? 3 : 2, FourierDirection::Forward), expected, 1e-12);
}

TEST_P(FourierSizes, OtherDevicesUseTheSameTransform)
{
  const auto x = Normal(1, GetParam(), at::kComplexDouble);
  for (const auto direction : {FourierDirection::Forward, FourierDirection::Backward})
  {
    const int dimensions = x.dim() == 3 ? 3 : 2;
    EXPECT_TENSOR_CLOSE(
        FourierTransformByATen(x, dimensions, direction), FourierTransform(x, dimensions, direction), 1e-13);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes,
                         FourierSizes,
                         testing::Values(std::vector<std::int64_t>{8, 8},
                                         std::vector<std::int64_t>{7, 9},
                                         std::vector<std::int64_t>{16, 15},
                                         std::vector<std::int64_t>{1, 5},
                                         std::vector<std::int64_t>{31, 1},
                                         std::vector<std::int64_t>{1, 1},
                                         std::vector<std::int64_t>{217, 181},
                                         std::vector<std::int64_t>{6, 7, 8},
                                         std::vector<std::int64_t>{5, 9, 3}));

TEST(FourierTransform, PutsTheMeanAtTheCentre)
{
  const auto y = FourierTransform(at::ones({6, 7}, at::kComplexDouble), 2, FourierDirection::Forward);
  auto expected = at::zeros({6, 7}, at::kComplexDouble);
  expected[3][3] = std::sqrt(42.0);
  EXPECT_TENSOR_NEAR(y, expected, 1e-13);
}

TEST(FourierTransform, BatchEqualsSingleForEveryAlignment)
{
  // 15 * 7 complex floats: consecutive images start at every alignment that memory of floats has.
  const auto x = Normal(2, {5, 2, 15, 7}, at::kComplexFloat);
  const auto batch = FourierTransform(x, 2, FourierDirection::Forward);
  for (std::int64_t i = 0; i < 5; ++i)
  {
    EXPECT_TENSOR_EQUAL(FourierTransform(x[i].clone(), 2, FourierDirection::Forward), batch[i]);
  }
}

TEST(FourierTransform, HandlesViewsAndConjugates)
{
  const auto x = Normal(3, {9, 12}, at::kComplexDouble);
  const auto view = x.transpose(0, 1).conj();
  EXPECT_TENSOR_EQUAL(FourierTransform(view, 2, FourierDirection::Forward),
                      FourierTransform(view.resolve_conj().contiguous(), 2, FourierDirection::Forward));
}

TEST(FourierTransform, IsSafeFromSeveralThreads)
{
  // Each thread plans sizes that the others plan at the same time.
  std::vector<std::thread> threads;
  std::vector<double> errors(4, 1.0);
  for (std::size_t t = 0; t < errors.size(); ++t)
  {
    threads.emplace_back(
        [t, &errors]
        {
          double worst = 0.0;
          for (std::int64_t n = 20; n < 26; ++n)
          {
            const auto x = Normal(t, {n, n + 1}, at::kComplexDouble);
            const auto y = FourierTransform(x, 2, FourierDirection::Forward);
            worst = std::max(worst, RelativeError(FourierTransform(y, 2, FourierDirection::Backward), x));
          }
          errors[t] = worst;
        });
  }
  for (auto & thread : threads)
  {
    thread.join();
  }
  for (const double error : errors)
  {
    EXPECT_LE(error, 1e-13);
  }
}

TEST(FourierTransform, RefusesRealAndFlatTensors)
{
  EXPECT_THROW_MESSAGE(FourierTransform(at::ones({4, 4}), 2, FourierDirection::Forward), DataError, "complex");
  EXPECT_THROW_MESSAGE(
      FourierTransform(at::ones({4}, at::kComplexFloat), 2, FourierDirection::Forward), DataError, "last 2 or 3");
  EXPECT_THROW_MESSAGE(
      FourierTransform(at::ones({0, 4}, at::kComplexFloat), 2, FourierDirection::Forward), DataError, "extent of 0");
  EXPECT_THROW_MESSAGE(FourierOperator({4, 4}, 2), DataError, "FourierOperator");
}
