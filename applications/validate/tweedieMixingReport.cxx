// SPDX-License-Identifier: Apache-2.0
#include "tweedieMixingReport.h"

#include "tweedieClosedFormPicture.h"
#include "tweedieMixingTime.h"
#include "tweedieSuiteSupport.h"

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t drawsOfPicture = 1000;
constexpr std::int64_t chainsOfMixing = 64;
constexpr std::int64_t sweepsOfMixing = 3000;
} // namespace

void
AddTwoPixels(const std::vector<ClosedFormMethod> & methods,
             const std::string & folder,
             const ProgressCallback & progress,
             ReportPage & page)
{
  const ClosedFormProblem problem = TwoPixelProblem();
  std::vector<TwoPixelRun> runs{ExactTwoPixels(problem, drawsOfPicture)};
  for (const ClosedFormMethod & method : methods)
  {
    if (method.name == method.options.method) // no variant
    {
      runs.push_back(RunTwoPixels(problem, method, drawsOfPicture, Named(progress, method.name + " two-pixels")));
    }
  }
  const Picture picture = TwoPixelPicture(problem, runs);
  WritePng(folder + "/two-pixels.png", picture);
  page.AddSection("Two pixels, of which only the mean is measured", "One panel for each method, 100 noise levels.");
  page.AddFigure(EncodePng(picture),
                 "density of the exact posterior, samples and paths of every method",
                 "A two-mode prior and one datum, (x1 + x2) / 2 with noise 0.35 (first panel). Off: error of the mean, "
                 "rms over both "
                 "pixels in posterior deviations; var: variance over the exact one, of " +
                     std::to_string(drawsOfPicture) +
                     " draws. Methods without draws: paths from the prior's mean and from three noisy starts.");
}

ReportTable
AddMixing(const ProgressCallback & progress, ReportPage & page)
{
  ReportTable table;
  table.columns = {{"problem", "problem", "", 0, BestValue::None},
                   {"rho", "rho", "", 3, BestValue::None},
                   {"sweeps", "mixing time, measured", "sweeps", 1, BestValue::None},
                   {"exact-sweeps", "exact", "sweeps", 1, BestValue::None},
                   {"slowest-sweeps", "slowest direction, exact", "sweeps", 1, BestValue::None}};
  for (const ClosedFormSetting & setting : ClosedFormSettings())
  {
    if (!setting.isClosed)
    {
      continue;
    }
    const ClosedFormProblem problem = setting.make({1, 0}, {}).first;
    for (const double share : {1.0, 0.5, 0.2})
    {
      const std::int64_t sweeps = share < 0.5 ? 0 : sweepsOfMixing; // ten times as many would be needed
      const MixingTime time =
          PnpDmMixingTime(problem, share, chainsOfMixing, sweeps, Named(progress, "mixing " + problem.name));
      if (std::isfinite(time.exact))
      {
        table.rows.push_back({problem.label, time.rho, time.measured, time.exact, time.slowest});
      }
    }
  }
  page.AddSection("Mixing of pnp-dm",
                  "Sweeps of the split Gibbs chain at a fixed rho that are worth one independent draw: the integrated "
                  "autocorrelation time, mean over the unknowns. rho is 1, 1/2 and 1/5 of the noise over the norm of "
                  "the operator; 1/5 is where the annealing ends by default.");
  page.AddTable(table,
                "Measured over 64 chains of 2000 sweeps after 1000 of burn-in; exact from the chain's matrix, the "
                "slowest direction from its spectral gap.");
  return table;
}
} // namespace tweedie
