// SPDX-License-Identifier: Apache-2.0
#ifndef itkPhaseRetrievalPosteriorMeanImageFilter_h
#define itkPhaseRetrievalPosteriorMeanImageFilter_h

#include "itkPosteriorMeanImageFilter.h"
#include "tweediePhaseClassical.h"
#include "tweediePhaseInput.h"
#include "tweediePhasePosterior.h"

namespace itk
{
/** \class PhaseRetrievalPosteriorMeanImageFilter
 * \brief Posterior mean and standard deviation of objects from their diffraction patterns under a learned prior.
 *
 *    y[l] = |A[l] x| + n, or counts of mean g |A[l] x|^2 + dark;    output 0: E[x | y],  output 1: its deviation
 *
 * SetExperiment says what A is: the far field of an isolated object (fourier), far fields behind known codes (coded),
 * the wave at distances behind the object (near-field).
 *
 * Input is an image of four axes: x and y of the detector, object, pattern (of one object: a code or a distance each).
 * Objects are independent. Spacing along x and y is the detector's pitch in mm, whose place in space means nothing. A
 * file of three axes read as four is one pattern of each object, one of two axes a single pattern. Pixels are
 * amplitudes, or with InputIsCounts counts.
 *
 * Required: wavelength or energy, distances, and in the far field the beam's centre and the size of the object, which
 * is by default that of codes or support. Counts need CountsPerUnit, amplitudes NoiseStandardDeviation.
 *
 * Optional inputs:
 *   - Mask: not 0 = measured; as the patterns, or one pattern or object for all. What stands elsewhere is not used.
 *   - Codes, coded only and required there: complex; x and y of the object, one object, pattern.
 *   - Support: not 0 = may differ from zero; one for all objects or one for each.
 *   - Start: objects on the output's grid, in its units; axis 3 is the chain, or one for all. Enters at startSigma of
 *     the options. SetStartMethod makes it by a classical method instead ("hio").
 *
 * Outputs have the axes x, y, object, and the pitch that the experiment gives the object in mm: lambda z / (M pitch) in
 * the far field, the detector's over the magnification in the near field. The origin is 0 and the axes those of space,
 * or as SetParametersFromScan says. UpdateOutputInformation() already knows all that.
 *
 * Real output pixels: the object is real (ObjectIsReal, the default; ObjectIsNonNegative), or the outputs are the
 * magnitude of a complex one. Complex output pixels: the object is complex. A prior in memory is one of the object's
 * number type, and Scale says what its 1 is. Patterns leave flip, shift and phase open: see
 * ReconstructPhasePosterior for what is averaged, and GetFlippedShare() and its neighbours for what that found.
 *
 * Options, outputs, events and errors: see PosteriorMeanImageFilter.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<float, 4>, typename TOutputImage = Image<float, 3>>
class ITK_TEMPLATE_EXPORT PhaseRetrievalPosteriorMeanImageFilter
    : public PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::PhasePosteriorOptions>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(PhaseRetrievalPosteriorMeanImageFilter);

  using Self = PhaseRetrievalPosteriorMeanImageFilter;
  using Superclass = PosteriorMeanImageFilter<TInputImage, TOutputImage, tweedie::PhasePosteriorOptions>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, 4>;
  using CodesImageType = Image<std::complex<float>, 4>;
  using SupportImageType = Image<unsigned char, 3>;
  using StartImageType = Image<typename TOutputImage::PixelType, 4>;
  using LengthsType = std::vector<double>;
  using BeamCentreType = std::optional<std::array<double, 2>>;
  using ObjectSizeType = std::array<std::int64_t, 2>;
  using ClassicalOptionsType = tweedie::PhaseClassicalOptions;

  static_assert(TInputImage::ImageDimension == 4 && TOutputImage::ImageDimension == 3,
                "patterns have the axes x, y, object, pattern; the outputs have x, y, object");
  static_assert(std::is_arithmetic_v<typename TInputImage::PixelType>, "patterns are real");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(PhaseRetrievalPosteriorMeanImageFilter);

  itkSetInputMacro(Mask, MaskImageType);
  itkGetInputMacro(Mask, MaskImageType);
  itkSetInputMacro(Codes, CodesImageType);
  itkGetInputMacro(Codes, CodesImageType);
  itkSetInputMacro(Support, SupportImageType);
  itkGetInputMacro(Support, SupportImageType);
  itkSetInputMacro(Start, StartImageType);
  itkGetInputMacro(Start, StartImageType);

  /** All of the following but the images, and origin and direction of the output, as tweedie::ReadPhaseScan of module
   * IO reads them. The noise is an option: SetNoiseStandardDeviation. */
  void SetParametersFromScan(const tweedie::PhaseScan & scan);

  /** fourier | coded | near-field. Other names throw. */
  void SetExperiment(const std::string & name);
  std::string GetExperiment() const;
  /** m. */
  tweedieOptionMacro(Wavelength, double, m_Phase.scan.wavelength);
  /** Sets the wavelength; keV. Throws unless above 0. */
  void SetEnergy(double kiloelectronvolts);
  /** m, object to detector: one, or one for each pattern of a near field. */
  tweedieOptionMacro(Distances, LengthsType, m_Phase.scan.distances);
  /** m, point source to object, near field; not set: a parallel beam. */
  tweedieOptionMacro(SourceDistance, std::optional<double>, m_Phase.scan.sourceDistance);
  /** x, y in pixels from the centre of the first: where the direct beam meets the detector. */
  tweedieOptionMacro(BeamCentre, BeamCentreType, m_Phase.beamCentre);
  /** x, y in pixels; 0: that of codes, support or, in the near field, patterns. */
  tweedieOptionMacro(ObjectSize, ObjectSizeType, m_Phase.objectSize);
  /** The object has no phase of its own. */
  tweedieOptionMacro(ObjectIsReal, bool, m_Phase.scan.isReal);
  /** Of a real object. */
  tweedieOptionMacro(ObjectIsNonNegative, bool, m_Phase.scan.isNonNegative);
  /** The input are counts of the detector, and not amplitudes. */
  tweedieOptionMacro(InputIsCounts, bool, m_Phase.scan.isCounts);
  /** Mean count where |A x|^2 = 1. */
  tweedieOptionMacro(CountsPerUnit, std::optional<double>, m_Phase.scan.countsPerUnit);
  /** Mean count beside those of the object. */
  tweedieOptionMacro(DarkCount, double, m_Phase.scan.dark);
  /** What the prior's 1 is in units of x. */
  tweedieOptionMacro(Scale, double, m_Phase.scan.scale);
  /** x = (HU + 1000) / that: a prior of CT knows its scale by itself. */
  tweedieOptionMacro(HounsfieldPerUnit, std::optional<double>, m_Phase.scan.hounsfieldPerUnit);

  /** A row of tweedie::PhaseClassicalTable() whose ends the chains start from; empty: none. */
  tweedieOptionMacro(StartMethod, std::string, m_StartMethod);
  /** Of StartMethod, which takes the place of their method. */
  void SetStartOptions(const ClassicalOptionsType & options);
  const ClassicalOptionsType &
  GetStartOptions() const
  {
    return m_StartOptions;
  }

  /** Of the ends that were kept: the share that stood flipped, point-reflected, before they were flipped back. 1/2
   * where prior and data know no side. As the following valid after Update(), and a mean over objects; not-a-number
   * where the method has no such thing. */
  double GetFlippedShare() const;
  /** The share of chains whose end fits the data as well as chance allows: of the mean, and of the samples. */
  double GetKeptChainsShare() const;
  double GetKeptSamplesShare() const;
  /** The data's misfit over its expectation, 1 = at the noise: of the mean, and of the worst of all chains. */
  double GetDataFit() const;
  double GetWorstDataFit() const;

protected:
  PhaseRetrievalPosteriorMeanImageFilter();
  ~PhaseRetrievalPosteriorMeanImageFilter() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void VerifyPreconditions() ITKv5_CONST override;
  /** Detector, codes and object have no place in common. */
  void
  VerifyInputInformation() ITKv5_CONST override
  {
  }
  void GenerateOutputInformation() override;
  tweedie::VolumeEstimate Estimate(const tweedie::ProgressCallback & progress) const override;

private:
  static constexpr bool isRealOutput = std::is_arithmetic_v<typename TOutputImage::PixelType>;

  tweedie::PhaseScan Describe() const;
  tweedie::PhaseScan MakeScan() const;
  tweedie::Volume MakeStart(const tweedie::PhaseScan & scan, const tweedie::ProgressCallback & progress) const;
  double Figure(const char * name) const;

  tweedie::PhaseInput m_Phase;
  std::string m_StartMethod;
  ClassicalOptionsType m_StartOptions;
};

extern template class PosteriorMeanImageFilter<Image<float, 4>, Image<float, 3>, tweedie::PhasePosteriorOptions>;
extern template class PosteriorMeanImageFilter<Image<float, 4>,
                                               Image<std::complex<float>, 3>,
                                               tweedie::PhasePosteriorOptions>;
extern template class PhaseRetrievalPosteriorMeanImageFilter<Image<float, 4>, Image<float, 3>>;
extern template class PhaseRetrievalPosteriorMeanImageFilter<Image<float, 4>, Image<std::complex<float>, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkPhaseRetrievalPosteriorMeanImageFilter.hxx"
#endif

#endif
