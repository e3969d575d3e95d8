// SPDX-License-Identifier: Apache-2.0
#include "tweedieNormActivation.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace tweedie
{
namespace
{
at::ScalarType
SumType(const at::Tensor & x)
{
  return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

at::Tensor
SumOverPixels(const at::Tensor & x)
{
  return x.sum(at::IntArrayRef({2, 3}), false, SumType(x)).to(at::kDouble);
}

/** [batch, channel] -> the sum over each channel's group, for each channel. */
at::Tensor
SumOverGroup(const at::Tensor & values, std::int64_t groups)
{
  const auto grouped = values.view({values.size(0), groups, -1});
  return grouped.sum(2, true).expand_as(grouped).reshape(values.sizes());
}

/** [batch, channel] as an image that is the same everywhere. */
at::Tensor
Spread(const at::Tensor & values, const at::Tensor & x)
{
  return values.to(SumType(x)).unsqueeze(-1).unsqueeze(-1);
}

/** start + x * factor, computed in the wider type and rounded once. */
at::Tensor
AddProduct(const at::Tensor & start, const at::Tensor & x, const at::Tensor & factor)
{
  const auto wide = factor.scalar_type();
  if (x.is_cpu() && x.scalar_type() != wide) // no mixed types in one pass here
  {
    return at::addcmul(start.to(wide), x.to(wide), factor).to(x.scalar_type());
  }
  at::Tensor result = at::empty_like(x);
  return at::addcmul_out(result, start, x, factor);
}

/** Mean and reciprocal standard deviation of each channel's group, [batch, channel] in float64. */
std::pair<at::Tensor, at::Tensor>
Statistics(const at::Tensor & x, std::int64_t groups)
{
  const auto count = static_cast<double>(x.size(1) / groups * x.size(2) * x.size(3));
  const auto norm = at::linalg_vector_norm(x, 2.0, at::IntArrayRef({2, 3}), false, SumType(x)).to(at::kDouble);
  const auto mean = SumOverGroup(SumOverPixels(x), groups) / count;
  const auto variance = SumOverGroup(norm.square(), groups) / count - mean.square();
  return {mean, (variance.clamp_min(0.0) + NormActivationEpsilon).rsqrt()};
}

class TensorsFunction : public torch::autograd::Function<TensorsFunction>
{
public:
  static at::Tensor
  forward(torch::autograd::AutogradContext * context,
          const at::Tensor & x,
          const at::Tensor & gain,
          const at::Tensor & offset,
          std::int64_t groups)
  {
    const auto [mean, scale] = Statistics(x, groups);
    const auto slope = scale * gain;
    const auto start = offset - mean * slope;
    context->save_for_backward({x, gain, offset, mean, scale, slope, start});
    context->saved_data["groups"] = groups;
    return at::silu(AddProduct(Spread(start, x), x, Spread(slope, x)));
  }

  /** With z = slope x + start and dz = dy silu'(z), sums over the group's N values:
   * dx = slope dz - scale (sum(gain dz) + xhat sum(gain dz xhat)) / N. */
  static torch::autograd::variable_list
  backward(torch::autograd::AutogradContext * context, torch::autograd::variable_list gradients)
  {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &gain = saved[1], &offset = saved[2], &mean = saved[3], &scale = saved[4],
               &slope = saved[5], &start = saved[6];
    const auto groups = context->saved_data["groups"].toInt();
    const auto count = static_cast<double>(x.size(1) / groups * x.size(2) * x.size(3));
    const auto z = AddProduct(Spread(start, x), x, Spread(slope, x));
    const auto dz = at::silu_backward(gradients[0], z);
    const auto sum = SumOverPixels(dz);
    const auto sumWithXhat = (SumOverPixels(dz * x) - mean * sum) * scale;
    const auto pull = SumOverGroup(gain * sumWithXhat, groups) * scale.square() / -count;
    const auto shift = SumOverGroup(gain * sum, groups) * scale / -count - pull * mean;
    const auto dx = AddProduct(AddProduct(Spread(shift, x), x, Spread(pull, x)), dz, Spread(slope, x));
    return {dx, sumWithXhat.to(gain.scalar_type()), sum.to(offset.scalar_type()), at::Tensor()};
  }
};
} // namespace

at::Tensor
NormActivationTensors(const at::Tensor & x, const at::Tensor & gain, const at::Tensor & offset, std::int64_t groups)
{
  return TensorsFunction::apply(x, gain, offset, groups);
}
} // namespace tweedie
