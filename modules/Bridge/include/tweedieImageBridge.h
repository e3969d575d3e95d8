// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageBridge_h
#define tweedieImageBridge_h

#include "tweedieImageGrid.h"
#include "tweedieVolume.h"

#include <itkImage.h>
#include <itkVectorImage.h>

#include <complex>

namespace tweedie
{
/** Whether a pixel of an ITK image is one element of a Volume: then image and volume share memory. */
template <typename TPixel>
constexpr bool isVolumePixel = std::is_same_v<TPixel, float> || std::is_same_v<TPixel, std::complex<float>>;

/** The buffered region of an image as a volume.
 *
 * float and complex<float>, in 2, 3 or 4 axes (axis 3 = channel): the volume looks at the image's memory and keeps its
 * pixel container alive; writing to one is seen in the other. Only a further Allocate() of that same image to a larger
 * size would take the memory away. Other arithmetic or complex pixels are converted, the components of vector pixels
 * become channels: a copy. Throws DataError for an image without memory. */
template <typename TImage> Volume VolumeFromImage(TImage * image);

/** A volume as an image.
 *
 * Image<float> and Image<complex<float>>: the image looks at the volume's memory and keeps it alive. Other pixel types:
 * a converted copy. One channel for 2 and 3 axes, any number for 4 axes (axis 3) and for VectorImage (components).
 * Throws DataError when the volume is empty, has more channels or slices than the image type can hold, or is complex
 * and the pixels are not, or the other way round. */
template <typename TImage> typename TImage::Pointer ImageFromVolume(const Volume & volume);
} // namespace tweedie

#include "tweedieImageBridge.hxx"

#endif
