// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationClassical.h"

#include "tweedieError.h"
#include "tweedieRestorationProblem.h"

#include <ATen/core/grad_mode.h>

namespace tweedie
{
namespace
{
constexpr char tv[] = "tv";
constexpr char admmTv[] = "admm-tv";
constexpr char tikhonov[] = "tikhonov";
constexpr char wiener[] = "wiener";
constexpr char richardsonLucy[] = "richardson-lucy";

template <const char * name, RestorationClassicalResult (*method)(const RestorationProblem &)>
RestorationClassicalResult
Reconstruct(const LinearOperatorPointer & A,
            const at::Tensor & y,
            const at::Tensor & noise,
            const RestorationClassicalOptions & options,
            const ProgressCallback & progress)
{
  const at::NoGradGuard noGradient;
  const RestorationProblem problem(name, A, y, noise, options, progress);
  RestorationClassicalResult result = method(problem);
  problem.Report(options.iterations, options.iterations);
  return result;
}
} // namespace

void
RestorationClassicalOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("lambda", "tv, admm-tv: weight of total variation; absent: by the discrepancy principle")
              .Range(0)
              .Search(3e-4, 0.3),
          lambda);
  v.Visit(Field("variance", "tikhonov, wiener: prior variance of a pixel's real component; absent: from data and noise")
              .Unit("data units squared")
              .Above(0)
              .Search(1e-4, 10.0),
          variance);
  v.Visit(Field("background", "richardson-lucy: part of the data that is not of the image").Unit("data units").Range(0),
          background);
  v.Visit(Field("iterations", "at most").Range(1, 1e9).Search(5, 500), iterations);
  v.Visit(Field("tolerance", "tv: relative duality gap; admm-tv, tikhonov: relative residual").Above(0).Range(0, 1),
          tolerance);
  v.Visit(Field("probes", "tikhonov: equations solved for the standard deviation; 0: none").Range(0, 1e6), probes);
}

const std::vector<RestorationClassicalRow> &
RestorationClassicalTable()
{
  static const std::vector<RestorationClassicalRow> table{
      {tv,
       "least squares with a total variation penalty, to a duality gap",
       DeviationKind::None,
       Reconstruct<tv, RestoreByTotalVariation>,
       "lambda"},
      {admmTv,
       "the same by alternating directions, to a primal and a dual residual",
       DeviationKind::None,
       Reconstruct<admmTv, RestoreByAdmm>,
       "lambda"},
      {tikhonov,
       "posterior of a white Gaussian prior",
       DeviationKind::GaussianPosterior,
       Reconstruct<tikhonov, RestoreByTikhonov>,
       "variance"},
      {wiener,
       "posterior of a Gaussian prior with the spectrum 1 / f^2, circular convolutions only",
       DeviationKind::GaussianPosterior,
       Reconstruct<wiener, RestoreByWiener>,
       "variance"},
      {richardsonLucy,
       "most likely non-negative image of Poisson data, stopped at the noise level",
       DeviationKind::None,
       Reconstruct<richardsonLucy, RestoreByRichardsonLucy>,
       "iterations"}};
  return table;
}

const RestorationClassicalRow &
FindRestorationClassical(const std::string & name)
{
  std::string known;
  for (const RestorationClassicalRow & row : RestorationClassicalTable())
  {
    if (name == row.name)
    {
      return row;
    }
    known += (known.empty() ? "" : "|") + std::string(row.name);
  }
  throw UsageError("--method: given '" + name + "'; required one of " + known);
}
} // namespace tweedie
