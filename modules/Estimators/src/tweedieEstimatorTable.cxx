// SPDX-License-Identifier: Apache-2.0
#include "tweedieDapsEstimator.h"
#include "tweedieDdrmEstimator.h"
#include "tweedieDdsEstimator.h"
#include "tweedieDiffpirEstimator.h"
#include "tweedieDpsEstimator.h"
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieIlvrEstimator.h"
#include "tweedieMcgEstimator.h"
#include "tweediePnpAdmmEstimator.h"
#include "tweediePnpDmEstimator.h"
#include "tweedieRedDiffEstimator.h"
#include "tweedieReferenceEstimator.h"
#include "tweedieRmpEstimator.h"
#include "tweedieTdsEstimator.h"

namespace tweedie
{
namespace
{
template <typename TSettings>
std::unique_ptr<MethodSettings>
Settings()
{
  return std::make_unique<TSettings>();
}
} // namespace

const std::vector<EstimatorRow> &
EstimatorTable()
{
  static const std::vector<EstimatorRow> table{
      {"rmp", "reverse mean propagation: one chain, an estimate of the mean", MakeRmpEstimator, Settings<RmpSettings>},
      {"dps", "ancestral samples pulled by the data gradient", MakeDpsEstimator, Settings<DpsSettings>},
      {"daps", "samples by decoupled annealing with exact inner draws", MakeDapsEstimator, Settings<DapsSettings>},
      {"ilvr", "ancestral samples with the measured part replaced", MakeIlvrEstimator, Settings<IlvrSettings>},
      {"mcg", "ilvr after a data gradient through the denoiser", MakeMcgEstimator, Settings<McgSettings>},
      {"dds", "samples corrected by a few conjugate gradients at each level", MakeDdsEstimator, Settings<DdsSettings>},
      {"diffpir",
       "samples by proximal steps that keep a part of the noise",
       MakeDiffpirEstimator,
       Settings<DiffpirSettings>},
      {"red-diff",
       "one point optimised against the data and the denoiser's residual",
       MakeRedDiffEstimator,
       Settings<RedDiffSettings>},
      {"reference",
       "reverse SDE with the exact conditional score, closed-form priors only",
       MakeReferenceEstimator,
       nullptr},
      {"ddrm",
       "samples in the singular basis of the operator, which must offer one",
       MakeDdrmEstimator,
       Settings<DdrmSettings>},
      {"pnp-admm",
       "plug-and-play ADMM: one deterministic chain, an estimate of the mean",
       MakePnpAdmmEstimator,
       Settings<PnpAdmmSettings>},
      {"pnp-dm", "samples by split Gibbs: the data and the prior in turn", MakePnpDmEstimator, Settings<PnpDmSettings>},
      {"tds", "sequential Monte Carlo: the samples are weighted particles", MakeTdsEstimator, Settings<TdsSettings>},
  };
  return table;
}

std::unique_ptr<Estimator>
MakeEstimator(const std::string & name)
{
  std::string names;
  for (const EstimatorRow & row : EstimatorTable())
  {
    if (name == row.name)
    {
      return row.make();
    }
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  throw UsageError("method: given '" + name + "'; required one of " + names);
}
} // namespace tweedie
