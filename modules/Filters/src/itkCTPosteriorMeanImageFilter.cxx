// SPDX-License-Identifier: Apache-2.0
#include "itkCTPosteriorMeanImageFilter.h"

namespace itk
{
template class PosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>, tweedie::CTPosteriorOptions>;
template class CTImageFilter<PosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>, tweedie::CTPosteriorOptions>>;
template class CTPosteriorMeanImageFilter<Image<float, 3>, Image<float, 3>>;
} // namespace itk
