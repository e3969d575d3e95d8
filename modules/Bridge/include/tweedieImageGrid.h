// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageGrid_h
#define tweedieImageGrid_h

#include "tweedieGrid.h"

#include <itkImageBase.h>

namespace tweedie
{
/** The grid of an image's buffered region: ITK's index axes 0, 1, 2 are x, y, z, and the origin is the physical point
 * of the region's first pixel. A plane is one slice of thickness 1 whose normal is the third axis. Axis 3 of an image
 * of four axes is not spatial: DataError when the image's direction mixes it with the others. */
Grid GridFromImage(const itk::ImageBase<2> & image);
Grid GridFromImage(const itk::ImageBase<3> & image);
Grid GridFromImage(const itk::ImageBase<4> & image);

/** The same for the largest possible region, which a pipeline knows before there are pixels. */
Grid GridFromInformation(const itk::ImageBase<2> & image);
Grid GridFromInformation(const itk::ImageBase<3> & image);
Grid GridFromInformation(const itk::ImageBase<4> & image);

/** Gives an image the largest possible region, spacing, origin and direction of a grid, and nothing else. Of a plane:
 * as SetImageGrid. */
void SetImageInformation(itk::ImageBase<2> & image, const Grid & grid);
void SetImageInformation(itk::ImageBase<3> & image, const Grid & grid);
/** channels: size of axis 3. */
void SetImageInformation(itk::ImageBase<4> & image, const Grid & grid, std::int64_t channels);

/** Gives an image all regions, spacing, origin and direction of a grid; its memory is not touched. A plane needs a grid
 * of one slice (else DataError); it keeps the upper left 2 x 2 of the direction if that is invertible, else identity,
 * because a plane cannot say how it lies in space. */
void SetImageGrid(itk::ImageBase<2> & image, const Grid & grid, std::int64_t channels = 1);
void SetImageGrid(itk::ImageBase<3> & image, const Grid & grid, std::int64_t channels = 1);
/** channels: size of axis 3, whose spacing is 1 and origin 0. */
void SetImageGrid(itk::ImageBase<4> & image, const Grid & grid, std::int64_t channels);
} // namespace tweedie

#endif
