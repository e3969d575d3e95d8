// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePriorTable_h
#define tweediePriorTable_h

#include "tweedieDenoiser.h"
#include "tweedieModelCard.h"

#include <c10/core/Device.h>

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
class NetworkDenoiser;

/** Reads a model file and makes the denoiser that its card names. Throws DataError naming the file and the fault. */
std::shared_ptr<const NetworkDenoiser> LoadPrior(const std::string & path, c10::Device device, bool brainFloat = false);

/** Writes a model: card, weights in half precision, and golden pairs (inputs and outputs of the weights as stored) that
 * VerifyPrior re-runs. */
void SavePrior(const std::string & path, const ModelCard & card, const UNet & network);

/** One golden pair re-run. */
struct GoldenResult
{
  double sigma = 0.0;
  double relativeError = 0.0; ///< ||D - stored|| / ||stored||
};

/** Largest relative error of a golden pair that is put down to the arithmetic of another machine. */
constexpr double GoldenTolerance = 1e-4;

/** Re-runs the golden pairs of a model file; empty where it has none. */
std::vector<GoldenResult> VerifyPrior(const std::string & path, c10::Device device);
} // namespace tweedie

#endif
