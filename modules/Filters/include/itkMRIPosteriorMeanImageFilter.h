// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIPosteriorMeanImageFilter_h
#define itkMRIPosteriorMeanImageFilter_h

#include "itkMRIScanImageFilter.h"
#include "itkPosteriorMeanImageFilter.h"
#include "tweedieMRIPosterior.h"

namespace itk
{
/** \class MRIPosteriorMeanImageFilter
 * \brief Posterior mean and standard deviation of undersampled MRI under a learned prior.
 *
 *    y[c] = M F (S[c] x) + n,  E|n|^2 = sigma^2;    output 0: E[x | y],  output 1: its standard deviation
 *
 * Inputs, Cartesian or along a trajectory: see MRIScanImageFilter.
 *
 * The pixel of the output image chooses the part: complex gives the complex mean and the total standard deviation
 * sqrt(E|x - mean|^2); real gives the magnitude of the complex mean and the standard deviation of the samples'
 * magnitudes. A prior in memory is one of complex slices [slice, 1, 1, y, x]. Options, outputs, events and errors: see
 * PosteriorMeanImageFilter; the outputs are whole because the transform and the prior are global.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<std::complex<float>, 4>, typename TOutputImage = Image<std::complex<float>, 3>>
class ITK_TEMPLATE_EXPORT MRIPosteriorMeanImageFilter
    : public MRIScanImageFilter<PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::PosteriorOptions>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(MRIPosteriorMeanImageFilter);

  using Self = MRIPosteriorMeanImageFilter;
  using Superclass = MRIScanImageFilter<PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::PosteriorOptions>>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  static_assert(TOutputImage::ImageDimension == 3, "the outputs have the axes x, y, slice");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(MRIPosteriorMeanImageFilter);

protected:
  MRIPosteriorMeanImageFilter() = default;
  ~MRIPosteriorMeanImageFilter() override = default;

  void AnnounceGrid(const tweedie::Grid & grid) override;
  tweedie::VolumeEstimate Estimate(const tweedie::ProgressCallback & progress) const override;
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
