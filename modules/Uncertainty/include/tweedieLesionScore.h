// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLesionScore_h
#define tweedieLesionScore_h

#include "tweedieGrid.h"
#include "tweedieLesionInsert.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** How strong an insert is. */
struct LesionContrast
{
  enum class Kind
  {
    Image,   ///< units of the image
    Percent, ///< of the image's mean where it goes
    Signal   ///< as many times the noise as an observer who knows the insert sees of it in all of the data
  };
  double value = 0.0; ///< below 0: darker
  Kind kind = Kind::Image;
  std::string text; ///< "5snr"
};

/** Of "0.1,-20%,5snr". Throws UsageError for other texts, for 0 and for nothing. */
std::vector<LesionContrast> ParseLesionContrasts(const std::string & text);

/** A length in mm for names and people: "4", "2.5". */
std::string LengthText(double length);

/** What a method makes of an insert: of means over its region. */
struct LesionScore
{
  double recovery = 0.0;      ///< contrast found over contrast put in; 1 is right
  double deviation = 0.0;     ///< standard deviation of the samples, as a contrast
  double low = 0.0;           ///< of the contrast: found -+ t_(n-1)(0.95) s (1 + 1/n)^(1/2)
  double high = 0.0;          ///<
  bool isCovered = false;     ///< low <= put in <= high
  double detectability = 0.0; ///< contrast found, in its direction, over deviation
  double missed = 0.0;        ///< share of the samples that show less than half of it
};

/** with: region means of samples [n], double, of the scan with the insert. shown: the region mean of an insert of
 * contrast 1. The scan without it is taken as known, and the noise of both is the same: it cancels in what is found,
 * so that an honest interval covers more often than it says, and one that does not is too narrow for what the method
 * takes away. */
LesionScore ScoreLesion(const at::Tensor & with, double meanWith, double meanWithout, double contrast, double shown);

/** Where the whole insert, moved to that pixel, lies inside of a mask: [z, y, x], bool. */
at::Tensor RoomFor(const LesionInsert & insert, const Grid & grid, const at::Tensor & mask);

/** That many pixels of [z, y, x] by chance, centres (index x, y, z) no closer in their slice (balls: in space) than
 * distance mm. Throws DataError where there is no room. */
std::vector<std::array<double, 3>> RandomPlaces(
    const at::Tensor & room, const Grid & grid, std::int64_t count, double distance, bool isBall, std::int64_t seed);

/** Means of maps [n, z, y, x] over the region of the insert about each pixel; of a ball over its largest disc. */
at::Tensor DiscMeans(const at::Tensor & maps, const LesionInsert & insert, const Grid & grid);

/** Share of sample and pixel of room where the disc mean of what samples differ from their mean by reaches half of the
 * contrast, in its direction: what would be taken for the insert where nothing was put. */
double FalseInsertions(const at::Tensor & discMeans, const at::Tensor & room, double contrast);
} // namespace tweedie

#endif
