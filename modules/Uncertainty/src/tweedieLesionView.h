// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLesionView_h
#define tweedieLesionView_h

#include "tweedieLesionTest.h"

#include <c10/util/complex.h>

namespace tweedie
{
/** What a method shows of a scan. */
struct MethodView
{
  Volume mean;
  at::Tensor image;   ///< its mean, [z, y, x]
  at::Tensor samples; ///< [n, z, y, x]; of a classical method the estimate with the noise of replicas
};

MethodView ViewOf(const VolumeEstimate & estimate);

/** What samples differ from their mean by, along the phase of the image: [n, z, y, x], double. */
at::Tensor ChangeOf(const MethodView & view);

/** An insert where it goes, with what it is there. */
struct PlacedInsert
{
  LesionInsert insert;
  at::Tensor region;
  c10::complex<double> phase{1.0, 0.0}; ///< of the image there
  double shown = 1.0;                   ///< region mean of what complete data would show of contrast 1

  PlacedInsert(const LesionInsert & what, const LesionScan & scan, const at::Tensor & image);

  /** Region means of images [n, z, y, x] along the phase: [n], double; of one image. */
  at::Tensor Values(const at::Tensor & images) const;
  double Value(const at::Tensor & image) const;
};

/** Lines to leave out so that one of so many stays. */
std::vector<std::int64_t> LinesBeyond(const std::vector<std::int64_t> & lines, double acceleration);

/** The means of rows that differ in their place alone. */
LesionGroup GroupOf(const std::vector<LesionRow> & rows);

/** Takes the picture for the worst or the best one of two, where it is: of inserts with a signal of 5 and more before
 * others. */
void KeepPicture(std::vector<LesionPicture> & pictures, const LesionPicture & picture);
} // namespace tweedie

#endif
