// SPDX-License-Identifier: Apache-2.0
#ifndef itkCTBackProjectionImageFilter_h
#define itkCTBackProjectionImageFilter_h

#include "itkCTImageFilter.h"

namespace itk
{
/** \class CTBackProjectionImageFilter
 * \brief The transpose of CTProjectionImageFilter for attenuation, on the same grids.
 *
 *    x = A^T y,   <A x, y> = <x, A^T y>
 *
 * Input: a stack of projections, of as many views as the geometry has. Output: a volume on the grid of Size,
 * OutputSpacing, OutputOrigin and OutputDirection. It is no reconstruction: nothing is filtered or weighted.
 *
 * Computed in single precision, other pixels than float are converted. Geometry and grids: see CTImageFilter; regions,
 * events and errors: see WholeImageFilter.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<float, 3>, typename TOutputImage = TInputImage>
class ITK_TEMPLATE_EXPORT CTBackProjectionImageFilter
    : public CTImageFilter<WholeImageFilter<TInputImage, TOutputImage>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(CTBackProjectionImageFilter);

  using Self = CTBackProjectionImageFilter;
  using Superclass = CTImageFilter<WholeImageFilter<TInputImage, TOutputImage>>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(CTBackProjectionImageFilter);

protected:
  CTBackProjectionImageFilter() = default;
  ~CTBackProjectionImageFilter() override = default;

  void Compute(const tweedie::ProgressCallback & progress) override;
};

extern template class CTBackProjectionImageFilter<Image<float, 3>, Image<float, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkCTBackProjectionImageFilter.hxx"
#endif

#endif
