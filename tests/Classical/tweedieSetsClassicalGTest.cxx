// SPDX-License-Identifier: Apache-2.0
// Reconstructions with several sets of coil maps: an image for each.
#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIModel.h"
#include "tweedieRandom.h"
#include "tweedieSenseNoise.h"
#include "tweedieSetCombination.h"
#include "tweedieTotalVariation.h"
#include "tweedieVolumeTensor.h"
#include "tweedieWaveletSparsity.h"
#include "tweedieWaveletTransform.h"

namespace tweedie
{
namespace
{
constexpr std::int64_t coils = 4, sets = 2, slices = 2, size = 32;

/** Two slices, their own two orthonormal sets of maps of four coils, every second line and a centre. */
struct SetsProblem
{
  MRIScan scan;
  at::Tensor truth; ///< [slice, set, 1, y, x]

  SetsProblem()
  {
    const at::Tensor random = RandomStreams(8, {0, 1}).Normal({size, size, coils, sets}, at::kComplexDouble);
    const at::Tensor orthonormal = std::get<0>(at::linalg_qr(random)); // [slice, y, x, coil, set]
    const at::Tensor maps = orthonormal.permute({4, 3, 0, 1, 2}).reshape({sets * coils, slices, size, size});
    Grid grid;
    grid.size = {slices, size, size};
    scan.sensitivities = VolumeFromTensor(maps, grid);
    scan.mapSets = sets;
    scan.mask = Volume(grid.Slices(0, 1), Volume::Element::Real);
    at::Tensor mask = TensorView(scan.mask);
    mask.slice(2, 0, size, 2).fill_(1.0);
    mask.slice(2, size / 2 - 4, size / 2 + 4).fill_(1.0);
    truth = at::zeros({slices, sets, 1, size, size}, at::kComplexFloat);
    truth.select(1, 0).slice(2, 6, 26).slice(3, 8, 22).fill_(c10::complex<float>(0.8F, 0.6F));
    truth.select(1, 1).slice(2, 0, 12).slice(3, 4, 28).fill_(c10::complex<float>(0.0F, 0.5F));
    scan.kspace = Volume(grid, Volume::Element::Complex, coils);
    TensorView(scan.kspace).fill_(1.0); // so that there is a model
    scan.noise = 0.02;
    const at::Tensor clean = MakeMRIModel(scan)->Forward(truth);
    const at::Tensor noise = RandomStreams(9, {0, 1}).NormalLike(clean) * (*scan.noise / std::sqrt(2.0));
    scan.kspace = VolumeFromSliceBatch((clean + noise) * MRIMask(scan), grid);
  }
};

MRIClassicalOptions
Method(const std::string & name, std::optional<double> lambda = {})
{
  MRIClassicalOptions options;
  options.method = name;
  options.lambda = lambda;
  options.tolerance = 1e-5;
  return options;
}

TEST(SetsClassical, TheModelSumsWhatTheSetsSee)
{
  const SetsProblem problem;
  const at::Tensor maps = TensorView(problem.scan.sensitivities).unflatten(0, {sets, coils}); // [set, coil, z, y, x]
  const at::Tensor seen = (maps * problem.truth.permute({1, 2, 0, 3, 4})).sum(0);             // [coil, z, y, x]
  MRIScan one = problem.scan;
  one.mapSets = 1;
  one.sensitivities = VolumeFromTensor(at::ones({coils, 1, size, size}, at::kComplexFloat), one.mask.GetGrid());
  const auto coil = [&](std::int64_t c)
  { return MakeMRIModel(one)->Forward(seen[c].unsqueeze(1).unsqueeze(1).contiguous()).narrow(1, c, 1); };
  const at::Tensor y = MakeMRIModel(problem.scan)->Forward(problem.truth);
  for (std::int64_t c = 0; c < coils; ++c)
  {
    EXPECT_TENSOR_NEAR(y.narrow(1, c, 1), coil(c), 1e-5); // single precision
  }
}

TEST(SetsClassical, SenseIsTheMinimumAndItsMeanTheCombination)
{
  const SetsProblem problem;
  const double lambda = 0.01;
  const VolumeEstimate result = ReconstructClassical(problem.scan, Method("sense", lambda));
  ASSERT_EQ(result.sets.Channels(), sets);
  const at::Tensor x = SliceBatch(result.sets);
  const auto model = MakeMRIModel(problem.scan);
  const at::Tensor slope = model->Adjoint(MRIData(problem.scan)) - model->Normal(x) - lambda * x;
  EXPECT_LT(slope.norm().item<double>() / model->Adjoint(MRIData(problem.scan)).norm().item<double>(), 1e-4);
  EXPECT_LT(test::RelativeError(x, problem.truth), 0.35); // two images of half the lines with noise; zero: 1
  ASSERT_EQ(result.mean.Channels(), 1);
  const at::Tensor mean = SliceBatch(result.mean);
  EXPECT_TENSOR_NEAR(mean.abs(), x.abs().square().sum(1, true).sqrt(), 1e-6);
  const at::Tensor turned = mean * x.narrow(1, 0, 1).conj();
  EXPECT_TENSOR_NEAR(at::imag(turned), at::zeros_like(turned.abs()), 1e-6);
  EXPECT_GE(at::real(turned).min().item<double>(), 0.0);
  // Of the stack, not of the combination.
  const double squared = (MRIData(problem.scan) - model->Forward(x)).abs().square().sum().item<double>();
  const double samples = MRIMask(problem.scan).sum().item<double>() * coils * slices;
  EXPECT_NEAR(result.summary.dataFit, squared / (samples * *problem.scan.noise * *problem.scan.noise), 1e-4);
}

TEST(SetsClassical, OneSetHasNoImagesOfSets)
{
  SetsProblem problem;
  problem.scan.mapSets = 1;
  problem.scan.sensitivities = VolumeFromTensor(TensorView(problem.scan.sensitivities).narrow(0, 0, coils),
                                                problem.scan.sensitivities.GetGrid());
  EXPECT_TRUE(ReconstructClassical(problem.scan, Method("sense")).sets.IsEmpty());
}

/** The stack turned by a unitary matrix that is the same in every pixel, and the maps with it. */
MRIScan
Turned(const MRIScan & scan, const at::Tensor & unitary)
{
  MRIScan result = scan;
  const at::Tensor maps = TensorView(scan.sensitivities).unflatten(0, {sets, coils});
  const at::Tensor turned = at::tensordot(unitary, maps, {1}, {0}).flatten(0, 1);
  result.sensitivities = VolumeFromTensor(turned, scan.sensitivities.GetGrid());
  return result;
}

TEST(SetsClassical, JointPenaltiesDoNotDependOnWhichVectorsOfAPlaneTheMapsAre)
{
  const SetsProblem problem;
  const at::Tensor random = RandomStreams(4, {0}).Normal({sets, sets}, at::kComplexDouble).squeeze(0);
  const at::Tensor unitary = std::get<0>(at::linalg_qr(random)).to(at::kComplexFloat);
  const MRIScan turned = Turned(problem.scan, unitary);
  for (const char * method : {"tv", "wavelet", "sense"})
  {
    const VolumeEstimate a = ReconstructClassical(problem.scan, Method(method, 0.02)),
                         b = ReconstructClassical(turned, Method(method, 0.02));
    // Both stop at a relative gap of 1e-5, which leaves some 1e-3 of the image.
    EXPECT_LT(test::RelativeError(TensorView(b.mean).abs(), TensorView(a.mean).abs()), 3e-3) << method;
    EXPECT_GT(test::RelativeError(TensorView(b.sets), TensorView(a.sets)), 0.1) << method; // another stack
  }
}

TEST(SetsClassical, WaveletsStopAtTheMinimumOfTheJointPenalty)
{
  const SetsProblem problem;
  const double lambda = 0.05;
  const auto model = MakeMRIModel(problem.scan);
  const at::Tensor y = MRIData(problem.scan);
  WaveletOptions options;
  options.tolerance = 1e-6;
  options.iterations = 5000;
  const WaveletResult result = SolveWavelet(model, y, at::full({1}, lambda, at::kDouble), options);
  const auto joint = [](const at::Tensor & x) { return x.abs().square().sum(1, true).sqrt(); };
  const std::int64_t levels = WaveletLevels(size, size);
  const at::Tensor coefficients = WaveletTransform(result.image, levels);
  const at::Tensor slope = WaveletTransform(model->Adjoint(y) - model->Normal(result.image), levels);
  // Optimality: |slope| <= lambda, and where a coefficient is not zero the slope is lambda along it. Numbers of size
  // one, and a gap of 1e-6 leaves its root.
  EXPECT_LT(joint(slope).max().item<double>(), lambda * 1.02);
  const at::Tensor large = joint(coefficients) > 0.05;
  ASSERT_GT(large.sum().item<std::int64_t>(), 20);
  const at::Tensor expected = lambda * coefficients / joint(coefficients).clamp_min(1e-9);
  EXPECT_LT(joint(slope - expected).masked_select(large).max().item<double>(), 0.05 * lambda);
}

TEST(SetsClassical, WhatTakesOneSetRefusesTwo)
{
  const SetsProblem problem;
  EXPECT_THROW_MESSAGE(ReconstructClassical(problem.scan, Method("gaussian-field")), UsageError, "required one set");
  EXPECT_THROW_MESSAGE(GeometryFactor(problem.scan), UsageError, "g-factor: given a scan with 2 sets");
  VolumeEstimate estimate = ReconstructClassical(problem.scan, Method("sense"));
  EXPECT_THROW_MESSAGE(
      SetAnalyticDeviation(estimate, problem.scan, Method("sense")), UsageError, "--deviation analytic");
}

TEST(SetsClassical, MapsOfOtherShapesAreRefused)
{
  SetsProblem problem;
  problem.scan.mapSets = 3;
  EXPECT_THROW_MESSAGE(MakeMRIModel(problem.scan), DataError, "required complex maps of 3 sets x 4 coils");
  problem.scan.mapSets = 5;
  EXPECT_THROW_MESSAGE(MakeMRIModel(problem.scan), DataError, "given 5 sets; required 1 to as many as coils, 4");
  problem.scan.mapSets = 0;
  EXPECT_THROW_MESSAGE(MakeMRIModel(problem.scan), DataError, "given 0 sets");
}

TEST(SetsClassical, TheGainBoundsEveryEigenvalue)
{
  SetsProblem problem;
  EXPECT_NEAR(MRILargestGain(problem.scan), 1.0, 1e-5); // orthonormal maps
  TensorView(problem.scan.sensitivities)
      .narrow(0, coils, coils)
      .copy_(TensorView(problem.scan.sensitivities).narrow(0, 0, coils));
  EXPECT_NEAR(MRILargestGain(problem.scan), 2.0, 1e-5); // the same maps twice
}
} // namespace
} // namespace tweedie
