// SPDX-License-Identifier: Apache-2.0
#include "itkTweedieDICOMSeriesWriter.h"

namespace itk
{
template class TweedieDICOMSeriesWriter<Image<float, 3>>;
} // namespace itk
