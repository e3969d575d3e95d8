// SPDX-License-Identifier: Apache-2.0
#ifndef itkCoilSensitivityImageFilter_h
#define itkCoilSensitivityImageFilter_h

#include "itkMRIScanImageFilter.h"
#include "tweedieCoilMaps.h"

#include <string>

namespace itk
{
/** \class CoilSensitivityImageFilter
 * \brief Sensitivities of the coils from the fully sampled centre of k-space, by ESPIRiT or Walsh's method.
 *
 *    output 0: S[c], sum_c |S[c]|^2 = 1 or 0 where they are cropped;  output 1: the eigenvalue that explains a pixel
 *
 * Inputs, Cartesian or along a trajectory: see MRIScanImageFilter; sensitivities are refused. Output 0 has the axes x,
 * y, slice, coil (sets x coils for several sets, which the other filters are told by SetMapSets), lies where the image
 * does, and is what the other filters of MRI take as sensitivities; output 1 has x, y, slice, for the first set: 1
 * where the maps explain the data, and not-a-number for Walsh's method, which has none. See tweedie::EstimateCoilMaps.
 * Events and errors: see WholeImageFilter.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<std::complex<float>, 4>, typename TOutputImage = Image<std::complex<float>, 4>>
class ITK_TEMPLATE_EXPORT CoilSensitivityImageFilter
    : public MRIScanImageFilter<WholeImageFilter<TInputImage, TOutputImage>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(CoilSensitivityImageFilter);

  using Self = CoilSensitivityImageFilter;
  using Superclass = MRIScanImageFilter<WholeImageFilter<TInputImage, TOutputImage>>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using EigenvalueImageType = Image<float, 3>;
  using DataObjectPointer = typename Superclass::DataObjectPointer;
  using DataObjectPointerArraySizeType = typename Superclass::DataObjectPointerArraySizeType;

  static_assert(TOutputImage::ImageDimension == 4, "maps have the axes x, y, slice, coil");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(CoilSensitivityImageFilter);

  EigenvalueImageType * GetEigenvalues();

  /** All options at once. */
  void
  SetOptions(const tweedie::CoilMapOptions & options)
  {
    m_Options = options;
    this->Modified();
  }
  const tweedie::CoilMapOptions &
  GetOptions() const
  {
    return m_Options;
  }

  tweedieOptionMacro(Method, std::string, m_Options.method);
  /** Samples across the centre of k-space, at most. */
  tweedieOptionMacro(CalibrationSize, std::int64_t, m_Options.calibration);
  tweedieOptionMacro(KernelSize, std::int64_t, m_Options.kernel);
  /** Least eigenvalue of a pixel that has maps. */
  tweedieOptionMacro(Crop, double, m_Options.crop);
  tweedieOptionMacro(SoftCrop, bool, m_Options.softCrop);
  /** Sets of maps to find. */
  tweedieOptionMacro(MapSets, std::int64_t, m_Options.mapSets);

  using Superclass::MakeOutput;
  DataObjectPointer MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  CoilSensitivityImageFilter();
  ~CoilSensitivityImageFilter() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void VerifyPreconditions() ITKv5_CONST override;
  void AnnounceGrid(const tweedie::Grid & grid) override;
  void Compute(const tweedie::ProgressCallback & progress) override;

private:
  tweedie::CoilMapOptions m_Options;
};

extern template class CoilSensitivityImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 4>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkCoilSensitivityImageFilter.hxx"
#endif

#endif
