// SPDX-License-Identifier: Apache-2.0
// Small phase retrieval whose posterior a long tempered Monte Carlo run knows.
#include "tweediePhasePosterior.h"

#include "tweedieDapsEstimator.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianDenoiser.h"
#include "tweediePhaseAlignment.h"
#include "tweediePhaseLikelihood.h"
#include "tweediePhaseObjects.h"
#include "tweediePhaseSimulation.h"
#include "tweedieReferenceSampler.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr std::int64_t side = 8;
constexpr std::int64_t pixels = side * side;

/** N(1, P), P of neighbours that go together: deviation 0.3, correlation exp(-distance / 2). */
std::shared_ptr<const GaussianDenoiser>
SmoothPrior()
{
  const at::Tensor place = at::arange(pixels, at::kDouble);
  const at::Tensor row = place.div(side, "floor");
  const at::Tensor column = place.remainder(side);
  const auto distance =
      ((row.unsqueeze(1) - row.unsqueeze(0)).square() + (column.unsqueeze(1) - column.unsqueeze(0)).square()).sqrt();
  return std::make_shared<const GaussianDenoiser>(at::ones({1, 1, side, side}, at::kDouble),
                                                  (distance / -2.0).exp() * 0.09);
}

PhaseScan
CodedScan(const GaussianDenoiser & prior, double noise)
{
  RandomStreams random(11, {0});
  Grid grid;
  grid.size = {1, side, side};
  PhaseSimulationOptions options;
  options.experiment = "coded";
  options.patterns = 2;
  options.noise = noise;
  PhaseScan scan = SimulatePhase(VolumeFromSliceBatch(prior.Draw(random), grid), options);
  scan.scale = 1.0;
  scan.isNonNegative = false; // a Gaussian may be
  return scan;
}

/** Mean and deviation of the reference, and the standard error of its mean from the ladders' spread. */
struct Moments
{
  at::Tensor mean;
  at::Tensor deviation;
  at::Tensor error;
};

Moments
Reference(const PhaseScan & scan, const std::shared_ptr<const GaussianDenoiser> & prior)
{
  const PhaseModel model(scan);
  ReferenceSamplerOptions options;
  options.method = "tempered";
  options.burnIn = 500;
  options.iterations = 2000;
  const auto target = MakeGaussianTarget(*prior, MakePhaseLikelihood(scan, model, 0, 1, 1.0), at::kFloat);
  const ReferenceDraws run = SampleReference(target, options);
  EXPECT_GT(run.acceptance, 0.5);
  EXPECT_GT(run.exchanges, 0.1);
  EXPECT_LT(run.report.worstShrinkage, 1.05);
  const at::Tensor & draws = run.draws; // [iterations, chains, pixels]
  const at::Tensor all = draws.reshape({-1, pixels});
  const at::Tensor means = draws.mean(0);
  return {all.mean(0), all.std(0), means.std(0) / std::sqrt(static_cast<double>(means.size(0)))};
}

PhasePosteriorOptions
Method(const std::string & name, std::int64_t samples)
{
  PhasePosteriorOptions options;
  options.method = name;
  options.samples = samples;
  options.steps = 40;
  options.keepSamples = true;
  options.batch = 128;
  return options;
}

double
Rms(const at::Tensor & x)
{
  return x.square().mean().sqrt().item<double>();
}

/** What a method is allowed: measured figures with room for other rounding. 128 samples leave 0.09 deviations to chance
 * and 0.06 of a deviation's size. */
struct Allowed
{
  PhasePosteriorOptions options;
  double leastBias; ///< a known bias is asserted too
  double mostBias;  ///< of the mean, in true deviations, root of the mean square
  double leastRatio;
  double mostRatio; ///< of the deviation over the true one
};

std::map<std::string, Allowed>
Methods()
{
  std::map<std::string, Allowed> methods;
  methods["rmp"] = {Method("rmp", 0), 0.0, 0.3, 0.0, 0.0};
  methods["daps"] = {Method("daps", 128), 0.0, 0.2, 0.9, 1.15};
  methods["daps langevin"] = methods["daps"];
  methods["daps langevin"].options.Of<DapsSettings>().inner = "langevin";
  methods["daps metropolis"] = methods["daps"];
  methods["daps metropolis"].options.Of<DapsSettings>().inner = "metropolis";
  methods["daps metropolis"].options.Of<DapsSettings>().innerSteps = 400;
  methods["pnp-dm"] = {Method("pnp-dm", 128), 0.0, 0.25, 0.9, 1.15};
  methods["dps"] = {Method("dps", 128), 0.25, 1.0, 0.9, 1.6}; // leaves out Cov[x0 | x], as for Gaussian posteriors
  return methods;
}

} // namespace

TEST(PhasePosterior, AgainstALongTemperedRun)
{
  const auto prior = SmoothPrior();
  const PhaseScan scan = CodedScan(*prior, 0.1);
  const Moments exact = Reference(scan, prior);
  const double floor = Rms(exact.error / exact.deviation);
  std::cout << "[  FIGURE  ] reference: standard error of the mean " << floor << " deviations\n";
  EXPECT_LT(floor, 0.1);
  for (const auto & [name, allowed] : Methods())
  {
    const VolumeEstimate found = ReconstructPhasePosterior(scan, prior, 1.0, allowed.options);
    const auto values = [](const Volume & volume) { return TensorView(volume).to(at::kDouble).reshape({-1}); };
    const double bias = Rms((values(found.mean) - exact.mean) / exact.deviation);
    const bool hasDeviation = !found.standardDeviation.IsEmpty();
    const double ratio = hasDeviation ? Rms(values(found.standardDeviation)) / Rms(exact.deviation) : 0.0;
    std::cout << "[  FIGURE  ] " << name << ": bias " << bias << " deviations, deviation " << ratio << "\n";
    EXPECT_GE(bias, allowed.leastBias) << name;
    EXPECT_LE(bias, allowed.mostBias) << name;
    EXPECT_GE(ratio, allowed.leastRatio) << name;
    EXPECT_LE(ratio, allowed.mostRatio) << name;
  }
}

TEST(PhasePosterior, FarFieldSidesAreEquallyLikelyUnderASymmetricPrior)
{
  const auto prior = SmoothPrior(); // the same for an object and its flip
  const PhaseScan scan = [&]
  {
    RandomStreams random(12, {0});
    Grid grid;
    grid.size = {1, side, side};
    PhaseSimulationOptions options;
    options.noise = 0.05;
    PhaseScan made = SimulatePhase(VolumeFromSliceBatch(prior->Draw(random), grid), options);
    made.scale = 1.0;
    made.isNonNegative = false;
    return made;
  }();
  const VolumeEstimate found = ReconstructPhasePosterior(scan, prior, 1.0, Method("daps", 256));
  const double share = found.summary.figures.at("mode-share-flipped");
  std::cout << "[  FIGURE  ] flipped " << share << " of the samples kept (" << found.summary.figures.at("samples-kept")
            << ")\n";
  EXPECT_NEAR(share, 0.5, 0.15); // of 100 to 256 samples: three to four standard errors
  EXPECT_GT(found.summary.figures.at("samples-kept"), 0.3);
}

TEST(PhasePosterior, OfAStartAndItsFlipThePriorTakesItsOwn)
{
  // A prior that knows the side: brighter to the right.
  const at::Tensor slope = at::linspace(0.3, 1.7, side, at::kDouble).expand({1, 1, side, side}).contiguous();
  const auto prior = std::make_shared<const GaussianDenoiser>(slope, at::eye(pixels, at::kDouble) * 0.01);
  RandomStreams random(25, {0});
  Grid grid;
  grid.size = {1, side, side};
  const at::Tensor truth = prior->Draw(random);
  PhaseSimulationOptions far;
  far.noise = 0.05;
  PhaseScan scan = SimulatePhase(VolumeFromSliceBatch(truth, grid), far);
  const Volume flipped = VolumeFromSliceBatch(FlippedObject(truth), scan.object);
  PhasePosteriorOptions options = Method("rmp", 0);
  options.start = "flipped";
  options.startSigma = 0.02; // too low to turn it around
  for (const std::string flip : {"prior", "keep"})
  {
    options.flip = flip;
    const VolumeEstimate found = ReconstructPhasePosterior(scan, prior, 1.0, options, {}, flipped);
    const double error = Rms(SliceBatch(found.mean).to(at::kDouble) - truth);
    EXPECT_EQ(error < 0.1, flip == "prior") << error; // the flip is 0.9 away
  }
}

TEST(PhasePosterior, OfAnEndAndItsFlipThePriorTakesItsOwn)
{
  // A prior that knows the side, but so little of it that chains from noise end on either.
  constexpr double variance = 0.04;
  const at::Tensor slope = at::linspace(0.93, 1.07, side, at::kDouble).expand({1, 1, side, side}).contiguous();
  const auto prior = std::make_shared<const GaussianDenoiser>(slope, at::eye(pixels, at::kDouble) * variance);
  RandomStreams random(26, {0});
  Grid grid;
  grid.size = {1, side, side};
  PhaseSimulationOptions far;
  far.noise = 0.02;
  const PhaseScan scan = SimulatePhase(VolumeFromSliceBatch(prior->Draw(random), grid), far);
  constexpr int runs = 12;
  for (const std::string method : {"rmp", "daps"})
  {
    std::map<std::string, int> likelier;
    for (const std::string flip : {"prior", "keep"})
    {
      for (int seed = 1; seed <= runs; ++seed)
      {
        PhasePosteriorOptions options =
            Method(method, method == "rmp" ? 0 : 1); // of several samples the mean has odds of its own
        options.flip = flip;
        options.seed = seed;
        const at::Tensor mean = SliceBatch(ReconstructPhasePosterior(scan, prior, 1.0, options).mean).to(at::kDouble);
        const auto distance = [&](const at::Tensor & x) { return (x - slope).square().sum().item<double>(); };
        const double odds = (distance(FlippedObject(mean)) - distance(mean)) / (2.0 * variance); // ln p(x) / p(flip x)
        likelier[flip] += odds > -1.0 ? 1 : 0; // a pair of draws at each level tells odds of e and more
      }
    }
    std::cout << "[  FIGURE  ] " << method << " on the likelier side: " << likelier["prior"] << " of " << runs
              << ", without asking the prior: " << likelier["keep"] << "\n";
    EXPECT_EQ(likelier["prior"], runs);
    EXPECT_TRUE(method == "rmp" || likelier["keep"] < runs); // the best of four ends of rmp is on its side here anyway
  }
}

TEST(PhasePosterior, AveragesWhatStandsTheSameWay)
{
  const auto prior = SmoothPrior();
  RandomStreams random(12, {0});
  Grid grid;
  grid.size = {1, side, side};
  const at::Tensor truth = prior->Draw(random);
  PhaseSimulationOptions options;
  options.noise = 0.02;
  PhaseScan scan = SimulatePhase(VolumeFromSliceBatch(truth, grid), options);
  scan.scale = 1.0;
  scan.isNonNegative = false;
  const VolumeEstimate found = ReconstructPhasePosterior(scan, prior, 1.0, Method("daps", 64));
  const PhaseAlignment aligned = AlignPhases(truth, SliceBatch(found.mean).to(at::kDouble));
  const double error = Rms(aligned.image - truth);
  const double deviation = Rms(TensorView(found.standardDeviation).to(at::kDouble));
  std::cout << "[  FIGURE  ] error " << error << ", deviation " << deviation << "\n";
  EXPECT_LT(error, 0.8 * 0.5 * Rms(truth - FlippedObject(truth))); // that of a mean over both sides
  EXPECT_GT(deviation, 0.6 * error);
  EXPECT_LT(deviation, 2.0 * error);
}

TEST(PhasePosterior, CountsByTheirRootsOrExactly)
{
  const auto prior = SmoothPrior();
  RandomStreams random(21, {0});
  Grid grid;
  grid.size = {1, side, side};
  const at::Tensor truth = prior->Draw(random);
  PhaseSimulationOptions options;
  options.experiment = "coded";
  options.patterns = 3;
  options.noiseModel = "poisson";
  options.photons = 3000.0; // 16 a pixel
  PhaseScan scan = SimulatePhase(VolumeFromSliceBatch(truth, grid), options);
  scan.isNonNegative = false;
  const double unknown = Rms(truth - 1.0);
  for (const std::string method : {"rmp", "dps", "daps"})
  {
    std::vector<at::Tensor> means;
    for (const std::string form : {"amplitude", "poisson"})
    {
      PhasePosteriorOptions run = Method(method, method == "rmp" ? 0 : 32);
      run.likelihood = form;
      if (method == "daps" && form == "poisson")
      {
        run.Of<DapsSettings>().inner = "langevin"; // no exact draw exists
      }
      means.push_back(SliceBatch(ReconstructPhasePosterior(scan, prior, 1.0, run).mean).to(at::kDouble));
      EXPECT_LT(Rms(means.back() - truth), 0.6 * unknown) << method << ' ' << form;
    }
    // Sixteen counts: their root is nearly Gaussian, and both forms see nearly the same.
    EXPECT_LT(Rms(means[0] - means[1]), 0.25 * unknown) << method;
  }
}

TEST(PhasePosterior, NearFieldsAtTwoDistances)
{
  const auto prior = SmoothPrior();
  RandomStreams random(24, {0});
  Grid grid;
  grid.size = {2, side, side};
  const at::Tensor truth = at::cat({prior->Draw(random), prior->Draw(random)});
  PhaseSimulationOptions options;
  options.experiment = "near-field";
  options.wavelength = 1e-10;
  options.pixelPitch = 1e-6;
  options.distance = {0.02, 0.05};
  options.noise = 0.05;
  PhaseScan scan = SimulatePhase(VolumeFromSliceBatch(truth, grid), options);
  scan.isNonNegative = false;
  for (const std::string method : {"rmp", "daps", "pnp-dm"})
  {
    const VolumeEstimate found = ReconstructPhasePosterior(scan, prior, 1.0, Method(method, method == "rmp" ? 0 : 32));
    EXPECT_LT(Rms(SliceBatch(found.mean).to(at::kDouble) - truth), 0.5 * Rms(truth - 1.0)) << method;
    EXPECT_EQ(found.summary.figures.count("mode-share-flipped"), 0U); // nothing is left open
  }
}

TEST(PhasePosterior, ARunStoppedAndResumedIsTheSame)
{
  const auto prior = SmoothPrior();
  RandomStreams random(23, {0});
  Grid grid;
  grid.size = {2, side, side};
  PhaseSimulationOptions coded;
  coded.experiment = "coded";
  coded.noise = 0.1;
  PhaseScan scan =
      SimulatePhase(VolumeFromSliceBatch(at::cat({prior->Draw(random), prior->Draw(random)}), grid), coded);
  scan.isNonNegative = false;
  const PhasePosteriorOptions plain = Method("rmp", 4);
  const VolumeEstimate whole = ReconstructPhasePosterior(scan, prior, 1.0, plain);
  const TemporaryFolder folder;
  PhasePosteriorOptions kept = plain;
  kept.checkpoint = folder.File("run");
  kept.checkpointSeconds = 0.0;
  for (const std::int64_t stop : {7, 50, 90}) // within the first object, its samples, and the second
  {
    const auto until = [stop, calls = std::int64_t{0}](const ProgressReport &) mutable { return ++calls < stop; };
    EXPECT_THROW(ReconstructPhasePosterior(scan, prior, 1.0, kept, until), Aborted) << stop;
    EXPECT_GT(folder.Count(), 0);
  }
  const VolumeEstimate resumed = ReconstructPhasePosterior(scan, prior, 1.0, kept);
  EXPECT_TENSOR_EQUAL(TensorView(resumed.mean), TensorView(whole.mean));
  EXPECT_TENSOR_EQUAL(TensorView(resumed.standardDeviation), TensorView(whole.standardDeviation));
  EXPECT_EQ(folder.Count(), 0);
}

TEST(PhasePosterior, TheMeanOfRmpIsHeldAgainstThatOfItsSamples)
{
  const auto prior = SmoothPrior();
  constexpr std::int64_t count = 16;
  const VolumeEstimate found = ReconstructPhasePosterior(CodedScan(*prior, 0.1), prior, 1.0, Method("rmp", count));
  const at::Tensor samples = TensorView(found.samples).to(at::kDouble).reshape({-1, pixels});
  ASSERT_EQ(samples.size(0), count);
  const at::Tensor mean = TensorView(found.mean).to(at::kDouble).reshape({-1});
  const double square = (mean - samples.mean(0)).square().sum().item<double>();
  const double error = samples.var(0).sum().item<double>() / count;             // of the samples' mean
  EXPECT_NEAR(found.summary.meanDisagreement, std::sqrt(square / error), 1e-4); // single precision of the volumes
}

TEST(PhasePosterior, RefusesWhatCannotBe)
{
  const auto prior = SmoothPrior();
  PhaseScan scan = CodedScan(*prior, 0.1);
  PhasePosteriorOptions options = Method("rmp", 0);
  options.likelihood = "poisson";
  EXPECT_THROW(ReconstructPhasePosterior(scan, prior, 1.0, options), UsageError); // amplitudes
  scan.noise.reset();
  options.likelihood = "amplitude";
  EXPECT_THROW(ReconstructPhasePosterior(scan, prior, 1.0, options), UsageError); // of unknown noise
  scan.noise = 0.1;
  options.method = "dds";
  EXPECT_THROW(ReconstructPhasePosterior(scan, prior, 1.0, options), UsageError); // not linear
}
