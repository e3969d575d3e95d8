// SPDX-License-Identifier: Apache-2.0
#ifndef itkCTProjectionImageFilter_h
#define itkCTProjectionImageFilter_h

#include "itkCTImageFilter.h"

#include <optional>

namespace itk
{
/** \class CTProjectionImageFilter
 * \brief Line integrals of a volume along the rays of a CT scan, by the sums of Joseph (1982).
 *
 *    y = A x,   A: tweedie::JosephProjector
 *
 * Input: attenuation in 1/mm or, where MuWater is given, Hounsfield units, x = muWater (1 + HU / 1000), of which
 * nothing is clamped. Output: the stack of projections, without unit, on the grid of Size, OutputSpacing and
 * OutputOrigin: columns, rows, and as many views as the geometry has.
 *
 * Outside the volume there is no attenuation. Computed in single precision, other pixels than float are converted.
 * Geometry and grids: see CTImageFilter; regions, events and errors: see WholeImageFilter. The transpose is
 * CTBackProjectionImageFilter.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<float, 3>, typename TOutputImage = TInputImage>
class ITK_TEMPLATE_EXPORT CTProjectionImageFilter : public CTImageFilter<WholeImageFilter<TInputImage, TOutputImage>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(CTProjectionImageFilter);

  using Self = CTProjectionImageFilter;
  using Superclass = CTImageFilter<WholeImageFilter<TInputImage, TOutputImage>>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(CTProjectionImageFilter);

  /** Attenuation of water in 1/mm, where the input is in Hounsfield units; not set: the input is attenuation. */
  tweedieOptionMacro(MuWater, std::optional<double>, m_MuWater);

protected:
  CTProjectionImageFilter() = default;
  ~CTProjectionImageFilter() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void Compute(const tweedie::ProgressCallback & progress) override;

private:
  std::optional<double> m_MuWater;
};

extern template class CTProjectionImageFilter<Image<float, 3>, Image<float, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkCTProjectionImageFilter.hxx"
#endif

#endif
