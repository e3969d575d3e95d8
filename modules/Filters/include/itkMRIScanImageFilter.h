// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIScanImageFilter_h
#define itkMRIScanImageFilter_h

#include "itkWholeImageFilter.h"
#include "tweedieMRIScan.h"

namespace itk
{
/** \class MRIScanImageFilter
 * \brief What filters of MRI scans add to a filter: their inputs.
 *
 *    y[c] = M F (S[c] x) + n
 *
 * The first input is k-space as an image of four axes: x (read), y (phase), slice, coil. It carries the spacing, origin
 * and direction of the object, not of frequencies; F is the centred unitary transform over (x, y), DC at index
 * floor(N/2). (Coils are an axis and not the components of a VectorImage, because no ITK format stores vectors of
 * complex numbers and because this is the order of BART files, of tweedie::Volume and of the computation: nothing is
 * copied.) A file of three axes read as four is one coil.
 *
 * Optional inputs: a mask (0 and not 0; one slice or as many as the data; without one, the lines that are not zero) and
 * coil sensitivities (four axes as k-space, one slice or as many; required for several coils; of several sets with
 * SetMapSets).
 *
 * Along a trajectory: k-space has the axes sample, readout, slice, coil, and an input of the axes sample, readout, 1,
 * and (k_x, k_y) or (k_x, k_y, k_z) says where the samples lie, in cycles per field of view. The output lies where the
 * reference image does, whose pixels are not looked at; there is no mask. With a k_z the reference image is the volume
 * and k-space has one slice.
 *
 * \ingroup TweedieFilters */
template <typename TSuperclass> class ITK_TEMPLATE_EXPORT MRIScanImageFilter : public TSuperclass
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(MRIScanImageFilter);

  using Self = MRIScanImageFilter;
  using Superclass = TSuperclass;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, 3>;
  using SensitivityImageType = Image<std::complex<float>, 4>;
  using TrajectoryImageType = Image<float, 4>;
  using ReferenceImageBaseType = ImageBase<3>;

  static_assert(TSuperclass::InputImageType::ImageDimension == 4, "k-space has the axes x, y, slice, coil");

  itkOverrideGetNameOfClassMacro(MRIScanImageFilter);

  itkSetInputMacro(Mask, MaskImageType);
  itkGetInputMacro(Mask, MaskImageType);
  itkSetInputMacro(Sensitivities, SensitivityImageType);
  itkGetInputMacro(Sensitivities, SensitivityImageType);
  itkSetInputMacro(Trajectory, TrajectoryImageType);
  itkGetInputMacro(Trajectory, TrajectoryImageType);
  itkSetInputMacro(ReferenceImage, ReferenceImageBaseType);
  itkGetInputMacro(ReferenceImage, ReferenceImageBaseType);
  /** Sets of maps in the sensitivities, whose last axis is sets x coils then, the coils of a set together. */
  tweedieOptionMacro(MapSets, std::int64_t, m_MapSets);

protected:
  MRIScanImageFilter();
  ~MRIScanImageFilter() override = default;

  /** Of the image to reconstruct. */
  tweedie::Grid ImageGrid() const;
  /** Shares the memory of the inputs where that is possible, and is only read. */
  tweedie::MRIScan MakeScan() const;

  void VerifyPreconditions() ITKv5_CONST override;
  /** The mask lies in k-space and has no place in the patient; maps of as many slices as the image must lie where it
   * lies. */
  void VerifyInputInformation() ITKv5_CONST override;
  void GenerateOutputInformation() override;
  /** Gives the outputs this grid. */
  virtual void AnnounceGrid(const tweedie::Grid & grid) = 0;

private:
  std::int64_t m_MapSets = 1;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkMRIScanImageFilter.hxx"
#endif

#endif
