// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieModelCard_h
#define tweedieModelCard_h

#include "tweedieUNet.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** What a stranger must know of a network before trusting it; the JSON metadata of a model file. */
struct ModelCard
{
  std::string name;
  std::string description;
  std::string architecture = "unet";   ///< a row of NetworkFamilies(), with the options below
  UNetOptions network;                 ///< of "unet"
  std::string familyOptions;           ///< of another family, JSON
  std::string parametrisation = "edm"; ///< one of ParametrisationNames()
  double sigmaData = 0.5;  ///< standard deviation of a channel in the network's units, the constant of the EDM scalings
  double dataOffset = 0.0; ///< image = dataOffset + dataScale (what the network sees)
  double dataScale = 1.0;
  double sigmaMinimum = 0.002; ///< of images
  double sigmaMaximum = 10.0;
  double priorVariance = 0.25;           ///< mean variance of a channel over the training images
  std::string units;                     ///< what 1.0 means
  std::optional<double> hounsfieldAtOne; ///< where 0 is -1000 HU: Hounsfield units of 1; absent: not of CT
  std::vector<std::string> channels;     ///< meaning of each channel
  std::vector<double> size;              ///< trained grid, {y, x}
  std::vector<double> spacing;           ///< trained pixel spacing in mm, {y, x}
  std::string orientation; ///< where x and y of training images lead (SliceOrientation): "LP, RP"; empty: unknown
  std::string data;        ///< training images
  std::string dataLicence;
  std::string licence; ///< of the weights
  std::string heldOut; ///< what was never seen in training
  std::string command; ///< that trained it
  std::int64_t steps = 0;
  std::vector<std::vector<double>> curve; ///< rows {step, training loss, validation loss}

  /** Quantiles of ImageStatisticNames() at StatisticProbabilities() over the training images, [statistic][probability];
   * empty: unknown. */
  std::vector<std::vector<double>> statistics;

  /** Likewise of DenoisingErrors at FamiliarityLevels(); empty: unknown. */
  std::vector<std::vector<double>> denoisingErrors;

  /** Of the images: 2 are real and imaginary part. */
  std::int64_t ImageChannels() const;

  /** Options of the network, JSON. */
  std::string NetworkText() const;

  /** JSON text. */
  std::string ToJson() const;

  /** Throws DataError "source: ..." for JSON that is not a card of this version. */
  static ModelCard FromJson(const std::string & text, const std::string & source);
};
} // namespace tweedie

#endif
