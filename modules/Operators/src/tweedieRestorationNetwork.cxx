// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationNetwork.h"

#include "tweedieError.h"
#include "tweedieModelFile.h"

#include <filesystem>

namespace tweedie
{
void
RequireNetwork(const RestorationMeasurement & measurement, const RestorationTaskOptions & options)
{
  const std::string & path = measurement.operatorNetwork;
  const std::string & made = measurement.operatorFingerprint;
  if (!path.empty() && options.task != "blur-nonlinear")
  {
    throw UsageError("--operator-network: given for task " + options.task + "; required task blur-nonlinear");
  }
  if (path.empty() && !made.empty())
  {
    throw UsageError("--operator-network: weights needed: a network of SHA-256 " + made.substr(0, 16) +
                     "... made the data; required its TorchScript file");
  }
  if (!made.empty() && std::filesystem::exists(path) && FileSha256(path) != made)
  {
    throw DataError("operator network: given " + path + ", another than the one that made the data; required SHA-256 " +
                    made);
  }
}
} // namespace tweedie
