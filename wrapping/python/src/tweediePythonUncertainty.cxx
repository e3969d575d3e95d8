// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonModule.h"

#include "tweedieCaseScore.h"
#include "tweedieChainDiagnostics.h"
#include "tweedieConformal.h"
#include "tweedieDeviationCheck.h"
#include "tweedieEnsembleScore.h"
#include "tweedieGroupBootstrap.h"
#include "tweedieHighestDensity.h"
#include "tweedieRankCalibration.h"
#include "tweedieRiskControl.h"
#include "tweedieSampleDistance.h"
#include "tweedieSparsification.h"
#include "tweedieTarp.h"

#include <ATen/ATen.h>

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
using Mask = std::optional<py::array>;

at::Tensor
MaskOf(const Mask & mask)
{
  return mask ? TensorOf(*mask).ne(0.0) : at::Tensor();
}

py::tuple
Band(const CountBand & band)
{
  return py::make_tuple(band.low, band.high);
}

py::list
Coverage(const py::array & ranks, std::int64_t samples, const std::vector<double> & levels, double bandLevel)
{
  py::list rows;
  for (const RankCoverage & one : CoverageOfRanks(TensorOf(ranks), samples, levels, bandLevel))
  {
    py::dict row;
    row["level"] = one.level;
    row["covered"] = one.covered;
    row["band"] = py::make_tuple(one.low, one.high);
    row["is_inside"] = one.isInside;
    rows.append(row);
  }
  return rows;
}

py::dict
Histogram(const py::array & ranks, std::int64_t samples, std::int64_t bins)
{
  const RankHistogram found = HistogramOfRanks(TensorOf(ranks), samples, bins);
  py::dict tree;
  tree["counts"] = found.counts;
  tree["band"] = Band(found.band);
  tree["chi_square"] = found.chiSquare;
  tree["p_value"] = found.pValue;
  return tree;
}

py::dict
Curve(const py::array & ranks, std::int64_t samples, double level)
{
  RankCurve found;
  const at::Tensor tensor = TensorOf(ranks);
  {
    const py::gil_scoped_release release;
    found = CurveOfRanks(tensor, samples, level);
  }
  py::dict tree;
  tree["position"] = found.position;
  tree["found"] = found.found;
  tree["low"] = found.low;
  tree["high"] = found.high;
  tree["p_value"] = found.pValue;
  return tree;
}

py::dict
TarpOf(const py::array & ranks, std::int64_t samples, std::uint64_t seed)
{
  const Tarp found = CheckTarp(TensorOf(ranks), samples, seed);
  py::dict tree;
  tree["level"] = found.level;
  tree["coverage"] = found.coverage;
  tree["area"] = found.area;
  tree["excess"] = found.excess;
  tree["p_value"] = found.uniformity.pValue;
  return tree;
}

py::dict
SparsificationOf(const py::array & error, const py::array & deviation, const Mask & mask, std::int64_t steps)
{
  const Sparsification found = CheckSparsification(TensorOf(error), TensorOf(deviation), MaskOf(mask), steps);
  py::dict tree;
  tree["removed"] = found.removed;
  tree["found"] = found.found;
  tree["oracle"] = found.oracle;
  tree["area"] = found.area;
  tree["area_at_random"] = found.areaAtRandom;
  return tree;
}

py::dict
Deviation(const py::array & error, const py::array & deviation, std::int64_t samples, double factor, const Mask & mask)
{
  const DeviationCheck found = CheckDeviation(TensorOf(error), TensorOf(deviation), samples, factor, MaskOf(mask));
  std::vector<double> levels;
  std::vector<double> covered;
  for (const CoveragePoint & point : found.curve)
  {
    levels.push_back(point.level);
    covered.push_back(point.covered);
  }
  py::dict tree;
  tree["predicted"] = found.predicted;
  tree["found"] = found.found;
  tree["ratio"] = found.ratio;
  tree["coverage_90"] = found.coverage;
  tree["correlation"] = found.correlation;
  tree["rank_correlation"] = found.rankCorrelation;
  tree["calibration_error"] = found.calibrationError;
  tree["level"] = levels;
  tree["covered"] = covered;
  return tree;
}

py::dict
HighestDensity(const py::array & truth, const py::array & samples, double level)
{
  const HighestDensityCoverage found = CheckHighestDensity(TensorOf(truth), TensorOf(samples), level);
  py::dict tree;
  tree["level"] = found.level;
  tree["covered"] = found.covered;
  tree["band"] = Band(found.band);
  tree["is_inside"] = found.isInside;
  return tree;
}

py::dict
Chains(const py::array & draws)
{
  ChainReport found;
  const at::Tensor tensor = TensorOf(draws);
  {
    const py::gil_scoped_release release;
    found = DiagnoseChains(tensor);
  }
  py::dict tree;
  tree["r_hat"] = ArrayOf(found.shrinkage);
  tree["bulk_size"] = ArrayOf(found.bulkSize);
  tree["tail_size"] = ArrayOf(found.tailSize);
  tree["mean_error"] = ArrayOf(found.meanError);
  return tree;
}

void
AddConformal(py::module_ & module)
{
  module.def("conformal_scores",
             [](const py::array & truth, const py::array & estimate, const py::array & deviation)
             { return ArrayOf(ConformalScores(TensorOf(truth), TensorOf(estimate), TensorOf(deviation))); });
  module.def("conformal_quantile",
             [](const py::array & scores, double level) { return ConformalQuantile(TensorOf(scores), level); });
  module.def("missed_shares",
             [](const py::array & scores, const py::array & scales, const Mask & mask)
             { return ArrayOf(MissedShares(TensorOf(scores), TensorOf(scales), MaskOf(mask))); });
  module.def("conformal_risk_scale",
             [](const py::array & losses, const py::array & scales, double alpha)
             { return ConformalRiskScale(TensorOf(losses), TensorOf(scales), alpha); });
  module.def("risk_controlling_scale",
             [](const py::array & losses, const py::array & scales, double alpha, double delta)
             { return RiskControllingScale(TensorOf(losses), TensorOf(scales), alpha, delta); });
}
} // namespace

void
AddUncertainty(py::module_ & module)
{
  module.def("ranks",
             [](const py::array & truth, const py::array & samples, std::uint64_t seed)
             { return ArrayOf(RanksOf(TensorOf(truth), TensorOf(samples), seed)); });
  module.def("coverage_of_ranks", &Coverage);
  module.def("histogram_of_ranks", &Histogram);
  module.def("curve_of_ranks", &Curve);
  module.def("tarp", &TarpOf);
  module.def("crps",
             [](const py::array & truth, const py::array & samples, const Mask & mask)
             { return RankedProbabilityScore(TensorOf(truth), TensorOf(samples), MaskOf(mask)); });
  module.def("energy_score",
             [](const py::array & truth, const py::array & samples)
             { return EnergyScore(TensorOf(truth), TensorOf(samples)); });
  module.def("sparsification", &SparsificationOf);
  module.def("check_deviation", &Deviation);
  module.def("highest_density", &HighestDensity);
  module.def("diagnose_chains", &Chains);
  module.def("bootstrap_mean",
             [](const std::vector<std::int64_t> & groups,
                const std::vector<double> & values,
                double level,
                std::int64_t repeats,
                std::uint64_t seed)
             {
               const BootstrapBand band = GroupBootstrapMean(groups, values, level, repeats, seed);
               return py::make_tuple(band.value, band.low, band.high);
             });
  AddConformal(module);
}
} // namespace python
} // namespace tweedie
