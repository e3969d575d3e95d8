// SPDX-License-Identifier: Apache-2.0
#ifndef itkCTImageFilter_h
#define itkCTImageFilter_h

#include "itkWholeImageFilter.h"
#include "tweedieCTGeometry.h"

#include <type_traits>

namespace itk
{
/** \class CTImageFilter
 * \brief What filters between volumes and projections add to a filter: the geometry of the scan, and the output's grid.
 *
 * Projections are images of the axes u, v and view. Size, spacing and origin of u and v, in mm on the detector, are its
 * pixels and their place; the geometry places them in space, so that their direction must be the identity. Spacing and
 * origin of the views mean nothing. Volumes lie in patient space (LPS, mm), whatever their direction, by the map
 * (x, y, z) -> (x, -z, y) from the scanner's system to a patient on the back, head first.
 *
 * Volumes whose slices lie at the detector rows of parallel beams or fans are computed slice by slice, in any order of
 * the slices; else the volume is one object.
 *
 * \ingroup TweedieFilters */
template <typename TSuperclass> class ITK_TEMPLATE_EXPORT CTImageFilter : public TSuperclass
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(CTImageFilter);

  using Self = CTImageFilter;
  using Superclass = TSuperclass;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using InputImageType = typename TSuperclass::InputImageType;
  using OutputImageType = typename TSuperclass::OutputImageType;
  using SizeType = typename OutputImageType::SizeType;
  using SpacingType = typename OutputImageType::SpacingType;
  using OriginPointType = typename OutputImageType::PointType;
  using DirectionType = typename OutputImageType::DirectionType;

  static_assert(InputImageType::ImageDimension == 3 && OutputImageType::ImageDimension == 3,
                "volumes have the axes x, y, z; projections have u, v, view");
  static_assert(std::is_arithmetic_v<typename InputImageType::PixelType> &&
                    std::is_arithmetic_v<typename OutputImageType::PixelType>,
                "volumes and projections are real");

  itkOverrideGetNameOfClassMacro(CTImageFilter);

  /** Required. tweedie::ReadCTGeometry of module IO reads RTK's files. */
  void SetGeometry(const tweedie::CTGeometry & geometry);
  const tweedie::CTGeometry &
  GetGeometry() const
  {
    return m_Geometry;
  }

  /** The grid of the output; the size is required. */
  itkSetMacro(Size, SizeType);
  itkGetConstReferenceMacro(Size, SizeType);
  itkSetMacro(OutputSpacing, SpacingType);
  itkGetConstReferenceMacro(OutputSpacing, SpacingType);
  itkSetMacro(OutputOrigin, OriginPointType);
  itkGetConstReferenceMacro(OutputOrigin, OriginPointType);
  itkSetMacro(OutputDirection, DirectionType);
  itkGetConstReferenceMacro(OutputDirection, DirectionType);

  /** All four, as they are now, of an image's largest possible region. */
  void SetOutputParametersFromImage(const ImageBase<3> * image);

protected:
  CTImageFilter();
  ~CTImageFilter() override = default;

  tweedie::Grid OutputGrid() const;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void VerifyPreconditions() ITKv5_CONST override;
  void GenerateOutputInformation() override;
  /** Where a filter announces more than one output. */
  virtual void AnnounceGrid(const tweedie::Grid & grid);

private:
  tweedie::CTGeometry m_Geometry;
  SizeType m_Size;
  SpacingType m_OutputSpacing;
  OriginPointType m_OutputOrigin;
  DirectionType m_OutputDirection;
};

extern template class CTImageFilter<WholeImageFilter<Image<float, 3>, Image<float, 3>>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkCTImageFilter.hxx"
#endif

#endif
