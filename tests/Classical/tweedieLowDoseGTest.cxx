// SPDX-License-Identifier: Apache-2.0
// A thousand photons a ray: what it is worth to know how noisy each ray is. Counts come from analytic line integrals,
// averaged over each bin as intensities; no operator of the reconstruction has made them.
#include "tweedieCTClassical.h"
#include "tweedieEllipsoidPhantom.h"
#include "tweedieExpectTensor.h"
#include "tweedieTransmissionNoise.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <iostream>
#include <string>

namespace tweedie
{
namespace
{
using namespace test;

constexpr double water = 0.02; // 1/mm

/** An abdomen of sorts: 320 mm of water across, 220 mm from front to back, spine, liver and two hips. */
EllipsoidPhantom
Abdomen(double hips)
{
  return {{water, {0.0, 0.0, 0.0}, {160.0, 110.0, endless}},
          {0.8 * water, {0.0, 60.0, 0.0}, {22.0, 20.0, endless}},
          {0.06 * water, {-70.0, -20.0, 0.0}, {50.0, 45.0, endless}, 0.3},
          {-0.9 * water, {50.0, -50.0, 0.0}, {18.0, 12.0, endless}},
          {hips * water, {-105.0, 15.0, 0.0}, {20.0, 20.0, endless}},
          {hips * water, {105.0, 15.0, 0.0}, {20.0, 20.0, endless}}};
}

struct LowDoseProblem
{
  LowDoseProblem(double photons, double hips) : grid(CenteredGrid(128, 96, 1, 2.7, 2.7))
  {
    const CTGeometry geometry = Circle(CTBeam::Parallel, 90, 180.0, {});
    const CTDetector detector = CenteredDetector(180, 2.0);
    constexpr std::int64_t parts = 4;
    CTDetector fine = detector;
    fine.columns *= parts;
    fine.pitchU /= static_cast<double>(parts);
    fine.originU += 0.5 * (fine.pitchU - detector.pitchU);
    const at::Tensor rays = Project(Abdomen(hips), geometry, fine).reshape({1, 90, 1, 180, parts});
    const at::Tensor lines = -(-rays).exp().mean(-1).log();
    const at::Tensor counts = SimulateCounts(lines, {photons, 3.0, 0.0}, 7);
    counted.geometry = geometry;
    counted.projections = VolumeFromTensor(counts.to(at::kFloat), ProjectionGrid(detector, 90));
    counted.isCounts = true;
    counted.photons = photons;
    counted.electronic = 3.0;
    std::int64_t clamped = 0;
    logarithms = counted; // the same data to a method that knows no noise
    logarithms.projections = VolumeFromTensor(LogarithmOfCounts(counts, photons, 0.0, 1.0, clamped).to(at::kFloat),
                                              ProjectionGrid(detector, 90));
    logarithms.isCounts = false;
    starved = clamped;
    truth = Rasterize(Abdomen(hips), grid, 4)[0];
  }
  /** Of 2000 HU, decibels. */
  double
  Psnr(const VolumeEstimate & found) const
  {
    const at::Tensor hu = (TensorView(found.mean).to(at::kDouble) - truth) / water * 1000.0;
    return 10.0 * std::log10(4e6 / hu.square().mean().item<double>());
  }

  Grid grid;
  CTScan counted;
  CTScan logarithms;
  at::Tensor truth; ///< 1/mm
  std::int64_t starved = 0;
};

/** The best of a method over what its user may turn: whatever is not weighted gets that help too. */
double
Best(const LowDoseProblem & problem, const CTScan & scan, const std::string & method)
{
  double best = -1e9;
  const auto take = [&](const CTClassicalOptions & options)
  { best = std::max(best, problem.Psnr(ReconstructCTClassical(scan, problem.grid, options))); };
  CTClassicalOptions options;
  options.method = method;
  options.filter.window = "hann";
  if (method == "fbp")
  {
    for (const double cut : {0.15, 0.25, 0.4, 0.6, 1.0})
    {
      options.filter.cutOff = cut;
      take(options);
    }
    return best;
  }
  for (const std::int64_t iterations : {2, 3, 5, 12, 20})
  {
    options.iterations = iterations;
    take(options);
  }
  return best;
}

CTClassicalOptions
Pwls(double beta = 1.0, double edge = 5e-4)
{
  CTClassicalOptions options;
  options.method = "pwls";
  options.beta = beta;
  options.edge = edge;
  options.tolerance = 1e-2; // 0.01 dB here
  return options;
}

double
Report(const std::string & name, double psnr)
{
  std::cout << "[  FIGURE  ] low-dose-" << name << "-psnr = " << psnr << '\n';
  return psnr;
}

TEST(LowDose, WeightsAndCountsBeatTheUnweighted)
{
  const LowDoseProblem problem(1e3, 1.0);
  const auto pwls = [&](const CTScan & scan, double beta, double edge)
  { return problem.Psnr(ReconstructCTClassical(scan, problem.grid, Pwls(beta, edge))); };
  const double fbp = Report("fbp-best-window", Best(problem, problem.logarithms, "fbp"));
  const double least = Report("cgls-unweighted-best", Best(problem, problem.logarithms, "cgls"));
  Report("cgls-weighted-best", Best(problem, problem.counted, "cgls"));
  const double likely = Report("ml-tr-best", Best(problem, problem.counted, "ml-tr"));
  const double penalized = Report("pwls", pwls(problem.counted, 1.0, 5e-4));
  // The same penalty without the weights: with a quadratic one, which is the better of the two then, at its best.
  const double unweighted =
      Report("pwls-unweighted-best", std::max(pwls(problem.logarithms, 3.0, 0.0), pwls(problem.logarithms, 10.0, 0.0)));
  EXPECT_GT(penalized, least + 2.5); // measured: 3.6
  EXPECT_GT(penalized, fbp + 2.0);   // 2.6
  EXPECT_GT(penalized, unweighted + 1.0);
  EXPECT_GT(likely, least + 2.0); // 2.8
  EXPECT_GT(likely, fbp + 1.2);   // 1.9
}

TEST(LowDose, AnEdgeThatIsSparedIsSeen)
{
  const LowDoseProblem problem(1e4, 1.0);
  const auto pwls = [&](double beta, double edge)
  { return problem.Psnr(ReconstructCTClassical(problem.counted, problem.grid, Pwls(beta, edge))); };
  const double spared = Report("pwls-edges-spared-1e4", pwls(1.0, 5e-4));
  // The best of 0.01, 0.03, ... 1 is 0.1.
  EXPECT_GT(spared, Report("pwls-quadratic-best-1e4", pwls(0.1, 0.0)) + 1.2); // measured: 1.8
}

TEST(LowDose, PhotonStarvedRaysDoNoHarm)
{
  const LowDoseProblem problem(1e3, 8.0); // 13 and more along both hips: not one photon
  EXPECT_GT(problem.starved, 300);
  for (const CTClassicalRow & row : CTClassicalTable())
  {
    SCOPED_TRACE(row.name);
    CTClassicalOptions options = Pwls();
    options.method = row.name;
    options.iterations = 20;
    options.lambda = 1e-3;
    const VolumeEstimate found = ReconstructCTClassical(problem.counted, problem.grid, options);
    EXPECT_GT(Report(std::string("starved-") + row.name, problem.Psnr(found)), 0.0); // not-a-number fails too
    EXPECT_TRUE(std::isfinite(found.summary.dataFit));
    EXPECT_NE(found.summary.warnings.at(0).find("less than one photon"), std::string::npos);
  }
}
} // namespace
} // namespace tweedie
