// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFeatureMetrics.h"
#include "tweedieRandom.h"

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
at::Tensor
Normal(std::int64_t samples, std::int64_t features, std::uint64_t seed)
{
  RandomStreams streams(seed, {0});
  return streams.Normal({samples, features}, at::kDouble)[0];
}

/** Features whose sample mean and covariance (n - 1) are exactly these, up to rounding. */
at::Tensor
WithMoments(const at::Tensor & mean, const at::Tensor & covariance, std::int64_t samples, std::uint64_t seed)
{
  const at::Tensor draw = Normal(samples, mean.size(0), seed);
  const at::Tensor centred = draw - draw.mean(0);
  const at::Tensor root = at::linalg_cholesky(at::mm(centred.t(), centred) / static_cast<double>(samples - 1));
  const at::Tensor white = at::mm(centred, at::linalg_inv(root).t());
  return at::mm(white, at::linalg_cholesky(covariance).t()) + mean;
}

at::Tensor
Covariance(const at::Tensor & set)
{
  const at::Tensor centred = set - set.mean(0);
  return at::mm(centred.t(), centred) / static_cast<double>(set.size(0) - 1);
}

/** The principal square root of a symmetric matrix without negative eigenvalues. */
at::Tensor
SquareRoot(const at::Tensor & matrix)
{
  const auto [values, vectors] = at::linalg_eigh((matrix + matrix.t()) / 2.0);
  return at::mm(vectors * values.clamp_min(0.0).sqrt(), vectors.t());
}

/** The formula as it is printed. */
double
PrintedFormula(const at::Tensor & a, const at::Tensor & b)
{
  const at::Tensor root = SquareRoot(Covariance(a));
  const at::Tensor inner = at::mm(at::mm(root, Covariance(b)), root);
  const at::Tensor difference = a.mean(0) - b.mean(0);
  return (difference.square().sum() + Covariance(a).trace() + Covariance(b).trace() - 2.0 * SquareRoot(inner).trace())
      .item<double>();
}

at::Tensor
Vector(const std::vector<double> & values)
{
  return at::tensor(values, at::kDouble);
}

// A few hundred roundings of numbers near 10, of which the error grows with the condition of the factors (below 10).
constexpr double rounding = 1e-12;

TEST(FrechetDistance, OfCommutingCovariancesIsASumOverAxes)
{
  const at::Tensor a = WithMoments(Vector({1.0, 0.0, -1.0}), at::diag(Vector({1.0, 4.0, 9.0})), 20, 1);
  const at::Tensor b = WithMoments(Vector({0.0, 2.0, 1.0}), at::diag(Vector({4.0, 1.0, 16.0})), 31, 2);
  // 1 + 4 + 4 for the means, (1 - 2)^2 + (2 - 1)^2 + (3 - 4)^2 for the deviations.
  EXPECT_NEAR(FrechetDistance(a, b), 12.0, 12.0 * rounding);
  EXPECT_NEAR(FrechetDistance(b, a), 12.0, 12.0 * rounding);
}

TEST(FrechetDistance, OfCovariancesThatDoNotCommute)
{
  const at::Tensor first = Vector({2.0, 1.0, 1.0, 2.0}).view({2, 2});
  const at::Tensor a = WithMoments(Vector({0.0, 0.0}), first, 15, 3);
  const at::Tensor b = WithMoments(Vector({0.0, 3.0}), at::diag(Vector({1.0, 4.0})), 15, 4);
  // C1 C2 has trace 10 and determinant 12; for 2 x 2, tr M^(1/2) = sqrt(tr M + 2 sqrt(det M)).
  EXPECT_NEAR(FrechetDistance(a, b), 9.0 + 4.0 + 5.0 - 2.0 * std::sqrt(10.0 + 4.0 * std::sqrt(3.0)), 18.0 * rounding);
}

TEST(FrechetDistance, EqualsThePrintedFormula)
{
  const at::Tensor a = at::mm(Normal(50, 6, 5), Normal(6, 6, 6));
  const at::Tensor b = at::mm(Normal(40, 6, 7), Normal(6, 6, 8)) + 0.3;
  // Full rank, so that the eigenvalues of the formula keep their precision as well.
  EXPECT_NEAR(FrechetDistance(a, b) / PrintedFormula(a, b), 1.0, 1e-10);
}

TEST(FrechetDistance, OfEqualSetsIsZero)
{
  for (const std::int64_t samples : {4, 200}) // below and above the number of features
  {
    const at::Tensor a = Normal(samples, 12, 9);
    EXPECT_NEAR(FrechetDistance(a, a), 0.0, 12.0 * rounding); // 12: the trace
    EXPECT_NEAR(FrechetDistance(a, a.flip(0)), 0.0, 12.0 * rounding);
  }
}

TEST(FrechetDistance, IsSquaredAndDoesNotSeeRotations)
{
  const at::Tensor a = Normal(30, 5, 10);
  const at::Tensor b = at::mm(Normal(25, 5, 11), Normal(5, 5, 12)) + 1.0;
  const double distance = FrechetDistance(a, b);
  EXPECT_NEAR(FrechetDistance(3.0 * a, 3.0 * b) / distance, 9.0, 9.0 * rounding);
  const at::Tensor rotation = std::get<0>(at::linalg_qr(Normal(5, 5, 13)));
  EXPECT_NEAR(FrechetDistance(at::mm(a, rotation) - 2.0, at::mm(b, rotation) - 2.0) / distance, 1.0, 10.0 * rounding);
}

TEST(FrechetDistance, TakesSetsWithFewerSamplesThanFeatures)
{
  const at::Tensor a = Normal(5, 40, 14);
  const at::Tensor b = 2.0 * Normal(7, 40, 15) + 0.1;
  // The roots of the formula's zero eigenvalues, about 80 of sqrt(1e-16 x 100), are its own error here.
  EXPECT_NEAR(FrechetDistance(a, b), PrintedFormula(a, b), 1e-5);
  // One wide and one long set: both paths, in one product.
  const at::Tensor c = Normal(90, 40, 16);
  EXPECT_NEAR(FrechetDistance(a, c), PrintedFormula(a, c), 1e-5);
  // Covariances that live on different axes: C1 C2 = 0.
  const at::Tensor zeros = at::zeros({5, 3}, at::kDouble);
  const at::Tensor left = at::cat({Normal(5, 3, 17), zeros}, 1);
  const at::Tensor right = at::cat({zeros, Normal(5, 3, 18)}, 1);
  const double apart =
      ((left.mean(0) - right.mean(0)).square().sum() + left.var(0).sum() + right.var(0).sum()).item<double>();
  EXPECT_NEAR(FrechetDistance(left, right) / apart, 1.0, 10.0 * rounding);
}

TEST(FrechetDistance, TakesAnyPrecisionAndRefusesWhatHasNoMoments)
{
  const at::Tensor a = Normal(10, 3, 19);
  const at::Tensor b = Normal(10, 3, 20) + 1.0;
  EXPECT_EQ(FrechetDistance(a.to(at::kFloat), b), FrechetDistance(a.to(at::kFloat).to(at::kDouble), b));
  EXPECT_THROW_MESSAGE(FrechetDistance(a, Normal(10, 4, 1)), DataError, "3 and 4 features");
  EXPECT_THROW_MESSAGE(FrechetDistance(a.narrow(0, 0, 1), b), DataError, "1 sample(s)");
  EXPECT_THROW_MESSAGE(FrechetDistance(a[0], b), DataError, "[samples, features]");
  EXPECT_THROW_MESSAGE(FrechetDistance(a, at::Tensor()), DataError, "[samples, features]");
  EXPECT_THROW_MESSAGE(FrechetDistance(a, at::complex(b, b)), DataError, "not a real matrix");
  const at::Tensor poisoned = b.clone();
  poisoned[3][1] = std::numeric_limits<double>::infinity();
  EXPECT_THROW_MESSAGE(FrechetDistance(a, poisoned), DataError, "not finite");
  EXPECT_THROW_MESSAGE(UnbiasedFrechetDistance(a, poisoned), DataError, "not finite");
  EXPECT_THROW_MESSAGE(KernelDistance(poisoned, a), DataError, "not finite");
}

/** Mean and standard error of the mean. */
struct Estimate
{
  double mean;
  double error;
};

Estimate
EstimateOf(const std::vector<double> & values)
{
  const at::Tensor x = at::tensor(values, at::kDouble);
  return {x.mean().item<double>(), x.std().item<double>() / std::sqrt(static_cast<double>(values.size()))};
}

/** Errors of both distances over many pairs of sets of 800 samples and 8 features, N(0, I) against N(shift, s^2 I). */
struct Errors
{
  Errors(double shift, double deviation, double exact)
  {
    std::vector<double> plainErrors;
    std::vector<double> unbiasedErrors;
    for (std::uint64_t i = 0; i < 100; ++i)
    {
      const at::Tensor a = Normal(samples, features, 1000 + 2 * i);
      const at::Tensor b = deviation * Normal(samples, features, 1001 + 2 * i) + shift;
      plainErrors.push_back(FrechetDistance(a, b) - exact);
      unbiasedErrors.push_back(UnbiasedFrechetDistance(a, b, {15, 0.1, i}) - exact);
    }
    plain = EstimateOf(plainErrors);
    unbiased = EstimateOf(unbiasedErrors);
  }
  static constexpr std::int64_t samples = 800;
  static constexpr std::int64_t features = 8;
  // What is of second order, in the smallest subset of 80: features / 80 of the bias.
  static constexpr double secondOrder = 0.1;
  Estimate plain{};
  Estimate unbiased{};
};

TEST(UnbiasedFrechetDistance, LeavesLittleOfTheBiasForEqualDistributions)
{
  const Errors errors(0.0, 1.0, 0.0);
  // First order in 1/n, d features: 2 d/n by the means, and by the covariances E||S1 - S2||^2/4 = d (d + 1)/(2 n).
  const double bias = (2.0 * 8.0 + 0.5 * 8.0 * 9.0) / 800.0;
  // Four standard errors, and what is of second order in the whole set: d/n = 1 % of the bias.
  EXPECT_NEAR(errors.plain.mean, bias, 4.0 * errors.plain.error + 0.01 * bias);
  EXPECT_NEAR(errors.unbiased.mean, 0.0, 4.0 * errors.unbiased.error + Errors::secondOrder * bias);
  EXPECT_LT(std::abs(errors.unbiased.mean), 0.25 * bias); // four standard errors are 17 % of the bias
}

TEST(UnbiasedFrechetDistance, LeavesLittleOfTheBiasForOtherDistributions)
{
  // 8 x 0.25^2 for the means, 8 (1.5 - 1)^2 for the deviations.
  const Errors errors(0.25, 1.5, 2.5);
  EXPECT_GT(errors.plain.mean, 4.0 * errors.plain.error); // the bias is seen at all
  EXPECT_NEAR(errors.unbiased.mean, 0.0, 4.0 * errors.unbiased.error + Errors::secondOrder * errors.plain.mean);
}

TEST(UnbiasedFrechetDistance, DependsOnItsSeedAlone)
{
  const at::Tensor a = Normal(90, 4, 21);
  const at::Tensor b = Normal(150, 4, 22) + 1.0;
  const double value = UnbiasedFrechetDistance(a, b);
  EXPECT_EQ(UnbiasedFrechetDistance(a, b), value);
  EXPECT_NE(UnbiasedFrechetDistance(a, b, {15, 0.1, 1}), value);
  EXPECT_NE(UnbiasedFrechetDistance(a, b, {5, 0.1, 0}), value);
  EXPECT_THROW_MESSAGE(UnbiasedFrechetDistance(a, b, {2, 0.1, 0}), UsageError, "at least 3");
  EXPECT_THROW_MESSAGE(UnbiasedFrechetDistance(a, b, {15, 1.0, 0}), UsageError, "inside (0, 1)");
  EXPECT_THROW_MESSAGE(UnbiasedFrechetDistance(a, b, {15, 0.04, 0}), DataError, "more samples than features");
  EXPECT_THROW_MESSAGE(UnbiasedFrechetDistance(a, Normal(150, 3, 1)), DataError, "4 and 3 features");
}

TEST(KernelDistance, ByHandAndInBlocks)
{
  const at::Tensor a = Vector({0.0, 1.0}).view({2, 1});
  const at::Tensor b = Vector({1.0, 2.0}).view({2, 1});
  // k = (x y + 1)^3: 1 among a, 27 among b, (1 + 1 + 8 + 27)/4 between them.
  EXPECT_NEAR(KernelDistance(a, b), 1.0 + 27.0 - 2.0 * 37.0 / 4.0, 1e-14); // integers, one rounding
  const at::Tensor c = Normal(1500, 3, 23);
  const at::Tensor d = Normal(1100, 3, 24) + 0.2;
  const auto mean = [](const at::Tensor & x) // over pairs of different samples, all pairs at once
  {
    const at::Tensor k = (at::mm(x, x.t()) / 3.0 + 1.0).pow(3);
    return ((k.sum() - k.trace()) / static_cast<double>(x.size(0) * (x.size(0) - 1))).item<double>();
  };
  const double between = (at::mm(c, d.t()) / 3.0 + 1.0).pow(3).mean().item<double>();
  EXPECT_NEAR(KernelDistance(c, d), mean(c) + mean(d) - 2.0 * between, 1e-11); // a million terms near 1
  EXPECT_THROW_MESSAGE(KernelDistance(a, c), DataError, "1 and 3 features");
}

TEST(KernelDistance, IsUnbiasedForAFewSamples)
{
  for (const double shift : {0.0, 0.5})
  {
    std::vector<double> values;
    for (std::uint64_t i = 0; i < 2000; ++i)
    {
      values.push_back(KernelDistance(Normal(5, 1, 5000 + 2 * i), Normal(5, 1, 5001 + 2 * i) + shift));
    }
    // sum_k binomial(3, k) (E x^k - E y^k)^2, moments of N(shift, 1).
    const double third = shift * shift * shift + 3.0 * shift;
    const double exact = 3.0 * shift * shift + 3.0 * std::pow(shift, 4) + third * third;
    const Estimate estimate = EstimateOf(values);
    EXPECT_NEAR(estimate.mean, exact, 4.0 * estimate.error); // four standard errors
  }
}

TEST(PerceptualDistance, ByHand)
{
  // Two places: directions (3, 4)/5 and (4, 3)/5 differ by 0.08, (1, 0) and (0, 1) by 2.
  const at::Tensor a = Vector({3.0, 1.0, 4.0, 0.0}).view({1, 2, 1, 2});
  const at::Tensor b = Vector({4.0, 0.0, 3.0, 2.0}).view({1, 2, 1, 2});
  const at::Tensor weights = Vector({1.0, 0.5});
  // Two roundings, and 1e-10 that is added to each length.
  EXPECT_TENSOR_NEAR(PerceptualDistance({a}, {b}), Vector({1.04}), 1e-9);
  EXPECT_TENSOR_NEAR(PerceptualDistance({a}, {b}, {weights}), Vector({0.5 * (0.06 + 1.5)}), 1e-9);
  EXPECT_TENSOR_NEAR(PerceptualDistance({a}, {b}, {weights.view({1, 2, 1, 1})}), Vector({0.78}), 1e-9);
  EXPECT_TENSOR_NEAR(PerceptualDistance({a, b}, {b, a}, {weights, 2.0 * weights}), Vector({3.0 * 0.78}), 1e-9);
  EXPECT_TENSOR_NEAR(PerceptualDistance({7.0 * a}, {0.1 * b}), Vector({1.04}), 1e-8);    // only directions count
  EXPECT_TENSOR_NEAR(PerceptualDistance({at::zeros_like(a)}, {b}), Vector({1.0}), 1e-9); // no features: no direction
  EXPECT_TENSOR_EQUAL(PerceptualDistance({a}, {a}), Vector({0.0}));
}

TEST(PerceptualDistance, GivesOneValuePerImageOverLayersOfAnySize)
{
  RandomStreams streams(25, {0, 1, 2});
  const std::vector<at::Tensor> a{streams.Normal({4, 5, 6}, at::kFloat), streams.Normal({2, 3, 3, 2}, at::kFloat)};
  const std::vector<at::Tensor> b{streams.Normal({4, 5, 6}, at::kFloat), streams.Normal({2, 3, 3, 2}, at::kFloat)};
  const at::Tensor together = PerceptualDistance(a, b);
  EXPECT_EQ(together.sizes(), at::IntArrayRef({3}));
  EXPECT_EQ(together.scalar_type(), at::kDouble);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    const at::Tensor alone =
        PerceptualDistance({a[0].narrow(0, i, 1), a[1].narrow(0, i, 1)}, {b[0].narrow(0, i, 1), b[1].narrow(0, i, 1)});
    EXPECT_TENSOR_NEAR(alone[0], together[i], 1e-13); // sums of a few dozen terms near 1 in another order
  }
}

TEST(PerceptualDistance, RefusesWhatDoesNotFit)
{
  const at::Tensor a = at::ones({2, 3, 4, 4});
  EXPECT_THROW_MESSAGE(PerceptualDistance({}, {}), DataError, "at least one layer");
  EXPECT_THROW_MESSAGE(PerceptualDistance({a}, {a, a}), DataError, "equal numbers");
  EXPECT_THROW_MESSAGE(PerceptualDistance({a, a}, {a, a}, {at::ones({3})}), DataError, "for all or none");
  EXPECT_THROW_MESSAGE(PerceptualDistance({a}, {at::ones({2, 3, 4, 5})}), DataError, "equal shapes");
  EXPECT_THROW_MESSAGE(PerceptualDistance({a, a[0].unsqueeze(0)}, {a, a[0].unsqueeze(0)}), DataError, "1 images");
  EXPECT_THROW_MESSAGE(PerceptualDistance({at::ones({2, 3})}, {at::ones({2, 3})}), DataError, "is no real map");
  EXPECT_THROW_MESSAGE(PerceptualDistance({at::Tensor()}, {a}), DataError, "is no real map");
  EXPECT_THROW_MESSAGE(PerceptualDistance({a}, {a}, {at::ones({4})}), DataError, "required 3 numbers");
  EXPECT_THROW_MESSAGE(PerceptualDistance({a}, {a}, {-at::ones({3})}), DataError, "negative");
  EXPECT_THROW_MESSAGE(
      PerceptualDistance({a}, {a / at::zeros({1})}), DataError, "layer 0 has features that are not finite");
}
} // namespace
} // namespace tweedie
