// SPDX-License-Identifier: Apache-2.0
// Every row of the table of classical restorations: what it needs, what it gives, what it says.
#include "tweedieRestorationClassical.h"

#include "tweedieCirculantBlurOperator.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIOperators.h"
#include "tweedieOperatorCombinators.h"

#include <cmath>

namespace tweedie
{
namespace
{
using test::Normal;
using test::RelativeError;
using test::Streams;

constexpr std::int64_t size = 24;
constexpr double sigma = 0.02;

/** Blocks on a background of 0.2, two samples. */
at::Tensor
Truth()
{
  at::Tensor x = at::full({2, 1, 1, size, size}, 0.2, at::kDouble);
  x.slice(3, 6, 18).slice(4, 5, 15).fill_(0.8);
  x.slice(0, 1).slice(3, 10, 14).slice(4, 8, 20).fill_(1.2);
  return x;
}

LinearOperatorPointer
Blur()
{
  return std::make_shared<CirculantBlurOperator>(Shape{1, 1, size, size},
                                                 at::full({1, 1, 1, 3, 3}, 1.0 / 9.0, at::kDouble));
}

LinearOperatorPointer
Mask()
{
  const at::Tensor mask = Normal(4, {1, 1, 1, size, size}).gt(-0.3).to(at::kDouble);
  return std::make_shared<SamplingMaskOperator>(Shape{1, 1, size, size}, mask);
}

at::Tensor
Noisy(const LinearOperatorPointer & op)
{
  return op->Forward(Truth()) + sigma * Streams(1, 2).Normal({1, 1, size, size}, at::kDouble);
}

at::Tensor
Level(double value = sigma)
{
  return at::scalar_tensor(value, at::kDouble);
}

TEST(RestorationClassical, AMaskPerSampleIsOneMaskEach)
{
  // Samples that are finished leave the solver, the last ones too: an operator with a mask per sample goes along.
  const at::Tensor masks = Normal(4, {2, 1, 1, size, size}).gt(-0.3).to(at::kDouble);
  const auto both = std::make_shared<SamplingMaskOperator>(Shape{1, 1, size, size}, masks);
  const at::Tensor y = Noisy(both) * masks;
  for (const char * name : {"tv", "admm-tv", "tikhonov"})
  {
    SCOPED_TRACE(name);
    const auto reconstruct = FindRestorationClassical(name).reconstruct;
    const at::Tensor together = reconstruct(both, y, Level(), {}, {}).image;
    for (std::int64_t i = 0; i < 2; ++i)
    {
      const auto one = std::make_shared<SamplingMaskOperator>(Shape{1, 1, size, size}, masks.slice(0, i, i + 1));
      const at::Tensor alone = reconstruct(one, y.slice(0, i, i + 1), Level(), {}, {}).image;
      // The search for lambda and the solvers stop at relative tolerances of 1e-3 and 1e-4.
      EXPECT_TENSOR_CLOSE(together.slice(0, i, i + 1), alone, 5e-3);
    }
  }
}

TEST(RestorationClassical, EveryRowRestoresABlurredImage)
{
  const LinearOperatorPointer op = Blur();
  const at::Tensor y = Noisy(op);
  for (const RestorationClassicalRow & row : RestorationClassicalTable())
  {
    std::int64_t last = 0;
    std::int64_t of = -1;
    const auto progress = [&](const ProgressReport & report)
    {
      EXPECT_EQ(report.task, row.name);
      EXPECT_LE(report.step, report.steps);
      last = report.step;
      of = report.steps;
      return true;
    };
    const auto result = row.reconstruct(op, y, Level(), {}, progress);
    EXPECT_EQ(last, of) << row.name;
    EXPECT_EQ(result.image.sizes(), y.sizes()) << row.name;
    EXPECT_TRUE(result.image.isfinite().all().item<bool>()) << row.name;
    EXPECT_GE(result.iterations, 1) << row.name;
    for (const std::string & warning : result.warnings)
    {
      EXPECT_NE(warning.find("tikhonov: the prior variance"), std::string::npos) << warning;
    }
    // Better than what was measured: that is what they are for.
    EXPECT_LT(RelativeError(result.image, Truth()), 0.9 * RelativeError(y, Truth())) << row.name;
    EXPECT_EQ(result.standardDeviation.defined(), row.deviationKind != DeviationKind::None) << row.name;
    EXPECT_GT(std::string(row.description).size(), 10u);
    EXPECT_EQ(&FindRestorationClassical(row.name), &row);
    EXPECT_THROW_MESSAGE(row.reconstruct(op, y, Level(), {}, [](const ProgressReport &) { return false; }),
                         Aborted,
                         "stopped at the user's wish");
  }
  EXPECT_THROW_MESSAGE(FindRestorationClassical("wavelet"), UsageError, "tv|admm-tv|tikhonov|wiener|richardson-lucy");
}

TEST(RestorationClassical, SinglePrecisionAgrees)
{
  const LinearOperatorPointer op = Blur();
  const at::Tensor y = Noisy(op);
  for (const RestorationClassicalRow & row : RestorationClassicalTable())
  {
    RestorationClassicalOptions options;
    options.lambda = 0.01; // the same problem, not the end of two searches
    options.variance = 0.05;
    const auto exact = row.reconstruct(op, y, Level(), options, {});
    const auto found = row.reconstruct(op, y.to(at::kFloat), Level(), options, {});
    EXPECT_EQ(found.image.scalar_type(), at::kFloat) << row.name;
    // Iterative methods may stop an iteration apart, at a tolerance of 1e-4; the others round.
    EXPECT_TENSOR_CLOSE(found.image, exact.image, 2e-3) << row.name;
  }
}

TEST(RestorationClassical, SamplesThatAreNotMeasuredDoNotCount)
{
  const LinearOperatorPointer op = Mask();
  const at::Tensor y = Noisy(op); // with noise where nothing was measured
  const at::Tensor clean = op->Forward(y);
  for (const char * name : {"tv", "admm-tv", "tikhonov", "richardson-lucy"})
  {
    const auto & row = FindRestorationClassical(name);
    EXPECT_TENSOR_EQUAL(row.reconstruct(op, y, Level(), {}, {}).image,
                        row.reconstruct(op, clean, Level(), {}, {}).image);
  }
  const at::Tensor measured = op->Forward(at::ones_like(y));
  for (const char * name : {"tv", "admm-tv"})
  {
    const at::Tensor image = FindRestorationClassical(name).reconstruct(op, y, Level(), {}, {}).image;
    const at::Tensor residual = ((image - y) * measured).square().flatten(1).sum(1);
    const at::Tensor expected = measured.flatten(1).sum(1) * sigma * sigma;
    EXPECT_TENSOR_CLOSE(residual, expected, 0.005); // the tolerance of the discrepancy principle
  }
}

TEST(RestorationClassical, SamplesAreIndependent)
{
  const LinearOperatorPointer op = Blur();
  const at::Tensor y = Noisy(op);
  for (const RestorationClassicalRow & row : RestorationClassicalTable())
  {
    const auto together = row.reconstruct(op, y, at::tensor({0.02, 0.03}, at::kDouble), {}, {});
    const auto alone = row.reconstruct(op, y.narrow(0, 1, 1), Level(0.03), {}, {});
    // Transforms round by batch; a search for lambda may carry that on.
    EXPECT_TENSOR_CLOSE(alone.image, together.image.narrow(0, 1, 1), 1e-8) << row.name;
    if (alone.standardDeviation.defined())
    {
      EXPECT_TENSOR_CLOSE(alone.standardDeviation, together.standardDeviation.narrow(0, 1, 1), 1e-10) << row.name;
    }
  }
}

/** rms(standard deviation) / rms(error) over the pixels where counted is 1. */
double
Calibration(const RestorationClassicalResult & result, const at::Tensor & truth, const at::Tensor & counted)
{
  const at::Tensor error = ((result.image - truth) * counted).square().sum();
  const at::Tensor deviation = (result.standardDeviation * counted).square().sum();
  return (deviation / error).sqrt().item<double>();
}

TEST(RestorationClassical, AGaussianPosteriorOfItsOwnPriorIsCalibrated)
{
  // Truth drawn from the prior: white, or of the spectrum 1 / f^2. The spread over 8 x 576 pixels, whose errors are
  // correlated over a few, is about 0.03; three of that.
  const LinearOperatorPointer op = Blur();
  const std::int64_t count = 8;
  at::Tensor white = Streams(7, count).Normal({1, 1, size, size}, at::kDouble) * 0.3;
  const at::Tensor f = at::fft_fftfreq(size, 1.0, at::TensorOptions().dtype(at::kDouble));
  const at::Tensor squared = (f.square().unsqueeze(1) + f.square()).clamp_min(1.0 / (size * size));
  const at::Tensor smooth = at::real(at::fft_ifft2(at::fft_fft2(white) * squared.rsqrt())) * 0.1;
  RestorationClassicalOptions options;
  options.probes = size * size; // exact
  const auto ratio = [&](const char * name, const at::Tensor & x)
  {
    const at::Tensor y = op->Forward(x + 1.5) + 0.05 * Streams(8, count).Normal({1, 1, size, size}, at::kDouble);
    const auto result = FindRestorationClassical(name).reconstruct(op, y, Level(0.05), options, {});
    return Calibration(result, x + 1.5, at::ones_like(x));
  };
  EXPECT_NEAR(ratio("wiener", smooth), 1.0, 0.1);
  // The discrepancy principle takes ||A x - y|| for that of the truth and so too small a variance: a known bias.
  EXPECT_NEAR(ratio("tikhonov", white), 0.59, 0.05);
  options.variance = 0.09;
  EXPECT_NEAR(ratio("tikhonov", white), 1.0, 0.1);
}

TEST(RestorationClassical, AWhitePriorKnowsLittleOfWhatIsNotMeasured)
{
  const LinearOperatorPointer op = Mask();
  const at::Tensor y = Noisy(op);
  const at::Tensor hidden = 1.0 - op->Forward(at::ones_like(y));
  RestorationClassicalOptions options;
  const auto result = FindRestorationClassical("tikhonov").reconstruct(op, y, Level(), options, {});
  // The known bias, and that it is told.
  EXPECT_LT(Calibration(result, Truth(), hidden), 0.5);
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_NE(result.warnings[0].find("the standard deviation may be too small"), std::string::npos);
  options.variance = (Truth() - Truth().mean({3, 4}, true)).square().mean().item<double>();
  const auto given = FindRestorationClassical("tikhonov").reconstruct(op, y, Level(), options, {});
  EXPECT_NEAR(Calibration(given, Truth(), hidden), 1.0, 0.1); // the mean over the hidden pixels is not that over all
  EXPECT_TRUE(given.warnings.empty());
}

TEST(RestorationClassical, TakesOptionsAndWarns)
{
  const LinearOperatorPointer op = Blur();
  const at::Tensor y = Noisy(op);
  RestorationClassicalOptions options;
  options.lambda = 0.01;
  const auto exact = FindRestorationClassical("tv").reconstruct(op, y, {}, options, {}); // needs no noise then
  const auto split = FindRestorationClassical("admm-tv").reconstruct(op, y, {}, options, {});
  EXPECT_LT(RelativeError(split.image, exact.image), 0.01); // two approximate minima of one function
  options.iterations = 2;
  const auto early = FindRestorationClassical("admm-tv").reconstruct(op, y, {}, options, {});
  ASSERT_FALSE(early.warnings.empty());
  EXPECT_NE(early.warnings[0].find("residual"), std::string::npos);

  options = {};
  options.variance = 1e-8; // nothing but the mean
  const auto flat = FindRestorationClassical("tikhonov").reconstruct(op, y, Level(), options, {});
  EXPECT_LT((flat.image - flat.image.mean({3, 4}, true)).abs().max().item<double>(), 1e-3);
  EXPECT_TENSOR_CLOSE(flat.image.mean({3, 4}), y.mean({3, 4}), 1e-4); // of a blur that keeps the mean
  options.variance = 100.0;
  const auto wiener = FindRestorationClassical("wiener").reconstruct(op, y, Level(), options, {});
  EXPECT_TENSOR_CLOSE(op->Forward(wiener.image), y, 0.03); // next to the inverse, but for what the blur removes
  options = {};
  options.iterations = 5;
  const auto rough = FindRestorationClassical("richardson-lucy").reconstruct(op, y - 0.3, {}, options, {});
  ASSERT_EQ(rough.warnings.size(), 2u);
  EXPECT_NE(rough.warnings[0].find("negative"), std::string::npos);
  EXPECT_NE(rough.warnings[1].find("number of iterations, 5"), std::string::npos);
}

TEST(RestorationClassical, WorksForComplexImages)
{
  const auto mask = Normal(4, {1, 1, 1, size, size}).gt(-0.3).to(at::kDouble);
  const auto op = std::make_shared<SamplingMaskOperator>(Shape{1, 1, size, size}, mask);
  const at::Tensor truth = at::complex(Truth(), 0.5 * Truth());
  const at::Tensor y = op->Forward(truth + sigma / std::sqrt(2.0) * Streams(1, 2).NormalLike(truth));
  for (const char * name : {"tv", "admm-tv", "tikhonov"})
  {
    const auto result = FindRestorationClassical(name).reconstruct(op, y, Level(), {}, {});
    EXPECT_TRUE(result.image.is_complex());
    // A third of the pixels is missing: total variation fills them, a white prior with the mean only.
    EXPECT_LT(RelativeError(result.image, truth), std::string(name) == "tikhonov" ? 0.5 : 0.15) << name;
  }
  EXPECT_THROW_MESSAGE(
      FindRestorationClassical("richardson-lucy").reconstruct(op, y, Level(), {}, {}), DataError, "complex data");
}

TEST(RestorationClassical, RefusesWrongInput)
{
  const LinearOperatorPointer op = Blur();
  const at::Tensor y = Noisy(op);
  for (const RestorationClassicalRow & row : RestorationClassicalTable())
  {
    EXPECT_THROW_MESSAGE(row.reconstruct(nullptr, y, Level(), {}, {}), DataError, "no operator");
    EXPECT_THROW_MESSAGE(row.reconstruct(op, y * 0.0, Level(), {}, {}), DataError, "only zeros");
    EXPECT_THROW_MESSAGE(row.reconstruct(op, y / 0.0, Level(), {}, {}), DataError, "infinite");
    EXPECT_THROW_MESSAGE(row.reconstruct(op, y, Level(0.0), {}, {}), DataError, "noise level");
    RestorationClassicalOptions options;
    options.iterations = 0;
    EXPECT_THROW_MESSAGE(row.reconstruct(op, y, Level(), options, {}), UsageError, "--iterations: given 0");
    if (std::string(row.name) != "richardson-lucy")
    {
      EXPECT_THROW_MESSAGE(row.reconstruct(op, y, {}, {}, {}), DataError, "no noise level");
    }
  }
  EXPECT_THROW_MESSAGE(FindRestorationClassical("wiener").reconstruct(Mask(), y, Level(), {}, {}),
                       UsageError,
                       "no circular convolution");
}
} // namespace
} // namespace tweedie
