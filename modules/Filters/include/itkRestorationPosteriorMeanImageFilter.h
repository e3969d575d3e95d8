// SPDX-License-Identifier: Apache-2.0
#ifndef itkRestorationPosteriorMeanImageFilter_h
#define itkRestorationPosteriorMeanImageFilter_h

#include "itkPosteriorMeanImageFilter.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTaskOptions.h"

namespace itk
{
/** \class RestorationPosteriorMeanImageFilter
 * \brief Posterior mean and standard deviation of a degraded image under a learned prior, slice by slice.
 *
 *    y = A(x) + n;    output 0: E[x | y],  output 1: its standard deviation
 *
 * SetTask says what A is: super-resolution (sr, sr-bicubic), a missing region such as the shadow of metal or missing
 * pixels (inpaint-box, inpaint-random), a blur (blur-gaussian, blur-motion, blur-nonlinear), clipping (hdr), or noise
 * alone (denoise). The units are those of the input; its 99.9th percentile is the unit of the prior.
 *
 * Input is an image of x, y and slice, or a plane, of real or complex pixels; the components of a VectorImage are
 * channels. Optional inputs:
 *   - Mask, inpainting only and required there: not 0 = measured; one slice or as many as the image. Whatever stands
 *     where nothing is measured, be it metal or not-a-number, is not used. A mask of as many slices must lie where the
 *     image lies.
 *   - Kernel, blurs only and required there: a plane, or one per slice. It has pixels but no place in space.
 *
 * Outputs lie on the grid of the input. Under sr and sr-bicubic they have Factor times more pixels along x and y, with
 * the spacing divided by it and the same field of view: the origin moves by half the difference of the spacings along
 * each of both axes. UpdateOutputInformation() already says so.
 *
 * SetTaskOptions reaches tasks across slices: axisFactor {1, 1, 4} makes four thin slices of every thick one,
 * dimensions 3 blurs in three dimensions. A prior of slices cannot act across them: it is then asked for slices across
 * all three axes, its answers are averaged, and a warning of the summary says so.
 *
 * The output's pixel may be real where the input's is complex: see PosteriorMeanImageFilter, also for options, events
 * and errors. A prior in memory is one of the data's number type; of a file, one of complex images serves real ones of
 * one channel too. Slices are independent, but for tasks across them.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<float, 3>, typename TOutputImage = TInputImage>
class ITK_TEMPLATE_EXPORT RestorationPosteriorMeanImageFilter
    : public PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::RestorationPosteriorOptions>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(RestorationPosteriorMeanImageFilter);

  using Self = RestorationPosteriorMeanImageFilter;
  using Superclass = PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::RestorationPosteriorOptions>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, TInputImage::ImageDimension>;
  using KernelImageType = Image<float, TInputImage::ImageDimension>;
  using TaskOptionsType = tweedie::RestorationTaskOptions;

  static_assert(TInputImage::ImageDimension == TOutputImage::ImageDimension && TInputImage::ImageDimension >= 2 &&
                    TInputImage::ImageDimension <= 3,
                "images have the axes x, y, or x, y, slice");
  static_assert(tweedie::bridge::isVectorImage<TInputImage> == tweedie::bridge::isVectorImage<TOutputImage>,
                "the outputs have as many components as the input");
  static_assert(!std::is_arithmetic_v<typename TInputImage::InternalPixelType> ||
                    std::is_arithmetic_v<typename TOutputImage::InternalPixelType>,
                "the estimate from a real image is real");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(RestorationPosteriorMeanImageFilter);

  itkSetInputMacro(Mask, MaskImageType);
  itkGetInputMacro(Mask, MaskImageType);
  itkSetInputMacro(Kernel, KernelImageType);
  itkGetInputMacro(Kernel, KernelImageType);

  /** The task and all its numbers at once. */
  void SetTaskOptions(const TaskOptionsType & task);
  const TaskOptionsType &
  GetTaskOptions() const
  {
    return m_TaskOptions;
  }

  /** sr | sr-bicubic | inpaint-box | inpaint-random | blur-gaussian | blur-motion | blur-nonlinear | hdr | denoise. */
  tweedieOptionMacro(Task, std::string, m_TaskOptions.task);
  /** sr, sr-bicubic: how many times more pixels along x and along y. */
  tweedieOptionMacro(Factor, std::int64_t, m_TaskOptions.factor);

protected:
  RestorationPosteriorMeanImageFilter();
  ~RestorationPosteriorMeanImageFilter() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void VerifyPreconditions() ITKv5_CONST override;
  void VerifyInputInformation() ITKv5_CONST override;
  void GenerateOutputInformation() override;
  tweedie::VolumeEstimate Estimate(const tweedie::ProgressCallback & progress) const override;

private:
  tweedie::RestorationMeasurement MakeMeasurement() const;

  TaskOptionsType m_TaskOptions;
};

extern template class PosteriorMeanImageFilter<Image<float, 2>, Image<float, 2>, tweedie::RestorationPosteriorOptions>;
extern template class PosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>, tweedie::RestorationPosteriorOptions>;
extern template class PosteriorMeanImageFilter<Image<std::complex<float>, 3>,
                                               Image<std::complex<float>, 3>,
                                               tweedie::RestorationPosteriorOptions>;
extern template class RestorationPosteriorMeanImageFilter<Image<float, 2>, Image<float, 2>>;
extern template class RestorationPosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>>;
extern template class RestorationPosteriorMeanImageFilter<Image<std::complex<float>, 3>, Image<std::complex<float>, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkRestorationPosteriorMeanImageFilter.hxx"
#endif

#endif
