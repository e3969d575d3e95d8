// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseStudy_h
#define tweediePhaseStudy_h

#include "tweediePhasePosterior.h"
#include "tweedieScanStudy.h"

namespace tweedie
{
/** Diffraction patterns of one object: lines are single pixels of all its patterns, groups the patterns. Residuals are
 * those of amplitudes, of counts those of their roots. */
class PhaseStudy final : public ScanStudy
{
public:
  /** Throws DataError for several objects, and as ReconstructPhasePosterior. */
  PhaseStudy(PhaseScan scan, const PhasePosteriorOptions & options);

  std::string
  Kind() const override
  {
    return "phase";
  }
  std::string
  LineName() const override
  {
    return "pixel of a pattern";
  }
  std::string
  GroupName() const override
  {
    return "pattern";
  }
  std::vector<std::int64_t> Lines() const override;
  VolumeEstimate Run(const StudyRun & run, const ProgressCallback & progress) const override;
  std::unique_ptr<ScanStudy> Without(const std::vector<std::int64_t> & lines) const override;
  const GaussianLikelihood &
  Data() const override
  {
    return *m_Likelihood;
  }
  at::Tensor Images(const Volume & volume) const override;
  at::Tensor InPriorUnits(const at::Tensor & images, const ModelCard & card) const override;
  at::Tensor LineOfData() const override;
  at::Tensor GroupOfData() const override;
  std::string
  Units() const override
  {
    return "a.u.";
  }

private:
  PhaseScan m_Scan;
  PhasePosteriorOptions m_Options;
  std::shared_ptr<const GaussianLikelihood> m_Likelihood;
};
} // namespace tweedie

#endif
