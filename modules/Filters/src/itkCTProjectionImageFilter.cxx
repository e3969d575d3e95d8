// SPDX-License-Identifier: Apache-2.0
#include "itkCTProjectionImageFilter.h"

namespace itk
{
template class CTProjectionImageFilter<Image<float, 3>, Image<float, 3>>;
} // namespace itk
