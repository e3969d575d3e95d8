// SPDX-License-Identifier: Apache-2.0
#include "itkCTBackProjectionImageFilter.h"

namespace itk
{
template class CTBackProjectionImageFilter<Image<float, 3>, Image<float, 3>>;
} // namespace itk
