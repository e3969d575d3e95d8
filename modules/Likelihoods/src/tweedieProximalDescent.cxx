// SPDX-License-Identifier: Apache-2.0
#include "tweedieProximalDescent.h"

#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieMeasuredData.h"
#include "tweedieNonlinearModel.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
constexpr std::int64_t longestSearch = 30;
constexpr double sufficientDecrease = 1e-4;
constexpr std::int64_t directionProducts = 50;
constexpr double directionTolerance = 0.1; // a better direction is not worth its products: the next one is taken
                                           // anew

at::Tensor
Chosen(const at::Tensor & condition, const at::Tensor & a, const at::Tensor & b)
{
  return at::where(Shaped(condition, a), a, b);
}

at::Tensor
Norm(const at::Tensor & x)
{
  return SampleDot(x, x).sqrt();
}

/** Unit roundoff of the real type of x. */
double
Precision(const at::Tensor & x)
{
  return at::toRealValueType(x.scalar_type()) == at::kFloat ? std::numeric_limits<float>::epsilon()
                                                            : std::numeric_limits<double>::epsilon();
}

/** A point of the problem in t = (x - c) / r, in which the prior has the Hessian I for every r. */
struct Point
{
  at::Tensor step;      ///< t
  at::Tensor range;     ///< z = A(x)
  at::Tensor value;     ///< phi, [B], double
  at::Tensor gradient;  ///< r grad phi
  at::Tensor curvature; ///< w
  at::Tensor imbalance; ///< [B]: |r grad phi| / max(|t|, |r grad phi|)
};

Point
Chosen(const at::Tensor & condition, const Point & a, const Point & b)
{
  if (condition.all().item<bool>()) // mostly: nothing to copy
  {
    return a;
  }
  return {Chosen(condition, a.step, b.step),
          Chosen(condition, a.range, b.range),
          at::where(condition, a.value, b.value),
          Chosen(condition, a.gradient, b.gradient),
          Chosen(condition, a.curvature, b.curvature),
          at::where(condition, a.imbalance, b.imbalance)};
}

class Descent
{
public:
  Descent(const ForwardModel & model,
          const LikelihoodOfRange & likelihood,
          const at::Tensor & center,
          const at::Tensor & variance)
      : m_Model(model), m_Linear(dynamic_cast<const LinearOperator *>(&model)), m_Likelihood(likelihood),
        m_Center(center), m_Scale(variance.sqrt())
  {
  }

  at::Tensor
  Run(const at::Tensor & start, const ProximalOptions & options)
  {
    Initialize(start);
    for (std::int64_t i = 0; i < options.maximumSteps; ++i)
    {
      m_Active = m_Active.logical_and(Norm(m_Point.gradient).gt(Norm(m_Point.step) * options.tolerance));
      if (!m_Active.any().item<bool>())
      {
        break;
      }
      Iterate();
    }
    return Image(m_Point.step);
  }

private:
  at::Tensor
  Image(const at::Tensor & step) const
  {
    return m_Center + m_Scale * step;
  }

  /** before [B]: the imbalance that the curvature may assume. */
  Point
  At(const at::Tensor & step, const at::Tensor & before) const
  {
    const at::Tensor x = Image(step);
    const at::Tensor z = m_Model.Apply(x);
    const LikelihoodAt data = m_Likelihood(z, before);
    const at::Tensor gradient = m_Model.Vjp(x, data.slope) * m_Scale + step;
    const at::Tensor imbalance = (Norm(gradient) / Norm(step)).nan_to_num(0.0).clamp_max(1.0);
    return {step, z, data.value + SampleDot(step, step) / 2.0, gradient, data.curvature.expand_as(z), imbalance};
  }

  void
  Initialize(const at::Tensor & start)
  {
    const at::Tensor one = at::ones({m_Center.size(0)}, m_Center.options().dtype(at::kDouble));
    m_Point = At(at::zeros_like(m_Center), one);
    if (start.defined())
    {
      const at::Tensor step = (start - m_Center) / m_Scale;
      const Point given = At(at::where(m_Scale.gt(0.0), step, at::zeros_like(step)), one);
      const at::Tensor better = given.value.lt(m_Point.value).logical_or(m_Point.value.isfinite().logical_not());
      m_Point = Chosen(better, given, m_Point);
    }
    if (!m_Point.value.isfinite().all().item<bool>())
    {
      throw NumericalError("proximal step: -log p(y | x) at the centre is not finite; required a centre, or a start, "
                           "in reach of the model");
    }
    m_Active = at::ones_like(m_Point.value, at::kBool);
  }

  /** J v at the point, where the model has no operator for it. A difference errs by about the root of the rounding,
   * which a direction bears. */
  at::Tensor
  Derivative(const at::Tensor & x, const at::Tensor & v) const
  {
    if (m_Linear != nullptr)
    {
      return m_Linear->Forward(v);
    }
    const at::Tensor length = Norm(v);
    const at::Tensor size = at::maximum(Norm(x), Norm(m_Center));
    const at::Tensor h = std::sqrt(Precision(x)) * at::where(size.gt(0.0), size / length, at::ones_like(size));
    const at::Tensor bounded = at::where(length.gt(0.0), h, at::ones_like(h));
    return (m_Model.Apply(x + Factor(bounded, v) * v) - m_Point.range) / Factor(bounded, m_Point.range);
  }

  /** The Gauss-Newton step. */
  at::Tensor
  Direction() const
  {
    const at::Tensor x = Image(m_Point.step);
    const auto * nonlinear = dynamic_cast<const NonlinearModel *>(&m_Model);
    const LinearOperatorPointer jacobian = nonlinear != nullptr ? nonlinear->Linearize(x) : nullptr;
    const auto product = [&](const at::Tensor & d)
    {
      const at::Tensor v = m_Scale * d;
      const at::Tensor bent = (jacobian ? jacobian->Forward(v) : Derivative(x, v)).mul_(m_Point.curvature);
      return (jacobian ? jacobian->Adjoint(bent) : m_Model.Vjp(x, bent)).mul_(m_Scale).add_(d);
    };
    const at::Tensor right = at::where(Shaped(m_Active, m_Center), -m_Point.gradient, at::zeros_like(m_Center));
    return ConjugateGradient(product, right, {}, directionProducts, directionTolerance).solution;
  }

  void
  Iterate()
  {
    at::Tensor direction = Direction();
    at::Tensor slope = SampleDot(direction, m_Point.gradient);
    const at::Tensor isDescent = slope.lt(0.0); // the errors of differences alone can make it fail
    direction = Chosen(isDescent, direction, -m_Point.gradient);
    slope = at::where(isDescent, slope, -SampleDot(m_Point.gradient, m_Point.gradient));
    m_Point = Search(direction, slope);
  }

  /** The points along the direction [B, ...] that decrease phi enough; samples that find none become inactive. */
  Point
  Search(const at::Tensor & direction, const at::Tensor & slope)
  {
    Point next = m_Point;
    at::Tensor open = m_Active.clone();
    at::Tensor length = at::ones_like(slope);
    const at::Tensor rounding = m_Point.value.abs() * Precision(direction);
    for (std::int64_t trial = 0; trial < longestSearch && open.any().item<bool>(); ++trial)
    {
      const Point tried = At(m_Point.step + Factor(length, direction) * direction, m_Point.imbalance);
      const at::Tensor rise = tried.value - m_Point.value;
      const at::Tensor slopeThere = SampleDot(tried.gradient, direction);
      const at::Tensor byValue = rise.le(sufficientDecrease * length * slope);
      const at::Tensor bySlope =
          rise.le(rounding).logical_and(slopeThere.abs().le(-slope * (1.0 - 2.0 * sufficientDecrease)));
      const at::Tensor taken = open.logical_and(byValue.logical_or(bySlope)).logical_and(slopeThere.isfinite());
      next = Chosen(taken, tried, next);
      open = open.logical_and(taken.logical_not());
      // Minimiser of the parabola through both values and the slope.
      const at::Tensor shrink = -slope * length / (2.0 * (rise - slope * length));
      const at::Tensor bounded = at::where(rise.isfinite(), shrink.clamp(0.1, 0.5), at::full_like(shrink, 0.1));
      length = at::where(open, length * bounded, length);
    }
    m_Active = m_Active.logical_and(open.logical_not());
    return next;
  }

  const ForwardModel & m_Model;
  const LinearOperator * m_Linear; // the model, or null
  const LikelihoodOfRange & m_Likelihood;
  at::Tensor m_Center;
  at::Tensor m_Scale; // r
  Point m_Point;
  at::Tensor m_Active; // [B]
};
} // namespace

at::Tensor
ProximalDescent(const ForwardModel & model,
                const LikelihoodOfRange & likelihood,
                const at::Tensor & center,
                const at::Tensor & variance,
                const at::Tensor & start,
                const ProximalOptions & options)
{
  const at::NoGradGuard noGrad;
  return Descent(model, likelihood, center, variance).Run(start, options);
}
} // namespace tweedie
