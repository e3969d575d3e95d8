// SPDX-License-Identifier: Apache-2.0
#include "itkRestorationPosteriorMeanImageFilter.h"

namespace itk
{
template class PosteriorMeanImageFilter<Image<float, 2>, Image<float, 2>, tweedie::RestorationPosteriorOptions>;
template class PosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>, tweedie::RestorationPosteriorOptions>;
template class PosteriorMeanImageFilter<Image<std::complex<float>, 3>,
                                        Image<std::complex<float>, 3>,
                                        tweedie::RestorationPosteriorOptions>;
template class RestorationPosteriorMeanImageFilter<Image<float, 2>, Image<float, 2>>;
template class RestorationPosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>>;
template class RestorationPosteriorMeanImageFilter<Image<std::complex<float>, 3>, Image<std::complex<float>, 3>>;
} // namespace itk
