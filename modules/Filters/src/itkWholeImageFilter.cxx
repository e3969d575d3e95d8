// SPDX-License-Identifier: Apache-2.0
#include "itkWholeImageFilter.h"

namespace itk
{
template class WholeImageFilter<Image<float, 2>, Image<float, 2>>;
template class WholeImageFilter<Image<float, 3>, Image<float, 3>>;
template class WholeImageFilter<Image<std::complex<float>, 3>, Image<std::complex<float>, 3>>;
template class WholeImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 3>>;
template class WholeImageFilter<Image<std::complex<float>, 4>, Image<float, 3>>;
template class WholeImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 4>>;
template class WholeImageFilter<Image<float, 4>, Image<float, 3>>;
template class WholeImageFilter<Image<float, 4>, Image<std::complex<float>, 3>>;
} // namespace itk
