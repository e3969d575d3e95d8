// SPDX-License-Identifier: Apache-2.0
// The normal operator as a convolution, against projection and back projection.
#include "tweedieParallelScan.h"
#include "tweedieToeplitzNormalOperator.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
std::shared_ptr<const FourierSliceProjector>
Projector(const ParallelScan & scan, std::int64_t width = 6, bool toeplitz = false)
{
  FourierSliceOptions options;
  options.width = width;
  options.toeplitzNormal = toeplitz;
  return std::make_shared<const FourierSliceProjector>(scan.geometry, scan.detector, scan.grid, 1, options);
}

/** A^T W A x by projection and back projection. */
at::Tensor
Product(const FourierSliceProjector & A, const at::Tensor & x, const at::Tensor & weights = {})
{
  const at::Tensor y = A.Forward(x);
  return A.Adjoint(weights.defined() ? y * weights.to(y.scalar_type()).reshape({1, 1, -1, 1, 1}) : y);
}

/** Three blobs, [1, 1, 1, y, x], of at least 3 columns' width: nothing of them is left at the sampling rate of the
 * detector, nor outside it. */
at::Tensor
SmoothImage(const ParallelScan & scan)
{
  at::Tensor image = GaussianBlob(scan.grid, {0.0, 0.0, 0.0}, 3.0);
  image = image + GaussianBlob(scan.grid, {6.0, 0.0, -4.0}, 3.5) * 0.7 - GaussianBlob(scan.grid, {-8.0, 0.0, 3.0}, 4.0);
  return image.reshape({1, 1, 1, scan.grid.size.y, scan.grid.size.x});
}

/** Odd, even, unequal spacings, an offset grid and detector. */
ParallelScan
OffsetScan()
{
  ParallelScan scan = MakeParallelScan({1, 71, 80}, 13, 150, 7.0);
  scan.grid.spacing.x = 0.9;
  scan.grid.spacing.y = 1.1;
  scan.grid.origin[0] += 6.5;
  scan.grid.origin[1] -= 3.2;
  scan.detector.pitchU = 0.95;
  scan.detector.originU -= 4.1;
  return scan;
}
} // namespace

TEST(ToeplitzNormalOperator, IsForwardAndBackForImagesThatTheDetectorResolves)
{
  for (const auto & scan : {MakeParallelScan({1, 64, 64}, 20, 100), OffsetScan()})
  {
    const auto views = static_cast<std::int64_t>(scan.geometry.views.size());
    for (const auto & weights : {at::Tensor(), Streams(1, 1).Uniform({views}, at::kDouble)[0]})
    {
      const auto x = SmoothImage(scan);
      const auto single = Projector(scan);
      const ToeplitzNormalOperator ofSingle(*single, weights);
      // The bars of the project: the default width in single precision, and a width for double precision.
      EXPECT_TENSOR_CLOSE(ofSingle.Forward(x.to(at::kFloat)), Product(*single, x.to(at::kFloat), weights), 1e-4);
      const auto exact = Projector(scan, 12);
      const ToeplitzNormalOperator ofDouble(*exact, weights);
      const double error = RelativeError(ofDouble.Forward(x), Product(*exact, x, weights));
      EXPECT_LE(error, 1e-8);
    }
  }
}

TEST(ToeplitzNormalOperator, DiffersForNoiseByWhatLeavesTheDetector)
{
  // White noise is the image with most at the detector's sampling rate; a wider detector catches more of it.
  const auto x = Normal(1, {1, 1, 1, 48, 48});
  double last = 0.02;
  for (const std::int64_t columns : {70, 210, 630})
  {
    const auto A = Projector(MakeParallelScan({1, 48, 48}, 20, columns), 12);
    const double error = RelativeError(ToeplitzNormalOperator(*A).Forward(x), Product(*A, x));
    RecordProperty("noise" + std::to_string(columns), std::to_string(error));
    EXPECT_LE(error, last);
    EXPECT_GT(error, 1e-6);
    last = error / 2.0; // what is lost falls as one over the detector's extent: a third would be exact
  }
  // The head phantom is in between.
  const auto scan = MakeParallelScan({1, 128, 128}, 60, 183);
  const auto A = Projector(scan, 12);
  const auto head = Rasterize(SheppLogan(128.0), scan.grid);
  const double error = RelativeError(ToeplitzNormalOperator(*A).Forward(head), Product(*A, head));
  RecordProperty("phantom", std::to_string(error));
  EXPECT_LE(error, 1e-4);
}

TEST(ToeplitzNormalOperator, IsSelfAdjointAndNotNegative)
{
  for (const auto & scan : {OffsetScan(), MakeParallelScan({3, 9, 14}, 5, 20)})
  {
    const auto A = Projector(scan);
    const ToeplitzNormalOperator T(*A);
    EXPECT_LE(AdjointError(T, 1, at::kDouble), 1e-12); // the bars of the project
    EXPECT_LE(AdjointError(T, 2, at::kComplexFloat), 1e-5);
    const auto x = Streams(3, 4).Normal(T.DomainShape(), at::kDouble);
    const auto products = (x * T.Forward(x)).flatten(1).sum(1);
    EXPECT_GT(products.min().item<double>(), 0.0);
  }
}

TEST(ToeplitzNormalOperator, BatchSlicesAndThreadsLeaveEveryBit)
{
  const ToeplitzNormalOperator T(*Projector(MakeParallelScan({3, 150, 140}, 5, 210)));
  const ToeplitzNormalOperator ofOne(*Projector(MakeParallelScan({1, 150, 140}, 5, 210)));
  const auto x = Streams(1, 2).Normal(T.DomainShape(), at::kFloat);
  const ThreadScope one(1);
  const auto expected = T.Forward(x);
  for (const std::int64_t threads : {1, 2, 7})
  {
    const ThreadScope scope(threads);
    EXPECT_TENSOR_EQUAL(T.Forward(x), expected);
    EXPECT_TENSOR_EQUAL(T.Forward(x.narrow(0, 1, 1)), expected.narrow(0, 1, 1));
    EXPECT_TENSOR_EQUAL(ofOne.Forward(x.narrow(2, 2, 1)), expected.narrow(2, 2, 1));
  }
}

TEST(ToeplitzNormalOperator, IsTheProjectorsNormalOnRequest)
{
  const auto scan = MakeParallelScan({2, 24, 24}, 30, 40);
  const auto A = Projector(scan, 6, true);
  const auto x = Streams(1, 2).Normal(A->DomainShape(), at::kDouble);
  EXPECT_TENSOR_EQUAL(A->Normal(x), ToeplitzNormalOperator(*A).Forward(x));
  EXPECT_TENSOR_EQUAL(Projector(scan)->Normal(x), Product(*A, x));
  auto recorded = x.clone().set_requires_grad(true);
  A->Normal(recorded).backward(x);
  EXPECT_TENSOR_EQUAL(recorded.grad(), A->Normal(x));
}

TEST(ToeplitzNormalOperator, ConjugateGradientsFindTheImage)
{
  // As many equations as unknowns several times over: (T + ridge) x = A^T y has the image within the ridge's reach.
  const auto scan = MakeParallelScan({1, 32, 32}, 60, 48);
  const auto A = Projector(scan, 12, true);
  const auto x = SmoothImage(scan);
  const double ridge = 1e-3;
  const auto product = [&](const at::Tensor & v) { return A->Normal(v) + v * ridge; };
  const auto found = ConjugateGradient(product, A->Adjoint(A->Forward(x)), {}, 400, 1e-9);
  EXPECT_LE(found.relativeResidual[0], 1e-9);
  // Eigenvalues that this image needs are above 60 views * 1 mm^2 / 32 pixels; the ridge is 1e-3 of that or less.
  EXPECT_TENSOR_CLOSE(found.solution, x, 1e-3);
}

TEST(ToeplitzNormalOperator, PreconditionerIsPositiveAndNarrowsTheSpectrum)
{
  const auto scan = MakeParallelScan({1, 48, 48}, 40, 72);
  const ToeplitzNormalOperator T(*Projector(scan));
  const double ridge = 10.0; // of eigenvalues up to 1800
  const auto P = T.Preconditioner(ridge);
  EXPECT_LE(AdjointError(*P, 1, at::kDouble), 1e-12);
  const auto b = Normal(1, {1, 1, 1, 48, 48});
  // Preconditioned conjugate gradients to the residual 1e-6; without, P is the identity.
  const auto iterations = [&](bool preconditioned)
  {
    at::Tensor x = at::zeros_like(b), r = b.clone();
    at::Tensor z = preconditioned ? P->Forward(r) : r.clone();
    at::Tensor p = z.clone();
    double rz = (r * z).sum().item<double>();
    int count = 0;
    for (; count < 500 && r.norm().item<double>() > 1e-6 * b.norm().item<double>(); ++count)
    {
      EXPECT_GT(rz, 0.0);
      const at::Tensor q = T.Forward(p) + p * ridge;
      const double step = rz / (p * q).sum().item<double>();
      x = x + p * step;
      r = r - q * step;
      z = preconditioned ? P->Forward(r) : r.clone();
      const double next = (r * z).sum().item<double>();
      p = z + p * (next / rz);
      rz = next;
    }
    return count;
  };
  const int without = iterations(false);
  const int with = iterations(true);
  RecordProperty("iterationsWithout", without);
  RecordProperty("iterationsWith", with);
  EXPECT_LE(2 * with, without) << with << " and " << without << " iterations";
}

TEST(ToeplitzNormalOperator, RefusesWhatIsNoConvolution)
{
  const auto narrow = MakeParallelScan({1, 16, 16}, 4, 16); // the diagonal is 22.6 mm
  EXPECT_THROW_MESSAGE(ToeplitzNormalOperator(*Projector(narrow)), UsageError, "does not see the whole grid");
  EXPECT_THROW_MESSAGE(Projector(narrow, 6, true), UsageError, "does not see the whole grid");
  auto missing = MakeParallelScan({3, 16, 16}, 4, 24);
  missing.detector.rows = 2;
  EXPECT_THROW_MESSAGE(ToeplitzNormalOperator(*Projector(missing)), UsageError, "exactly one row for each slice");
  const auto A = Projector(MakeParallelScan({1, 16, 16}, 4, 24));
  EXPECT_THROW_MESSAGE(ToeplitzNormalOperator(*A, at::ones({5})), DataError, "required real ones [4]");
  EXPECT_THROW_MESSAGE(ToeplitzNormalOperator(*A, at::ones({4}, at::kLong)), DataError, "required real ones");
  EXPECT_THROW_MESSAGE(ToeplitzNormalOperator(*A, at::ones({4}) * -1.0), DataError, "negative weight");
  EXPECT_THROW_MESSAGE(
      ToeplitzNormalOperator(*A, at::ones({4}) * std::numeric_limits<double>::infinity()), DataError, "not finite");
  EXPECT_THROW_MESSAGE(ToeplitzNormalOperator(*A).Preconditioner(0.0), UsageError, "above 0");
}
