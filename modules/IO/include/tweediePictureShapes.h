// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePictureShapes_h
#define tweediePictureShapes_h

#include "tweediePicture.h"

#include <vector>

namespace tweedie
{
/** A place in a picture in pixels: (0, 0) is the corner, (0.5, 0.5) the centre of the upper left pixel. */
struct PicturePoint
{
  double x = 0.0;
  double y = 0.0;
};

/** Shapes with smooth edges, clipped to the picture; a pixel takes the colour by the share of it that is covered, times
 * opacity (0..1). Parts of a shape that overlap count once. Points that are not finite are left out. */
void DrawPolyline(
    Picture & picture, const std::vector<PicturePoint> & points, double width, Color color, double opacity = 1.0);
void DrawDisc(Picture & picture, PicturePoint centre, double radius, Color color, double opacity = 1.0);
void DrawRing(Picture & picture, PicturePoint centre, double radius, double width, Color color, double opacity = 1.0);

/** a + share (b - a). */
Color MixColors(Color a, Color b, double share);
} // namespace tweedie

#endif
