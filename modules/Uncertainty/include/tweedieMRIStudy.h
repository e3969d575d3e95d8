// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIStudy_h
#define tweedieMRIStudy_h

#include "tweedieMRIScan.h"
#include "tweediePosteriorOptions.h"
#include "tweedieScanStudy.h"

namespace tweedie
{
/** K-space. Cartesian: lines are the phase-encoding lines (fixed y) of the mask, or its samples where it is none of
 * lines; what is sampled without a gap around DC calibrates and stays. Along a trajectory in the plane: lines are
 * readouts, any of which can be left out; maps that were made of the same readouts have seen them. Groups are coils. */
class MRIStudy final : public ScanStudy
{
public:
  /** Noise, where neither says it, is estimated. options.samples, seed and keepSamples are those of each run. Throws as
   * ReconstructPosterior, and DataError for a trajectory with a k_z. */
  MRIStudy(MRIScan scan, const PosteriorOptions & options);

  std::string
  Kind() const override
  {
    return "mri";
  }
  std::string LineName() const override;
  std::string
  GroupName() const override
  {
    return "coil";
  }
  std::vector<std::int64_t>
  Lines() const override
  {
    return m_Lines;
  }
  VolumeEstimate Run(const StudyRun & run, const ProgressCallback & progress) const override;
  std::unique_ptr<ScanStudy> Without(const std::vector<std::int64_t> & lines) const override;
  const GaussianLikelihood &
  Data() const override
  {
    return *m_Likelihood;
  }
  at::Tensor Images(const Volume & volume) const override;
  /** sense, and what the noise makes of it by its formula; nothing along a trajectory, where there is none. */
  std::optional<VolumeEstimate> Classical(const ProgressCallback & progress) const override;
  at::Tensor InPriorUnits(const at::Tensor & images, const ModelCard & card) const override;
  at::Tensor LineOfData() const override;
  at::Tensor GroupOfData() const override;
  /** From the periphery of k-space. */
  std::optional<double> NoiseRatio() const override;
  std::string
  Units() const override
  {
    return "a.u.";
  }

  const MRIScan &
  Scan() const
  {
    return m_Scan;
  }
  const PosteriorOptions &
  Options() const
  {
    return m_Options;
  }

private:
  std::unique_ptr<ScanStudy> WithoutReadouts(const std::vector<std::int64_t> & lines) const;

  MRIScan m_Scan;
  PosteriorOptions m_Options;
  std::shared_ptr<const GaussianLikelihood> m_Likelihood;
  bool m_HasLines = true;            ///< else single samples
  std::vector<std::int64_t> m_Lines; ///< along a trajectory: the number of each readout in the whole scan
};
} // namespace tweedie

#endif
