// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCutScan_h
#define tweedieCutScan_h

#include "tweedieMRIScan.h"
#include "tweedieRandom.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace tweedie
{
namespace test
{
/** A scan whose field of view along y, 64 pixels, is smaller than the object, 78 pixels. The object lies on 192 x 128
 * points of half a pixel each, and every coil's k-space is the sum over these points at the frequencies that the scan
 * measures: no transform, map or operator of the library has a part in it. Every second line, and 24 at the centre. */
struct CutScan
{
  static constexpr std::int64_t size = 64;
  static constexpr std::int64_t coils = 6;

  MRIScan scan;
  at::Tensor truth;  ///< [y, x]: root of the sum of squares of what the coils see, band-limited, not folded
  at::Tensor region; ///< [y, x], bool: of the object, away from where its ends are folded onto it

  explicit CutScan(double noise = 0.002)
  {
    const at::Tensor y = Points(192), x = Points(128);
    const at::Tensor object = Object(y.view({-1, 1}), x.view({1, -1}));
    const at::Tensor seen = object * Coils(y.view({-1, 1}), x.view({1, -1})); // [coil, 192, 128]
    // Twice the field of view holds all of it: the same frequencies and those between.
    const at::Tensor whole = Sample(seen, y, x, 2 * size, 0.5);
    const at::Tensor cut = whole.slice(1, 0, {}, 2);
    const at::Tensor images = Image(whole).narrow(1, size / 2, size);
    truth = images.abs().square().sum(0).sqrt();
    const at::Tensor row = (at::arange(size, at::kDouble) - size / 2).abs().view({-1, 1});
    region = (Object(at::arange(size, at::kDouble).view({-1, 1}) - size / 2,
                     at::arange(size, at::kDouble).view({1, -1}) - size / 2)
                  .abs() > 0)
                 .logical_and(row < 22.0);
    Grid grid;
    grid.size = {1, size, size};
    const Grid plane = grid;
    at::Tensor mask = at::zeros({1, 1, size, size}, at::kFloat);
    mask.slice(2, 0, size, 2).fill_(1.0);
    mask.slice(2, size / 2 - 12, size / 2 + 12).fill_(1.0);
    const at::Tensor clean = cut.to(at::kComplexFloat).unsqueeze(1);
    scan.noise = noise * truth.max().item<double>();
    const at::Tensor random = RandomStreams(5, {0}).NormalLike(clean.unsqueeze(0)).squeeze(0);
    scan.kspace = VolumeFromTensor((clean + random * (*scan.noise / std::sqrt(2.0))) * mask, grid);
    scan.mask = VolumeFromTensor(mask, plane);
  }

  /** Relative error of a magnitude image [y, x] within the region. */
  double
  Error(const at::Tensor & image) const
  {
    const at::Tensor inside = truth.masked_select(region);
    return ((image.to(at::kDouble).masked_select(region) - inside).norm() / inside.norm()).item<double>();
  }

private:
  /** Places of points in pixels, the middle one at 0. */
  static at::Tensor
  Points(std::int64_t count)
  {
    return (at::arange(count, at::kDouble) - count / 2) * 0.5;
  }

  static at::Tensor
  Object(const at::Tensor & y, const at::Tensor & x)
  {
    const auto ellipse = [&](double y0, double x0, double b, double a)
    { return ((((y - y0) / b).square() + ((x - x0) / a).square()) < 1.0).to(at::kDouble); };
    return ellipse(0, 0, 39, 24) - 0.3 * ellipse(0, 0, 35, 20) + 0.5 * ellipse(-6, 8, 7, 5) -
           0.4 * ellipse(8, -6, 9, 5) + 0.3 * ellipse(30, 4, 6, 4);
  }

  /** Loops around the object: smooth, each with a phase of its own. */
  static at::Tensor
  Coils(const at::Tensor & y, const at::Tensor & x)
  {
    std::vector<at::Tensor> all;
    for (std::int64_t coil = 0; coil < coils; ++coil)
    {
      const double angle = 2.0 * 3.14159265358979 * (static_cast<double>(coil) + 0.3) / coils;
      const at::Tensor dy = y - 44.0 * std::sin(angle), dx = x - 34.0 * std::cos(angle);
      const at::Tensor squared = (dy.square() + dx.square()) / (30.0 * 30.0);
      all.push_back(at::polar(1.0 / (1.0 + squared), angle + 0.02 * (dy * std::cos(angle) - dx * std::sin(angle))));
    }
    return at::stack(all);
  }

  /** exp(-2 pi i step k p / size), [k, p]. */
  static at::Tensor
  Waves(const at::Tensor & places, std::int64_t lines, double step)
  {
    const at::Tensor k = (at::arange(lines, at::kDouble) - lines / 2) * step;
    const at::Tensor turns = at::outer(k, places) * (-2.0 * 3.14159265358979323846 / static_cast<double>(size));
    return at::polar(at::ones_like(turns), turns);
  }

  /** [coil, line, sample] of [coil, y, x], in the units of a unitary transform of the scan's pixels. */
  static at::Tensor
  Sample(const at::Tensor & seen, const at::Tensor & y, const at::Tensor & x, std::int64_t lines, double step)
  {
    const at::Tensor along = at::matmul(Waves(y, lines, step), seen);
    return at::matmul(along, Waves(x, size, 1.0).t()) * (0.25 / static_cast<double>(size));
  }

  /** The image of twice the field of view along y, [coil, 2 size, size]. */
  static at::Tensor
  Image(const at::Tensor & kspace)
  {
    const at::Tensor y = at::arange(2 * size, at::kDouble) - static_cast<double>(size);
    const at::Tensor x = at::arange(size, at::kDouble) - static_cast<double>(size / 2);
    const at::Tensor along = at::matmul(Waves(y, 2 * size, 0.5).conj().t(), kspace);
    return at::matmul(along, Waves(x, size, 1.0).conj()) / static_cast<double>(2 * size);
  }
};
} // namespace test
} // namespace tweedie

#endif
