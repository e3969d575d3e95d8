// SPDX-License-Identifier: Apache-2.0
#include "tweediePartialFourier.h"

#include "tweedieError.h"
#include "tweedieFourierOperator.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
constexpr std::int64_t rows = 64, columns = 48;

/** Discs with a smooth phase, [1, 1, y, x]. */
at::Tensor
Image()
{
  const at::Tensor y = (at::arange(rows, at::kFloat) / 32.0 - 1.0).view({rows, 1});
  const at::Tensor x = (at::arange(columns, at::kFloat) / 24.0 - 1.0).view({1, columns});
  const at::Tensor object = ((y.square() + x.square()) < 0.6).to(at::kFloat) +
                            (((y - 0.3).square() + (x + 0.2).square()) < 0.03).to(at::kFloat);
  const at::Tensor phase = 0.8 * y + 0.5 * x * y + 0.3;
  return (object * at::complex(at::cos(phase), at::sin(phase))).view({1, 1, rows, columns});
}

/** Lines first to last - 1 of it. */
MRIScan
ScanOf(const at::Tensor & image, std::int64_t first, std::int64_t last)
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({columns, rows, 1});
  at::Tensor mask = at::zeros({1, 1, rows, columns});
  mask.narrow(2, first, last - first).fill_(1.0);
  MRIScan scan;
  scan.kspace = VolumeFromTensor(FourierTransform(image, 2, FourierDirection::Forward) * mask, grid);
  scan.mask = VolumeFromTensor(mask, grid);
  return scan;
}

double
ErrorOf(const MRIScan & scan, const at::Tensor & image)
{
  const at::Tensor found = FourierTransform(TensorView(scan.kspace), 2, FourierDirection::Backward);
  return ((found - image).norm().abs() / image.norm().abs()).item<double>();
}

TEST(PartialFourier, BothMethodsHalveTheErrorOfZeros)
{
  const at::Tensor image = Image();
  for (const auto & [first, last] : {std::pair<std::int64_t, std::int64_t>(0, 42), {22, 64}})
  {
    const double ofZeros = ErrorOf(ScanOf(image, first, last), image);
    for (const char * method : {"homodyne", "pocs"})
    {
      MRIScan scan = ScanOf(image, first, last);
      FillPartialFourier(scan, method);
      EXPECT_LT(ErrorOf(scan, image), 0.5 * ofZeros) << method << " from " << first;
      EXPECT_EQ(TensorView(scan.mask).min().item<float>(), 1.0F);
      EXPECT_EQ(scan.warnings.size(), 1U);
    }
  }
}

TEST(PartialFourier, PocsKeepsWhatWasMeasured)
{
  const at::Tensor image = Image();
  MRIScan scan = ScanOf(image, 0, 42);
  const at::Tensor before = TensorView(scan.kspace).clone();
  FillPartialFourier(scan, "pocs");
  const at::Tensor difference = (TensorView(scan.kspace) - before).narrow(2, 0, 42);
  EXPECT_LT(difference.abs().max().item<double>(), 1e-5 * before.abs().max().item<double>());
}

TEST(PartialFourier, OtherSamplingIsRefusedAndACompleteScanStays)
{
  const at::Tensor image = Image();
  MRIScan half = ScanOf(image, 0, 34); // one line beyond the centre
  EXPECT_THROW(FillPartialFourier(half, "pocs"), DataError);
  MRIScan whole = ScanOf(image, 0, rows);
  FillPartialFourier(whole, "homodyne");
  EXPECT_TRUE(whole.warnings.empty());
  EXPECT_THROW(FillPartialFourier(whole, "zeros"), UsageError);
}
} // namespace
} // namespace tweedie
