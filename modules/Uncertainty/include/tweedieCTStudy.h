// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTStudy_h
#define tweedieCTStudy_h

#include "tweedieCTModel.h"
#include "tweedieCTPosterior.h"
#include "tweedieScanStudy.h"

namespace tweedie
{
/** Projections: lines and groups are the views. Residuals are those of line integrals, of counts those of their
 * logarithms, with the model's deviation beside the noise. */
class CTStudy final : public ScanStudy
{
public:
  /** Images are attenuations in 1/mm on that grid. Throws as ReconstructCTPosterior. */
  CTStudy(CTScan scan, const Grid & image, const CTPosteriorOptions & options);

  std::string
  Kind() const override
  {
    return "ct";
  }
  std::string
  LineName() const override
  {
    return "view";
  }
  std::string
  GroupName() const override
  {
    return "view";
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
  double NoiseShare() const override;
  /** fbp, and what the noise makes of it by its formula; nothing where the scan is not one for fbp. */
  std::optional<VolumeEstimate> Classical(const ProgressCallback & progress) const override;
  at::Tensor InPriorUnits(const at::Tensor & images, const ModelCard & card) const override;
  at::Tensor LineOfData() const override;
  at::Tensor
  GroupOfData() const override
  {
    return LineOfData();
  }
  std::string
  Units() const override
  {
    return "1/mm";
  }

  const CTScan &
  Scan() const
  {
    return m_Scan;
  }
  const Grid &
  ImageGrid() const
  {
    return m_Image;
  }
  const CTPosteriorOptions &
  Options() const
  {
    return m_Options;
  }
  const CTModel &
  Model() const
  {
    return m_Model;
  }

private:
  CTScan m_Scan;
  Grid m_Image;
  CTPosteriorOptions m_Options;
  CTModel m_Model;
  std::shared_ptr<const GaussianLikelihood> m_Likelihood;
};
} // namespace tweedie

#endif
