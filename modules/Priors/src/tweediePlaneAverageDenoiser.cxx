// SPDX-License-Identifier: Apache-2.0
#include "tweediePlaneAverageDenoiser.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <functional>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr std::int64_t alongZ = 2;

std::vector<std::int64_t>
Axes(SlicePlanes planes)
{
  return planes == SlicePlanes::Three ? std::vector<std::int64_t>{alongZ, 3, 4} : std::vector<std::int64_t>{alongZ};
}

void
RequireVolume(const at::Tensor & x)
{
  if (x.dim() != 5)
  {
    std::ostringstream message;
    message << "prior in three planes: given a tensor " << x.sizes() << "; required [batch, channel, z, y, x]";
    throw DataError(message.str());
  }
}

/** The slices of volumes across an axis: [batch * slices, channel, 1, ...]. */
at::Tensor
Slices(const at::Tensor & volumes, std::int64_t axis)
{
  return volumes.movedim(axis, 1).flatten(0, 1).unsqueeze(2);
}

/** The inverse of Slices for this many volumes. */
at::Tensor
Volumes(const at::Tensor & slices, std::int64_t axis, std::int64_t batch)
{
  return slices.squeeze(2).unflatten(0, {batch, -1}).movedim(1, axis);
}

/** Slices across whose rows are the voxels along z, mirrored beyond both ends. */
class Mirror
{
public:
  Mirror(const at::Tensor & slices, std::int64_t beyond)
      : m_Rows(slices.size(3)), m_Beyond(std::min(beyond, m_Rows - 1))
  {
    const at::Tensor place = at::arange(-m_Beyond, m_Rows + m_Beyond, at::kLong).abs();
    m_Index = (m_Rows - 1 - (m_Rows - 1 - place).abs()).to(slices.device());
  }
  at::Tensor
  Extended(const at::Tensor & slices) const
  {
    return slices.index_select(3, m_Index);
  }
  at::Tensor
  Inside(const at::Tensor & extended) const
  {
    return extended.narrow(3, m_Beyond, m_Rows);
  }
  /** The transpose of Inside, and that of Extended. */
  at::Tensor
  Embedded(const at::Tensor & slices) const
  {
    at::Tensor result = at::zeros_like(Extended(slices));
    Inside(result).copy_(slices);
    return result;
  }
  at::Tensor
  Folded(const at::Tensor & extended) const
  {
    return at::zeros_like(Inside(extended)).index_add(3, m_Index, extended);
  }

private:
  std::int64_t m_Rows;
  std::int64_t m_Beyond;
  at::Tensor m_Index;
};

/** f of slices, their noise levels and a tensor like them; the axis that they lie across. */
using OfSlices =
    std::function<at::Tensor(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v, std::int64_t axis)>;

/** Mean over the axes of the planes of f, a few slices at a time. v: a second argument of the shape of x, or undefined.
 */
at::Tensor
PlaneAverage(SlicePlanes planes,
             std::int64_t slicesAtOnce,
             const OfSlices & f,
             const at::Tensor & x,
             const at::Tensor & sigma,
             const at::Tensor & v)
{
  RequireVolume(x);
  const at::Tensor perVolume = sigma.reshape({-1}).expand({x.size(0)});
  at::Tensor sum = at::zeros_like(x, at::MemoryFormat::Contiguous);
  const std::vector<std::int64_t> axes = Axes(planes);
  for (const std::int64_t axis : axes)
  {
    const at::Tensor slices = Slices(x, axis);
    const at::Tensor vectors = v.defined() ? Slices(v, axis) : at::Tensor();
    const at::Tensor levels = perVolume.repeat_interleave(x.size(axis));
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < slices.size(0); first += slicesAtOnce)
    {
      const std::int64_t count = std::min(slicesAtOnce, slices.size(0) - first);
      const auto part = [&](const at::Tensor & whole)
      { return whole.defined() ? whole.narrow(0, first, count).contiguous() : at::Tensor(); };
      parts.push_back(f(part(slices), part(levels), part(vectors), axis));
    }
    sum.add_(Volumes(at::cat(parts), axis, x.size(0)));
  }
  return sum.div_(static_cast<double>(axes.size()));
}

/** The value of a node of the graph and its way back. The value is not kept: it would own the node that owns this. */
struct NodeHolder : torch::CustomClassHolder
{
  std::function<at::Tensor(const at::Tensor &)> value, product;
};

/** D as a node of the graph whose way back is J^T v, made anew there: nothing of the slices is kept. */
struct PlaneAverageFunction : public torch::autograd::Function<PlaneAverageFunction>
{
  static at::Tensor
  forward(torch::autograd::AutogradContext * context,
          const at::Tensor & x,
          const c10::intrusive_ptr<NodeHolder> & holder)
  {
    context->saved_data["holder"] = c10::IValue::make_capsule(holder);
    return holder->value(x);
  }
  static torch::autograd::variable_list
  backward(torch::autograd::AutogradContext * context, torch::autograd::variable_list gradients)
  {
    const auto capsule = context->saved_data["holder"].toCapsule();
    return {static_cast<const NodeHolder &>(*capsule).product(gradients[0]), {}};
  }
};
} // namespace

PlaneAverageDenoiser::PlaneAverageDenoiser(DenoiserPointer slicePrior,
                                           std::int64_t mirrored,
                                           SlicePlanes planes,
                                           std::int64_t slicesAtOnce)
    : m_Prior(std::move(slicePrior)), m_Mirrored(mirrored), m_Planes(planes), m_SlicesAtOnce(slicesAtOnce)
{
}

std::string
PlaneAverageDenoiser::Name() const
{
  return m_Prior->Name() + (m_Planes == SlicePlanes::Three ? " in three planes" : " slice by slice");
}

at::Tensor
PlaneAverageDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  // The prior alone is captured: the graph may outlive this.
  const auto denoise = [prior = m_Prior, mirrored = m_Mirrored, planes = m_Planes, atOnce = m_SlicesAtOnce, sigma](
                           const at::Tensor & volumes)
  {
    const at::NoGradGuard noGrad;
    const auto ofSlices =
        [&](const at::Tensor & slices, const at::Tensor & levels, const at::Tensor &, std::int64_t axis)
    {
      const Mirror mirror(slices, axis == alongZ ? 0 : mirrored);
      return mirror.Inside(prior->Denoise(mirror.Extended(slices), levels));
    };
    return PlaneAverage(planes, atOnce, ofSlices, volumes, sigma, {});
  };
  if (!x.requires_grad() || !at::GradMode::is_enabled() || !HasJacobianProduct())
  {
    return denoise(x);
  }
  auto holder = c10::make_intrusive<NodeHolder>();
  holder->value = denoise;
  holder->product = [copy = PlaneAverageDenoiser(m_Prior, m_Mirrored, m_Planes, m_SlicesAtOnce),
                     state = x.detach(),
                     sigma](const at::Tensor & v) { return copy.JacobianProduct(state, sigma, v); };
  return PlaneAverageFunction::apply(x, holder);
}

bool
PlaneAverageDenoiser::HasJacobianProduct() const
{
  return m_Prior->HasJacobianProduct();
}

at::Tensor
PlaneAverageDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  const at::NoGradGuard noGrad;
  const auto product =
      [this](const at::Tensor & slices, const at::Tensor & levels, const at::Tensor & vectors, std::int64_t axis)
  {
    const Mirror mirror(slices, axis == alongZ ? 0 : m_Mirrored);
    return mirror.Folded(m_Prior->JacobianProduct(mirror.Extended(slices), levels, mirror.Embedded(vectors)));
  };
  return PlaneAverage(m_Planes, m_SlicesAtOnce, product, x.detach(), sigma, v);
}

double
PlaneAverageDenoiser::PriorVariance() const
{
  return m_Prior->PriorVariance();
}

double
PlaneAverageDenoiser::GuidanceVariance(double sigma) const
{
  return m_Prior->GuidanceVariance(sigma);
}

double
PlaneAverageDenoiser::MemoryPerPixel(bool withGradient) const
{
  return m_Prior->MemoryPerPixel(withGradient);
}

bool
PlaneAverageDenoiser::NeedsNoise() const
{
  return m_Prior->NeedsNoise();
}

double
PlaneAverageDenoiser::SigmaMinimum() const
{
  return m_Prior->SigmaMinimum();
}

double
PlaneAverageDenoiser::SigmaMaximum() const
{
  return m_Prior->SigmaMaximum();
}
} // namespace tweedie
