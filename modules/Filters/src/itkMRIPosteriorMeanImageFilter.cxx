// SPDX-License-Identifier: Apache-2.0
#include "itkMRIPosteriorMeanImageFilter.h"

namespace itk
{
template class PosteriorMeanImageFilter<Image<std::complex<float>, 4>,
                                        Image<std::complex<float>, 3>,
                                        tweedie::PosteriorOptions>;
template class PosteriorMeanImageFilter<Image<std::complex<float>, 4>, Image<float, 3>, tweedie::PosteriorOptions>;
template class MRIPosteriorMeanImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 3>>;
template class MRIPosteriorMeanImageFilter<Image<std::complex<float>, 4>, Image<float, 3>>;
} // namespace itk
