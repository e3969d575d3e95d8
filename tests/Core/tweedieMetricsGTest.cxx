// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMetrics.h"

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
/** What ReferenceMetrics.py prints. */
struct Reference
{
  std::int64_t height;
  std::int64_t width;
  double nrmse;
  double psnr;
  double ssim;
  double maskedNrmse;
  double maskedPsnr;
  double maskedSsim;
  double ssimOfRange2;
};
constexpr Reference references[] = {
    {40, 53, 0.065519776, 28.395411574, 0.966080838, 0.067420734, 28.398940805, 0.970618687, 0.964805367},
    {64, 64, 0.066368470, 28.466715647, 0.966440973, 0.066928739, 28.538031688, 0.968912023, 0.965210315},
};
// The requirement is 1e-5; both sides compute in double, so far less remains (the numbers above have nine digits).
constexpr double agreement = 1e-7;

struct Images
{
  explicit Images(const Reference & r)
  {
    const at::Tensor y = at::arange(r.height, at::kDouble).view({-1, 1}).expand({r.height, r.width});
    const at::Tensor x = at::arange(r.width, at::kDouble).view({1, -1}).expand({r.height, r.width});
    reference = 1.5 + at::sin(0.31 * x) * at::cos(0.23 * y) + 0.4 * at::sin(0.011 * x * y);
    estimate = 0.95 * reference + 0.1 * at::cos(1.7 * x + 0.9 * y) + 0.02 * at::sin(0.5 * y);
    mask = (x - 0.45 * r.width).square() + (y - 0.55 * r.height).square() < std::pow(0.4 * r.height, 2);
  }
  at::Tensor reference;
  at::Tensor estimate;
  at::Tensor mask;
};

TEST(Metrics, EqualScikitImage)
{
  for (const auto & r : references)
  {
    const Images i(r);
    EXPECT_NEAR(NormalizedRootMeanSquareError(i.reference, i.estimate), r.nrmse, agreement);
    EXPECT_NEAR(NormalizedMeanSquareError(i.reference, i.estimate), r.nrmse * r.nrmse, agreement);
    EXPECT_NEAR(PeakSignalToNoiseRatio(i.reference, i.estimate), r.psnr, agreement);
    EXPECT_NEAR(StructuralSimilarity(i.reference, i.estimate), r.ssim, agreement);
    EXPECT_NEAR(StructuralSimilarity(i.reference, i.estimate, {}, 2.0), r.ssimOfRange2, agreement);
  }
}

TEST(Metrics, EqualScikitImageInsideAMask)
{
  for (const auto & r : references)
  {
    const Images i(r);
    EXPECT_NEAR(NormalizedRootMeanSquareError(i.reference, i.estimate, i.mask), r.maskedNrmse, agreement);
    EXPECT_NEAR(PeakSignalToNoiseRatio(i.reference, i.estimate, i.mask), r.maskedPsnr, agreement);
    EXPECT_NEAR(StructuralSimilarity(i.reference, i.estimate, i.mask.to(at::kFloat)), r.maskedSsim, agreement);
  }
}

TEST(Metrics, ComplexImagesCountBothParts)
{
  const at::Tensor reference = at::complex(at::full({2, 2}, 3.0, at::kDouble), at::full({2, 2}, 4.0, at::kDouble));
  const at::Tensor estimate = reference + at::complex(at::zeros({2, 2}, at::kDouble), at::ones({2, 2}, at::kDouble));
  EXPECT_NEAR(NormalizedRootMeanSquareError(reference, estimate), 0.2, 1e-14); // 1 / |3 + 4i|, exact up to rounding
  EXPECT_NEAR(PeakSignalToNoiseRatio(reference, estimate), 20.0 * std::log10(5.0), 1e-12);
}

TEST(Metrics, AMaskBroadcastsOverSlices)
{
  const Images i(references[1]);
  const at::Tensor reference = at::stack({i.reference, i.reference + 0.5});
  const at::Tensor estimate = at::stack({i.estimate, i.estimate + 0.4});
  const at::Tensor mask = at::stack({i.mask, i.mask});
  EXPECT_EQ(NormalizedMeanSquareError(reference, estimate, i.mask),
            NormalizedMeanSquareError(reference, estimate, mask));
  EXPECT_EQ(StructuralSimilarity(reference, estimate, i.mask), StructuralSimilarity(reference, estimate, mask));
}

TEST(Metrics, EqualImagesAreTheEndOfTheScale)
{
  const Images i(references[0]);
  EXPECT_EQ(NormalizedRootMeanSquareError(i.reference, i.reference), 0.0);
  EXPECT_EQ(PeakSignalToNoiseRatio(i.reference, i.reference), std::numeric_limits<double>::infinity());
  EXPECT_NEAR(StructuralSimilarity(i.reference, i.reference), 1.0, 1e-14); // rounding of one quotient
}

TEST(Metrics, RefuseWhatHasNoValue)
{
  const at::Tensor one = at::ones({12, 12});
  EXPECT_THROW_MESSAGE(NormalizedMeanSquareError(one, at::ones({12, 13})), DataError, "equal shapes");
  EXPECT_THROW_MESSAGE(NormalizedMeanSquareError(one, one, at::zeros({12, 12})), DataError, "keeps nothing");
  EXPECT_THROW_MESSAGE(PeakSignalToNoiseRatio(one, one, at::ones({5})), DataError, "mask's shape");
  EXPECT_THROW_MESSAGE(NormalizedMeanSquareError(at::zeros({12, 12}), one), DataError, "is zero");
  EXPECT_THROW_MESSAGE(PeakSignalToNoiseRatio(at::zeros({12, 12}), one), DataError, "above 0");
  EXPECT_THROW_MESSAGE(StructuralSimilarity(at::ones({10, 12}), at::ones({10, 12})), DataError, "11 x 11");
  EXPECT_THROW_MESSAGE(ForegroundMask(at::ones({4})), DataError, "real one");
  const at::Tensor poisoned = one * std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(NormalizedMeanSquareError(one, poisoned)));
  EXPECT_TRUE(std::isnan(StructuralSimilarity(one, poisoned)));
}

TEST(ForegroundMask, KeepsTheLargestPartAndFillsItsHoles)
{
  // Ring joined by a corner, with a hole; a hole that is open over a corner only; a smaller part; weak background.
  const char * rows[] = {"..........", //
                         ".####...##", //
                         ".#..#...##", //
                         ".#..#.....", //
                         ".###......", //
                         "....##....", //
                         "....#.#...", //
                         ".....#....", //
                         ".........."};
  const char * filled[] = {"..........", //
                           ".####.....", //
                           ".####.....", //
                           ".####.....", //
                           ".###......", //
                           "....##....", //
                           "....###...", //
                           ".....#....", //
                           ".........."};
  at::Tensor image = at::full({9, 10}, 0.04f);
  at::Tensor expected = at::zeros({9, 10}, at::kBool);
  for (int y = 0; y < 9; ++y)
  {
    for (int x = 0; x < 10; ++x)
    {
      image[y][x] = rows[y][x] == '#' ? 0.06f : 0.04f;
      expected[y][x] = filled[y][x] == '#';
    }
  }
  image[1][1] = 1.0f; // the maximum, of which 5 % separate 0.06 from 0.04
  EXPECT_TRUE(at::equal(ForegroundMask(image), expected));
  // Slice by slice, each with its own maximum.
  const at::Tensor both = ForegroundMask(at::stack({image, image * 100.0}));
  EXPECT_TRUE(at::equal(both, at::stack({expected, expected})));
}
} // namespace
} // namespace tweedie
