// SPDX-License-Identifier: Apache-2.0
#include "tweedieSplitSolver.h"

#include "tweedieConjugateGradient.h"
#include "tweedieDiscrepancySearch.h"
#include "tweedieError.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <limits>
#include <string>

namespace tweedie
{
namespace
{
constexpr std::int64_t iterationsPerCheck = 8; // a check in double precision costs as much as one of them
constexpr int innerSteps = 2;                  // one needs a third more products, three a quarter
constexpr double relaxation = 1.8;
/** rho = 10 lambda / (what the image is like where there is something): half and twice that need a tenth to a fifth
 * more products, a quarter twice as many; for both penalties, and lambda from 0.001 to 0.016 of the brightest part. */
constexpr double penaltyOverLambda = 10.0;
constexpr int polishingSteps = 10;    // halve the gap; 100 take off another tenth
constexpr double leastPenalty = 1e-6; // of the largest eigenvalue, where lambda is 0
constexpr double leastShare = 1e-4;   // of the largest eigenvalue: what lies between the samples
/** The same where the image has a support, whose edges mix what is measured with what lies between: there 1e-4 leaves a
 * gap of 1 after 400 products, 1e-2 one of 1e-3; with maps everywhere 1e-2 leaves 2.5 times that of 1e-4 after 160. */
constexpr double leastShareOnSupport = 1e-2;
constexpr double leastNumber = 1e-300;
constexpr double leastPrimal = 1e-12;

/** Re <a, b> per sample on the host. */
at::Tensor
Dot(const at::Tensor & a, const at::Tensor & b)
{
  return SampleDot(a, b).cpu();
}

at::Tensor
Sum(const at::Tensor & magnitudes)
{
  return magnitudes.flatten(1).sum(1, false, at::kDouble).cpu();
}

/** a / b, and 0 where b is 0: nothing is left to go along. */
at::Tensor
Ratio(const at::Tensor & a, const at::Tensor & b)
{
  return at::where(b.gt(0.0), a / b.clamp_min(leastNumber), at::zeros_like(a));
}

at::Tensor
InDouble(const at::Tensor & x)
{
  return x.to(at::kComplexDouble);
}

class SplitSolver
{
public:
  SplitSolver(LinearOperatorPointer op,
              const at::Tensor & y,
              const at::Tensor & lambda,
              const SparsifyingTransform & transform,
              const at::Tensor & circulant,
              const SplitOptions & options)
      : m_Operator(std::move(op)), m_Transform(transform), m_Options(options)
  {
    m_Data = m_Operator->Adjoint(InDouble(y));
    const std::int64_t samples = m_Data.size(0);
    m_Type = y.scalar_type();
    m_DataNorm = Dot(y, y);
    m_Lambda = lambda.to(at::kCPU, at::kDouble).expand({samples}).contiguous();
    m_Index = at::arange(samples, at::kLong);
    auto size = m_Data.sizes().vec();
    m_Circulant = circulant.to(at::kDouble).unsqueeze(1).to(m_Data.device()).expand(size).contiguous();
    m_Largest = m_Circulant.flatten(1).amax(1).cpu();
    const double least = options.support.defined() ? leastShareOnSupport : leastShare;
    m_Circulant = at::maximum(m_Circulant, PerSample(least * m_Largest, m_Circulant));
    m_Spectrum = transform.Spectrum({size[2], size[3], size[4]}).to(m_Data.device());
    if (options.support.defined())
    {
      const auto real = at::toRealValueType(m_Type);
      m_Support = options.support.to(m_Data.device(), real).unsqueeze(1).expand(size).contiguous();
    }
  }

  TotalVariationResult Run(const TotalVariationResult & start);

private:
  /** Per active sample, in double on the host: [n]. */
  struct Gap
  {
    at::Tensor relative;
    at::Tensor squaredResidual;
  };

  void Initialize(const TotalVariationResult & start);
  void SetPenalty();
  void Iterate();
  Gap Measure();
  at::Tensor PolishedDual(const at::Tensor & gradient) const;
  void Finish(const at::Tensor & done, const Gap & gap);
  void Keep(const at::Tensor & index);

  /** filter [n, 1, z, y, x] in the Fourier basis. */
  static at::Tensor
  Filtered(const at::Tensor & x, const at::Tensor & filter)
  {
    return at::fft_ifftn(at::fft_fftn(x, {}, {2, 3, 4}).mul_(filter), {}, {2, 3, 4});
  }

  at::Tensor
  OnSupport(const at::Tensor & x) const
  {
    return m_Support.defined() ? x * m_Support : x;
  }

  LinearOperatorPointer m_Operator;
  const SparsifyingTransform & m_Transform;
  const SplitOptions & m_Options;
  TotalVariationResult m_Result;
  at::ScalarType m_Type; // of the iteration
  at::Tensor m_Spectrum; // t, [z, y, x]

  // State of the active samples, [n, ...].
  at::Tensor m_Index;     // their places in the batch
  at::Tensor m_Lambda;    // [n]
  at::Tensor m_DataNorm;  // [n]: ||y||^2
  at::Tensor m_Largest;   // [n]: of m
  at::Tensor m_Penalty;   // [n]: rho
  at::Tensor m_Data;      // A^H y, double
  at::Tensor m_Circulant; // m, positive
  at::Tensor m_Support;   // undefined: everywhere
  at::Tensor m_Filter;    // 1 / (m + rho t)
  at::Tensor m_X;
  at::Tensor m_Rest; // A^H (y - A x)
  at::Tensor m_Split;
  at::Tensor m_Dual;
  at::Tensor m_Analyzed; // T x
  std::int64_t m_Products = 0;
};

void
SplitSolver::Initialize(const TotalVariationResult & start)
{
  // The image that the circulant makes of the data, what is not measured being damped.
  m_X = start.image.defined()
            ? start.image.clone()
            : Filtered(m_Data, 1.0 / (m_Circulant + 1e-3 * PerSample(m_Largest, m_Circulant))).to(m_Type);
  m_X = OnSupport(m_X);
  SetPenalty();
  m_Analyzed = m_Transform.Analyze(m_X);
  m_Split = m_Analyzed;
  m_Dual = at::zeros_like(m_Split);
  if (start.dual.defined())
  {
    // A dual variable that fits the former lambda is scaled to the new one.
    m_Dual = start.dual * PerSample(m_Lambda / start.lambda.clamp_min(leastNumber) / m_Penalty, start.dual);
  }
  m_Result.image = at::zeros_like(m_X);
  m_Result.dual = at::zeros_like(m_Dual);
  m_Result.lambda = m_Lambda.clone();
  m_Result.relativeGap.assign(m_X.size(0), 0.0);
  m_Result.squaredResidual.assign(m_X.size(0), 0.0);
}

void
SplitSolver::SetPenalty()
{
  const at::Tensor unit = Dot(m_X, m_X) / Sum(m_X.abs()).clamp_min(leastNumber); // without the background
  m_Penalty = at::maximum(penaltyOverLambda * m_Lambda / unit.clamp_min(leastNumber), leastPenalty * m_Largest);
  m_Filter =
      (1.0 / (m_Circulant + m_Spectrum * PerSample(m_Penalty, m_Circulant))).to(at::toRealValueType(m_X.scalar_type()));
}

void
SplitSolver::Iterate()
{
  const at::Tensor rho = PerSample(m_Penalty, m_X);
  at::Tensor rest = OnSupport(m_Rest + m_Transform.Adjoint(m_Split - m_Dual - m_Analyzed) * rho);
  at::Tensor direction, image, curvature;
  for (int step = 0; step < innerSteps; ++step)
  {
    const at::Tensor next = OnSupport(Filtered(rest, m_Filter));
    direction = step == 0 ? next : next - direction * PerSample(Ratio(Dot(next, image), curvature), next);
    const at::Tensor normal = m_Operator->Normal(direction);
    image = OnSupport(normal + m_Transform.Normal(direction) * rho);
    curvature = Dot(direction, image);
    const at::Tensor length = PerSample(Ratio(Dot(rest, direction), curvature), rest);
    m_X = m_X + direction * length;
    m_Rest = m_Rest - normal * length;
    rest = rest - image * length;
  }
  m_Products += innerSteps;
  m_Analyzed = m_Transform.Analyze(m_X);
  const at::Tensor shifted = m_Dual + relaxation * m_Analyzed + (1.0 - relaxation) * m_Split;
  const at::Tensor magnitude = m_Transform.Magnitude(shifted);
  const at::Tensor kept = (magnitude - PerSample(m_Lambda / m_Penalty, magnitude)).clamp_min_(0.0);
  m_Split = shifted * kept.div_(magnitude.clamp_min(std::numeric_limits<float>::min()));
  m_Dual = shifted - m_Split;
}

/** p, after some steps towards the least ||gradient + T^H p|| by projected gradients with momentum (Beck and Teboulle
 * 2009): no product with A^H A, and a bound that is not that of an iterate between two steps. */
at::Tensor
SplitSolver::PolishedDual(const at::Tensor & gradient) const
{
  const double step = 1.0 / m_Spectrum.max().item<double>();
  at::Tensor dual = InDouble(m_Dual) * PerSample(m_Penalty, gradient);
  at::Tensor ahead = dual;
  double momentum = 1.0;
  for (int i = 0; i < polishingSteps; ++i)
  {
    const at::Tensor moved = ahead - m_Transform.Analyze(OnSupport(gradient + m_Transform.Adjoint(ahead))) * step;
    const at::Tensor magnitude = m_Transform.Magnitude(moved);
    const at::Tensor limit = PerSample(m_Lambda, magnitude);
    const at::Tensor next = moved * (limit / at::maximum(magnitude, limit).clamp_min_(leastNumber));
    const double following = 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * momentum * momentum));
    ahead = next + (next - dual) * ((momentum - 1.0) / following);
    dual = next;
    momentum = following;
  }
  return dual;
}

/** Also makes the residual anew. */
SplitSolver::Gap
SplitSolver::Measure()
{
  const at::Tensor x = InDouble(m_X);
  const at::Tensor rest = m_Data - m_Operator->Normal(x);
  m_Rest = rest.to(m_Type);
  const at::Tensor analyzed = m_Transform.Analyze(x);
  const at::Tensor dual = PolishedDual(-rest);
  const at::Tensor slope = OnSupport(m_Transform.Adjoint(dual) - rest);
  const at::Tensor penalty = m_Lambda * Sum(m_Transform.Magnitude(analyzed));
  const at::Tensor radius = at::maximum(Dot(x, x).sqrt(), Dot(m_Data, m_Data).sqrt() / m_Largest);
  const at::Tensor gap = penalty - Dot(dual, analyzed) + radius * Dot(slope, slope).sqrt();
  const at::Tensor squared = (m_DataNorm - Dot(x, m_Data) - Dot(x, rest)).clamp_min(0.0);
  // Data that are fitted exactly leave nothing to divide by: then their own size is the unit.
  const at::Tensor primal = at::maximum(0.5 * squared + penalty, leastPrimal * m_DataNorm);
  return {at::where(gap.eq(0.0), gap, gap / primal), squared};
}

void
SplitSolver::Keep(const at::Tensor & index)
{
  for (at::Tensor * host : {&m_Index, &m_Lambda, &m_DataNorm, &m_Largest, &m_Penalty})
  {
    *host = host->index_select(0, index);
  }
  const at::Tensor there = index.to(m_Data.device());
  for (at::Tensor * state : {&m_Data, &m_Circulant, &m_Filter, &m_X, &m_Rest, &m_Split, &m_Dual, &m_Analyzed})
  {
    *state = state->index_select(0, there);
  }
  m_Support = m_Support.defined() ? m_Support.index_select(0, there) : m_Support;
  if (index.size(0) > 0) // an operator of nothing need not exist
  {
    m_Operator = std::dynamic_pointer_cast<const LinearOperator>(m_Operator->Select(index));
  }
}

/** Writes the done samples (mask [n]) to the result and drops them from the state. */
void
SplitSolver::Finish(const at::Tensor & done, const Gap & gap)
{
  for (std::int64_t i = 0; i < done.size(0); ++i)
  {
    if (done[i].item<bool>())
    {
      const auto place = m_Index[i].item<std::int64_t>();
      m_Result.image[place].copy_(m_X[i]);
      m_Result.dual[place].copy_(m_Dual[i] * m_Penalty[i].item<double>());
      m_Result.relativeGap[place] = gap.relative[i].item<double>();
      m_Result.squaredResidual[place] = gap.squaredResidual[i].item<double>();
    }
  }
  const at::Tensor rest = done.logical_not().nonzero().flatten();
  if (rest.numel() < m_Index.numel())
  {
    Keep(rest);
  }
}

TotalVariationResult
SplitSolver::Run(const TotalVariationResult & start)
{
  Initialize(start);
  while (m_Index.numel() > 0)
  {
    const Gap gap = Measure();
    if (!gap.relative.isfinite().all().item<bool>())
    {
      throw NumericalError("alternating directions: the duality gap after " + std::to_string(m_Products) +
                           " products is not finite; required finite data and operator");
    }
    m_Result.iterations = m_Products;
    if (m_Options.progress && !m_Options.progress(m_Products, gap.relative.max().item<double>()))
    {
      throw Aborted("alternating directions: stopped after " + std::to_string(m_Products) + " products");
    }
    const bool isLast = m_Products >= m_Options.iterations;
    Finish(gap.relative.le(m_Options.tolerance).logical_or(at::full_like(gap.relative, isLast, at::kBool)), gap);
    for (std::int64_t i = 0; i < iterationsPerCheck && m_Index.numel() > 0 && m_Products < m_Options.iterations; ++i)
    {
      Iterate();
    }
  }
  return m_Result;
}

void
RequireCirculant(const LinearOperatorPointer & op, const at::Tensor & y, const at::Tensor & circulant)
{
  const Shape image = op->DomainShape();
  const at::Tensor m = circulant.defined() ? circulant : at::empty({0});
  const bool fits = y.is_complex() && image[0] == 1 && m.dim() == 4 && (m.size(0) == 1 || m.size(0) == y.size(0)) &&
                    m.sizes().slice(1) == at::IntArrayRef(image).slice(1);
  if (!fits || !m.isfinite().all().item<bool>() || !m.flatten(1).amax(1).gt(0.0).all().item<bool>())
  {
    throw DataError("alternating directions: a circulant that does not fit the image, is not finite or nowhere "
                    "positive, or real data; required [1 or batch, z, y, x], and complex data");
  }
}
} // namespace

TotalVariationResult
SolveBySplitting(const LinearOperatorPointer & A,
                 const at::Tensor & y,
                 const at::Tensor & lambda,
                 const SparsifyingTransform & transform,
                 const at::Tensor & circulant,
                 const SplitOptions & options,
                 const TotalVariationResult & start)
{
  RequirePerSample("alternating directions", A, y, lambda);
  RequireCirculant(A, y, circulant);
  const at::NoGradGuard noGradient;
  return SplitSolver(A, y, lambda, transform, circulant, options).Run(start);
}

TotalVariationResult
SolveBySplittingByDiscrepancy(const LinearOperatorPointer & A,
                              const at::Tensor & y,
                              const at::Tensor & expected,
                              const at::Tensor & firstLambda,
                              const SparsifyingTransform & transform,
                              const at::Tensor & circulant,
                              const SplitOptions & options,
                              const DiscrepancyOptions & discrepancy)
{
  RequirePerSample("alternating directions", A, y, firstLambda);
  RequirePerSample("alternating directions", A, y, expected);
  return SolveAtDiscrepancy<TotalVariationResult>(
      y.size(0),
      expected,
      firstLambda,
      discrepancy,
      [&](const at::Tensor & weights, const TotalVariationResult & former)
      { return SolveBySplitting(A, y, weights, transform, circulant, options, former); });
}
} // namespace tweedie
