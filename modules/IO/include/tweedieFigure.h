// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFigure_h
#define tweedieFigure_h

#include "tweediePicture.h"
#include "tweedieVolume.h"

#include <string>
#include <vector>

namespace tweedie
{
/** The value shown as the first colour of a map and that shown as the last. */
struct Window
{
  double low = 0.0;
  double high = 1.0;
};

/** What of a complex volume is shown; a real volume is shown as it is, except that Phase of it is 0 or pi. */
enum class ShownPart
{
  Magnitude,
  Real,
  Imaginary,
  Phase ///< radian, -pi..pi
};

/** One slice of one channel, in colours. */
struct FigurePanel
{
  Volume image;
  std::int64_t slice = 0;
  std::int64_t channel = 0;
  ShownPart part = ShownPart::Magnitude;
  Window window;
  ColorMap map = ColorMap::Gray;
  std::string label;   ///< line above
  std::string caption; ///< line below, smaller in meaning: "PSNR 28.6 dB"; empty: none
};

struct FigureLayout
{
  int columns = 4;
  int scale = 2;         ///< screen pixels per voxel along the finer in-plane axis
  bool colorBars = true; ///< beside each panel whose map is not Gray: a bar with the window's two values
  bool crop = false;     ///< to the box around what is above 2 % of the first panel's window
  Color background{255, 255, 255};
  Color ink{20, 20, 20};
};

/** Window from percentiles (0..100) of a slice, or of the whole volume for slice < 0; never empty. */
Window PercentileWindow(const Volume & image,
                        double lowPercent,
                        double highPercent,
                        std::int64_t slice = -1,
                        ShownPart part = ShownPart::Magnitude);

/** One slice as a picture, voxels drawn with their physical aspect ratio (nearest neighbour along the coarser axis
 * repeated), turned as radiologists look at it: the patient's left on the right, anterior (or superior) up, as far as
 * flips of the two axes can do it. Values outside the window take its end colours, values not finite are magenta. */
Picture RenderSlice(const FigurePanel & panel, int scale = 1);

/** Panels in rows, each with label, caption and colour bar. Throws DataError for a panel without image or with a slice
 * or channel out of range. */
Picture RenderFigure(const std::vector<FigurePanel> & panels, const FigureLayout & layout = {});
} // namespace tweedie

#endif
