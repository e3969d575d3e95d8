// SPDX-License-Identifier: Apache-2.0
#ifndef itkCTPosteriorMeanImageFilter_h
#define itkCTPosteriorMeanImageFilter_h

#include "itkCTImageFilter.h"
#include "itkPosteriorMeanImageFilter.h"
#include "tweedieCTPosterior.h"

namespace itk
{
/** \class CTPosteriorMeanImageFilter
 * \brief Posterior mean and standard deviation of a CT scan under a learned prior of axial slices.
 *
 *    y = A x + n, or counts of mean I0 exp(-A x) + s;    output 0: E[x | y],  output 1: its standard deviation
 *
 * Input: the stack of projections, line integrals or counts of the detector. Outputs: attenuation in 1/mm on the grid
 * of Size, OutputSpacing, OutputOrigin and OutputDirection.
 *
 * A prior in a file is one of Hounsfield units, which MuWater of the options refers to attenuation. A prior in memory
 * is one of real slices [slice, 1, 1, y, x], whose 0 is air and whose 1 is AttenuationAtOne.
 *
 * Geometry and grids: see CTImageFilter; options, outputs, events and errors: see PosteriorMeanImageFilter; slices and
 * volumes: see tweedie::ReconstructCTPosterior.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<float, 3>, typename TOutputImage = TInputImage>
class ITK_TEMPLATE_EXPORT CTPosteriorMeanImageFilter
    : public CTImageFilter<PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::CTPosteriorOptions>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(CTPosteriorMeanImageFilter);

  using Self = CTPosteriorMeanImageFilter;
  using Superclass = CTImageFilter<PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::CTPosteriorOptions>>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(CTPosteriorMeanImageFilter);

  /** The input are counts of the detector, and not line integrals. */
  tweedieOptionMacro(InputIsCounts, bool, m_InputIsCounts);
  /** I0, mean count of a ray that meets nothing; needed for counts, else says how noisy the line integrals are. */
  tweedieOptionMacro(Photons, std::optional<double>, m_Photons);
  /** Standard deviation of the detector's own noise, counts. */
  tweedieOptionMacro(ElectronicNoise, double, m_ElectronicNoise);
  /** Mean count of scatter and dark current. */
  tweedieOptionMacro(Scatter, double, m_Scatter);
  /** 1/mm, of a prior in memory. */
  tweedieOptionMacro(AttenuationAtOne, double, m_AttenuationAtOne);

protected:
  CTPosteriorMeanImageFilter() = default;
  ~CTPosteriorMeanImageFilter() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void AnnounceGrid(const tweedie::Grid & grid) override;
  tweedie::VolumeEstimate Estimate(const tweedie::ProgressCallback & progress) const override;

private:
  tweedie::CTScan MakeScan() const;

  bool m_InputIsCounts = false;
  std::optional<double> m_Photons;
  double m_ElectronicNoise = 0.0;
  double m_Scatter = 0.0;
  double m_AttenuationAtOne = 1.0;
};

extern template class PosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>, tweedie::CTPosteriorOptions>;
extern template class CTImageFilter<
    PosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>, tweedie::CTPosteriorOptions>>;
extern template class CTPosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkCTPosteriorMeanImageFilter.hxx"
#endif

#endif
