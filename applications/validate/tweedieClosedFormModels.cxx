// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormModels.h"

#include "tweedieClosedFormPriors.h"
#include "tweedieMRIOperators.h"
#include "tweedieMagnitudeModel.h"
#include "tweedieOperatorCombinators.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t side = ClosedFormSide;
constexpr std::int64_t unknowns = ClosedFormUnknowns;
constexpr std::uint64_t streamOfPhases = 9;
const Shape shape{1, 1, side, side};

/** A dense matrix with its decomposition. */
class RayOperator final : public LinearOperator, private NormalDecomposition
{
public:
  explicit RayOperator(const at::Tensor & matrix) : m_Matrix(matrix)
  {
    std::tie(m_Values, m_Vectors) = at::linalg_eigh(at::matmul(matrix.t(), matrix));
    // Rounding of directions that no ray sees.
    m_Values = at::where(m_Values > 1e-10 * m_Values.max(), m_Values, at::zeros_like(m_Values));
  }
  std::string
  Name() const override
  {
    return "RayOperator";
  }
  Shape
  DomainShape() const override
  {
    return shape;
  }
  Shape
  RangeShape() const override
  {
    return {1, 1, 1, m_Matrix.size(0)};
  }
  NormalDecompositionPointer
  Decompose(const at::TensorOptions &) const override
  {
    const auto self = std::static_pointer_cast<const RayOperator>(shared_from_this());
    return {self, static_cast<const NormalDecomposition *>(self.get())};
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return at::matmul(x.flatten(1), m_Matrix.t().to(x.scalar_type())).reshape({x.size(0), 1, 1, 1, -1});
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return at::matmul(y.flatten(1), m_Matrix.to(y.scalar_type())).reshape({y.size(0), 1, 1, side, side});
  }

private:
  at::Tensor
  Eigenvalues() const override
  {
    return m_Values.reshape({1, 1, unknowns});
  }
  at::Tensor
  Analyze(const at::Tensor & x) const override
  {
    return at::matmul(x.flatten(1), m_Vectors.to(x.scalar_type())).unsqueeze(1);
  }
  at::Tensor
  Synthesize(const at::Tensor & z) const override
  {
    return at::matmul(z.flatten(1), m_Vectors.t().to(z.scalar_type())).reshape({z.size(0), 1, 1, side, side});
  }

  at::Tensor m_Matrix;
  at::Tensor m_Values;
  at::Tensor m_Vectors;
};

/** Unitary 2-D transform of the pixels as a matrix [n, n]. */
at::Tensor
FourierMatrix()
{
  const at::Tensor k = at::arange(side, at::kDouble);
  const at::Tensor angle = at::outer(k, k) * (-2.0 * M_PI / static_cast<double>(side));
  const at::Tensor axis = at::complex(angle.cos(), angle.sin()) / std::sqrt(static_cast<double>(side));
  return at::kron(axis, axis);
}
} // namespace

ClosedFormModel
ClosedFormInpainting()
{
  const at::Tensor mask = at::remainder(at::arange(unknowns, at::kDouble), 2.0);
  const at::Tensor image = mask.reshape({1, 1, 1, side, side});
  return {"inpainting",
          "half of the pixels",
          std::make_shared<SamplingMaskOperator>(shape, image),
          at::eye(unknowns, at::kDouble).index_select(0, mask.nonzero().flatten()),
          image};
}

ClosedFormModel
ClosedFormTomography()
{
  std::vector<at::Tensor> rays;
  const at::Tensor row = at::arange(unknowns, at::kLong).div(side, "floor");
  const at::Tensor column = at::arange(unknowns, at::kLong).remainder(side);
  for (std::int64_t i = 0; i < side; ++i)
  {
    rays.push_back(row.eq(i).to(at::kDouble));
    rays.push_back(column.eq(i).to(at::kDouble));
  }
  for (std::int64_t i = 0; i < 2 * side - 1; ++i)
  {
    rays.push_back((row + column).eq(i).to(at::kDouble) * std::sqrt(2.0)); // the length within a pixel
  }
  const at::Tensor matrix = at::stack(rays);
  return {"tomography", "three views", std::make_shared<RayOperator>(matrix), matrix, {}};
}

ClosedFormModel
ClosedFormPhase()
{
  const at::Tensor angle = ClosedFormNormal(streamOfPhases, {2, unknowns}) * (2.0 * M_PI); // as good as uniform
  const at::Tensor phase = at::complex(angle.cos(), angle.sin());
  const at::Tensor fourier = FourierMatrix();
  const at::Tensor matrix = at::cat({fourier * phase[0], fourier * phase[1]});
  const at::Tensor majorant = at::full({1, 1, 1, 1, 1}, 2.0, at::kDouble); // A^H A = 2
  const auto model = std::make_shared<MagnitudeModel>(Dense(matrix, shape), MagnitudeKind::Amplitude, majorant);
  return {"phase", "amplitudes of two patterns", model, {}, {}};
}
} // namespace tweedie
