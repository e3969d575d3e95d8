// SPDX-License-Identifier: Apache-2.0
#include "tweedieDecompositions.h"

#include "tweedieFourierOperator.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
bool
IsReal(const at::TensorOptions & images)
{
  return !at::isComplexType(c10::typeMetaToScalarType(images.dtype()));
}

/** A basis whose coefficients, like the pixels, are counted by {channel, z, y, x}; given as [batch, rows, x]. */
class ImageDecomposition : public NormalDecomposition
{
public:
  ImageDecomposition(const at::Tensor & l, const Shape & shape, const at::TensorOptions & images) : m_Shape(shape)
  {
    auto sizes = shape;
    sizes.insert(sizes.begin(), l.dim() > static_cast<std::int64_t>(shape.size()) ? l.size(0) : 1);
    const auto type = at::toRealValueType(c10::typeMetaToScalarType(images.dtype()));
    m_Eigenvalues = Rows(l.to(images.device(), type).expand(sizes).contiguous());
  }

  at::Tensor
  Eigenvalues() const override
  {
    return m_Eigenvalues;
  }
  at::Tensor
  Analyze(const at::Tensor & x) const override
  {
    const WorkSpan span(WorkKind::Operator);
    return Rows(ToBasis(x.resolve_conj()).contiguous());
  }
  at::Tensor
  Synthesize(const at::Tensor & z) const override
  {
    const WorkSpan span(WorkKind::Operator);
    auto sizes = m_Shape;
    sizes.insert(sizes.begin(), z.size(0));
    return FromBasis(z.resolve_conj().reshape(sizes)).contiguous();
  }

protected:
  virtual at::Tensor ToBasis(const at::Tensor & x) const = 0;
  virtual at::Tensor FromBasis(const at::Tensor & z) const = 0;

private:
  static at::Tensor
  Rows(const at::Tensor & image)
  {
    return image.reshape({image.size(0), -1, image.size(-1)});
  }

  Shape m_Shape;
  at::Tensor m_Eigenvalues;
};

class PixelDecomposition final : public ImageDecomposition
{
public:
  using ImageDecomposition::ImageDecomposition;

protected:
  at::Tensor
  ToBasis(const at::Tensor & x) const override
  {
    return x.clone();
  }
  at::Tensor
  FromBasis(const at::Tensor & z) const override
  {
    return z.clone();
  }
};

class WaveDecomposition final : public ImageDecomposition
{
public:
  WaveDecomposition(const at::Tensor & l, const Shape & shape, int dimensions, const at::TensorOptions & images)
      : ImageDecomposition(l, shape, images), m_Dimensions(dimensions), m_IsReal(IsReal(images))
  {
  }

protected:
  at::Tensor
  ToBasis(const at::Tensor & x) const override
  {
    return m_IsReal ? Hartley(x) : FourierTransform(x, m_Dimensions, FourierDirection::Forward);
  }
  at::Tensor
  FromBasis(const at::Tensor & z) const override
  {
    return m_IsReal ? Hartley(z) : FourierTransform(z, m_Dimensions, FourierDirection::Backward);
  }

private:
  // sum_n x[n] (cos t + sin t) from sum_n x[n] (cos t - i sin t).
  at::Tensor
  Hartley(const at::Tensor & x) const
  {
    const auto complex = x.to(at::toComplexType(x.scalar_type()));
    const at::Tensor transformed = FourierTransform(complex, m_Dimensions, FourierDirection::Forward);
    return at::real(transformed) - at::imag(transformed);
  }

  int m_Dimensions;
  bool m_IsReal;
};

class AxesDecomposition final : public ImageDecomposition
{
public:
  AxesDecomposition(const std::vector<BasisAlongAxis> & axes,
                    const at::Tensor & l,
                    const Shape & shape,
                    const at::TensorOptions & images)
      : ImageDecomposition(l, shape, images)
  {
    const auto type = at::toRealValueType(c10::typeMetaToScalarType(images.dtype()));
    for (const auto & along : axes)
    {
      m_Axes.push_back({along.axis, along.basis.to(images.device(), type)});
    }
  }

protected:
  at::Tensor
  ToBasis(const at::Tensor & x) const override
  {
    at::Tensor z = x;
    for (const auto & along : m_Axes)
    {
      z = MultiplyAlong(z, along.basis, along.axis);
    }
    return z;
  }
  at::Tensor
  FromBasis(const at::Tensor & z) const override
  {
    at::Tensor x = z;
    for (const auto & along : m_Axes)
    {
      x = MultiplyAlong(x, along.basis.t(), along.axis);
    }
    return x;
  }

private:
  struct Along
  {
    std::int64_t axis;
    at::Tensor basis;
  };
  std::vector<Along> m_Axes;
};

class ScaledDecomposition final : public NormalDecomposition
{
public:
  ScaledDecomposition(NormalDecompositionPointer original, double factor)
      : m_Original(std::move(original)), m_Factor(factor)
  {
  }

  at::Tensor
  Eigenvalues() const override
  {
    return m_Original->Eigenvalues() * m_Factor;
  }
  at::Tensor
  Analyze(const at::Tensor & x) const override
  {
    return m_Original->Analyze(x);
  }
  at::Tensor
  Synthesize(const at::Tensor & z) const override
  {
    return m_Original->Synthesize(z);
  }

private:
  NormalDecompositionPointer m_Original;
  double m_Factor;
};
} // namespace

NormalDecompositionPointer
DecomposePixels(const at::Tensor & l, const Shape & shape, const at::TensorOptions & images)
{
  return std::make_shared<const PixelDecomposition>(l, shape, images);
}

NormalDecompositionPointer
DecomposeWaves(const at::Tensor & l, const Shape & shape, int dimensions, const at::TensorOptions & images)
{
  return std::make_shared<const WaveDecomposition>(l, shape, dimensions, images);
}

NormalDecompositionPointer
DecomposeAxes(const std::vector<BasisAlongAxis> & axes, const Shape & shape, const at::TensorOptions & images)
{
  at::Tensor l = at::ones({1}, at::kDouble);
  for (const auto & along : axes)
  {
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(-along.axis), 1);
    sizes[0] = -1;
    l = l * along.eigenvalues.reshape(sizes);
  }
  return axes.empty() ? DecomposePixels(l, shape, images)
                      : std::make_shared<const AxesDecomposition>(axes, l, shape, images);
}

NormalDecompositionPointer
ScaleDecomposition(NormalDecompositionPointer original, double factor)
{
  return std::make_shared<const ScaledDecomposition>(std::move(original), factor);
}

at::Tensor
MultiplyAlong(const at::Tensor & x, const at::Tensor & matrix, std::int64_t axis)
{
  if (x.is_complex())
  {
    // Pairs of real numbers: half the work of a complex product.
    const at::Tensor pairs = at::view_as_real(x.resolve_conj());
    return at::view_as_complex(MultiplyAlong(pairs, matrix, axis < 0 ? axis - 1 : axis).contiguous());
  }
  const std::int64_t dimension = axis < 0 ? axis + x.dim() : axis;
  auto sizes = x.sizes().vec();
  sizes[static_cast<std::size_t>(dimension)] = matrix.size(0);
  const std::int64_t inner = c10::multiply_integers(x.sizes().slice(static_cast<std::size_t>(dimension) + 1));
  const at::Tensor columns = x.reshape({-1, x.size(dimension), inner});
  return inner == 1 ? at::matmul(columns.squeeze(2), matrix.t()).reshape(sizes)
                    : at::matmul(matrix, columns).reshape(sizes);
}
} // namespace tweedie
