// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBackProjectionKernels_h
#define tweedieBackProjectionKernels_h

#include <array>
#include <cstdint>

namespace tweedie
{
/** Where a view sees voxels, in indices (x, y, z) of the image: with l = c0 + cx x + cy y + cz z and likewise a, b,
 *
 *    flat           column = a / l, row = b / l, weight = scale / l^2
 *    equiangular    column = offset + perAngle atan(a / l), row = b / root + rowOffset, weight = scale / root^2,
 *                   root^2 = l^2 + a^2
 *
 * a fan's row is b itself. Parallel: l = 1. */
struct BackProjectionView
{
  std::array<double, 4> a;
  std::array<double, 4> b;
  std::array<double, 4> c;
  double scale = 1.0;
  double perAngle = 0.0; ///< 0: flat
  double offset = 0.0;
  double rowOffset = 0.0;
  bool rowIsDivided = false; ///< by l or root: a cone
};

/** A stack of views that back-project into whole columns of an image.
 *
 * data: [view][column][row], columns with a zero one before the first and after the last, rows too unless they are
 * shared. out: [line y][x][row z], to which it is added. */
template <typename T> struct BackProjection
{
  const BackProjectionView * views;
  std::int64_t viewCount;
  const T * data;
  std::int64_t columns; ///< without the zeros
  std::int64_t rows;    ///< likewise
  T * out;
  std::int64_t width;  ///< x
  std::int64_t height; ///< z
  bool sharesRows;     ///< row z of the image is row z of the detector, in all views

  std::int64_t
  Stride() const
  {
    return sharesRows ? rows : rows + 2;
  }
};

/** All views of one line y of the image. scratch: ScratchOf(work) elements. */
void BackProjectLine(const BackProjection<float> & work, std::int64_t y, float * scratch);
void BackProjectLine(const BackProjection<double> & work, std::int64_t y, double * scratch);

/** Elements of scratch: for the places of a line, and for a detector column with sixteen more behind its zeros. */
template <typename T>
std::int64_t
ScratchOf(const BackProjection<T> & work)
{
  return 3 * work.width + work.rows + 18;
}
} // namespace tweedie

#endif
