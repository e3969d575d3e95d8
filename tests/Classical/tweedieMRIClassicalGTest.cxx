// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIClassical.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierOperator.h"
#include "tweedieMRIModel.h"
#include "tweedieRandom.h"
#include "tweedieVolumeTensor.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
/** Three slices of a box with random data; every other line is measured, and the noise is that of the data. */
MRIScan
MakeScan(std::int64_t coils, std::int64_t height = 16, std::int64_t width = 14)
{
  Grid grid;
  grid.size = {3, height, width};
  grid.spacing = {3.0, 1.5, 0.5};
  grid.origin = {-7.0, 11.0, 2.0};
  MRIScan scan;
  Grid plane = grid.Slices(0, 1);
  scan.mask = Volume(plane, Volume::Element::Real);
  at::Tensor mask = TensorView(scan.mask);
  mask.slice(2, 0, height, 2).fill_(1.0);
  mask.slice(2, height / 2 - 2, height / 2 + 2).fill_(1.0);
  scan.kspace = Volume(grid, Volume::Element::Complex, coils);
  at::Tensor image = at::zeros({3, 1, 1, height, width}, at::kComplexFloat);
  image.slice(3, 4, 12).slice(4, 3, 10).fill_(c10::complex<float>(0.8f, 0.6f));
  image[1].mul_(2.0);
  at::Tensor maps = at::ones({1, coils, 1, height, width}, at::kComplexFloat);
  if (coils > 1)
  {
    maps = RandomStreams(3, {0}).Normal({coils, 1, height, width}, at::kComplexFloat) * 0.2 + 0.5;
    scan.sensitivities = VolumeFromSliceBatch(maps, plane);
  }
  scan.noise = 0.05;
  const at::Tensor clean = FourierTransform(image * maps, 2, FourierDirection::Forward);
  const at::Tensor noise = RandomStreams(4, {0, 1, 2}).NormalLike(clean) * (0.05 / std::sqrt(2.0));
  TensorView(scan.kspace).copy_(((clean + noise) * mask.unsqueeze(0)).squeeze(2).transpose(0, 1));
  return scan;
}

MRIClassicalOptions
Method(const std::string & name)
{
  MRIClassicalOptions options;
  options.method = name;
  return options;
}

TEST(ReconstructClassical, ZeroFilledIsTheAdjoint)
{
  const MRIScan scan = MakeScan(3);
  const auto result = ReconstructClassical(scan, Method("zero-filled"));
  const auto model = MakeMRIModel(scan);
  EXPECT_TENSOR_EQUAL(SliceBatch(result.mean), model->Adjoint(MRIData(scan)));
  EXPECT_EQ(result.mean.GetGrid().origin, scan.kspace.GetGrid().origin);
  EXPECT_EQ(result.mean.GetGrid().spacing, scan.kspace.GetGrid().spacing);
  EXPECT_TRUE(result.standardDeviation.IsEmpty());
  EXPECT_EQ(result.summary.method, "zero-filled");
  EXPECT_EQ(result.summary.deviationKind, DeviationKind::None);
  EXPECT_TRUE(std::isfinite(result.summary.dataFit));
}

TEST(ReconstructClassical, RootOfSumOfSquaresNeedsNoMaps)
{
  MRIScan scan = MakeScan(3);
  const at::Tensor coils = FourierTransform(MRIData(scan), 2, FourierDirection::Backward);
  const at::Tensor expected = coils.abs().square().sum(1, true).sqrt();
  scan.sensitivities = Volume();
  EXPECT_THROW_MESSAGE(ReconstructClassical(scan, Method("zero-filled")), DataError, "coil maps: given none");
  MRIClassicalOptions options = Method("zero-filled");
  options.combine = "rss";
  const auto result = ReconstructClassical(scan, options);
  // Float: the root of a sum of three squares.
  EXPECT_TENSOR_CLOSE(at::real(SliceBatch(result.mean)), expected, 1e-6);
  EXPECT_EQ(at::imag(SliceBatch(result.mean)).abs().max().item<float>(), 0.0f);
  EXPECT_TRUE(std::isnan(result.summary.dataFit));
}

TEST(ReconstructClassical, SenseOfAMaskedUnitaryTransformIsAScaledAdjoint)
{
  const MRIScan scan = MakeScan(1);
  MRIClassicalOptions options = Method("sense");
  options.lambda = 0.25;
  options.tolerance = 1e-6;
  const auto result = ReconstructClassical(scan, options);
  // (A^H A + l I) A^H y = (1 + l) A^H y because A A^H = I on the samples; float arithmetic of one step.
  EXPECT_TENSOR_CLOSE(SliceBatch(result.mean), MakeMRIModel(scan)->Adjoint(MRIData(scan)) / 1.25, 1e-5);
}

/** A as a dense matrix in double, a column per pixel. */
at::Tensor
DenseMatrix(const LinearOperator & model)
{
  const Shape shape = model.DomainShape();
  const std::int64_t pixels = shape[2] * shape[3];
  const at::Tensor units = at::eye(pixels, at::kComplexDouble).view({pixels, 1, 1, shape[2], shape[3]});
  return model.Forward(units).reshape({pixels, -1}).t();
}

TEST(ReconstructClassical, SenseEqualsADirectSolver)
{
  const MRIScan scan = MakeScan(3, 8, 8);
  MRIClassicalOptions options = Method("sense");
  options.lambda = 0.05;
  options.tolerance = 1e-6;
  const auto result = ReconstructClassical(scan, options);
  const at::Tensor matrix = DenseMatrix(*MakeMRIModel(scan));
  const at::Tensor normal = at::matmul(matrix.conj().t(), matrix) + 0.05 * at::eye(64, at::kComplexDouble);
  const at::Tensor data = MRIData(scan).to(at::kComplexDouble).reshape({3, -1});
  const at::Tensor expected = at::linalg_solve(normal, at::matmul(matrix.conj().t(), data.t())).t();
  // Float residual 1e-6 times the condition number, below 2 / 0.05 = 40, and float products.
  EXPECT_TENSOR_CLOSE(
      SliceBatch(result.mean).to(at::kComplexDouble), expected.reshape(SliceBatch(result.mean).sizes()), 1e-4);
  EXPECT_GT(result.summary.steps, 3);
}

TEST(ReconstructClassical, SenseDefaultFollowsTheMapsAndIgnoresTheNoise)
{
  MRIScan scan = MakeScan(3);
  const auto first = ReconstructClassical(scan, Method("sense"));
  scan.noise = 5.0;
  const auto noisy = ReconstructClassical(scan, Method("sense"));
  EXPECT_TENSOR_EQUAL(TensorView(noisy.mean), TensorView(first.mean));
  EXPECT_NEAR(noisy.summary.dataFit * 1e4, first.summary.dataFit, 1e-6 * first.summary.dataFit);
  // Maps times 4: the image is divided by 4.
  TensorView(scan.sensitivities).mul_(4.0);
  const auto scaled = ReconstructClassical(scan, Method("sense"));
  EXPECT_TENSOR_CLOSE(TensorView(scaled.mean) * 4.0, TensorView(first.mean), 1e-6); // a power of two
}

TEST(ReconstructClassical, TotalVariationFindsLambdaFromTheNoise)
{
  for (const std::int64_t coils : {1, 3})
  {
    const MRIScan scan = MakeScan(coils);
    const auto result = ReconstructClassical(scan, Method("tv"));
    EXPECT_NEAR(result.summary.dataFit, 1.0, 0.01); // every slice within 0.005
    EXPECT_TRUE(result.summary.warnings.empty());
    const auto options = nlohmann::json::parse(result.summary.options);
    EXPECT_TRUE(options.at("lambda").is_null());
    EXPECT_EQ(options.at("method"), "tv");
  }
}

TEST(ReconstructClassical, TotalVariationScalesWithTheData)
{
  MRIScan scan = MakeScan(3);
  MRIClassicalOptions options = Method("tv");
  options.lambda = 0.05;
  const auto first = ReconstructClassical(scan, options);
  TensorView(scan.kspace).mul_(8.0);
  options.lambda = 0.4;
  const auto scaled = ReconstructClassical(scan, options);
  EXPECT_TENSOR_CLOSE(TensorView(scaled.mean) / 8.0, TensorView(first.mean), 1e-6); // a power of two
}

TEST(ReconstructClassical, TotalVariationWarns)
{
  MRIScan scan = MakeScan(3);
  MRIClassicalOptions options = Method("tv");
  options.lambda = 0.05;
  options.iterations = 3;
  const auto early = ReconstructClassical(scan, options);
  ASSERT_EQ(early.summary.warnings.size(), 1u);
  EXPECT_NE(early.summary.warnings[0].find("relative duality gap"), std::string::npos);
  scan.noise.reset();
  const auto estimated = ReconstructClassical(scan, Method("tv"));
  ASSERT_GE(estimated.summary.warnings.size(), 1u);
  EXPECT_NE(estimated.summary.warnings[0].find("estimated from the periphery"), std::string::npos);
}

TEST(ReconstructClassical, EveryRowOfTheTableReconstructs)
{
  const MRIScan scan = MakeScan(3);
  for (const auto & method : ClassicalMethods())
  {
    std::int64_t last = 0;
    std::int64_t of = 0;
    const auto result = ReconstructClassical(scan,
                                             Method(method.name),
                                             [&](const ProgressReport & report)
                                             {
                                               EXPECT_EQ(report.task, method.name);
                                               last = report.step;
                                               of = report.steps;
                                               return true;
                                             });
    EXPECT_EQ(last, of);
    EXPECT_TRUE(result.mean.IsComplex());
    EXPECT_GT(std::string(method.description).size(), 10u);
    EXPECT_THROW_MESSAGE(ReconstructClassical(scan, Method(method.name), [](const ProgressReport &) { return false; }),
                         Aborted,
                         "stopped");
  }
}

TEST(ReconstructClassical, RefusesWrongOptionsAndData)
{
  MRIScan scan = MakeScan(1);
  EXPECT_THROW_MESSAGE(ReconstructClassical(scan, Method("curvelet")), UsageError, "zero-filled|sense|tv|wavelet");
  MRIClassicalOptions options = Method("tv");
  options.lambda = -1.0;
  EXPECT_THROW_MESSAGE(ReconstructClassical(scan, options), UsageError, "--lambda: given -1");
  options = Method("tv");
  options.noise = 0.0;
  EXPECT_THROW_MESSAGE(ReconstructClassical(scan, options), UsageError, "--noise: given 0");
  TensorView(scan.kspace)[0][0][0][0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW_MESSAGE(ReconstructClassical(scan, Method("sense")), DataError, "k-space");
  TensorView(scan.kspace).zero_();
  EXPECT_THROW_MESSAGE(ReconstructClassical(scan, Method("sense")), DataError, "only zeros");
}
} // namespace
} // namespace tweedie
