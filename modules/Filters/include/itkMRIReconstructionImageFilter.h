// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIReconstructionImageFilter_h
#define itkMRIReconstructionImageFilter_h

#include "itkMRIScanImageFilter.h"
#include "tweedieMRIClassical.h"

#include <optional>
#include <string>

namespace itk
{
/** \class MRIReconstructionImageFilter
 * \brief Classical reconstruction of undersampled MRI: zero-filled, SENSE, total variation, wavelets, GRAPPA.
 *
 *    y[c] = M F (S[c] x) + n;    output: x by the method of the options, see tweedie::ReconstructClassical
 *
 * Inputs, Cartesian or along a trajectory (without GRAPPA): see MRIScanImageFilter. Zero-filled and GRAPPA with
 * SetCombine("rss") need no sensitivities. Complex output pixels hold x, real ones |x|. The output carries the input's
 * metadata and keys Tweedie_* that say how it came about. Events and errors: see WholeImageFilter.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<std::complex<float>, 4>, typename TOutputImage = Image<std::complex<float>, 3>>
class ITK_TEMPLATE_EXPORT MRIReconstructionImageFilter
    : public MRIScanImageFilter<WholeImageFilter<TInputImage, TOutputImage>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(MRIReconstructionImageFilter);

  using Self = MRIReconstructionImageFilter;
  using Superclass = MRIScanImageFilter<WholeImageFilter<TInputImage, TOutputImage>>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  static_assert(TOutputImage::ImageDimension == 3, "the output has the axes x, y, slice");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(MRIReconstructionImageFilter);

  /** All options at once; those not named below are reached this way. */
  void
  SetOptions(const tweedie::MRIClassicalOptions & options)
  {
    m_Options = options;
    this->Modified();
  }
  const tweedie::MRIClassicalOptions &
  GetOptions() const
  {
    return m_Options;
  }

  tweedieOptionMacro(Method, std::string, m_Options.method);
  tweedieOptionMacro(Combine, std::string, m_Options.combine);
  /** Weight of the method's penalty; not set: the method's own rule. */
  tweedieOptionMacro(Lambda, std::optional<double>, m_Options.lambda);
  tweedieOptionMacro(NumberOfIterations, std::int64_t, m_Options.iterations);
  tweedieOptionMacro(NoiseStandardDeviation, std::optional<double>, m_Options.noise);

  /** How the output came about; valid after Update(). */
  const tweedie::Summary &
  GetSummary() const
  {
    return m_Summary;
  }

protected:
  MRIReconstructionImageFilter() = default;
  ~MRIReconstructionImageFilter() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void VerifyPreconditions() ITKv5_CONST override;
  void AnnounceGrid(const tweedie::Grid & grid) override;
  void Compute(const tweedie::ProgressCallback & progress) override;

private:
  tweedie::MRIClassicalOptions m_Options;
  tweedie::Summary m_Summary;
};

extern template class MRIReconstructionImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 3>>;
extern template class MRIReconstructionImageFilter<Image<std::complex<float>, 4>, Image<float, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkMRIReconstructionImageFilter.hxx"
#endif

#endif
