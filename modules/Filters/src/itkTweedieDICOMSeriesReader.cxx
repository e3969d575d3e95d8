// SPDX-License-Identifier: Apache-2.0
#include "itkTweedieDICOMSeriesReader.h"

namespace itk
{
template class TweedieDICOMSeriesReader<Image<float, 3>>;
} // namespace itk
