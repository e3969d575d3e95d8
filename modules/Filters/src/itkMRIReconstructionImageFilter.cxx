// SPDX-License-Identifier: Apache-2.0
#include "itkMRIReconstructionImageFilter.h"

namespace itk
{
template class MRIReconstructionImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 3>>;
template class MRIReconstructionImageFilter<Image<std::complex<float>, 4>, Image<float, 3>>;
} // namespace itk
