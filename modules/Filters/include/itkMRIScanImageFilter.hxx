// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIScanImageFilter_hxx
#define itkMRIScanImageFilter_hxx

#include "tweedieMRIInput.h"

#include <type_traits>

namespace itk
{
template <typename TSuperclass> MRIScanImageFilter<TSuperclass>::MRIScanImageFilter()
{
  this->AddOptionalInputName("Mask");
  this->AddOptionalInputName("Sensitivities");
  this->AddOptionalInputName("Trajectory");
  this->AddOptionalInputName("ReferenceImage");
}

template <typename TSuperclass>
tweedie::Grid
MRIScanImageFilter<TSuperclass>::ImageGrid() const
{
  return this->GetTrajectory() ? tweedie::GridFromInformation(*this->GetReferenceImage())
                               : tweedie::GridFromInformation(*this->GetInput());
}

template <typename TSuperclass>
tweedie::MRIScan
MRIScanImageFilter<TSuperclass>::MakeScan() const
{
  const auto volume = [](auto * image)
  {
    using ImageType = std::remove_const_t<std::remove_pointer_t<decltype(image)>>;
    return image ? tweedie::VolumeFromImage(const_cast<ImageType *>(image)) : tweedie::Volume();
  };
  tweedie::MRIScanInputs inputs;
  inputs.kspace = volume(this->GetInput());
  inputs.mask = volume(this->GetMask());
  inputs.sensitivities = volume(this->GetSensitivities());
  inputs.trajectory = volume(this->GetTrajectory());
  inputs.imageGrid = this->ImageGrid();
  inputs.mapSets = m_MapSets;
  return tweedie::MRIScanOfInputs(inputs);
}

template <typename TSuperclass>
void
MRIScanImageFilter<TSuperclass>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  if (this->GetTrajectory() && !this->GetReferenceImage())
  {
    itkExceptionMacro(<< "trajectory: given without a grid of the image; required SetReferenceImage");
  }
  if (this->GetTrajectory() && this->GetMask())
  {
    itkExceptionMacro(<< "mask: given with a trajectory; required one of the two: its samples are those measured");
  }
}

template <typename TSuperclass>
void
MRIScanImageFilter<TSuperclass>::VerifyInputInformation() ITKv5_CONST
{
  tweedie::Grid grid;
  this->Translate([&] { grid = this->ImageGrid(); });
  this->RequireSamePlace(
      this->GetSensitivities(), "sensitivities", grid, this->GetTrajectory() ? "the reference image" : "k-space");
}

template <typename TSuperclass>
void
MRIScanImageFilter<TSuperclass>::GenerateOutputInformation()
{
  this->Translate([this] { this->AnnounceGrid(this->ImageGrid()); });
}
} // namespace itk

#endif
