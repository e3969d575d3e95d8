// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonlinearBlurModel.h"

#include "tweedieCombinatorSupport.h"

#include "tweedieCirculantBlurOperator.h"
#include "tweedieError.h"
#include "tweedieWeightedOperator.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
// Quadratic convergence from a start at most 2^((gamma - 1) / (2 gamma)) times the solution: double precision for gamma
// up to 5, with one to spare.
constexpr int newtonSteps = 8;

/** light(t) on the scale from black 0 to white 1. */
struct Curve
{
  explicit Curve(const CameraResponse & response)
      : gamma(response.gamma), power((response.gamma - 1.0) / 2.0), toeSquared(response.toe * response.toe),
        factor(std::pow(1.0 + toeSquared, -power))
  {
  }

  at::Tensor
  Light(const at::Tensor & t) const
  {
    return t * (t.square() + toeSquared).pow(power) * factor;
  }
  at::Tensor
  Slope(const at::Tensor & t) const
  {
    const at::Tensor squared = t.square();
    return (squared + toeSquared).pow(power - 1.0) * (squared * gamma + toeSquared) * factor;
  }
  /** Newton's method from above, where the curve is convex: no step overshoots. */
  at::Tensor
  Inverse(const at::Tensor & light) const
  {
    const at::Tensor size = light.abs();
    const at::Tensor linear = size / (factor * std::pow(toeSquared, power));
    at::Tensor t = at::minimum(linear, (size / factor).pow(1.0 / gamma));
    for (int i = 0; i < newtonSteps; ++i)
    {
      // (Light(t) - size) / Slope(t) with its common power divided out.
      const at::Tensor squared = t.square();
      const at::Tensor shifted = squared + toeSquared;
      t = t - (t * shifted - size * shifted.pow(1.0 - power) / factor) / (squared * gamma + toeSquared);
    }
    return at::copysign(t, light);
  }

  double gamma;
  double power;
  double toeSquared;
  double factor;
};
} // namespace

at::Tensor
CameraResponse::ToLight(const at::Tensor & x) const
{
  return Curve(*this).Light((x - black) / (white - black));
}

at::Tensor
CameraResponse::FromLight(const at::Tensor & light) const
{
  return Curve(*this).Inverse(light) * (white - black) + black;
}

at::Tensor
CameraResponse::Slope(const at::Tensor & x) const
{
  return Curve(*this).Slope((x - black) / (white - black)) / (white - black);
}

NonlinearBlurModel::NonlinearBlurModel(const Shape & shape, const at::Tensor & kernel, const CameraResponse & response)
    : NonlinearBlurModel(std::make_shared<CirculantBlurOperator>(shape, kernel), response)
{
  const bool fits = response.gamma >= 1.0 && response.gamma <= 5.0 && response.toe > 0.0 &&
                    std::isfinite(response.toe) && response.black < response.white && std::isfinite(response.black) &&
                    std::isfinite(response.white);
  if (!fits)
  {
    std::ostringstream message;
    message << "NonlinearBlurModel: given gamma " << response.gamma << ", toe " << response.toe << ", black "
            << response.black << " and white " << response.white
            << "; required gamma from 1 to 5, a positive toe, and black below white";
    throw UsageError(message.str());
  }
}

NonlinearBlurModel::NonlinearBlurModel(LinearOperatorPointer blur, const CameraResponse & response)
    : m_Blur(std::move(blur)), m_Response(response)
{
}

std::string
NonlinearBlurModel::Name() const
{
  return "NonlinearBlurModel";
}

Shape
NonlinearBlurModel::DomainShape() const
{
  return m_Blur->DomainShape();
}

Shape
NonlinearBlurModel::RangeShape() const
{
  return m_Blur->RangeShape();
}

std::int64_t
NonlinearBlurModel::BatchSize() const
{
  return m_Blur->BatchSize();
}

ForwardModelPointer
NonlinearBlurModel::Select(const at::Tensor & index) const
{
  return BatchSize() == 1 ? shared_from_this()
                          : ForwardModelPointer(new NonlinearBlurModel(SelectOperator(m_Blur, index), m_Response));
}

NumberKind
NonlinearBlurModel::DomainNumbers() const
{
  return NumberKind::Real;
}

NumberKind
NonlinearBlurModel::RangeNumbers() const
{
  return NumberKind::Real;
}

LinearOperatorPointer
NonlinearBlurModel::Linearize(const at::Tensor & x) const
{
  const at::Tensor before = m_Response.Slope(x);
  return std::make_shared<const WeightedOperator>(m_Blur, before, 1.0 / m_Response.Slope(Apply(x)));
}

at::Tensor
NonlinearBlurModel::DoApply(const at::Tensor & x) const
{
  return m_Response.FromLight(m_Blur->Forward(m_Response.ToLight(x)));
}

at::Tensor
NonlinearBlurModel::DoVjp(const at::Tensor & x, const at::Tensor & v) const
{
  return m_Response.Slope(x) * m_Blur->Adjoint(v / m_Response.Slope(DoApply(x)));
}
} // namespace tweedie
