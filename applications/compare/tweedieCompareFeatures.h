// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCompareFeatures_h
#define tweedieCompareFeatures_h

#include "tweedieFeatureScore.h"

#include <memory>
#include <string>

namespace tweedie
{
/** The TorchScript network of --feature-network; null where path is empty. Throws DataError for a file that is none. */
std::shared_ptr<const FeatureMaker>
LoadFeatureMaker(const std::string & path, bool unbiased, const std::string & device);

/** What LPIPS and FID mean with that network, for a report; empty where path is. */
std::string FeatureMeaning(const std::string & path, bool unbiased);
} // namespace tweedie

#endif
