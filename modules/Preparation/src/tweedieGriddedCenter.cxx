// SPDX-License-Identifier: Apache-2.0
#include "tweedieGriddedCenter.h"

#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieFourierOperator.h"
#include "tweedieMRIModel.h"
#include "tweedieNonuniformFourierOperator.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double reach = 0.75;     // cycles from a point of the middle to its nearest sample
constexpr std::int64_t margin = 6; // cycles around the middle: where the cut of k-space falls
constexpr std::int64_t steps = 12;

/** The middle of an axis of the image: at most as long as the axis. */
std::array<std::int64_t, 3>
BoxOf(std::int64_t width, const std::array<std::int64_t, 3> & size)
{
  return {std::min(width, size[0]), std::min(width, size[1]), std::min(width, size[2])};
}

at::Tensor
Middle(const at::Tensor & tensor, std::int64_t dimension, std::int64_t length)
{
  return tensor.narrow(dimension, tensor.size(dimension) / 2 - length / 2, length);
}

using Place = std::array<std::int64_t, 3>;

/** Marks of the points [x, y, z] of a grid of half a cycle, the middle of whole ones and all between them. */
class HalfGrid
{
public:
  explicit HalfGrid(const Place & box)
      : m_Box(box), m_Marks(at::zeros({2 * box[0] - 1, 2 * box[1] - 1, 2 * box[2] - 1}, at::kBool))
  {
  }

  /** Those within reach of a sample. */
  void
  Mark(const std::array<double, 3> & k)
  {
    Place low{}, high{};
    std::array<double, 3> middle{};
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      middle[axis] = 2.0 * (k[axis] + static_cast<double>(m_Box[axis] / 2));
      const double last = static_cast<double>(m_Marks.size(static_cast<std::int64_t>(axis)) - 1);
      low[axis] = std::llround(std::ceil(std::clamp(middle[axis] - 2.0 * reach, 0.0, last + 1.0)));
      high[axis] = std::llround(std::floor(std::clamp(middle[axis] + 2.0 * reach, -1.0, last)));
    }
    bool * const marks = m_Marks.data_ptr<bool>();
    for (std::int64_t x = low[0]; x <= high[0]; ++x)
    {
      for (std::int64_t y = low[1]; y <= high[1]; ++y)
      {
        for (std::int64_t z = low[2]; z <= high[2]; ++z)
        {
          const double flat = std::hypot(static_cast<double>(x) - middle[0], static_cast<double>(y) - middle[1]);
          bool & mark = marks[(x * m_Marks.size(1) + y) * m_Marks.size(2) + z];
          mark = mark || std::hypot(flat, static_cast<double>(z) - middle[2]) <= 2.0 * reach;
        }
      }
    }
  }

  /** Whether all points within a smaller box are marked. */
  bool
  Covers(const Place & box) const
  {
    at::Tensor part = m_Marks;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const std::int64_t first = 2 * (m_Box[axis] / 2 - box[axis] / 2);
      part = part.narrow(static_cast<std::int64_t>(axis), first, 2 * box[axis] - 1);
    }
    return part.all().item<bool>();
  }

private:
  Place m_Box;
  at::Tensor m_Marks;
};

/** The largest width up to the limit whose box the trajectory [sample, 2 or 3] covers; 0: none. */
std::int64_t
CoveredWidth(const at::Tensor & k, const Place & size, std::int64_t limit)
{
  HalfGrid grid(BoxOf(limit, size));
  const std::int64_t count = k.size(0), rank = k.size(1);
  const double * const places = k.data_ptr<double>();
  for (std::int64_t i = 0; i < count; ++i)
  {
    const double * const place = places + i * rank;
    grid.Mark({place[0], place[1], rank == 3 ? place[2] : 0.0});
  }
  std::int64_t width = limit;
  for (; width > 0 && !grid.Covers(BoxOf(width, size)); --width)
  {
  }
  return width;
}

/** Least squares of data [image, sample] at k [sample, rank]: images [image, 1, z, y, x]. */
at::Tensor
LowResolution(const at::Tensor & data, const at::Tensor & k, const Shape & shape)
{
  const at::Tensor trajectory = k.unsqueeze(0); // one long readout
  const NonuniformFourierOperator transform(shape, trajectory);
  const at::Tensor weights = DensityCompensation(trajectory, shape);
  const NonuniformNormalOperator normal(transform, weights);
  const at::Tensor weighted = data * weights.to(at::kFloat);
  const at::Tensor right = transform.Adjoint(weighted.view({-1, 1, 1, 1, weighted.size(1)}));
  return ConjugateGradient([&](const at::Tensor & x) { return normal.Forward(x); }, right, {}, steps, 0.0).solution;
}

/** Images [.., z, y, x] of few slices as those of many, by zeros in k_z. */
at::Tensor
Interpolated(const at::Tensor & images, std::int64_t kept, std::int64_t slices)
{
  const std::vector<std::int64_t> axis{2};
  const at::Tensor k = at::fft_fftshift(at::fft_fft(at::fft_ifftshift(images, axis), c10::nullopt, 2, "ortho"), axis);
  std::vector<std::int64_t> shape = images.sizes().vec();
  shape[2] = slices;
  at::Tensor wide = at::zeros(shape, images.options());
  Middle(wide, 2, kept).copy_(Middle(k, 2, kept));
  return at::fft_fftshift(at::fft_ifft(at::fft_ifftshift(wide, axis), c10::nullopt, 2, "ortho"), axis);
}
} // namespace

GriddedCenter
GridCenter(const MRIScan & scan, std::int64_t width)
{
  const at::NoGradGuard noGrad;
  const auto & size = scan.imageGrid.size;
  at::Tensor k = MRITrajectory(scan).flatten(0, 1).contiguous();
  const bool isVolume = k.size(1) == 3;
  const std::array<std::int64_t, 3> all{size.x, size.y, isVolume ? size.z : 1};
  const std::int64_t found = CoveredWidth(k, all, std::min(width, std::max(size.x, size.y)));
  if (found < 2)
  {
    throw DataError("coil maps: given a trajectory with gaps around the centre of k-space; required samples at most "
                    "1.5 cycles apart there, or maps from a file");
  }
  const auto box = BoxOf(found, all), wide = BoxOf(found + 2 * margin, all);
  const at::Tensor half =
      at::tensor(at::ArrayRef<std::int64_t>(wide.data(), static_cast<std::size_t>(k.size(1)))) / 2.0;
  const at::Tensor inside = (k.abs() <= half).all(1).nonzero().squeeze(1);
  k = k.index_select(0, inside).contiguous();
  const at::Tensor data = TensorView(scan.kspace).flatten(2).index_select(2, inside); // [coil, slice, sample]
  const std::int64_t coils = data.size(0), slices = data.size(1);
  at::Tensor images = LowResolution(data.flatten(0, 1), k, {1, wide[2], wide[1], wide[0]});
  images = isVolume ? Interpolated(images, box[2], size.z) : images;
  images = images.view({coils, isVolume ? size.z : slices, wide[1], wide[0]});
  const at::Tensor center = FourierTransform(images.contiguous(), 2, FourierDirection::Forward);
  GriddedCenter result;
  result.kspace = Volume(scan.imageGrid, Volume::Element::Complex, coils);
  result.mask = Volume(scan.imageGrid.Slices(0, 1), Volume::Element::Real);
  const auto middle = [&](const at::Tensor & tensor) { return Middle(Middle(tensor, 2, box[1]), 3, box[0]); };
  middle(TensorView(result.kspace)).copy_(middle(center));
  middle(TensorView(result.mask)).fill_(1.0);
  return result;
}
} // namespace tweedie
