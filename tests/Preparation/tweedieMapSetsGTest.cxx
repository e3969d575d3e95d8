// SPDX-License-Identifier: Apache-2.0
// Several sets of coil maps: found, and what they are for: a field of view smaller than the object.
#include "tweedieCoilMaps.h"
#include "tweedieCutScan.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIClassical.h"
#include "tweediePixelEigenvectors.h"
#include "tweedieVolumeTensor.h"

namespace tweedie
{
namespace
{
CoilMapOptions
Sets(std::int64_t sets)
{
  CoilMapOptions options;
  options.mapSets = sets;
  return options;
}

MRIScan
WithSets(const MRIScan & scan, std::int64_t sets)
{
  const CoilMaps maps = EstimateCoilMaps(scan, Sets(sets));
  MRIScan result = scan;
  result.sensitivities = maps.maps;
  result.mapSets = maps.sets;
  return result;
}

TEST(MapSets, EigenvectorsAreThoseOfADirectSolver)
{
  constexpr std::int64_t coils = 5, pixels = 37, sets = 3; // two full vectors of pixels and a rest
  at::manual_seed(3);
  at::Tensor factors = at::randn({pixels, coils, coils}, at::kComplexDouble);
  factors.select(2, 0).mul_(9.0); // eigenvalues apart from each other
  factors.select(2, 1).mul_(3.0);
  factors.narrow(2, 3, 2).mul_(0.2);
  const at::Tensor matrices = at::matmul(factors, factors.conj().transpose(1, 2));
  const auto [values, vectors] = at::linalg_eigh(matrices);
  const at::Tensor index = at::triu_indices(coils, coils);
  const at::Tensor upper = matrices.permute({1, 2, 0}).index({index[0], index[1]}).to(at::kComplexFloat);
  const at::Tensor real = at::real(upper).contiguous(), imaginary = at::imag(upper).contiguous();
  at::Tensor found = at::randn({2, sets, coils, pixels}, at::kFloat),
             eigenvalues = at::empty({sets, pixels}, at::kFloat);
  LargestEigenvectors({real.data_ptr<float>(), imaginary.data_ptr<float>(), coils, pixels},
                      pixels,
                      sets,
                      found[0].data_ptr<float>(),
                      found[1].data_ptr<float>(),
                      pixels,
                      eigenvalues.data_ptr<float>());
  const at::Tensor v = at::complex(found[0], found[1]).permute({2, 1, 0}).to(at::kComplexDouble); // [pixel, coil, set]
  // The loop's own arithmetic, in single precision.
  EXPECT_LT(test::LargestDifference(at::matmul(v.conj().transpose(1, 2), v),
                                    at::eye(sets, at::kComplexDouble).expand({pixels, sets, sets})),
            1e-5);
  for (std::int64_t set = 0; set < sets; ++set)
  {
    const at::Tensor expected = values.select(1, coils - 1 - set);
    // Stopped where a value stands still to 1e-6, after 60 steps at most.
    EXPECT_LT(((eigenvalues[set] - expected) / expected).abs().max().item<double>(), 1e-3) << set;
  }
  const at::Tensor plane = vectors.narrow(2, coils - 2, 2); // of the first two
  const at::Tensor kept = at::matmul(plane.conj().transpose(1, 2), v.narrow(2, 0, 2)).abs().square().sum({1, 2});
  EXPECT_GT(kept.min().item<double>(), 2.0 - 1e-3); // as the values
}

TEST(MapSets, TheFirstOfTwoSetsIsTheOnlyOneWhereNothingIsFolded)
{
  const test::CutScan cut;
  const CoilMaps one = EstimateCoilMaps(cut.scan, Sets(1)), two = EstimateCoilMaps(cut.scan, Sets(2));
  EXPECT_EQ(two.sets, 2);
  EXPECT_EQ(two.maps.Channels(), 2 * test::CutScan::coils);
  EXPECT_EQ(two.eigenvalues.Channels(), 2);
  const at::Tensor first = TensorView(two.maps).narrow(0, 0, test::CutScan::coils);
  const at::Tensor cosine = (TensorView(one.maps).conj() * first).sum(0).abs()[0];
  const at::Tensor inner = cosine.narrow(0, 16, 32).masked_select(cut.region.narrow(0, 16, 32));
  // The rest of a second vector of half the eigenvalue, by two starts, each stopped where values stand still to 1e-6.
  EXPECT_GT(inner.min().item<double>(), 1.0 - 1e-4);
}

TEST(MapSets, AreSmoothWhereAnyTwoVectorsOfAPlaneWouldDo)
{
  const test::CutScan cut;
  const CoilMaps two = EstimateCoilMaps(cut.scan, Sets(2));
  const at::Tensor maps = TensorView(two.maps).squeeze(1).unflatten(0, {2, -1}); // [set, coil, y, x]
  const at::Tensor plane = TensorView(two.eigenvalues)[1][0] > 0.95;
  for (const std::int64_t axis : {0, 1}) // y, x
  {
    const std::int64_t last = test::CutScan::size - 1;
    const auto first = [&](const at::Tensor & x) { return x.narrow(x.dim() - 2 + axis, 0, last); };
    const auto next = [&](const at::Tensor & x) { return x.narrow(x.dim() - 2 + axis, 1, last); };
    const at::Tensor folded = first(plane).logical_and(next(plane));
    const at::Tensor cosine = (next(maps).conj() * first(maps)).sum(1).abs();
    ASSERT_GT(folded.sum().item<std::int64_t>(), 200);
    for (std::int64_t set = 0; set < 2; ++set)
    {
      // Of vectors that start alike 0.13 at most, where maps turn fast; of ones that start from their neighbours' 0.66:
      // a prior of images takes such a jumble for noise.
      EXPECT_LT((1.0 - cosine[set].masked_select(folded)).max().item<double>(), 0.3) << axis << ", " << set;
    }
  }
}

TEST(MapSets, SecondSetsAreWhereTheObjectIsFolded)
{
  const test::CutScan cut;
  const CoilMaps two = EstimateCoilMaps(cut.scan, Sets(2));
  const at::Tensor second = TensorView(two.eigenvalues)[1][0];
  const at::Tensor column = second.select(1, test::CutScan::size / 2); // through the middle of the object
  // 78 pixels in 64: the outer 7 rows on either side hold two layers, the inner ones one.
  EXPECT_GT(column[2].item<double>(), 0.9);
  EXPECT_GT(column[61].item<double>(), 0.9);
  EXPECT_LT(column.narrow(0, 16, 32).max().item<double>(), 0.8);
  const at::Tensor maps = TensorView(two.maps).squeeze(1).unflatten(0, {2, -1}); // [set, coil, y, x]
  const at::Tensor power = maps.abs().square().sum(1);
  EXPECT_TENSOR_NEAR(power[1], (second >= 0.8).to(at::kFloat), 1e-5); // unit vectors or none, in single precision
  EXPECT_LT((maps[0].conj() * maps[1]).sum(0).abs().max().item<double>(), 1e-5);
}

TEST(MapSets, TwoOfThemLeaveNoGhostOfACutObject)
{
  const test::CutScan cut;
  MRIClassicalOptions sense;
  sense.lambda = 1e-3;
  const VolumeEstimate one = ReconstructClassical(WithSets(cut.scan, 1), sense),
                       two = ReconstructClassical(WithSets(cut.scan, 2), sense);
  const auto error = [&](const VolumeEstimate & estimate) { return cut.Error(TensorView(estimate.mean)[0][0].abs()); };
  RecordProperty("one-set", std::to_string(error(one)));
  RecordProperty("two-sets", std::to_string(error(two)));
  std::cout << "NRMSE within the region that is not folded: one set " << error(one) << ", two sets " << error(two)
            << "\n";
  // Half the lines, noise of 0.2 % of the brightest pixel: what the ghost adds is many times that.
  EXPECT_LT(error(two), 0.03);
  EXPECT_GT(error(one), 3.0 * error(two));
  // And the data fit, which has no part in the simulation of the truth, says the same.
  EXPECT_LT(two.summary.dataFit, 0.2 * one.summary.dataFit);
}

TEST(MapSets, OfOtherMethodsAndTooManyAreRefused)
{
  const test::CutScan cut;
  CoilMapOptions walsh = Sets(2);
  walsh.method = "walsh";
  EXPECT_THROW_MESSAGE(EstimateCoilMaps(cut.scan, walsh), UsageError, "--map-sets: given 2 for walsh");
  EXPECT_THROW_MESSAGE(EstimateCoilMaps(cut.scan, Sets(7)), DataError, "given 6 coils; required at least 7");
  EXPECT_THROW_MESSAGE(EstimateCoilMaps(cut.scan, Sets(0)), UsageError, "map-sets");
}
} // namespace
} // namespace tweedie
