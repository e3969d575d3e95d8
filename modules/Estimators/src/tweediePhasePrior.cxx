// SPDX-License-Identifier: Apache-2.0
#include "tweediePhasePrior.h"

#include "tweedieError.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePosteriorRun.h"
#include "tweedieRealImageDenoiser.h"

namespace tweedie
{
namespace
{
constexpr double airHounsfield = -1000.0;
}

std::pair<DenoiserPointer, double>
PriorOfScan(const PhaseScan & scan, PhasePosteriorOptions & options)
{
  const DenoiserPointer prior = LoadPriorOf(options);
  const auto * network = dynamic_cast<const NetworkDenoiser *>(prior.get());
  const bool isComplex = network != nullptr && network->Card().ImageChannels() == 2;
  const auto hounsfield = network != nullptr ? network->Card().hounsfieldAtOne : std::nullopt;
  if (!scan.isReal && !isComplex)
  {
    throw DataError(options.prior + ": a prior of real images for a complex object; required one of complex images, or "
                                    "an object that is said to be real");
  }
  double scale = scan.scale;
  if (hounsfield && scan.hounsfieldPerUnit)
  {
    scale = (*hounsfield - airHounsfield) / *scan.hounsfieldPerUnit;
  }
  return {scan.isReal && isComplex ? std::make_shared<const RealImageDenoiser>(prior) : prior, scale};
}
} // namespace tweedie
