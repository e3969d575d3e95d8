// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIPosteriorMeanImageFilter_h
#define itkMRIPosteriorMeanImageFilter_h

#include "tweedieItkCompat.h"
#include "tweedieMRIPosterior.h"

#include <itkImageToImageFilter.h>

#include <complex>
#include <memory>
#include <optional>
#include <string>

#define tweedieOptionMacro(name, type, member)                                                                         \
  virtual void Set##name(const type & value)                                                                           \
  {                                                                                                                    \
    if (m_Options.member != value)                                                                                     \
    {                                                                                                                  \
      m_Options.member = value;                                                                                        \
      this->Modified();                                                                                                \
    }                                                                                                                  \
  }                                                                                                                    \
  virtual type Get##name() const                                                                                       \
  {                                                                                                                    \
    return m_Options.member;                                                                                           \
  }                                                                                                                    \
  ITK_MACROEND_NOOP_STATEMENT

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
 * magnitudes. Where no samples are drawn (method rmp with NumberOfSamples 0) output 1 is filled with not-a-number.
 *
 * Both outputs cover the whole slice stack whatever region is asked for: the transform and the prior are global. They
 * carry the metadata of the input and keys Tweedie_* that say how they came about. Events: ProgressEvent,
 * IterationEvent after each step, AbortEvent. Errors are ExceptionObjects with the one-line message of the library.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<std::complex<float>, 4>, typename TOutputImage = Image<std::complex<float>, 3>>
class ITK_TEMPLATE_EXPORT MRIPosteriorMeanImageFilter : public ImageToImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(MRIPosteriorMeanImageFilter);

  using Self = MRIPosteriorMeanImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, 3>;
  using SensitivityImageType = Image<std::complex<float>, 4>;
  using DeviationImageType = Image<float, 3>;
  using OptionsType = tweedie::PosteriorOptions;
  using DataObjectPointer = typename Superclass::DataObjectPointer;
  using DataObjectPointerArraySizeType = typename Superclass::DataObjectPointerArraySizeType;
  using Superclass::MakeOutput;

  static_assert(TInputImage::ImageDimension == 4 && TOutputImage::ImageDimension == 3,
                "k-space has the axes x, y, slice, coil; the outputs have x, y, slice");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(MRIPosteriorMeanImageFilter);

  itkSetInputMacro(Mask, MaskImageType);
  itkGetInputMacro(Mask, MaskImageType);
  itkSetInputMacro(Sensitivities, SensitivityImageType);
  itkGetInputMacro(Sensitivities, SensitivityImageType);

  /** All options at once; those not named below are reached this way. */
  void SetOptions(const OptionsType & options);
  const OptionsType &
  GetOptions() const
  {
    return m_Options;
  }

  /** The options that pipelines mostly set, each with its Get; a new value marks the filter as modified. */
  tweedieOptionMacro(PriorFileName, std::string, prior);
  tweedieOptionMacro(Method, std::string, method);
  tweedieOptionMacro(Guidance, std::string, guidance);
  tweedieOptionMacro(NumberOfSteps, std::int64_t, steps);
  tweedieOptionMacro(NumberOfSamples, std::int64_t, samples);
  tweedieOptionMacro(Seed, std::int64_t, seed);
  tweedieOptionMacro(Device, std::string, device);
  tweedieOptionMacro(Precision, std::string, precision);
  /** Sigma of a complex k-space sample in the data's units; not set: estimated, with a warning in the summary. */
  tweedieOptionMacro(NoiseStandardDeviation, std::optional<double>, noise);

  /** A prior in memory, used instead of the file: complex slices [slice, 1, 1, y, x]. */
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
  MRIPosteriorMeanImageFilter();
  ~MRIPosteriorMeanImageFilter() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void VerifyPreconditions() ITKv5_CONST override;
  /** The mask lies in k-space and has no place in the patient; maps of as many slices as the data must lie where the
   * data lie. */
  void VerifyInputInformation() ITKv5_CONST override;
  void GenerateOutputInformation() override;
  void GenerateInputRequestedRegion() override;
  void EnlargeOutputRequestedRegion(DataObject * output) override;
  void GenerateData() override;

private:
  /** Runs work; Tweedie's errors become ITK's. */
  template <typename TWork> void Translate(const TWork & work) const;
  tweedie::MRIScan MakeScan() const;
  bool ReportProgress(const tweedie::ProgressReport & report);
  void SetOutputs(const tweedie::VolumeEstimate & estimate);

  OptionsType m_Options;
  std::shared_ptr<const tweedie::Denoiser> m_Prior;
  tweedie::Summary m_Summary;
};

extern template class MRIPosteriorMeanImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 3>>;
extern template class MRIPosteriorMeanImageFilter<Image<std::complex<float>, 4>, Image<float, 3>>;
} // namespace itk

#undef tweedieOptionMacro

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkMRIPosteriorMeanImageFilter.hxx"
#endif

#endif
