// SPDX-License-Identifier: Apache-2.0
#include "tweedieCirculantBlurOperator.h"

#include "tweedieCoefficient.h"
#include "tweedieDecompositions.h"

#include "tweedieError.h"
#include "tweedieFourierOperator.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
void
RequireKernel(const Shape & shape, const at::Tensor & kernel)
{
  const bool typed = kernel.defined() && kernel.is_floating_point() && kernel.numel() > 0;
  if (shape.size() != 4 || !typed || kernel.dim() != 5 || kernel.size(1) != 1)
  {
    std::ostringstream message;
    message << "CirculantBlurOperator: given ";
    kernel.defined() ? message << "a kernel " << kernel.sizes() << " of type " << kernel.scalar_type()
                     : message << "no kernel";
    message << " for an image " << at::IntArrayRef(shape)
            << "; required a real kernel [1 or batch, 1, kz, ky, kx] for {channel, z, y, x}";
    throw DataError(message.str());
  }
  if (!kernel.isfinite().all().item<bool>())
  {
    throw DataError("CirculantBlurOperator: given a kernel with NaN or infinite values; required a finite one");
  }
  for (std::int64_t i = 1; i < 4; ++i)
  {
    if (kernel.size(i + 1) > shape[static_cast<std::size_t>(i)])
    {
      std::ostringstream message;
      message << "CirculantBlurOperator: given a kernel " << kernel.sizes().slice(2) << "; required no larger than the "
              << "image, " << at::IntArrayRef(shape).slice(1);
      throw UsageError(message.str());
    }
  }
}

/** H: the spectrum of the kernel moved so that its centre is that of the image, [1 or batch, 1, z, y, x]. */
at::Tensor
TransferFunction(const Shape & shape, const at::Tensor & kernel, int dimensions)
{
  // Without a transform along z one slice stands for all.
  const Shape extents{dimensions == 3 ? shape[1] : 1, shape[2], shape[3]};
  at::Tensor image = at::zeros({kernel.size(0), 1, extents[0], extents[1], extents[2]}, kernel.options());
  at::Tensor place = image;
  std::int64_t pixels = 1;
  for (std::int64_t i = 0; i < 3; ++i)
  {
    const std::int64_t extent = extents[static_cast<std::size_t>(i)];
    const std::int64_t taps = kernel.size(i + 2);
    place = place.narrow(i + 2, extent / 2 - taps / 2, taps);
    pixels *= extent;
  }
  place.copy_(kernel);
  return FourierTransform(image.to(at::kComplexDouble), dimensions, FourierDirection::Forward) *
         std::sqrt(static_cast<double>(pixels));
}

/** F^H diag(factor) F x; a real x stays real, because the kernel is. */
at::Tensor
Filtered(const at::Tensor & x, const at::Tensor & factor, int dimensions)
{
  const at::Tensor spectrum =
      FourierTransform(x.to(at::toComplexType(x.scalar_type())), dimensions, FourierDirection::Forward);
  const at::Tensor y = FourierTransform(spectrum * factor, dimensions, FourierDirection::Backward);
  return x.is_complex() ? y : at::real(y).contiguous();
}
} // namespace

struct CirculantBlurOperator::Data
{
  Data(Shape shapeOfImages, const at::Tensor & given)
      : shape(std::move(shapeOfImages)), kernel(given), dimensions(given.size(2) > 1 ? 3 : 2),
        transfer(TransferFunction(shape, given, dimensions)),
        power(at::view_as_real(transfer.Original()).square().sum(-1))
  {
  }

  Shape shape;
  Coefficient kernel;
  int dimensions;
  Coefficient transfer; ///< H, complex
  Coefficient power;    ///< |H|^2, real
};

CirculantBlurOperator::CirculantBlurOperator(Shape shape, const at::Tensor & kernel)
{
  RequireKernel(shape, kernel);
  m_Data.reset(new Data(std::move(shape), kernel.detach().to(at::kDouble)));
}

CirculantBlurOperator::~CirculantBlurOperator() = default;

std::string
CirculantBlurOperator::Name() const
{
  return "CirculantBlurOperator";
}

Shape
CirculantBlurOperator::DomainShape() const
{
  return m_Data->shape;
}

Shape
CirculantBlurOperator::RangeShape() const
{
  return m_Data->shape;
}

std::int64_t
CirculantBlurOperator::BatchSize() const
{
  return m_Data->kernel.Original().size(0);
}

ForwardModelPointer
CirculantBlurOperator::Select(const at::Tensor & index) const
{
  return BatchSize() == 1 ? shared_from_this()
                          : std::make_shared<CirculantBlurOperator>(m_Data->shape, m_Data->kernel.Select(index));
}

NormalDecompositionPointer
CirculantBlurOperator::Decompose(const at::TensorOptions & images) const
{
  return DecomposeWaves(m_Data->power.Original(), m_Data->shape, m_Data->dimensions, images);
}

at::Tensor
CirculantBlurOperator::Kernel() const
{
  return m_Data->kernel.Original();
}

at::Tensor
CirculantBlurOperator::DoForward(const at::Tensor & x) const
{
  return Filtered(x, m_Data->transfer.For(x), m_Data->dimensions);
}

at::Tensor
CirculantBlurOperator::DoAdjoint(const at::Tensor & y) const
{
  return Filtered(y, m_Data->transfer.For(y).conj(), m_Data->dimensions);
}

at::Tensor
CirculantBlurOperator::DoNormal(const at::Tensor & x) const
{
  return Filtered(x, m_Data->power.RealFor(x), m_Data->dimensions);
}
} // namespace tweedie
