// SPDX-License-Identifier: Apache-2.0
#ifndef itkCTImageFilter_hxx
#define itkCTImageFilter_hxx

#include "tweedieFilterSupport.h"

namespace itk
{
template <typename TSuperclass> CTImageFilter<TSuperclass>::CTImageFilter()
{
  m_Size.Fill(0);
  m_OutputSpacing.Fill(1.0);
  m_OutputOrigin.Fill(0.0);
  m_OutputDirection.SetIdentity();
}

template <typename TSuperclass>
void
CTImageFilter<TSuperclass>::SetGeometry(const tweedie::CTGeometry & geometry)
{
  m_Geometry = geometry;
  this->Modified();
}

template <typename TSuperclass>
void
CTImageFilter<TSuperclass>::SetOutputParametersFromImage(const ImageBase<3> * image)
{
  if (image == nullptr)
  {
    itkExceptionMacro(<< "output grid: given no image; required one");
  }
  this->Translate(
      [&]
      {
        auto whole = ImageBase<3>::New(); // its region may begin elsewhere than at index 0: the grid's does not
        tweedie::SetImageInformation(*whole, tweedie::GridFromInformation(*image));
        this->SetSize(whole->GetLargestPossibleRegion().GetSize());
        this->SetOutputSpacing(whole->GetSpacing());
        this->SetOutputOrigin(whole->GetOrigin());
        this->SetOutputDirection(whole->GetDirection());
      });
}

template <typename TSuperclass>
tweedie::Grid
CTImageFilter<TSuperclass>::OutputGrid() const
{
  auto image = ImageBase<3>::New();
  image->SetLargestPossibleRegion(ImageRegion<3>(m_Size));
  image->SetSpacing(m_OutputSpacing);
  image->SetOrigin(m_OutputOrigin);
  image->SetDirection(m_OutputDirection);
  return tweedie::GridFromInformation(*image);
}

template <typename TSuperclass>
void
CTImageFilter<TSuperclass>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Geometry: " << tweedie::GeometryText(m_Geometry) << '\n';
  os << indent << "Size: " << m_Size << '\n';
  os << indent << "OutputSpacing: " << m_OutputSpacing << '\n';
  os << indent << "OutputOrigin: " << m_OutputOrigin << '\n';
  os << indent << "OutputDirection:\n" << m_OutputDirection;
}

template <typename TSuperclass>
void
CTImageFilter<TSuperclass>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  if (m_Geometry.views.empty())
  {
    itkExceptionMacro(<< "geometry: given none; required SetGeometry");
  }
  this->Translate([this] { m_Geometry.Require(); });
  if (m_Size[0] == 0 || m_Size[1] == 0 || m_Size[2] == 0)
  {
    itkExceptionMacro(<< "output grid: given no size; required SetSize or SetOutputParametersFromImage");
  }
}

template <typename TSuperclass>
void
CTImageFilter<TSuperclass>::GenerateOutputInformation()
{
  this->Translate([this] { this->AnnounceGrid(this->OutputGrid()); });
}

template <typename TSuperclass>
void
CTImageFilter<TSuperclass>::AnnounceGrid(const tweedie::Grid & grid)
{
  tweedie::SetImageInformation(*this->GetOutput(), grid);
}
} // namespace itk

#endif
