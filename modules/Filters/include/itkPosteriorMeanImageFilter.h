// SPDX-License-Identifier: Apache-2.0
#ifndef itkPosteriorMeanImageFilter_h
#define itkPosteriorMeanImageFilter_h

#include "itkWholeImageFilter.h"
#include "tweediePosteriorOptions.h"
#include "tweedieVolumeEstimate.h"

#include <memory>
#include <optional>
#include <string>
#include <type_traits>

namespace tweedie
{
class Denoiser;
}

namespace itk
{
/** \class PosteriorMeanImageFilter
 * \brief What filters that return E[x | y] (output 0) and its standard deviation (output 1) have in common.
 *
 * Options, prior, outputs and provenance; what was measured is known to the derived filters.
 *
 * Data and estimate may be complex and the output images real: then these are the magnitude of the mean and the
 * standard deviation of the samples' magnitudes. Otherwise they are the mean, and sqrt(E|x - mean|^2). Where no samples
 * are drawn (method rmp with NumberOfSamples 0) output 1 is filled with not-a-number. It has as many components as the
 * mean.
 *
 * Both outputs carry the metadata of the input and keys Tweedie_* that say how they came about. Regions, events and
 * errors: see WholeImageFilter.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage, typename TOutputImage, typename TOptions>
class ITK_TEMPLATE_EXPORT PosteriorMeanImageFilter : public WholeImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(PosteriorMeanImageFilter);

  using Self = PosteriorMeanImageFilter;
  using Superclass = WholeImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using DeviationImageType = std::conditional_t<tweedie::bridge::isVectorImage<TOutputImage>,
                                                VectorImage<float, TOutputImage::ImageDimension>,
                                                Image<float, TOutputImage::ImageDimension>>;
  using OptionsType = TOptions;
  using DataObjectPointer = typename Superclass::DataObjectPointer;
  using DataObjectPointerArraySizeType = typename Superclass::DataObjectPointerArraySizeType;
  using Superclass::MakeOutput;

  itkOverrideGetNameOfClassMacro(PosteriorMeanImageFilter);

  /** All options at once; those not named below are reached this way. */
  void SetOptions(const OptionsType & options);
  const OptionsType &
  GetOptions() const
  {
    return m_Options;
  }

  /** The options that pipelines mostly set, each with its Get. */
  tweedieOptionMacro(PriorFileName, std::string, m_Options.prior);
  tweedieOptionMacro(Method, std::string, m_Options.method);
  tweedieOptionMacro(Guidance, std::string, m_Options.guidance);
  tweedieOptionMacro(NumberOfSteps, std::int64_t, m_Options.steps);
  tweedieOptionMacro(NumberOfSamples, std::int64_t, m_Options.samples);
  tweedieOptionMacro(Seed, std::int64_t, m_Options.seed);
  tweedieOptionMacro(Device, std::string, m_Options.device);
  tweedieOptionMacro(Precision, std::string, m_Options.precision);
  /** Megabytes of what goes through the prior together, beside inputs and outputs; 0: any. */
  tweedieOptionMacro(MaximumMemory, std::int64_t, m_Options.maximumMemory);
  /** Sigma of a sample of the data (complex: E|n|^2 = sigma^2) in their units; not set: estimated, with a warning in
   * the summary. */
  tweedieOptionMacro(NoiseStandardDeviation, std::optional<double>, m_Options.noise);

  /** A prior in memory, used instead of the file: slices [slice, channel, 1, y, x]. */
  void SetPrior(std::shared_ptr<const tweedie::Denoiser> prior);

  TOutputImage *
  GetPosteriorMean()
  {
    return this->GetOutput();
  }
  DeviationImageType * GetPosteriorStandardDeviation();

  /** How the outputs came about; valid after Update(). */
  const tweedie::Summary &
  GetSummary() const
  {
    return m_Summary;
  }

  DataObjectPointer MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  PosteriorMeanImageFilter();
  ~PosteriorMeanImageFilter() override = default;

  /** The estimate from the inputs, under the prior in memory or, where there is none, that of the options' file. */
  virtual tweedie::VolumeEstimate Estimate(const tweedie::ProgressCallback & progress) const = 0;

  const std::shared_ptr<const tweedie::Denoiser> &
  GetPrior() const
  {
    return m_Prior;
  }

  /** Gives both outputs this grid, and nothing else. */
  void AnnounceOutputs(const tweedie::Grid & grid);

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void VerifyPreconditions() ITKv5_CONST override;
  void Compute(const tweedie::ProgressCallback & progress) override;

private:
  void SetOutputs(const tweedie::VolumeEstimate & estimate);

  OptionsType m_Options;
  std::shared_ptr<const tweedie::Denoiser> m_Prior;
  tweedie::Summary m_Summary;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkPosteriorMeanImageFilter.hxx"
#endif

#endif
