// SPDX-License-Identifier: Apache-2.0
#include "tweedieTraining.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <random>

namespace tweedie
{
namespace
{
constexpr std::int64_t CoarseSize = 6; // knots a side of a smooth random field

/** All random decisions of one batch: drawn on the CPU, so that they are the same on every device. */
class Dice
{
public:
  Dice(std::int64_t seed, std::int64_t step, c10::Device device)
      : m_Generator(at::make_generator<at::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed) * 0x9E3779B97F4A7C15ULL +
                                                             static_cast<std::uint64_t>(step))),
        m_Device(device)
  {
  }
  at::Tensor
  Normal(at::IntArrayRef shape)
  {
    return at::empty(shape, at::kFloat).normal_(0.0, 1.0, m_Generator).to(m_Device);
  }
  at::Tensor
  Uniform(at::IntArrayRef shape)
  {
    return at::empty(shape, at::kFloat).uniform_(0.0, 1.0, m_Generator).to(m_Device);
  }
  at::Tensor
  Integers(std::int64_t below, at::IntArrayRef shape)
  {
    return at::empty(shape, at::kLong).random_(0, below, m_Generator).to(m_Device);
  }
  /** [count, fields, sizeY, sizeX] of unit variance at the knots. */
  at::Tensor
  SmoothField(std::int64_t count, std::int64_t fields, std::int64_t sizeY, std::int64_t sizeX)
  {
    return at::upsample_bicubic2d(
        Normal({count, fields, CoarseSize, CoarseSize}), at::IntArrayRef({sizeY, sizeX}), true);
  }

  /** 0, 1 ... size - 1, less the centre. */
  at::Tensor
  Axis(std::int64_t size, double centre) const
  {
    return at::arange(size, at::TensorOptions(at::kFloat).device(m_Device)) - centre;
  }

private:
  at::Generator m_Generator;
  c10::Device m_Device;
};

/** Pixel spacings: most near the trained one, a third anywhere in the range (log-uniform). */
at::Tensor
RandomSpacing(Dice & dice, const AugmentationOptions & o, std::int64_t count)
{
  const auto wide =
      at::exp(std::log(o.minimumSpacing) + dice.Uniform({count}) * std::log(o.maximumSpacing / o.minimumSpacing));
  const auto near = at::exp(0.08 * dice.Normal({count})).clamp(o.minimumSpacing, o.maximumSpacing);
  return at::where(dice.Uniform({count}) < 0.3, wide, near);
}

/** Gaussian smoothing against aliasing before an image is shrunk by factor [count]; below 1.15 the image itself. */
at::Tensor
SmoothForShrinking(const at::Tensor & images, const at::Tensor & factor)
{
  constexpr std::int64_t reach = 3;
  constexpr double nothing = 1e-3; // pixels: the kernel is 1 at its centre and 0 elsewhere, to the last bit
  const auto count = images.size(0);
  const auto width = at::where(factor > 1.15, 0.45 * (factor.square() - 1.0).clamp_min(0.0).sqrt(), nothing);
  const auto offsets = at::arange(-reach, reach + 1, images.options());
  auto kernels = at::exp(-0.5 * (offsets.unsqueeze(0) / width.unsqueeze(1)).square());
  kernels = kernels / kernels.sum(1, true);
  const auto along = [&](const at::Tensor & x, at::IntArrayRef shape, at::IntArrayRef padding)
  { return at::conv2d(x, kernels.view(shape), {}, 1, padding, 1, count); };
  const auto rows = along(images.unsqueeze(0), {count, 1, 2 * reach + 1, 1}, {reach, 0});
  return along(rows, {count, 1, 1, 2 * reach + 1}, {0, reach}).squeeze(0);
}

/** Where each canvas pixel looks in the source slice: [count, y, x, 2] in normalised (x, y), align_corners = false. */
at::Tensor
SamplingGrid(Dice & dice,
             const AugmentationOptions & o,
             const at::Tensor & touched,
             const at::Tensor & spacing,
             at::IntArrayRef source,
             std::int64_t sizeY,
             std::int64_t sizeX)
{
  const auto count = spacing.size(0);
  const auto angle = dice.Normal({count}) * (o.rotation * M_PI / 180.0) * touched;
  const auto stretch = at::exp(0.04 * dice.Normal({count}) * touched);
  const auto flip =
      o.flip ? at::where(dice.Uniform({count}) < 0.5, -1.0F, 1.0F).to(at::kFloat) : at::ones_like(spacing);
  auto shift = dice.Normal({count, 2}) * o.shift;
  shift = at::where(touched.unsqueeze(1) > 0, shift, shift.round());

  const auto column = [](const at::Tensor & t) { return t.view({-1, 1, 1}); };
  // Whole-pixel registration of the centres keeps untouched images free of interpolation.
  const double centreY = static_cast<double>(sizeY / 2);
  const double centreX = static_cast<double>(sizeX / 2);
  const auto y = dice.Axis(sizeY, centreY).view({1, -1, 1}) - column(shift.select(1, 0));
  const auto x = dice.Axis(sizeX, centreX).view({1, 1, -1}) - column(shift.select(1, 1));
  const auto c = column(at::cos(angle) * spacing);
  const auto s = column(at::sin(angle) * spacing);
  const auto warp = dice.SmoothField(count, 2, sizeY, sizeX) * (o.warp * touched).view({-1, 1, 1, 1});
  const auto sourceY = (c * y - s * x) * column(stretch) + warp.select(1, 0) + static_cast<double>(source[0] / 2);
  const auto sourceX =
      (s * y + c * x) * column(flip / stretch) + warp.select(1, 1) + static_cast<double>(source[1] / 2);
  return at::stack({(2.0 * sourceX + 1.0) / static_cast<double>(source[1]) - 1.0,
                    (2.0 * sourceY + 1.0) / static_cast<double>(source[0]) - 1.0},
                   -1);
}

/** Random constant, slope and smooth variation: what coils, B0 and timing leave in a spin-echo image. */
at::Tensor
SmoothPhase(Dice & dice, std::int64_t count, std::int64_t sizeY, std::int64_t sizeX)
{
  const auto shaped = [](const at::Tensor & t) { return t.view({-1, 1, 1}); };
  const auto unit = [&](std::int64_t size)
  {
    const double half = 0.5 * static_cast<double>(size - 1);
    return dice.Axis(size, half) / half;
  };
  const auto y = unit(sizeY).view({1, -1, 1});
  const auto x = unit(sizeX).view({1, 1, -1});
  const auto constant = shaped(dice.Uniform({count}) * (2.0 * M_PI));
  const auto slopes = dice.Normal({count, 2}) * 1.2;
  const auto field = dice.SmoothField(count, 1, sizeY, sizeX).squeeze(1) * shaped(dice.Uniform({count}) * 1.2);
  return constant + shaped(slopes.select(1, 0)) * y + shaped(slopes.select(1, 1)) * x + field;
}
} // namespace

at::Tensor
AugmentedBatch(const TrainingImages & images,
               const AugmentationOptions & options,
               std::int64_t sizeMultiple,
               std::int64_t count,
               std::int64_t seed,
               std::int64_t step)
{
  Dice dice(seed, step, images.training.device());
  const auto source = images.training;
  const auto canvas = [&](std::int64_t size) { return (size + sizeMultiple - 1) / sizeMultiple * sizeMultiple; };
  const auto sizeY = canvas(source.size(1));
  const auto sizeX = canvas(source.size(2));

  const auto touched = (dice.Uniform({count}) >= options.untouched).to(at::kFloat);
  const auto zoom = RandomSpacing(dice, options, count) / images.spacing[0];
  const auto spacing = at::where(touched > 0, zoom, at::ones_like(zoom));
  auto slices = source.index_select(0, dice.Integers(source.size(0), {count}));
  slices = SmoothForShrinking(slices, spacing);
  const auto grid = SamplingGrid(dice, options, touched, spacing, source.sizes().slice(1), sizeY, sizeX);
  auto magnitude = at::grid_sampler_2d(slices.unsqueeze(1), grid, 2, 0, false).squeeze(1).clamp_min(0.0); // bicubic

  const auto gamma = at::exp(options.contrast * dice.Normal({count})).view({-1, 1, 1});
  const auto gain = at::exp(options.gain * dice.Normal({count})).view({-1, 1, 1});
  const auto field = at::exp(0.5 * options.contrast * dice.SmoothField(count, 1, sizeY, sizeX).squeeze(1));
  magnitude = at::pow(magnitude, gamma) * gain * field;
  if (options.phase == "none")
  {
    return magnitude.unsqueeze(1);
  }
  const auto phase = SmoothPhase(dice, count, sizeY, sizeX);
  return at::stack({magnitude * at::cos(phase), magnitude * at::sin(phase)}, 1);
}
} // namespace tweedie
