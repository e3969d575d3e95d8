// SPDX-License-Identifier: Apache-2.0
#include "itkPhaseRetrievalPosteriorMeanImageFilter.h"

namespace itk
{
template class PosteriorMeanImageFilter<Image<float, 4>, Image<float, 3>, tweedie::PhasePosteriorOptions>;
template class PosteriorMeanImageFilter<Image<float, 4>, Image<std::complex<float>, 3>, tweedie::PhasePosteriorOptions>;
template class PhaseRetrievalPosteriorMeanImageFilter<Image<float, 4>, Image<float, 3>>;
template class PhaseRetrievalPosteriorMeanImageFilter<Image<float, 4>, Image<std::complex<float>, 3>>;
} // namespace itk
