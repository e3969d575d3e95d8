// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIPosteriorMeanImageFilter_h
#define itkMRIPosteriorMeanImageFilter_h

#include "itkPosteriorMeanImageFilter.h"
#include "tweedieMRIPosterior.h"

namespace itk
{
/** \class MRIPosteriorMeanImageFilter
 * \brief Posterior mean and standard deviation of undersampled Cartesian MRI under a learned prior.
 *
 *    y[c] = M F (S[c] x) + n,  E|n|^2 = sigma^2;    output 0: E[x | y],  output 1: its standard deviation
 *
 * Input is k-space as an image of four axes: x (read), y (phase), slice, coil. It carries the spacing, origin and
 * direction of the object, not of frequencies; F is the centred unitary transform over (x, y), DC at index floor(N/2).
 * (Coils are an axis and not the components of a VectorImage, because no ITK format stores vectors of complex numbers
 * and because this is the order of BART files, of tweedie::Volume and of the computation: nothing is copied.) A file of
 * three axes read as four is one coil.
 *
 * Optional inputs: a mask (0 and not 0; one slice or as many as the data; without one, the lines that are not zero) and
 * coil sensitivities (four axes as k-space, one slice or as many; required for several coils).
 *
 * The pixel of the output image chooses the part: complex gives the complex mean and the total standard deviation
 * sqrt(E|x - mean|^2); real gives the magnitude of the complex mean and the standard deviation of the samples'
 * magnitudes. A prior in memory is one of complex slices [slice, 1, 1, y, x]. Options, outputs, events and errors: see
 * PosteriorMeanImageFilter; the outputs are whole because the transform and the prior are global.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<std::complex<float>, 4>, typename TOutputImage = Image<std::complex<float>, 3>>
class ITK_TEMPLATE_EXPORT MRIPosteriorMeanImageFilter
    : public PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::PosteriorOptions>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(MRIPosteriorMeanImageFilter);

  using Self = MRIPosteriorMeanImageFilter;
  using Superclass = PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::PosteriorOptions>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, 3>;
  using SensitivityImageType = Image<std::complex<float>, 4>;

  static_assert(TInputImage::ImageDimension == 4 && TOutputImage::ImageDimension == 3,
                "k-space has the axes x, y, slice, coil; the outputs have x, y, slice");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(MRIPosteriorMeanImageFilter);

  itkSetInputMacro(Mask, MaskImageType);
  itkGetInputMacro(Mask, MaskImageType);
  itkSetInputMacro(Sensitivities, SensitivityImageType);
  itkGetInputMacro(Sensitivities, SensitivityImageType);

protected:
  MRIPosteriorMeanImageFilter();
  ~MRIPosteriorMeanImageFilter() override = default;

  /** The mask lies in k-space and has no place in the patient; maps of as many slices as the data must lie where the
   * data lie. */
  void VerifyInputInformation() ITKv5_CONST override;
  void GenerateOutputInformation() override;
  tweedie::VolumeEstimate Estimate(const tweedie::ProgressCallback & progress) const override;

private:
  tweedie::MRIScan MakeScan() const;
};

extern template class PosteriorMeanImageFilter<Image<std::complex<float>, 4>,
                                               Image<std::complex<float>, 3>,
                                               tweedie::PosteriorOptions>;
extern template class PosteriorMeanImageFilter<Image<std::complex<float>, 4>,
                                               Image<float, 3>,
                                               tweedie::PosteriorOptions>;
extern template class MRIPosteriorMeanImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 3>>;
extern template class MRIPosteriorMeanImageFilter<Image<std::complex<float>, 4>, Image<float, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkMRIPosteriorMeanImageFilter.hxx"
#endif

#endif
