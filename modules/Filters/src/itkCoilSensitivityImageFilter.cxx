// SPDX-License-Identifier: Apache-2.0
#include "itkCoilSensitivityImageFilter.h"

namespace itk
{
template class CoilSensitivityImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 4>>;
} // namespace itk
