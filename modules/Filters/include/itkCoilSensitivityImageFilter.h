// SPDX-License-Identifier: Apache-2.0
#ifndef itkCoilSensitivityImageFilter_h
#define itkCoilSensitivityImageFilter_h

#include "itkWholeImageFilter.h"
#include "tweedieCoilMaps.h"

#include <string>

namespace itk
{
/** \class CoilSensitivityImageFilter
 * \brief Sensitivities of the coils from the fully sampled centre of Cartesian k-space, by ESPIRiT or Walsh's method.
 *
 *    output 0: S[c], sum_c |S[c]|^2 = 1 or 0 where they are cropped;  output 1: the eigenvalue that explains a pixel
 *
 * Input is k-space as MRIScanImageFilter has it, with a mask of the measured samples (0 and not 0; one slice or as many
 * as the data; without one, the lines that are not zero). Output 0 has the input's axes and place, and is what the
 * other filters of MRI take as sensitivities; output 1 has x, y, slice: 1 where the maps explain the data, and
 * not-a-number for Walsh's method, which has none. See tweedie::EstimateCoilMaps. Events and errors: see
 * WholeImageFilter.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<std::complex<float>, 4>, typename TOutputImage = Image<std::complex<float>, 4>>
class ITK_TEMPLATE_EXPORT CoilSensitivityImageFilter : public WholeImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(CoilSensitivityImageFilter);

  using Self = CoilSensitivityImageFilter;
  using Superclass = WholeImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, 3>;
  using EigenvalueImageType = Image<float, 3>;
  using DataObjectPointer = typename Superclass::DataObjectPointer;
  using DataObjectPointerArraySizeType = typename Superclass::DataObjectPointerArraySizeType;

  static_assert(TInputImage::ImageDimension == 4 && TOutputImage::ImageDimension == 4,
                "k-space and maps have the axes x, y, slice, coil");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(CoilSensitivityImageFilter);

  itkSetInputMacro(Mask, MaskImageType);
  itkGetInputMacro(Mask, MaskImageType);

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

  using Superclass::MakeOutput;
  DataObjectPointer MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  CoilSensitivityImageFilter();
  ~CoilSensitivityImageFilter() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void VerifyPreconditions() ITKv5_CONST override;
  /** The mask lies in k-space and has no place in the patient. */
  void
  VerifyInputInformation() ITKv5_CONST override
  {
  }
  void GenerateOutputInformation() override;
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
