// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseProtocol_h
#define tweediePhaseProtocol_h

#include "tweediePhaseScore.h"
#include "tweediePhaseSuiteSettings.h"
#include "tweedieSuiteProtocol.h"

#include <map>
#include <string>
#include <vector>

namespace tweedie
{
/** Patterns of some objects, each a scan of its own, and the ways back from them. */
class PhaseMeasurement final : public SuiteMeasurement
{
public:
  /** image: slices in Hounsfield units, of which blocks of 2 x 2 pixels become one. Throws as SimulatePhase and
   * BlockAverageOperator. */
  PhaseMeasurement(const PhaseConfiguration & configuration,
                   const Volume & image,
                   const SuiteOptions & options,
                   std::int64_t seed,
                   const ProgressCallback & progress);

  /** Objects (HU + 1000) / 2000. */
  const Volume &
  Truth() const override
  {
    return m_Truth;
  }

  /** As the truth stands. */
  VolumeEstimate Reconstruct(const SuiteMethod & method,
                             double lambda,
                             const Volume & start,
                             const ProgressCallback & progress) const override;

  /** Of what was reconstructed last. */
  SuiteScore
  Score(const VolumeEstimate & estimate, const Volume & besideMean, const FeatureMaker * features) const override;

  /** The first pattern. */
  std::vector<std::pair<std::string, Volume>> Data() const override;

private:
  PhaseRetrieval
  Classical(const PhaseClassicalOptions & options, std::size_t z, const ProgressCallback & progress) const;
  PhaseRetrieval
  Refined(PhaseClassicalOptions options, double lambda, std::size_t z, const PhaseRetrieval & from) const;
  PhaseRetrieval
  Restarted(const PhaseMethodSettings & settings, std::size_t z, const ProgressCallback & progress) const;
  PhaseRetrieval Sampled(const PhaseMethodSettings & settings, std::size_t z, const ProgressCallback & progress) const;
  at::Tensor StartsOf(const PhaseMethodSettings & settings, std::size_t z, const ProgressCallback & progress) const;
  std::int64_t SeedOf(std::size_t z, std::int64_t restart) const;
  double Patterns() const;

  const PhaseConfiguration & m_Configuration;
  const SuiteOptions & m_Options;
  std::int64_t m_Seed;
  std::vector<PhaseScan> m_Scans;
  Volume m_Truth;
  Volume m_Pattern;
  mutable std::map<std::string, std::vector<PhaseRetrieval>> m_Classical; ///< by method: TV and starts go on from them
  mutable std::vector<PhaseRetrieval> m_Last;
};
} // namespace tweedie

#endif
