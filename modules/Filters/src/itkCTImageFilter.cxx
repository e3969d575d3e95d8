// SPDX-License-Identifier: Apache-2.0
#include "itkCTImageFilter.h"

namespace itk
{
template class CTImageFilter<WholeImageFilter<Image<float, 3>, Image<float, 3>>>;
} // namespace itk
