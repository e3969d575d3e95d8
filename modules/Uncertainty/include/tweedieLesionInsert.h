// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLesionInsert_h
#define tweedieLesionInsert_h

#include "tweedieGrid.h"

#include <ATen/core/Tensor.h>

#include <array>

namespace tweedie
{
/** A disc in one slice, or a ball, of value 1 inside, that falls to 0 in a straight line over its edge:
 *
 *    u(r) = min(1, max(0, (R + w/2 - r)/w)),    the mean of sharp ones with radii from R - w/2 to R + w/2 */
struct LesionInsert
{
  std::array<double, 3> center{}; ///< in the patient (LPS), mm
  double diameter = 1.0;          ///< 2 R, mm
  double edge = 1.0;              ///< w, mm; no more than the diameter
  bool isBall = false;
};

/** The place of an index (x, y, z) of a grid in the patient, and back. */
std::array<double, 3> PointOfIndex(const Grid & grid, const std::array<double, 3> & index);
std::array<double, 3> IndexOfPoint(const Grid & grid, const std::array<double, 3> & point);

/** The integral of u along a line at that distance from the centre, mm:
 *
 *    2/w int (rho^2 - s^2)^(1/2) d rho = [rho (rho^2 - s^2)^(1/2) - s^2 ln(rho + (rho^2 - s^2)^(1/2))]/w */
double InsertChord(const LesionInsert & insert, double distance);

/** Means over the pixels, each seen at 8 x 8 points (a ball: 8 x 8 x 8): [z, y, x], double. A disc lies in the slice
 * that is nearest to it. Throws DataError for a centre that is off the grid. */
at::Tensor InsertPixels(const LesionInsert & insert, const Grid & grid);

/** 1/n in the n pixels whose centres lie inside the radius, and in the nearest one: [z, y, x], double. */
at::Tensor InsertRegion(const LesionInsert & insert, const Grid & grid);

/** Centred unitary Fourier transform of a disc in its slice, times each map: sums over a grid eight times as fine, on
 * which maps are interpolated linearly: [coil, y, x], complex double. maps: [coil, y, x]; undefined: one of ones. */
at::Tensor InsertKSpace(const LesionInsert & insert, const Grid & grid, const at::Tensor & maps = {});

/** What all of k-space [1, y, x] of an insert would show on the grid: [y, x], double. */
at::Tensor InsertOfKSpace(const at::Tensor & kspace);
} // namespace tweedie

#endif
